# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's changes pass through the phases that AWS's do (rule 1)."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb_double import DURATIONS
from tests.support.lab import (
    ARN,
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    OWNED_KEY,
    RARE,
    STANDARD,
    STREAM_OFF,
    STREAM_ON,
    Lab,
    attributes,
    create_index,
    delete_index,
    index,
    key,
    provisioned,
    units,
    update_index,
)


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
    found = lab.index() or {}
    assert (found["IndexStatus"], found["ProvisionedThroughput"]["ReadCapacityUnits"]) == ("ACTIVE", 6)
    answer = lab.update(ON_DEMAND)
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert answer["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(0, 0)}
    assert lab.table()["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}  # the time comes at the end
    lab.sleep(500)
    for nothing in (ON_DEMAND, STANDARD):
        assert lab.update(nothing)["TableStatus"] == "UPDATING"
        assert lab.status() == "ACTIVE"
    answer = lab.update(RARE)
    assert "TableClassSummary" not in answer
    lab.sleep(10)
    summary = lab.table()["TableClassSummary"]
    assert summary["TableClass"] == "STANDARD_INFREQUENT_ACCESS" and "LastUpdateDateTime" in summary
    assert "LastUpdateDateTime" not in Lab().create(**RARE)["TableClassSummary"]


def test_class_change_shows_the_indexes_as_updating() -> None:
    """T-284 T-287."""
    lab = Lab().indexed()
    lab.update(RARE)
    assert (lab.index() or {})["IndexStatus"] == "UPDATING"
    lab.sleep(DURATIONS["table_class"])
    assert (lab.index() or {})["IndexStatus"] == "ACTIVE"


def test_local_indexes_have_neither_status_nor_throughput() -> None:
    """Rule 8."""
    lab = Lab().settled(
        KeySchema=key("id", sort=("at",)),
        AttributeDefinitions=attributes("id", "at", "city"),
        LocalSecondaryIndexes=[index("local", "id", sort=("city",))],
    )
    assert [sorted(found) for found in lab.table()["LocalSecondaryIndexes"]] == [
        ["IndexArn", "IndexName", "IndexSizeBytes", "ItemCount", "KeySchema", "Projection"]
    ]
    assert "LocalSecondaryIndexes" not in Lab().create()


def test_declared_warm_throughput_is_shown_while_creating() -> None:
    """T-032 T-371."""
    lab = Lab()
    warm = {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 4000}
    answer = lab.create(WarmThroughput={"ReadUnitsPerSecond": 13000})
    assert answer["WarmThroughput"] == {**warm, "Status": "UPDATING"}
    lab.sleep(10)
    assert lab.table()["WarmThroughput"] == {**warm, "Status": "ACTIVE"}


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


def test_switch_sets_the_numbers_of_the_indexes_at_once() -> None:
    """T-152 T-183; and back, which counts as a decrease of each index (T-164)."""
    lab = Lab().indexed()
    lab.update(provisioned(), update_index(ProvisionedThroughput=units(3, 2)))
    found = lab.index() or {}
    assert (found["IndexStatus"], found["ProvisionedThroughput"]["ReadCapacityUnits"]) == ("ACTIVE", 3)
    lab.sleep(500)
    assert (lab.index() or {})["WarmThroughput"]["ReadUnitsPerSecond"] == 12000
    lab.update(ON_DEMAND)
    assert (lab.index() or {})["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 1, **units(0, 0)}
