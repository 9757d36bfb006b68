# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's tables come, change and go as AWS's do (rule 1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.clock import FakeClock
from tests.support.dynamodb_double import DURATIONS, SETTLED, Settings
from tests.support.lab import (
    ARN,
    ARU,
    MANAGED_KEY,
    NAME,
    PROTECTED,
    RARE,
    STREAM_ON,
    WARMER,
    Lab,
    attributes,
    create_index,
    expiry,
    index,
    key,
    provisioned,
    units,
    update_index,
)


def test_created_table_shows_its_keys_at_once_and_is_active_later() -> None:
    lab = Lab()
    answer = lab.create()
    assert (answer["TableStatus"], answer["TableArn"], answer["KeySchema"]) == ("CREATING", ARN, key("id"))
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}  # the time comes later (T-032)
    assert not {"Tags", "WarmThroughput"} & answer.keys()  # T-025
    assert lab.call("ListTables")["TableNames"] == [NAME]  # T-076
    lab.sleep(DURATIONS["create"] - 0.1)
    assert lab.status() == "CREATING"
    lab.sleep(0.1)
    table = lab.table()
    assert table["TableStatus"] == "ACTIVE"
    assert "LastUpdateToPayPerRequestDateTime" in table["BillingModeSummary"]
    assert table["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12000,
        "WriteUnitsPerSecond": 4000,
        "Status": "ACTIVE",
    }  # T-032
    assert table["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(0, 0)}  # T-028
    assert table["DeletionProtectionEnabled"] is False  # T-030
    absent = {"SSEDescription", "StreamSpecification", "TableClassSummary", "GlobalSecondaryIndexes"}
    assert not absent & table.keys()


def test_provisioned_table_that_was_never_switched_has_no_summary() -> None:
    table = Lab().settled(ProvisionedThroughput=units(7, 8)).table()
    assert "BillingModeSummary" not in table  # T-033
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 7  # T-179


def test_attributes_and_included_attributes_are_sorted() -> None:
    lab = Lab().settled(
        KeySchema=key("z", sort=("a",)),
        AttributeDefinitions=attributes("z", "m", "a"),
        GlobalSecondaryIndexes=[
            index("gsi", "m", Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["y", "b"]})
        ],
    )
    table = lab.table()
    assert [item["AttributeName"] for item in table["AttributeDefinitions"]] == ["a", "m", "z"]  # T-125
    assert table["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] == ["b", "y"]
    assert table["KeySchema"] == key("z", sort=("a",))  # T-042


def test_indexes_of_a_new_table_have_no_backfilling_and_end_with_it() -> None:
    lab = Lab()
    lab.create(
        AttributeDefinitions=attributes("id", "city"),
        GlobalSecondaryIndexes=[index("by_city", "city")],
    )
    found = lab.index()
    assert found is not None and found["IndexStatus"] == "CREATING" and "Backfilling" not in found  # T-138 T-169
    lab.sleep(DURATIONS["create"])
    assert lab.status() == "CREATING"
    lab.sleep(DURATIONS["create_with_indexes"] - DURATIONS["create"])
    found = lab.index()
    assert lab.status() == "ACTIVE" and found is not None and found["IndexStatus"] == "ACTIVE"


def test_deleting_table_shows_little_and_then_nothing() -> None:
    lab = Lab().indexed()
    before = lab.table()["TableId"]
    lab.call("DeleteTable", TableName=NAME)
    table = lab.table()
    assert table["TableStatus"] == "DELETING"
    hidden = {"KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "CreationDateTime", "WarmThroughput"}
    assert not hidden & table.keys()  # T-363
    assert lab.call("ListTables")["TableNames"] == [NAME]  # T-076
    being_deleted = ("ResourceInUseException", f"{ARU}Table is being deleted: {NAME}", 400)
    assert lab.refusal("DeleteTable", TableName=NAME) == being_deleted  # T-006
    assert lab.refused(STREAM_ON) == being_deleted[:2]
    with pytest.raises(Exception, match=f"ResourceInUseException: Table already exists: {NAME}"):  # T-008
        lab.create()
    lab.sleep(DURATIONS["delete"])
    assert lab.refusal("DescribeTable", TableName=NAME) == (
        "ResourceNotFoundException",
        f"Requested resource not found: Table: {NAME} not found",
        400,
    )  # T-070
    again = lab.create()
    assert again["TableId"] != before and again["TableArn"] == ARN  # T-009


def test_creating_table_refuses_other_work() -> None:
    lab = Lab()
    lab.create()
    being_created = ("ResourceInUseException", f"{ARU}Table is being created: {NAME}", 400)
    assert lab.refusal("DeleteTable", TableName=NAME) == being_created  # T-001
    assert lab.refused(STREAM_ON) == being_created[:2]
    with pytest.raises(Exception, match="Table is being created"):  # T-005
        lab.create()


@pytest.mark.parametrize(
    ("operation", "request_", "early", "late"),
    [
        (
            "UpdateTimeToLive",
            expiry(True),
            "Requested resource not found: Table: ",
            f"{ARU}Table {NAME} is being created",
        ),
        (
            "UpdateContinuousBackups",
            {"TableName": NAME, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
            f"Table not found: {NAME}",
            f"Backups are being enabled for the table: {NAME}. Please retry later",
        ),
        (
            "TagResource",
            {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]},
            f"Requested resource not found: ResourceArn: {ARN} not found",
            f"{ARU}Table is being created: {NAME}",
        ),
        (
            "DescribeTimeToLive",
            {"TableName": NAME},
            "Cannot describe time to live while table is in CREATING state: Current table state is CREATING",
            "Cannot describe time to live while table is in CREATING state",
        ),
    ],
)
def test_parts_of_a_new_table_come_one_by_one(operation: str, request_: dict[str, Any], early: str, late: str) -> None:
    """T-101 T-114 T-115 T-444."""
    lab = Lab()
    lab.create()
    assert lab.refusal(operation, **request_)[1].startswith(early)
    lab.sleep(DURATIONS["create"] - DURATIONS["create_last_phase"])
    assert lab.refusal(operation, **request_)[1].startswith(late)
    lab.sleep(DURATIONS["create_last_phase"] + DURATIONS["backups_ready"])
    lab.call(operation, **request_)


CHANGES = [
    ("T-062", STREAM_ON, "stream"),
    ("T-052", RARE, "table_class"),
    ("T-148", create_index(), "index_allocation"),
    ("T-183", provisioned(), "to_provisioned_first"),
]


@pytest.mark.parametrize(("finding", "change", "duration"), CHANGES, ids=[case[0] for case in CHANGES])
def test_visible_changes_make_the_table_updating(finding: str, change: dict[str, Any], duration: str) -> None:
    lab = Lab().settled()
    assert lab.update(change)["TableStatus"] == "UPDATING"
    lab.sleep(DURATIONS[duration] - 0.1)
    assert lab.status() == "UPDATING", finding
    lab.sleep(0.2)
    assert lab.status() == "ACTIVE", finding


@pytest.mark.parametrize("change", [MANAGED_KEY, WARMER, update_index(OnDemandThroughput={"MaxReadRequestUnits": 9})])
def test_other_changes_run_while_the_table_says_active(change: dict[str, Any]) -> None:
    """T-069 T-150 T-178."""
    lab = Lab().indexed()
    assert lab.update(change)["TableStatus"] == "ACTIVE"
    assert lab.status() == "ACTIVE"
    assert lab.refusal("DeleteTable", TableName=NAME)[0] == "ResourceInUseException"


def test_everything_settles_at_once_when_told_so() -> None:
    lab = Lab(Settings(durations=SETTLED))
    lab.create(Tags=[{"Key": "a", "Value": "b"}])
    assert (lab.status(), lab.tags()) == ("ACTIVE", {"a": "b"})
    assert lab.recover(True)["PointInTimeRecoveryStatus"] == "ENABLED"
    lab.update(create_index())
    assert lab.index() == {**(lab.index() or {}), "IndexStatus": "ACTIVE"}
    lab.call("DeleteTable", TableName=NAME)
    assert lab.call("ListTables")["TableNames"] == []


def test_listing_comes_in_pages() -> None:
    lab = Lab()
    for name in ("ccc", "aaa", "bbb"):
        lab.create(TableName=name)
    first = lab.call("ListTables", Limit=2)
    assert first == {"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"}
    assert lab.call("ListTables", ExclusiveStartTableName="bbb") == {"TableNames": ["ccc"]}


def test_table_may_be_named_by_its_arn() -> None:
    """T-011."""
    lab = Lab().settled()
    assert lab.call("UpdateTable", TableName=ARN, **PROTECTED)["TableDescription"]["TableName"] == NAME
    invalid = "Invalid TableArn: Invalid ResourceArn provided as input arn:aws:s3:::bucket"
    assert lab.refusal("DescribeTable", TableName="arn:aws:s3:::bucket")[1] == invalid
    elsewhere = ARN.replace("ap-northeast-2", "eu-west-1")
    assert lab.refusal("UpdateTable", TableName=elsewhere, **PROTECTED)[0] == "ValidationException"
    foreign = ARN.replace("137406935518", "999999999999")
    assert lab.refusal("UpdateTable", TableName=foreign, **PROTECTED)[0] == "AccessDeniedException"


def test_names_of_tables_are_case_sensitive() -> None:
    """T-005."""
    lab = Lab().settled()
    assert lab.refusal("DescribeTable", TableName=NAME.upper())[0] == "ResourceNotFoundException"


def test_time_only_passes_when_somebody_sleeps() -> None:
    clock = FakeClock()
    before = clock.now()
    clock.sleep(-5)
    assert clock.now() == before
    clock.sleep(5)
    assert clock.now() == before + 5
