# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which alarms a composite alarm speaks for."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.observe import heard

ARN = "arn:aws:cloudwatch:ap-northeast-2:137406935518:alarm:"


def composite(name: str, rule: str, **more: Any) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmRule": rule, "AlarmActions": ["arn:topic"], **more}


def test_a_rule_names_alarms_in_every_way_that_cloudwatch_takes() -> None:
    rule = f'ALARM("a (1)") OR (OK( b ) AND NOT INSUFFICIENT_DATA("{ARN}c")) OR ALARM({ARN}d) OR TRUE'
    assert heard([composite("all", rule)]) == {"a (1)", "b", "c", "d"}
    assert heard([composite("none", "TRUE"), composite("odd", "")]) == set()


def test_a_composite_alarm_that_tells_nobody_speaks_for_no_alarm() -> None:
    assert heard([composite("c", "ALARM(a)", AlarmActions=[])]) == set()
    assert heard([composite("c", "ALARM(a)", ActionsEnabled=False)]) == set()


def test_one_that_stands_on_another_speaks_for_the_alarms_of_that_one() -> None:
    inner = composite("inner", "ALARM(a)", AlarmActions=[])
    assert heard([inner, composite("outer", "ALARM(inner) OR ALARM(b)")]) == {"inner", "a", "b"}
    loop = composite("x", "ALARM(y)"), composite("y", "ALARM(x)", AlarmActions=[])
    assert heard(loop) == {"x", "y"}
