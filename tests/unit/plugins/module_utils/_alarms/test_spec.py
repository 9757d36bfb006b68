# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is accepted, with which defaults, and how everything else is refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.metrics import METRICS
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.model import Alarm
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.spec import parse, silent
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

TOPIC = "arn:aws:sns:ap-northeast-2:137406935518:on-call"
ALARM: dict[str, Any] = {
    "name": "ticket-users-read-throttle",
    "metric_name": "ReadThrottleEvents",
    "dimensions": {"TableName": "ticket-users"},
    "statistic": "Sum",
    "period": 300,
    "evaluation_periods": 2,
    "threshold": 0,
    "comparison_operator": "GreaterThanThreshold",
}


def params(*alarms: Any, **options: Any) -> dict[str, Any]:
    return {"name": "ticket", "tags": None, "alarms": list(alarms), **options}


def problems(*alarms: Any, **options: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        parse(params(*alarms, **options))
    return refusal.value.problems


def test_what_is_left_out_has_its_default() -> None:
    assert parse(params(ALARM)) == [
        Alarm(
            name="ticket-users-read-throttle",
            metric_name="ReadThrottleEvents",
            statistic="Sum",
            period=300,
            evaluation_periods=2,
            datapoints_to_alarm=2,
            threshold=0.0,
            comparison_operator="GreaterThanThreshold",
            namespace="AWS/DynamoDB",
            dimensions={"TableName": "ticket-users"},
            treat_missing_data="notBreaching",
            fill_missing=True,
            description="",
            actions_enabled=True,
            tags={"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"},
        )
    ]


def test_null_and_empty_are_left_out() -> None:
    empty = {"description": "", "datapoints_to_alarm": None, "alarm_actions": None, "tags": None, "fill_missing": ""}
    assert parse(params({**ALARM, **empty})) == parse(params(ALARM))


def test_text_is_read_as_numbers_and_switches() -> None:
    text = {"period": "300", "evaluation_periods": "2", "threshold": "0", "fill_missing": "yes", "actions_enabled": "1"}
    assert parse(params({**ALARM, **text})) == parse(params(ALARM))


def test_an_alarms_tags_win_over_common_ones_and_never_over_ownership() -> None:
    (alarm,) = parse(params({**ALARM, "tags": {"Team": "core", "Estate": "ticket"}}, tags={"Team": "all", "Cost": 7}))
    assert alarm.tags == {
        "Team": "core",
        "Cost": "7",
        "ManagedBy": "traffic_tacos.dynamodb",
        "Estate": "ticket",
    }


def test_actions_are_a_set() -> None:
    (alarm,) = parse(params({**ALARM, "alarm_actions": [TOPIC + "-b", TOPIC, TOPIC + "-b"]}))
    assert alarm.alarm_actions == (TOPIC, TOPIC + "-b")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"nmae": "x"}, ".nmae: unknown field; did you mean 'name'?"),
        ({"name": None}, ".name: is required"),
        ({"name": "x" * 256}, ".name: has 256 characters, AWS allows 255"),
        ({"name": "a\tb"}, ".name: 'a\\tb' has a control character"),
        ({"description": "x" * 1025}, ".description: has 1025 characters, AWS allows 1024"),
        (
            {"metric_name": "ReadThrottledEvents"},
            ".metric_name: AWS/DynamoDB has no metric 'ReadThrottledEvents'; did you mean 'ReadThrottleEvents'?",
        ),
        (
            {"metric_name": "WriteThrottledEvents"},
            ".metric_name: AWS/DynamoDB has no metric 'WriteThrottledEvents'; did you mean 'WriteThrottleEvents'?",
        ),
        (
            {"dimensions": {"Table": "ticket-users"}},
            ".dimensions: ReadThrottleEvents is published with TableName, or with TableName and "
            "GlobalSecondaryIndexName; not with Table; did you mean 'TableName'?",
        ),
        (
            {"dimensions": None},
            ".dimensions: ReadThrottleEvents is published with TableName, or with TableName and "
            "GlobalSecondaryIndexName; not with no dimension",
        ),
        (
            {"metric_name": "UserErrors"},
            ".dimensions: UserErrors is published with no dimension; not with TableName",
        ),
        (
            {"metric_name": "ThrottledRequests"},
            ".dimensions: ThrottledRequests is published with TableName and Operation; not with TableName",
        ),
        ({"dimensions": {"TableName": ""}}, ".dimensions: TableName must have a value"),
        (
            {"statistic": "Median"},
            ".statistic: 'Median' is neither a percentile such as p99 nor one of SampleCount, Average, Sum, Minimum, "
            "Maximum",
        ),
        ({"period": 45}, ".period: must be 10, 20, 30 or a multiple of 60 seconds, not 45"),
        ({"period": 0}, ".period: must be 10, 20, 30 or a multiple of 60 seconds, not 0"),
        ({"period": "soon"}, ".period: must be a whole number, not 'soon'"),
        ({"evaluation_periods": 0}, ".evaluation_periods: must be at least 1, not 0"),
        (
            {"datapoints_to_alarm": 3},
            ".datapoints_to_alarm: must be between 1 and evaluation_periods (2), not 3",
        ),
        (
            {"datapoints_to_alarm": 0},
            ".datapoints_to_alarm: must be between 1 and evaluation_periods (2), not 0",
        ),
        (
            {"evaluation_periods": 289},
            ".evaluation_periods: 289 periods of 300 seconds are more than one day",
        ),
        (
            {"period": 3600, "evaluation_periods": 169},
            ".evaluation_periods: 169 periods of 3600 seconds are more than seven days",
        ),
        ({"threshold": "nan"}, ".threshold: must be a finite number, not nan"),
        (
            {"comparison_operator": "GreaterThan"},
            ".comparison_operator: 'GreaterThan' is not possible; did you mean 'GreaterThanThreshold'?",
        ),
        (
            {"treat_missing_data": "notbreaching"},
            ".treat_missing_data: 'notbreaching' is not possible; did you mean 'notBreaching'?",
        ),
        ({"alarm_actions": ["on-call"]}, ".alarm_actions: 'on-call' is not an ARN"),
        ({"ok_actions": [f"{TOPIC}-{n}" for n in range(6)]}, ".ok_actions: 6 actions, AWS allows 5"),
        (
            {"tags": {"Estate": "other"}},
            ".tags.Estate: this tag says what belongs to the collection; it cannot be another",
        ),
        ({"tags": {"aws:x": "1"}}, ".tags.aws:x: the prefix aws: belongs to AWS"),
        ({"tags": {f"t{n}": "" for n in range(49)}}, ".tags: 51 tags with the common ones, AWS allows 50"),
    ],
)
def test_each_problem_has_its_path(change: dict[str, Any], problem: str) -> None:
    assert problems({**ALARM, **change}) == [f"alarms[0]{problem}"]


