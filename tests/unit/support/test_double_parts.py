# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's time to live, recovery and tags (rules 1.6 to 1.8, 2.3 and 3.5 to 3.7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.dynamodb_double import DURATIONS, AwsFault, Settings
from tests.support.lab import ACCOUNT, ARN, ARU, NAME, OOM, SLE, Lab, expiry

COOLING = "Time to live has been modified multiple times within a fixed interval"


def ttl(lab: Lab) -> dict[str, Any]:
    answer: dict[str, Any] = lab.call("DescribeTimeToLive", TableName=NAME)["TimeToLiveDescription"]
    return answer


def test_time_to_live_changes_at_once() -> None:
    """T-143 T-144 T-145."""
    lab = Lab().settled()
    assert ttl(lab) == {"TimeToLiveStatus": "DISABLED"}
    specification = expiry(True)["TimeToLiveSpecification"]
    assert lab.call("UpdateTimeToLive", **expiry(True)) == {"TimeToLiveSpecification": specification}
    assert ttl(lab) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    lab.sleep(1900)
    lab.call("UpdateTimeToLive", **expiry(False))
    assert ttl(lab) == {"TimeToLiveStatus": "DISABLED"}


def test_time_to_live_refusals_in_their_order() -> None:
    """T-143 T-146 T-147: the cool-down comes last, and a failed try does not prolong it."""
    lab = Lab().settled()

    def refusal(enabled: bool, attribute: str = "expires") -> str:
        code, message, _unused = lab.refusal("UpdateTimeToLive", **expiry(enabled, attribute))
        assert code == "ValidationException"
        return message

    assert refusal(False) == "TimeToLive is already disabled"
    lab.call("UpdateTimeToLive", **expiry(True))
    assert refusal(True) == "TimeToLive is already enabled"
    assert (
        refusal(True, "other") == "TimeToLive is active on a different AttributeName: current AttributeName is expires"
    )
    assert refusal(False, "other").startswith("TimeToLive is active on a different AttributeName")
    assert refusal(False) == COOLING
    lab.sleep(1800)
    assert refusal(False) == COOLING
    lab.sleep(72)
    lab.call("UpdateTimeToLive", **expiry(False))
    assert refusal(True) == COOLING
    assert refusal(True, "").startswith(
        "1 validation error detected: Value '' at 'timeToLiveSpecification.attributeName'"
    )


def test_time_to_live_without_budgets() -> None:
    lab = Lab(Settings(budgets=False)).settled()
    for enabled in (True, False, True):
        lab.call("UpdateTimeToLive", **expiry(enabled))


def test_time_to_live_while_deleting() -> None:
    """T-118 T-374."""
    lab = Lab().settled()
    lab.call("DeleteTable", TableName=NAME)
    lab.call("UpdateTimeToLive", **expiry(True))
    assert lab.refusal("UpdateTimeToLive", **expiry(True))[1] == "TimeToLive is already enabled"
    text = "Cannot describe time to live while table is in DELETING state: Current table state is DELETING"
    assert lab.refusal("DescribeTimeToLive", TableName=NAME)[1] == text


def backups(lab: Lab) -> dict[str, Any]:
    answer: dict[str, Any] = lab.call("DescribeContinuousBackups", TableName=NAME)["ContinuousBackupsDescription"]
    return answer


def test_backups_get_ready_after_the_table() -> None:
    """T-083 T-115."""
    lab = Lab()
    lab.create()
    assert lab.refusal("DescribeContinuousBackups", TableName=NAME)[:2] == (
        "TableNotFoundException",
        f"Table not found: {NAME}",
    )
    lab.sleep(DURATIONS["create_backups_hidden"])
    off = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}
    assert backups(lab) == {"ContinuousBackupsStatus": "DISABLED", **off}
    lab.sleep(DURATIONS["create"] - DURATIONS["create_backups_hidden"])
    assert lab.status() == "ACTIVE"
    with pytest.raises(AwsFault) as raised:
        lab.recover(True)
    assert raised.value.code == "ContinuousBackupsUnavailableException"
    lab.sleep(DURATIONS["backups_ready"])
    assert backups(lab) == {"ContinuousBackupsStatus": "ENABLED", **off}
    lab.recover(True)
    assert lab.refusal("DescribeContinuousBackups", TableName="none")[0] == "TableNotFoundException"


