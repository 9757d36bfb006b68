# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired and observed alarms, and the steps between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.model import Alarm
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.observe import request_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.plan import doubtful, plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.project import diff, rendered
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Conflict, predict

OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
NEIGHBOURS = {**OURS, "Estate": "ticket-dev"}
ALARM = Alarm(
    name="ticket-users-read-throttle",
    metric_name="ReadThrottleEvents",
    statistic="Sum",
    period=300,
    evaluation_periods=2,
    datapoints_to_alarm=1,
    threshold=0.0,
    comparison_operator="GreaterThanThreshold",
    dimensions={"TableName": "ticket-users"},
    fill_missing=True,
    tags=OURS,
)
THERE = replace(ALARM, arn="arn:aws:cloudwatch:r:1:alarm:ticket-users-read-throttle")


def shown(desired: list[Alarm], *observed: Alarm, purge: bool = False) -> list[tuple[str, str, tuple[str, ...]]]:
    plans = plan(desired, {alarm.name: alarm for alarm in observed}, "ticket", purge)
    return [(entry.verb, step.action, step.fields) for entry in plans for step in entry.steps]


def test_a_new_alarm_is_one_call_with_its_tags() -> None:
    (entry,) = plan([ALARM], {}, "ticket", False)
    (step,) = entry.steps
    assert (entry.verb, step.action) == ("add", "create_alarm")
    assert step.request == {
        **request_of(ALARM),
        "Tags": [{"Key": "Estate", "Value": "ticket"}, {"Key": "ManagedBy", "Value": "traffic_tacos.dynamodb"}],
    }


def test_plans_come_in_the_order_of_names() -> None:
    gone = replace(THERE, name="b")
    desired = [replace(ALARM, name="c"), replace(ALARM, name="a")]
    assert [entry.resource for entry in plan(desired, {"b": gone}, "ticket", True)] == ["a", "b", "c"]


def test_an_alarm_as_it_should_be_is_kept() -> None:
    (entry,) = plan([ALARM], {ALARM.name: THERE}, "ticket", True)
    assert (entry.verb, entry.steps) == ("keep", ())


@pytest.mark.parametrize(
    "change",
    [
        {"metric_name": "ReadThrottledEvents"},
        {"statistic": "Average"},
        {"period": 60},
        {"evaluation_periods": 1},
        {"datapoints_to_alarm": 2},
        {"threshold": 1.0},
        {"comparison_operator": "LessThanThreshold"},
        {"namespace": "Other"},
        {"dimensions": {"TableName": "other"}},
        {"treat_missing_data": "ignore"},
        {"fill_missing": False},
        {"description": "other"},
        {"alarm_actions": ("arn:aws:sns:r:1:t",)},
        {"ok_actions": ("arn:aws:sns:r:1:t",)},
        {"insufficient_data_actions": ("arn:aws:sns:r:1:t",)},
        {"actions_enabled": False},
        {"foreign": {"Unit": "Count"}},
    ],
)
def test_every_field_is_managed(change: dict[str, Any]) -> None:
    (entry,) = plan([ALARM], {ALARM.name: replace(THERE, **change)}, "ticket", False)
    (step,) = entry.steps
    assert (entry.verb, step.action, step.fields) == ("change", "update_alarm", tuple(change))
    assert step.request == request_of(ALARM)
    assert "Tags" not in step.request


def test_the_alarms_of_todays_deployment_are_corrected_and_adopted() -> None:
    old = replace(THERE, metric_name="ReadThrottledEvents", fill_missing=False, datapoints_to_alarm=2, tags={})
    (entry,) = plan([ALARM], {ALARM.name: old}, "ticket", False)
    update, tag = entry.steps
    assert update.reason == (
        "differs in metric_name ('ReadThrottledEvents' instead of 'ReadThrottleEvents'), "
        "datapoints_to_alarm (2 instead of 1), fill_missing (False instead of True)"
    )
    assert tag.action == "tag_alarm"
    assert tag.reason == "is adopted: tagged ManagedBy traffic_tacos.dynamodb"
    assert tag.request["ResourceARN"] == THERE.arn


def test_a_change_of_tags_is_no_other_call_and_leaves_strangers_tags() -> None:
    desired = replace(ALARM, tags={**OURS, "Team": "core"})
    observed = replace(THERE, tags={**OURS, "Team": "old", "Theirs": "x"})
    (entry,) = plan([desired], {ALARM.name: observed}, "ticket", False)
    (step,) = entry.steps
    assert step.action == "tag_alarm"
    assert step.request == {"ResourceARN": THERE.arn, "Tags": [{"Key": "Team", "Value": "core"}]}
    assert rendered({ALARM.name: observed}, predict([entry]))[0]["tags"] == {**OURS, "Team": "core", "Theirs": "x"}