@pytest.mark.parametrize(
    "change",
    [
        {"period": 3600, "evaluation_periods": 168},
        {"period": 10, "evaluation_periods": 8640},
        {"statistic": "p99.9"},
        {"metric_name": "Anything", "namespace": "My/App", "dimensions": {"Any": "thing"}},
        {"dimensions": {"TableName": "t", "GlobalSecondaryIndexName": "i"}},
    ],
)
def test_what_cloudwatch_takes_is_taken(change: dict[str, Any]) -> None:
    assert len(parse(params({**ALARM, **change}))) == 1


def test_all_problems_of_all_alarms_come_at_once() -> None:
    first, second = {**ALARM, "period": 7, "metric_name": "X"}, {**ALARM, "name": "b", "threshold": None}
    found = problems(first, "nonsense", second, tags={"aws:x": "1"})
    assert [problem.split(":")[0] for problem in found] == [
        "tags.aws",
        "alarms[0].metric_name",
        "alarms[0].period",
        "alarms[1]",
        "alarms[2].threshold",
    ]


def test_a_name_that_stands_twice_is_refused() -> None:
    assert problems(ALARM, {**ALARM, "name": "other"}, ALARM) == [
        "alarms[2].name: 'ticket-users-read-throttle' is the name of alarms[0] already"
    ]


@pytest.mark.parametrize("estate", ["", "a b", "x" * 65])
def test_an_estates_name_is_checked(estate: str) -> None:
    assert problems(name=estate) == ["name: must be 1 to 64 letters, digits, '_', '.' or '-'"]


def test_silent_alarms_are_named_once() -> None:
    heard, disabled = {**ALARM, "alarm_actions": [TOPIC]}, {"alarm_actions": [TOPIC], "actions_enabled": False}
    assert silent(parse(params(heard))) == []
    assert silent([]) == []
    (sentence,) = silent(parse(params(heard, {**ALARM, "name": "b"}, {**ALARM, **disabled, "name": "c"})))
    assert sentence.startswith("Nobody will hear 2 of the 3 alarms")


def test_the_metrics_of_todays_deployment_do_not_exist() -> None:
    assert not {"ReadThrottledEvents", "WriteThrottledEvents"} & METRICS.keys()
    assert {"ReadThrottleEvents", "WriteThrottleEvents", "ReadKeyRangeThroughputThrottleEvents"} <= METRICS.keys()
