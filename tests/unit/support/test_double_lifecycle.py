# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's tables come, change and go as AWS's do (rule 1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import DURATIONS, SETTLED, Settings
from tests.support.lab import (
    ARN,
    ARU,
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    OWNED_KEY,
    RARE,
    STANDARD,
    STREAM_OFF,
    STREAM_ON,
    WARMER,
    Lab,
    attributes,
    create_index,
    delete_index,
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


def test_new_index_is_allocated_then_backfilled() -> None:
    """T-148 T-149 T-458."""
    lab = Lab().settled()
    lab.update(create_index())
    seen = []
    for seconds in (0, DURATIONS["index_allocation"], DURATIONS["index_backfill"]):
        lab.sleep(seconds)
        found = lab.index() or {}
        seen.append((lab.status(), found["IndexStatus"], found.get("Backfilling")))
    assert seen == [("UPDATING", "CREATING", False), ("ACTIVE", "CREATING", True), ("ACTIVE", "ACTIVE", None)]
    lab.update(delete_index())
    found = lab.index() or {}
    assert (lab.status(), found["IndexStatus"], found.get("Backfilling")) == ("UPDATING", "DELETING", None)
    lab.sleep(DURATIONS["index_delete"])
    table = lab.table()
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == attributes("id")  # T-375
    lab.update(create_index())  # T-166


def test_backfilling_index_can_be_deleted() -> None:
    """T-175."""
    lab = Lab().settled()
    lab.update(create_index())
    lab.sleep(DURATIONS["index_allocation"])
    assert lab.update(delete_index())["TableStatus"] == "UPDATING"
    lab.sleep(DURATIONS["index_delete"])
    assert lab.index() is None
    lab.sleep(2000)
    assert lab.index() is None and lab.status() == "ACTIVE"


def test_stream_label_stays_when_the_stream_goes() -> None:
    """T-035 T-050 T-180 T-362."""
    lab = Lab().settled()
    first = lab.update(STREAM_ON)
    assert first["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert first["LatestStreamArn"] == f"{ARN}/stream/{first['LatestStreamLabel']}"
    lab.sleep(10)
    lab.update(STREAM_OFF)
    table = lab.table()
    assert "StreamSpecification" not in table and table["LatestStreamArn"] == first["LatestStreamArn"]
    lab.sleep(10)
    assert lab.update(STREAM_ON)["LatestStreamArn"] != first["LatestStreamArn"]


def _phases(lab: Lab, change: dict[str, Any]) -> list[dict[str, Any] | None]:
    seen = [lab.update(change).get("SSEDescription")]
    for duration in ("encryption_first", "encryption_second"):
        lab.sleep(DURATIONS[duration])
        seen.append(lab.table().get("SSEDescription"))
    return seen


def test_encryption_changes_in_two_phases() -> None:
    """T-027 T-065 T-079 T-140 T-371."""
    lab = Lab().settled()
    managed, own = lab.aws.keys.managed.arn, lab.aws.keys.add("11111111-2222-4333-8444-555555555555", "alias/own").arn
    updating: dict[str, Any] = {"Status": "UPDATING"}
    on = {"SSEType": "KMS", "KMSMasterKeyArn": managed}
    assert _phases(lab, MANAGED_KEY) == [updating, {**updating, **on}, {"Status": "ENABLED", **on}]
    change = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/own"}}
    other = {"SSEType": "KMS", "KMSMasterKeyArn": own}
    assert _phases(lab, change) == [{**updating, **on}, {**updating, **other}, {"Status": "ENABLED", **other}]
    assert _phases(lab, OWNED_KEY) == [{**updating, **other}, updating, None]


def test_encryption_of_a_new_table_is_shown_at_once() -> None:
    """T-033."""
    lab = Lab()
    enabled = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": lab.aws.keys.managed.arn}
    assert lab.create(**MANAGED_KEY)["SSEDescription"] == enabled


def test_answers_to_changes_are_stale() -> None:
    """T-058 T-165 T-177 T-183 T-383: who compares with them is wrong."""
    lab = Lab().indexed(ProvisionedThroughput=units(5, 5))
    answer = lab.update(ProvisionedThroughput=units(9, 9))
    assert answer["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert "LastIncreaseDateTime" in answer["ProvisionedThroughput"]
    lab.sleep(10)
    assert lab.table()["ProvisionedThroughput"]["ReadCapacityUnits"] == 9
    answer = lab.update(update_index(ProvisionedThroughput=units(6, 6)))["GlobalSecondaryIndexes"][0]
    assert (answer["IndexStatus"], answer["ProvisionedThroughput"]["ReadCapacityUnits"]) == ("UPDATING", 5)
    lab.sleep(10)
    answer = lab.update(ON_DEMAND)
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert answer["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(0, 0)}
    lab.sleep(500)
    for nothing in (ON_DEMAND, STANDARD):
        assert lab.update(nothing)["TableStatus"] == "UPDATING"
        assert lab.status() == "ACTIVE"
    answer = lab.update(RARE)
    assert "TableClassSummary" not in answer
    lab.sleep(10)
    assert lab.table()["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_class_change_shows_the_indexes_as_updating() -> None:
    """T-284 T-287."""
    lab = Lab().indexed()
    lab.update(RARE)
    assert (lab.index() or {})["IndexStatus"] == "UPDATING"
    lab.sleep(DURATIONS["table_class"])
    assert (lab.index() or {})["IndexStatus"] == "ACTIVE"


def test_warm_index_stays_active() -> None:
    """T-135 T-155."""
    lab = Lab().indexed()
    lab.update(update_index(WarmThroughput={"WriteUnitsPerSecond": 5000}))
    found = lab.index() or {}
    assert (found["IndexStatus"], found["WarmThroughput"]["Status"]) == ("ACTIVE", "UPDATING")
    assert lab.refusal("DeleteTable", TableName=NAME)[0] == "ResourceInUseException"
    lab.sleep(DURATIONS["warm_raise"])
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 5000, "Status": "ACTIVE"}
    assert (lab.index() or {})["WarmThroughput"] == warm


def test_limits_of_an_index_are_merged_at_the_end() -> None:
    """T-165."""
    lab = Lab().indexed()
    answer = lab.update(update_index(OnDemandThroughput={"MaxReadRequestUnits": 9}))["GlobalSecondaryIndexes"][0]
    assert answer["IndexStatus"] == "UPDATING" and "OnDemandThroughput" not in answer
    lab.sleep(DURATIONS["index_update"])
    assert (lab.index() or {})["OnDemandThroughput"] == {"MaxReadRequestUnits": 9}


def test_switching_back_is_quick_and_keeps_the_summary() -> None:
    """T-028 T-183 T-369 T-459."""
    lab = Lab().settled()
    lab.update(provisioned(3, 4))
    table = lab.table()
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    lab.sleep(200)
    assert "LastUpdateToPayPerRequestDateTime" in lab.table()["BillingModeSummary"]
    assert lab.table()["WarmThroughput"]["ReadUnitsPerSecond"] == 12000
    lab.update(ON_DEMAND)
    lab.sleep(DURATIONS["to_on_demand_again"])
    assert lab.status() == "ACTIVE"


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
