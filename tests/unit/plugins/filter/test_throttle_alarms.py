# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alarms of an estate's tables and indexes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.throttle_alarms import FilterModule
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.spec import parse

throttle_alarms = FilterModule().filters()["throttle_alarms"]

TOPIC = "arn:aws:sns:ap-northeast-2:137406935518:on-call"
USERS = {
    "name": "users",
    "hash_key": "user_id",
    "global_secondary_indexes": [{"name": "email-index", "hash_key": "email"}],
}


def names(*tables: Any) -> list[str]:
    return [alarm["name"] for alarm in throttle_alarms(list(tables), "ticket")]


def test_a_table_and_its_index_have_two_alarms_each() -> None:
    alarms = throttle_alarms([USERS], "ticket")
    assert [(alarm["name"], alarm["metric_name"], alarm["dimensions"]) for alarm in alarms] == [
        ("ticket-users-read-throttle", "ReadThrottleEvents", {"TableName": "ticket-users"}),
        ("ticket-users-write-throttle", "WriteThrottleEvents", {"TableName": "ticket-users"}),
        (
            "ticket-users-email-index-read-throttle",
            "ReadThrottleEvents",
            {"TableName": "ticket-users", "GlobalSecondaryIndexName": "email-index"},
        ),
        (
            "ticket-users-email-index-write-throttle",
            "WriteThrottleEvents",
            {"TableName": "ticket-users", "GlobalSecondaryIndexName": "email-index"},
        ),
    ]


def test_any_throttling_alarms_at_once_and_silence_is_zero() -> None:
    for alarm in throttle_alarms([USERS], "ticket"):
        text = alarm.pop("description")
        assert "throttled" in text and "ticket-users" in text
        assert {key: alarm[key] for key in alarm if key not in ("name", "metric_name", "dimensions")} == {
            "statistic": "Sum",
            "threshold": 0,
            "comparison_operator": "GreaterThanThreshold",
            "period": 300,
            "evaluation_periods": 2,
            "datapoints_to_alarm": 1,
            "treat_missing_data": "notBreaching",
            "fill_missing": True,
            "alarm_actions": [],
            "ok_actions": [],
            "tags": {},
        }


def test_alarm_and_recovery_are_told_to_the_same_topics_unless_said_otherwise() -> None:
    (alarm, _unused) = throttle_alarms([{"name": "users"}], "ticket", alarm_actions=[TOPIC])
    assert (alarm["alarm_actions"], alarm["ok_actions"]) == ([TOPIC], [TOPIC])
    (alarm, _unused) = throttle_alarms([{"name": "users"}], "ticket", alarm_actions=[TOPIC], ok_actions=[])
    assert (alarm["alarm_actions"], alarm["ok_actions"]) == ([TOPIC], [])


def test_every_figure_can_be_another() -> None:
    figures = {
        "threshold": 5,
        "period": 60,
        "evaluation_periods": 5,
        "datapoints_to_alarm": 5,
        "fill_missing": False,
        "tags": {"Team": "core"},
    }
    for alarm in throttle_alarms([USERS], "ticket", **figures):
        assert {key: alarm[key] for key in figures} == figures


def test_the_module_accepts_them_all() -> None:
    alarms = throttle_alarms([USERS, {"name": "orders"}], "ticket", alarm_actions=[TOPIC])
    assert len(parse({"name": "ticket", "alarms": alarms})) == 6


def test_a_table_of_another_name_is_watched_under_that() -> None:
    assert names({"name": "users", "table_name": "legacy"}) == ["legacy-read-throttle", "legacy-write-throttle"]


@pytest.mark.parametrize("indexes", [None, [], ""])
def test_a_table_without_indexes_has_two(indexes: Any) -> None:
    assert len(names({"name": "users", "global_secondary_indexes": indexes})) == 2


def test_an_absent_table_has_none() -> None:
    assert names({**USERS, "state": "absent"}) == []


def test_the_longest_names_fit_into_a_description() -> None:
    table, index = "t" * 150, "i" * 80
    alarms = throttle_alarms([{"name": "x", "table_name": table, "global_secondary_indexes": [{"name": index}]}], "x")
    assert all(len(alarm["description"]) <= 1024 for alarm in alarms)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ("users", "tables: must be a list, not 'users'"),
        (["users"], "tables[0]: must be a mapping with a name"),
        ([{"hash_key": "x"}], "tables[0]: must be a mapping with a name"),
        (
            [{"name": "users", "global_secondary_indexes": {"name": "x"}}],
            "tables[0].global_secondary_indexes: must be a list, not {'name': 'x'}",
        ),
        (
            [{"name": "users", "global_secondary_indexes": [{"hash_key": "x"}]}],
            "tables[0].global_secondary_indexes[0]: must be a mapping with a name",
        ),
        (
            [{"name": "a", "global_secondary_indexes": [{"name": "b"}]}, {"name": "a-b"}],
            "tables[1]: another table or index has an alarm named 'ticket-a-b-read-throttle' already",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_path(tables: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        throttle_alarms(tables, "ticket")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ({"alarm_actions": ["on-call", TOPIC]}, "alarm_actions: 'on-call' is not an ARN"),
        ({"alarm_actions": "x"}, "alarm_actions: must be a list of ARNs, not 'x'"),
        ({"alarm_actions": [TOPIC], "ok_actions": TOPIC}, f"ok_actions: must be a list of ARNs, not '{TOPIC}'"),
    ],
)
def test_wrong_actions_are_named_once(actions: dict[str, Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        throttle_alarms([USERS], "ticket", **actions)
    assert str(error.value) == f"throttle_alarms: {message}"


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="has 263 characters, AWS allows 255"):
        names({"name": "x", "table_name": "t" * 240, "global_secondary_indexes": [{"name": "index-01"}]})
