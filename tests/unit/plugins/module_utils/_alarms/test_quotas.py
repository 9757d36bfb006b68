# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many alarms a plan leaves."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.quotas import uses
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan, Step, Verb


def plans(count: int, verb: Verb = "add") -> list[ResourcePlan]:
    return [ResourcePlan(f"a{number}", verb, (Step(f"a{number}", "x", "", {"x": 1}),)) for number in range(count)]


def test_alarms_are_only_ever_near() -> None:
    """Newer pages of AWS name no limit, and none can be read, so that it is no reason to stop."""
    (use,) = uses("r", plans(24), {})
    assert (use.state, use.count, use.quota.code) == ("fits", 24, "")
    (use,) = uses("r", [*plans(4000), *plans(10, "remove")], {})
    assert (use.state, use.count) == ("fits", 3990)
    for many in (4000, 6000):
        (use,) = uses("r", plans(many), {})
        assert (use.state, use.count) == ("near", many)
        assert use.said.startswith(f"at least {many} of 5000 alarms (a default that")


def test_nothing_is_said_where_none_is_added() -> None:
    assert uses("r", [*plans(3, "remove"), ResourcePlan("kept", "keep")], {}) == []
