# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""States and histories of alarms: whose they are, what changed, and what is worth a finding."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.model import Alarm
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.observe import request_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.alarms import (
    alarm_findings,
    unread_findings,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.gateway import AlarmStates
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.model import Window
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.observe import estates_alarms
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.unseen import unseen

from tests.support.metrics_double import MeteredAws

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = Window(NOW - timedelta(days=1), NOW, 300)
TOPIC = "arn:aws:sns:ap-northeast-2:137406935518:on-call"
OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}


def alarm(name: str, tags: dict[str, str], **fields: Any) -> Alarm:
    return Alarm(
        name=name,
        metric_name="ReadThrottleEvents",
        statistic="Sum",
        period=300,
        evaluation_periods=2,
        datapoints_to_alarm=1,
        threshold=0.0,
        comparison_operator="GreaterThanThreshold",
        dimensions={"TableName": "ticket-users"},
        tags=tags,
        **{"alarm_actions": (TOPIC,), **fields},
    )


def change(ago: timedelta, old: str, new: str, data: str | None = None) -> dict[str, Any]:
    said = {"version": "1.0", "oldState": {"stateValue": old}, "newState": {"stateValue": new, "stateReason": "why"}}
    return {
        "Timestamp": NOW - ago,
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {old} to {new}",
        "HistoryData": json.dumps(said) if data is None else data,
    }


def account(states: dict[str, tuple[str, timedelta]]) -> MeteredAws:
    """Alarms with a state, which they have been in for so long."""
    aws = MeteredAws()
    for name, (state, ago) in states.items():
        aws.cloudwatch.alarms[name] = {
            **request_of(alarm(name, OURS)),
            "AlarmArn": f"arn:aws:cloudwatch:ap-northeast-2:137406935518:alarm:{name}",
            "StateValue": state,
            "StateReason": f"{state} for a reason",
            "StateUpdatedTimestamp": NOW - ago,
        }
    return aws


HOURS = timedelta(hours=1)


def test_states_and_what_changed_in_the_window() -> None:
    aws = account({"ticket-a": ("ALARM", 2 * HOURS), "ticket-b": ("OK", 90 * HOURS), "other": ("ALARM", HOURS)})
    aws.cloudwatch.histories["ticket-a"] = [
        change(3 * HOURS, "OK", "INSUFFICIENT_DATA"),
        change(2 * HOURS, "INSUFFICIENT_DATA", "ALARM"),
        change(60 * HOURS, "ALARM", "OK"),
    ]
    reader = AlarmStates(aws)
    reading = reader.alarms("ticket")
    states = reader.states(sorted(reading.alarms))
    first, second = estates_alarms("ticket", reading.alarms, states, reader.history(states, DAY))
    assert [each["name"] for each in (first, second)] == ["ticket-a", "ticket-b"]
    assert (first["state"], first["reason"], first["since"]) == ("ALARM", "ALARM for a reason", "2026-11-02T07:00:00Z")
    assert first["history"] == [
        {"time": "2026-11-02T07:00:00Z", "from": "INSUFFICIENT_DATA", "to": "ALARM", "reason": "why"},
        {"time": "2026-11-02T06:00:00Z", "from": "OK", "to": "INSUFFICIENT_DATA", "reason": "why"},
    ]
    assert (second["history"], reader.errors) == ([], [])
    asked = [request["AlarmName"] for request in aws.asked("DescribeAlarmHistory")]
    assert asked == ["ticket-a"], "an alarm that has not changed since has no history in the window"


def test_many_alarms_are_read_a_hundred_at_a_time() -> None:
    aws = account({f"ticket-{number:03}": ("OK", 90 * HOURS) for number in range(250)})
    reader = AlarmStates(aws)
    aws.calls.clear()
    assert len(reader.states(sorted(aws.cloudwatch.alarms))) == 250
    assert sorted(len(request["AlarmNames"]) for request in aws.asked("DescribeAlarms")) == [50, 100, 100]


def test_a_neighbours_alarm_with_our_prefix_is_not_ours() -> None:
    alarms = {
        "ticket-dev-users": alarm("ticket-dev-users", {**OURS, "Estate": "ticket-dev"}),
        "ticket-users": alarm("ticket-users", OURS),
        "ticket-untagged": alarm("ticket-untagged", {}),
    }
    found = estates_alarms("ticket", alarms, {name: {"StateValue": "OK"} for name in alarms}, {})
    assert [(each["name"], each["owned"]) for each in found] == [("ticket-untagged", False), ("ticket-users", True)]


def test_a_history_in_another_form_is_still_told() -> None:
    for data in ("no JSON", "[]", '{"newState": 7}', ""):
        history = {"a": [change(HOURS, "OK", "ALARM", data)]}
        (found,) = estates_alarms("ticket", {"a": alarm("a", OURS)}, {"a": {}}, history)
        assert found["history"][0]["reason"] == "Alarm updated from OK to ALARM"


def test_what_is_worth_a_finding() -> None:
    alarms = {
        "a": alarm("a", OURS),
        "b": alarm("b", OURS, actions_enabled=False),
        "c": alarm("c", OURS, alarm_actions=()),
        "d": alarm("d", OURS),
    }
    states = {name: {"StateValue": "ALARM" if name == "a" else "OK"} for name in alarms}
    found = alarm_findings(estates_alarms("ticket", alarms, states, {}))
    assert [(each["id"], each["resource"]) for each in found] == [
        ("monitoring.alarm.ringing", "a"),
        ("monitoring.alarm.muted", "b"),
        ("monitoring.alarm.unheard", "c"),
    ]


def test_what_may_not_be_seen_is_a_finding() -> None:
    aws = account({"ticket-a": ("ALARM", HOURS)})
    aws.deny("DescribeAlarmHistory", "GetResources", "ListTagsForResource")
    reader = AlarmStates(aws)
    reading = reader.alarms("ticket")
    assert [each["id"] for each in unread_findings(reading.unseen, "ticket")] == ["unseen.alarms"] * 2
    assert reader.history({"ticket-a": {}}, DAY) == {}
    aws.deny("DescribeAlarms")
    assert reader.alarms("ticket").alarms == {}
    assert [each["mend"].split()[3] for each in unseen(reader.errors, "x")] == [
        "cloudwatch:DescribeAlarmHistory,",
        "cloudwatch:DescribeAlarms,",
    ]