def test_recovery_window() -> None:
    """T-084 T-085 T-086 T-111."""
    lab = Lab().settled()
    first = lab.recover(True)
    assert first["RecoveryPeriodInDays"] == 35
    assert first["EarliestRestorableDateTime"] == first["LatestRestorableDateTime"]
    assert lab.recover(True) == first
    lab.sleep(400)
    second = lab.recover(True, RecoveryPeriodInDays=7)
    assert second["RecoveryPeriodInDays"] == 7
    assert second["EarliestRestorableDateTime"] == first["EarliestRestorableDateTime"]
    assert second["LatestRestorableDateTime"] == first["LatestRestorableDateTime"] + timedelta(seconds=100)
    assert lab.recover(False) == {"PointInTimeRecoveryStatus": "DISABLED"}
    third = lab.recover(True)
    assert third["RecoveryPeriodInDays"] == 35
    assert third["EarliestRestorableDateTime"] > first["EarliestRestorableDateTime"]


def test_recovery_refusals() -> None:
    """T-084 T-088 T-453."""
    lab = Lab().settled()
    with pytest.raises(AwsFault, match="validation error detected: Value '36' at 'pointInTimeRecoverySpecification"):
        lab.recover(True, RecoveryPeriodInDays=36)
    with pytest.raises(
        AwsFault, match="Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time"
    ):
        lab.recover(False, RecoveryPeriodInDays=7)
    lab.call("DeleteTable", TableName=NAME)
    lab.recover(True)
    lab.sleep(DURATIONS["delete_backups"])
    with pytest.raises(AwsFault, match=f"TableNotFoundException: Table not found: {NAME}"):
        lab.recover(False)


def test_tags_are_read_later_than_they_are_written() -> None:
    """T-102 T-103 T-406."""
    lab = Lab().settled(Tags=[{"Key": "a", "Value": "1"}])
    lab.tag(b="2", c="")
    assert lab.tags() == {"a": "1"}
    lab.sleep(DURATIONS["tag_read_lag"])
    assert lab.tags() == {"a": "1", "b": "2", "c": ""}
    lab.untag("a", "not there")
    lab.sleep(DURATIONS["tag_read_lag"])
    assert lab.tags() == {"b": "2", "c": ""}


def test_tag_lock_lets_only_supersets_pass() -> None:
    """T-103 T-172 T-440 T-441."""
    lab = Lab().settled()
    lab.tag(a="1")
    lab.tag(a="1")
    lab.tag(a="1", b="2")
    text = f"LimitExceededException: {SLE}Table tags are being updated: {NAME}"
    for refused in ({"c": "3"}, {"a": "1"}, {"a": "2", "b": "2"}):
        with pytest.raises(AwsFault) as raised:
            lab.tag(**refused)
        assert str(raised.value) == text
    with pytest.raises(AwsFault, match=text):
        lab.untag("not there")
    lab.sleep(DURATIONS["tag_lock"])
    lab.untag("a")
    lab.untag("a", "b")
    lab.sleep(10)
    assert lab.tags() == {}


def test_tags_that_change_nothing_lock_nothing() -> None:
    """T-173 T-441."""
    lab = Lab().settled(Tags=[{"Key": "a", "Value": "1"}])
    lab.tag(a="1")
    lab.untag("b")
    lab.call("DeleteTable", TableName=NAME)


