# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the double refuses of a new table (rule 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import AwsFault
from tests.support.lab import ARU, NAME, OOM, Lab, attributes, index, key, units

Json = dict[str, Any]


def gsi(*given: Json, names: tuple[str, ...] = ("id", "city")) -> Json:
    return {"AttributeDefinitions": attributes(*names), "GlobalSecondaryIndexes": list(given)}


def lsi(*given: Json, names: tuple[str, ...] = ("id", "at", "city"), table: list[Json] | None = None) -> Json:
    return {
        "KeySchema": table or key("id", sort=("at",)),
        "AttributeDefinitions": attributes(*names),
        "LocalSecondaryIndexes": list(given),
    }


def projected(**projection: Any) -> Json:
    return gsi(index("by_city", "city", Projection=projection))


WIRE = [
    ({"TableName": "ab"}, "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: "),
    (
        {"TableName": "a b c"},
        "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: ",
    ),
    ({"TableName": "a" * 256}, "1 validation error detected: Value 'aaa"),
    ({"BillingMode": "FREE"}, "1 validation error detected: Value 'FREE' at 'billingMode' failed"),
    ({"TableName": "ab", "BillingMode": "FREE"}, "2 validation errors detected: Value 'ab' at 'tableName'"),
    ({"KeySchema": []}, "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member "),
    (
        {"ProvisionedThroughput": {"ReadCapacityUnits": 1}},
        "1 validation error detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy "
        "constraint: Member must not be null",
    ),
    (
        {"ProvisionedThroughput": units(0, 1)},
        "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1",
    ),
    (
        {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "s"}]},
        "1 validation error detected: Value 's' at 'attributeDefinitions.1.member.attributeType'",
    ),
    (projected(ProjectionType="INCLUDE", NonKeyAttributes=[]), "1 validation error detected: Value '[]' at 'globalSec"),
    (
        {"TableClass": "CHEAP"},
        "Invalid table-class parameter provided. Please try again with a valid table-class value",
    ),
]
KEYS = [
    ({"KeySchema": key(sort=("id",))}, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    (
        {"KeySchema": key("id", "at"), "AttributeDefinitions": attributes("id", "at")},
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    ),
    (
        {"KeySchema": key("id", sort=("id",))},
        "Both the Hash Key and the Range Key element in the KeySchema have the same",
    ),
    (
        {"AttributeDefinitions": attributes("id", "more")},
        OOM + "Number of attributes in KeySchema does not exactly match number of attributes defined in ",
    ),
    ({"AttributeDefinitions": []}, "Invalid KeySchema: Some index key attribute have no definition"),
    ({"AttributeDefinitions": attributes("id", "id")}, "Attribute Name is duplicated: id"),
    (
        gsi(index("by_city", "city"), names=("id", "city", "more")),
        OOM + "Some AttributeDefinitions are not used. AttributeDefinitions: [city, id, more], keys used: [city, id]",
    ),
    (
        gsi(index("by_city", "city"), names=("id",)),
        OOM + "Some index key attributes are not defined in AttributeDefinitions. Keys: [city, id], AttributeDefin",
    ),
    (
        gsi(index("big", *"abcde"), names=("id", *"abcde")),
        OOM + "The KeySchema exceeds the maximum allowed number of HASH key attributes",
    ),
    (
        gsi(index("big", "a", sort=tuple("bcdef")), names=("id", *"abcdef")),
        OOM + "The KeySchema exceeds the maximum allowed number of RANGE key attributes",
    ),
    (
        gsi(index("mix", "a", KeySchema=[*key("a", sort=("b",)), *key("c")]), names=("id", *"abc")),
        OOM + "All HASH key attributes must precede RANGE key attributes in the KeySchema",
    ),
    (gsi(index("odd", KeySchema=key(sort=("city",)))), "Invalid KeySchema: The first KeySchemaElement is not a HASH"),
    (
        gsi(index("twice", "city", sort=("city",))),
        "The KeySchema contains multiple key attributes with the same name",
    ),
]
INDEXES = [
    (gsi(names=("id",)), OOM + "List of GlobalSecondaryIndexes is empty"),
    (lsi(names=("id", "at")), OOM + "List of LocalSecondaryIndexes is empty"),
    (
        gsi(*(index(f"index{number}", "city") for number in range(21))),
        OOM + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
    ),
    (
        lsi(*(index(f"index{number}", "id", sort=("city",)) for number in range(6))),
        OOM + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
    ),
    (
        lsi(index("local", "id", sort=("city",)), names=("id", "city"), table=key("id")),
        OOM + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    ),
    (
        lsi(index("local", "city", sort=("at",))),
        OOM + "Index KeySchema does not have the same leading hash key as table KeySchema for index: local. "
        "index hash key: city, table hash key: id",
    ),
    (
        lsi(index("local", "id"), names=("id", "at")),
        OOM + "Index KeySchema does not have a range key for index: local",
    ),
    (gsi(index("same", "city"), index("same", "city")), OOM + "Duplicate index name: same"),
    (projected(ProjectionType="INCLUDE"), OOM + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
    (
        projected(ProjectionType="KEYS_ONLY", NonKeyAttributes=["a"]),
        OOM + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified",
    ),
    (
        projected(ProjectionType="ALL", NonKeyAttributes=["a"]),
        OOM + "ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    (
        projected(ProjectionType="INCLUDE", NonKeyAttributes=["a", "b", "a"]),
        OOM + "Duplicate element in NonKeyAttributes: a",
    ),
    (projected(), OOM + "Unknown ProjectionType: null"),
]
THROUGHPUT = [
    (
        {"BillingMode": "PROVISIONED"},
        OOM + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    ),
    (
        {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": units(1, 1)},
        OOM + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    ),
    (
        gsi(index("by_city", "city", ProvisionedThroughput=units(1, 1))),
        OOM + "ProvisionedThroughput should not be specified for index: by_city when BillingMode is PAY_PER_REQUEST",
    ),
    (
        {**gsi(index("by_city", "city")), "ProvisionedThroughput": units(1, 1)},
        OOM + "ProvisionedThroughput is not specified for index: by_city",
    ),
    (
        {"ProvisionedThroughput": units(1, 1), "OnDemandThroughput": {"MaxReadRequestUnits": 5}},
        OOM + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.",
    ),
    (
        {"OnDemandThroughput": {"MaxReadRequestUnits": -1}},
        OOM + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
    (
        {"WarmThroughput": {"ReadUnitsPerSecond": 11999}},
        OOM
        + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand.",
    ),
    (
        {"ProvisionedThroughput": units(9, 9), "WarmThroughput": {"WriteUnitsPerSecond": 8}},
        OOM + "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than WriteCapacityUnits of Prov",
    ),
    (
        {"StreamSpecification": {"StreamEnabled": True}},
        OOM + "Table is being created with a stream enabled, UpdateViewType is required",
    ),
    (
        {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
        OOM + "Table is being created with a stream disabled, UpdateViewType should not be specified",
    ),
    ({"Tags": [{"Key": "AWS:x", "Value": ""}]}, "Tag Key cannot be prefixed with aws:, Key: AWS:x"),
    (
        {"SSESpecification": {"Enabled": True, "KMSMasterKeyId": "alias/own"}},
        OOM + "SSEType KMS is required if KMSMasterKeyId is specified",
    ),
]
CASES = [*WIRE, *KEYS, *INDEXES, *THROUGHPUT]


@pytest.mark.parametrize(("members", "message"), CASES, ids=[message[:90] for _unused, message in CASES])
def test_invalid_new_table(members: Json, message: str) -> None:
    """T-024 T-036 T-038 T-039 T-042 T-043 T-123 to T-129 T-169 T-364."""
    lab = Lab()
    with pytest.raises(AwsFault) as raised:
        lab.create(**members)
    assert raised.value.code == "ValidationException"
    assert raised.value.message.startswith(message)
    assert lab.call("ListTables")["TableNames"] == []


def test_shape_comes_before_everything_and_the_taken_name_last() -> None:
    """T-005 T-127: order of checks."""
    lab = Lab()
    lab.create()
    with pytest.raises(AwsFault, match="validation error detected"):
        lab.create(BillingMode="FREE")
    with pytest.raises(AwsFault, match="Number of attributes in KeySchema"):
        lab.create(AttributeDefinitions=attributes("id", "more"))
    with pytest.raises(AwsFault, match="Some AttributeDefinitions are not used"):
        lab.create(**{**projected(ProjectionType="INCLUDE"), "AttributeDefinitions": attributes("id", "city", "more")})
    with pytest.raises(AwsFault, match=f"{ARU}Table is being created: {NAME}"):
        lab.create()


def test_account_maximum_of_capacity() -> None:
    """T-154 T-170."""
    lab = Lab()
    with pytest.raises(AwsFault) as raised:
        lab.create(ProvisionedThroughput=units(40001, 1))
    text = "The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in ap-northeast-2. "
    assert (raised.value.code, raised.value.message[: len(text)]) == ("LimitExceededException", text)


ACCEPTED = [
    {"Tags": []},
    {"OnDemandThroughput": {}, "WarmThroughput": {}},
    {"OnDemandThroughput": {"MaxWriteRequestUnits": 5}},
    {"WarmThroughput": {"ReadUnitsPerSecond": 12000}},
    gsi(*(index(f"index{number}", "city") for number in range(20))),
    gsi(index("wide", *"abcd", sort=tuple("efgh")), names=("id", *"abcdefgh")),
    projected(ProjectionType="INCLUDE", NonKeyAttributes=["city", "other"]),
    lsi(index("local", "id", sort=("city",), Projection={"ProjectionType": "KEYS_ONLY"})),
]


@pytest.mark.parametrize("members", ACCEPTED)
def test_valid_new_table(members: Json) -> None:
    """T-041 T-110 T-125 T-129 T-169."""
    lab = Lab()
    assert lab.create(**members)["TableStatus"] == "CREATING"
