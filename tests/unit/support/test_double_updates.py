# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the double refuses of changes because of the table they are for (rules 3.3 and 6.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import AwsFault, Settings
from tests.support.lab import (
    LIMITED,
    NAME,
    OOM,
    OWNED_KEY,
    SLE,
    STREAM_OFF,
    STREAM_ON,
    Lab,
    attributes,
    create_index,
    delete_index,
    encryption,
    index,
    key,
    provisioned,
    units,
    update_index,
)

Json = dict[str, Any]
CAPACITY = {"ProvisionedThroughput": units(5, 5)}
NEITHER_LIMITS_NOR_WARM: list[Json] = [{}, CAPACITY, {"OnDemandThroughput": {}}]
WILL_NOT = "The provisioned throughput for the {} will not change. The requested value equals the current value. "


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
        for members in NEITHER_LIMITS_NOR_WARM
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