def test_tags_while_deleting() -> None:
    """T-104 T-374."""
    lab = Lab().settled(Tags=[{"Key": "a", "Value": "1"}])
    lab.call("DeleteTable", TableName=NAME)
    lab.tag(a="1")
    with pytest.raises(AwsFault, match=f"{ARU}Table is being deleted: {NAME}"):
        lab.tag(a="2")
    assert lab.tags() == {"a": "1"}
    lab.sleep(DURATIONS["delete_tags_list"])
    with pytest.raises(AwsFault, match="Table is being deleted"):
        lab.tag(a="2")
    with pytest.raises(AwsFault, match="not found"):
        lab.tags()
    lab.sleep(DURATIONS["delete_tags_other"] - DURATIONS["delete_tags_list"])
    for call in (lambda: lab.tag(a="1"), lambda: lab.tag(a="2"), lab.tags):
        with pytest.raises(AwsFault, match=f"Requested resource not found: ResourceArn: {ARN} not found"):
            call()


def tags(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"ResourceArn": ARN, "Tags": [{"Key": name, "Value": value} for name, value in pairs]}


TAGS: list[tuple[str, dict[str, Any], str, str]] = [
    ("TagResource", tags(("aWs:x", "")), "ValidationException", "Tag Key cannot be prefixed with aws:, Key: aWs:x"),
    (
        "UntagResource",
        {"ResourceArn": ARN, "TagKeys": ["AWS:x"]},
        "ValidationException",
        "Tag Key cannot be prefixed with",
    ),
    ("TagResource", tags(("a#", "")), "ValidationException", "The Tag Key provided is invalid, Key: a#"),
    ("TagResource", tags(("a" * 129, "")), "ValidationException", "The Tag Key provided is invalid, Key: aaa"),
    ("TagResource", tags(("a", "b#")), "ValidationException", "The Tag Value provided is invalid, Value: b#"),
    ("TagResource", tags(("a", "b" * 257)), "ValidationException", "The Tag Value provided is invalid, Value: bbb"),
    ("TagResource", tags(), "ValidationException", "Atleast one Tag needs to be provided as Input."),
    (
        "UntagResource",
        {"ResourceArn": ARN, "TagKeys": []},
        "ValidationException",
        "Atleast one Tag Key needs to be provided as Input.",
    ),
    (
        "TagResource",
        tags(("a", "1"), ("a", "2")),
        "ValidationException",
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found a",
    ),
    (
        "TagResource",
        tags(*((f"key{number}", "") for number in range(50))),
        "ValidationException",
        "Number of Tags exceed the current limit for the provided ResourceArn",
    ),
    (
        "UntagResource",
        {"ResourceArn": ARN, "TagKeys": [f"key{number}" for number in range(51)]},
        "ValidationException",
        "Number of Tags exceed the current limit for the provided ResourceArn",
    ),
    (
        "TagResource",
        tags(*((f"key{number}", "x" * 256) for number in range(40))),
        "ValidationException",
        "Tag set size 10430 bytes is above max size limit of 10240 bytes",
    ),
    (
        "ListTagsOfResource",
        {"ResourceArn": "orders"},
        "ValidationException",
        f"{OOM}ARNs must start with 'arn:': orders",
    ),
    ("ListTagsOfResource", {"ResourceArn": f"{ARN}/index/x"}, "ValidationException", "Invalid TableArn"),
    (
        "ListTagsOfResource",
        {"ResourceArn": ARN.replace(ACCOUNT, "1" * 12)},
        "AccessDeniedException",
        "Access is denied",
    ),
    (
        "ListTagsOfResource",
        {"ResourceArn": f"{ARN}2"},
        "ResourceNotFoundException",
        "Requested resource not found: Resour",
    ),
]


@pytest.mark.parametrize(("operation", "request_", "code", "message"), TAGS)
def test_refused_tags(operation: str, request_: dict[str, Any], code: str, message: str) -> None:
    """T-105 to T-108 T-110 T-136 T-368."""
    lab = Lab().settled(Tags=[{"Key": "here", "Value": ""}])
    found = lab.refusal(operation, **request_)
    assert (found[0], found[1][: len(message)]) == (code, message)
    assert lab.tags() == {"here": ""}
