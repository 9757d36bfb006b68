# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the double refuses of changes because of the table they are for (rules 3.3 and 6.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.clock import FakeClock
from tests.support.dynamodb_double import AwsFault, Settings
from tests.support.lab import (
    ARN,
    LIMITED,
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    OOM,
    OWNED_KEY,
    PROTECTED,
    RARE,
    SLE,
    STANDARD,
    STREAM_OFF,
    STREAM_ON,
    UNPROTECTED,
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

Json = dict[str, Any]
CAPACITY = {"ProvisionedThroughput": units(5, 5)}
WILL_NOT = "The provisioned throughput for the {} will not change. The requested value equals the current value. "


def encryption(**members: Any) -> Json:
    return {"SSESpecification": members}


ON_DEMAND_TABLE: list[tuple[Json, str]] = [
    ({"BillingMode": "PROVISIONED"}, OOM + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"),
    (provisioned(), OOM + "ProvisionedThroughput must be specified for index: by_city"),
    (CAPACITY, OOM + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_"),
    (
        {"OnDemandThroughput": {"MaxReadRequestUnits": 0}},
        OOM + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
    (
        {"WarmThroughput": {"ReadUnitsPerSecond": 11000}},
        OOM + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decre",
    ),
    (
        {"StreamSpecification": {"StreamEnabled": True}},
        OOM + "If stream is being enabled then UpdateViewType is required",
    ),
    (
        {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}},
        OOM + "If stream is being disabled, then UpdateViewType must not be specified",
    ),
    (
        {"OnDemandThroughput": {"MaxReadRequestUnits": 40001}},
        SLE + "Requested MaxReadRequestUnits for OnDemandThroughput for table exceeds TableMaxReadCapacityUnits of ",
    ),
    (
        {"WarmThroughput": {"WriteUnitsPerSecond": 40001}},
        SLE + "Requested WriteUnitsPerSecond for WarmThroughput for table exceeds TableMaxWriteCapacityUnits of the ",
    ),
    (
        update_index("by_city", WarmThroughput={"ReadUnitsPerSecond": 11000}),
        OOM + "Requested ReadUnitsPerSecond for WarmThroughput for index by_city is lower than current WarmThroughput",
    ),
    (
        {"AttributeDefinitions": attributes("x"), "GlobalSecondaryIndexUpdates": [{"Create": index("new", "y")}]},
        OOM + "Some index key attributes are not defined in AttributeDefinitions. Keys: [y], AttributeDefinitions: [x]",
    ),
    (create_index("new", "new", KeySchema=key(sort=("new",))), "Invalid KeySchema: The first KeySchemaElement is not"),
    (STREAM_OFF, f"Table has no stream to disable: TableName: {NAME}"),
    (OWNED_KEY, OOM + "Table is already encrypted by default"),
    (encryption(), OOM + "Table is already encrypted by default"),
    (encryption(Enabled=True, KMSMasterKeyId="a"), OOM + "SSEType KMS is required if KMSMasterKeyId is specified"),
    (encryption(Enabled=False, SSEType="KMS"), OOM + "SSEType can not be specified if Enabled is false"),
    (encryption(Enabled=False, KMSMasterKeyId="a"), OOM + "KMSMasterKeyId can not be specified if Enabled is false"),
    (encryption(Enabled=True, SSEType="AES256"), OOM + "SSEType AES256 is not supported"),
    (create_index(), "Attempting to create an index which already exists"),
    (create_index("local"), "Attempting to create an index which already exists"),
    (
        {"GlobalSecondaryIndexUpdates": [{"Create": index("new", "city")}]},
        OOM + "AttributeDefinitions is not specified for index: new",
    ),
    (
        create_index("new", "new", ProvisionedThroughput=units(1, 1)),
        OOM
        + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: new when BillingMode is PAY",
    ),
    (
        create_index("new", "new", Projection={"ProjectionType": "INCLUDE"}),
        OOM + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    *(
        (
            update_index("by_city", **members),
            OOM + "The only Updates for index: by_city when TableThroughputMode is PAY_",
        )
        for members in ({}, CAPACITY, {"OnDemandThroughput": {}})
    ),
    (update_index("by_name", **LIMITED), f"Requested resource not found: Index by_name for table {NAME}"),
    (delete_index("by_name"), f"Requested resource not found: Index by_name for table {NAME}"),
    (update_index("by_name", WarmThroughput={"ReadUnitsPerSecond": 20000}), ""),
    (delete_index("local"), "Cannot delete an index that is not a GlobalSecondaryIndex: local"),
    (update_index("local", **LIMITED), "Cannot update an index that is not a GlobalSecondaryIndex: local"),
    (
        {"TableClass": "CHEAP"},
        "Invalid table-class parameter provided. Please try again with a valid table-class value",
    ),
]
PROVISIONED_TABLE: list[tuple[Json, str]] = [
    (CAPACITY, WILL_NOT.format("table") + "Current ReadCapacityUnits provisioned for the table: 5. Requested Read"),
    (provisioned(), WILL_NOT.format("table")),
    (
        {"ProvisionedThroughput": units(9, 40001)},
        "The requested WriteCapacityUnits, 40001, is above the per table maximum",
    ),
    (
        LIMITED,
        OOM + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROV",
    ),
    (update_index("by_city", **CAPACITY), WILL_NOT.format("index by_city")),
    (update_index("by_city"), OOM + "ProvisionedThroughput must be specified for index: by_city"),
    (
        update_index("by_city", ProvisionedThroughput=units(40001, 5)),
        "The requested ReadCapacityUnits for index by_city, 40001, is above the per index maximum for the account in ",
    ),
    (
        update_index("by_city", **LIMITED),
        OOM + "MaxReadRequestUnits for OnDemandThroughput for index : by_city cannot be specified when the table Bill",
    ),
    (
        create_index("new", "new"),
        OOM + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: new",
    ),
]


def _tables(**members: Any) -> Lab:
    given: Json = CAPACITY if members else {}
    return Lab().settled(
        KeySchema=key("id", sort=("at",)),
        AttributeDefinitions=attributes("id", "at", "city"),
        GlobalSecondaryIndexes=[index("by_city", "city", **given)],
        LocalSecondaryIndexes=[index("local", "id", sort=("city",))],
        **members,
    )


def _check(lab: Lab, change: Json, message: str) -> None:
    before = lab.table()
    code, found = lab.refused(change)
    assert found.startswith(message)
    assert code == _code(message)
    assert lab.table() == before


def _code(message: str) -> str:
    """The code that goes with the message; the bare failure has none."""
    if message.startswith((SLE, "The requested ")):
        return "LimitExceededException"
    if message.startswith("Requested resource not found: "):
        return "ResourceNotFoundException"
    return "ValidationException" if message else "InternalFailure"


@pytest.mark.parametrize(("change", "message"), ON_DEMAND_TABLE)
def test_refused_on_an_on_demand_table(change: Json, message: str) -> None:
    """T-029 T-036 T-044 T-050 T-056 T-059 T-078 T-137 T-152 T-161 T-164 T-180 T-380."""
    _check(_tables(), change, message)


@pytest.mark.parametrize(("change", "message"), PROVISIONED_TABLE)
def test_refused_on_a_provisioned_table(change: Json, message: str) -> None:
    """T-058 T-154 T-164 T-170."""
    _check(_tables(**CAPACITY), change, message)


def test_stream_is_enabled_only_once() -> None:
    """T-050: not even with the same view type."""
    lab = Lab().settled(**STREAM_ON)
    assert lab.refused(STREAM_ON) == ("ValidationException", f"Table already has an enabled stream: TableName: {NAME}")


def test_limit_of_indexes() -> None:
    """T-169."""
    lab = Lab().settled(
        AttributeDefinitions=attributes("id", "city"),
        GlobalSecondaryIndexes=[index(f"index{number}", "city") for number in range(20)],
    )
    text = SLE + "Number of global secondary indexes exceeds per-table limit of 20"
    assert lab.refused(create_index()) == ("LimitExceededException", text)


def test_on_demand_limits_merge_and_are_lifted_by_minus_one() -> None:
    """T-178 T-182 T-153."""
    lab = Lab().settled(**LIMITED)
    assert lab.update(OnDemandThroughput={"MaxWriteRequestUnits": 7})["TableStatus"] == "ACTIVE"
    assert lab.table()["OnDemandThroughput"] == {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 7}
    lab.update(OnDemandThroughput={"MaxReadRequestUnits": -1})
    assert lab.table()["OnDemandThroughput"]["MaxReadRequestUnits"] == -1
    lab.sleep(1)
    assert lab.table()["OnDemandThroughput"] == {"MaxWriteRequestUnits": 7}
    lab.update(provisioned())
    assert "OnDemandThroughput" not in lab.table()


def test_warm_throughput_rises_slowly_and_the_last_raise_wins() -> None:
    """T-061 T-155 T-179 T-459."""
    lab = Lab().settled()
    answer = lab.update(WarmThroughput={"ReadUnitsPerSecond": 15000})
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}
    assert answer["WarmThroughput"] == {**warm, "Status": "UPDATING"}
    lab.sleep(10)
    lab.update(WarmThroughput={"ReadUnitsPerSecond": 13000})
    lab.sleep(1000)
    assert lab.table()["WarmThroughput"] == {**warm, "ReadUnitsPerSecond": 13000, "Status": "ACTIVE"}


def test_key_that_is_named_otherwise_is_encrypted_with_again() -> None:
    """T-018 T-082 T-361: only the very ARN is recognised."""
    lab = Lab(Settings(encryption_changes=9)).settled()
    own = lab.aws.keys.add("11111111-2222-4333-8444-555555555555", "alias/own")
    names = (own.arn, own.key_id, "alias/own", own.arn.replace(f"key/{own.key_id}", "alias/own"))
    for name in names:
        lab.update(encryption(Enabled=True, SSEType="KMS", KMSMasterKeyId=name))
        lab.sleep(30)
        assert lab.table()["SSEDescription"]["KMSMasterKeyArn"] == own.arn
    same = encryption(Enabled=True, SSEType="KMS", KMSMasterKeyId=own.arn)
    assert lab.refused(same)[1].startswith(OOM + "Table is already encrypted with given KMSMasterKeyId. ")


KEYS: list[tuple[str, Json, str, str]] = [
    (
        "arn:aws:kms:eu-west-1:137406935518:key/own",
        {},
        "ValidationException",
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Invalid arn eu-west-1",
    ),
    ("own", {"condition": "Disabled"}, "ValidationException", "KMS key disabled error: com.amazonaws.services.kms.mo"),
    ("own", {"condition": "PendingDeletion"}, "ValidationException", "KMS validation error: com.amazonaws.services."),
    ("own", {"grantable": False}, "AccessDeniedException", "KMS key access denied error: "),
    (
        "own",
        {"symmetric": False},
        "InternalServerError",
        "KMS internal error: EncryptionContext is supported only when",
    ),
    (
        "alias/none",
        {},
        "ValidationException",
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: A",
    ),
    (
        "none",
        {},
        "ValidationException",
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Key '",
    ),
]


@pytest.mark.parametrize(("name", "state", "code", "message"), KEYS)
def test_key_that_cannot_be_used(name: str, state: Json, code: str, message: str) -> None:
    """T-020 to T-023 T-037 T-139."""
    lab = Lab().settled()
    own = lab.aws.keys.add("own")
    for member, value in state.items():
        setattr(own, member, value)
    change = encryption(Enabled=True, SSEType="KMS", KMSMasterKeyId=name)
    found = lab.refused(change)
    assert (found[0], found[1][: len(message)]) == (code, message)
    with pytest.raises(AwsFault, match=message):
        lab.create(TableName="another", **change)
    assert "SSEDescription" not in lab.table()


def test_budget_of_encryption_changes() -> None:
    """T-018 T-081 T-443: comes before the look at the key."""
    lab = Lab().settled()
    for change in (MANAGED_KEY, OWNED_KEY, MANAGED_KEY, OWNED_KEY):
        lab.update(change)
        lab.sleep(30)
    text = (
        SLE
        + "Encryption mode changes are limited in the 24h window ending at 2026-11-02T09:35:20.000Z. After the first 4 "
    )
    unknown = encryption(Enabled=True, SSEType="KMS", KMSMasterKeyId="none")
    for change in (MANAGED_KEY, unknown):
        code, message = lab.refused(change)
        assert (code, message[: len(text)]) == ("LimitExceededException", text)
    assert message.endswith("Next changes can be made at 2026-11-02T15:34:50.000Z.")
    lab.sleep(21600)
    lab.update(MANAGED_KEY)


def test_budget_of_table_class_changes() -> None:
    """T-283 T-365: afterwards even the same class is refused."""
    lab = Lab().settled()
    lab.update(STANDARD)
    for change in (RARE, RARE, STANDARD):
        lab.update(change)
        lab.sleep(30)
    for change in (STANDARD, RARE):
        text = SLE + "Updates to TableClass are limited to 2 times in 30 day(s)."
        assert lab.refused(change) == ("LimitExceededException", text)
    lab.sleep(30 * 86400)
    lab.update(RARE)


def test_budget_of_capacity_decreases() -> None:
    """T-157 T-184 T-185 T-326: per table and per index, per UTC day, then one an hour."""
    lab = Lab().indexed(ProvisionedThroughput=units(50, 50))
    for units_left in (49, 48, 47, 46):
        lab.update(ProvisionedThroughput=units(units_left, 50 + units_left))
        lab.sleep(30)
    assert lab.table()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 4
    lower = {"ProvisionedThroughput": units(45, 100)}
    code, message = lab.refused(lower, update_index(ProvisionedThroughput=units(4, 4)))
    assert code == "LimitExceededException"
    assert message.startswith(
        SLE + "Provisioned throughput decreases are limited within a given UTC day. After the first 4"
    )
    assert "Number of decreases today: 4. Last decrease at Monday, November 02, 2026 at 09:34:50 AM" in message
    assert lab.table()["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    lab.update(update_index(ProvisionedThroughput=units(4, 4)))
    lab.sleep(10)
    lab.update(ProvisionedThroughput=units(46, 200))
    lab.sleep(3600)
    lab.update(lower)
    lab.sleep(30)
    assert lab.refused({"ProvisionedThroughput": units(44, 100)})[0] == "LimitExceededException"
    lab.sleep(15 * 3600)
    lab.update(ProvisionedThroughput=units(44, 100))
    assert lab.table()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_window_of_deletion_protection() -> None:
    """T-003 T-017 T-047 T-054 T-383."""
    lab = Lab().settled()
    lab.update(UNPROTECTED)
    assert lab.update(PROTECTED)["TableStatus"] == "ACTIVE"
    assert lab.table()["DeletionProtectionEnabled"] is True
    lab.sleep(5)
    for change in (UNPROTECTED, PROTECTED):
        code, message = lab.refused(change)
        text = f"Deletion protection setting for table {NAME} modified within the previous 15000 milliseconds. "
        assert (code, message[: len(text)]) == ("ThrottlingException", text)
        assert message.endswith("Please try again after 2026-11-02T09:33:35.001Z")
    lab.sleep(10)
    lab.update(UNPROTECTED)


def test_budgets_can_be_switched_off() -> None:
    lab = Lab(Settings(budgets=False)).settled()
    for change in (RARE, STANDARD, RARE, STANDARD, PROTECTED, UNPROTECTED, *(MANAGED_KEY, OWNED_KEY) * 4):
        lab.update(change)
        lab.sleep(0 if change is PROTECTED else 30)


def test_new_table_has_new_budgets() -> None:
    """T-455."""
    lab = Lab().settled()
    for change in (RARE, STANDARD):
        lab.update(change)
        lab.sleep(30)
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(10)
    lab.settled().update(RARE)


def test_account_limiter_counts_changes_only() -> None:
    """T-053 T-130 T-434."""
    lab = Lab(Settings(mutation_limiter=True)).settled()
    for number in range(4):
        lab.create(TableName=f"table{number}")
    code, message = lab.refusal("CreateTable", **_plain("table5"))[:2]
    assert (code, message) == (
        "ThrottlingException",
        "The rate of control plane requests made by this account is too high",
    )
    assert "table5" not in lab.call("ListTables")["TableNames"]
    for free in (ON_DEMAND, STANDARD, PROTECTED):
        lab.update(free)
    assert lab.refused(STREAM_ON)[0] == lab.refused(LIMITED)[0] == "ThrottlingException"
    lab.sleep(1)
    lab.create(TableName="table5")


def _plain(name: str) -> Json:
    return {
        "TableName": name,
        "KeySchema": key("id"),
        "AttributeDefinitions": attributes("id"),
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_table_may_be_named_by_its_arn() -> None:
    """T-011."""
    lab = Lab().settled()
    assert lab.call("UpdateTable", TableName=ARN, **PROTECTED)["TableDescription"]["TableName"] == NAME
    assert lab.refusal("DescribeTable", TableName="arn:aws:s3:::bucket")[0] == "ValidationException"
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