def test_undeclared_tags_go_after_the_declared_ones_are_set() -> None:
    desired = replace(ALARM, tags={**OURS, "Team": "core"})
    observed = replace(THERE, tags={**OURS, "Theirs": "x", "Another": "", "aws:cloudformation:stack-name": "s"})
    (entry,) = plan([desired], {ALARM.name: observed}, "ticket", False, purge_tags=True)
    tag, untag = entry.steps
    assert (entry.verb, tag.action, untag.action, untag.fields) == ("change", "tag_alarm", "untag_alarm", ("tags",))
    assert tag.reason == "lacks tags: Team"
    assert untag.reason == "has undeclared tags: Another, Theirs"
    assert untag.request == {"ResourceARN": THERE.arn, "TagKeys": ["Another", "Theirs"]}
    (after,) = rendered({ALARM.name: observed}, predict([entry]))
    assert after["tags"] == {**OURS, "Team": "core", "aws:cloudformation:stack-name": "s"}


def test_an_alarm_that_is_adopted_loses_its_tags_only_where_that_is_wished() -> None:
    old = {ALARM.name: replace(THERE, tags={"ManagedBy": "terraform", "Theirs": "x"})}
    actions = {
        purge_tags: [step.action for step in plan([ALARM], old, "ticket", True, purge_tags)[0].steps]
        for purge_tags in (False, True)
    }
    assert actions == {False: ["tag_alarm"], True: ["tag_alarm", "untag_alarm"]}


def test_tags_of_an_undeclared_alarm_stay() -> None:
    observed = {ALARM.name: replace(THERE, tags={**OURS, "Theirs": "x"})}
    assert plan([], observed, "ticket", False, purge_tags=True) == []


@pytest.mark.parametrize("tags", [NEIGHBOURS, {"Estate": "ticket-dev"}])
def test_another_estates_alarm_is_a_conflict_and_nothing_at_all_is_done(tags: dict[str, str]) -> None:
    new = replace(ALARM, name="new")
    plans = plan([ALARM, new], {ALARM.name: replace(THERE, period=60, tags=tags)}, "ticket", True, True)
    assert [step for entry in plans for step in entry.steps] == []
    assert [conflict for entry in plans for conflict in entry.conflicts] == [
        Conflict(ALARM.name, ("name",), "an alarm of this name belongs to the estate 'ticket-dev' (its tag Estate)")
    ]


def test_a_purge_deletes_by_tag_alone() -> None:
    gone = replace(THERE, name="renamed")
    neighbour = replace(THERE, name="ticket-dev-users-read-throttle", tags=NEIGHBOURS)
    untagged = replace(THERE, name="ticket-mine", tags={})
    everything = (THERE, gone, neighbour, untagged)
    assert shown([ALARM], *everything, purge=True) == [("remove", "delete_alarm", ("name",))]
    assert shown([ALARM], *everything, purge=False) == []
    assert plan([], {gone.name: gone}, "ticket", True)[0].steps[0].request == {"AlarmNames": ["renamed"]}


@pytest.mark.parametrize(
    ("desired", "indexed", "doubt"),
    [
        (ALARM, OURS, False),
        (ALARM, {**OURS, "Theirs": "x"}, False),
        (ALARM, {}, True),
        (ALARM, NEIGHBOURS, True),
        (None, {}, True),
        (None, OURS, True),
        (None, NEIGHBOURS, False),
    ],
)
def test_the_index_is_believed_only_when_there_is_nothing_to_do(
    desired: Alarm | None, indexed: dict[str, str], doubt: bool
) -> None:
    assert doubtful(desired, indexed, "ticket") is doubt


@pytest.mark.parametrize(
    ("indexed", "doubt"),
    [
        (OURS, False),
        ({**OURS, "aws:cloudformation:stack-name": "s"}, False),
        ({**OURS, "Theirs": "x"}, True),
        ({}, True),
    ],
)
def test_surplus_tags_in_the_index_are_doubted_where_they_would_be_removed(
    indexed: dict[str, str], doubt: bool
) -> None:
    assert doubtful(ALARM, indexed, "ticket", purge_tags=True) is doubt


def test_the_diff_has_only_what_changes() -> None:
    kept, gone = replace(THERE, name="kept"), replace(THERE, name="gone")
    desired = [replace(ALARM, threshold=5.0), replace(ALARM, name="kept"), replace(ALARM, name="new")]
    observed = {alarm.name: alarm for alarm in (THERE, kept, gone)}
    entries = {
        entry["after_header"]: entry for entry in diff(observed, predict(plan(desired, observed, "ticket", True)))
    }
    assert entries.keys() == {"alarm ticket-users-read-throttle", "alarm gone", "alarm new"}
    change = entries["alarm ticket-users-read-throttle"]
    assert (change["before"], change["after"]) == ({"threshold": 0.0}, {"threshold": 5.0})
    assert entries["alarm new"]["before"] == ""
    assert entries["alarm new"]["after"]["metric_name"] == "ReadThrottleEvents"
    assert entries["alarm gone"]["after"] == ""
