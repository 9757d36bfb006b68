# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the double refuses, DynamoDB Local refuses too: the double is not stricter than AWS's own engine.

What the engine lets pass stands with it, and rests on what was measured on AWS alone. Its messages are its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.support.dynamodb_double import AwsFault
from tests.support.dynamodb_local import DynamoDBLocal
from tests.support.lab import (
    NAME,
    ON_DEMAND,
    PROTECTED,
    STREAM_OFF,
    STREAM_ON,
    attributes,
    create_index,
    delete_index,
    index,
    key,
    provisioned,
    units,
    update_index,
)
from tests.support.third_opinion import IGNORED, LEFT_OUT, UNKNOWN, ThirdOpinion

Json = dict[str, Any]

STREAM_WITHOUT_VIEW: Json = {"StreamSpecification": {"StreamEnabled": True}}
STREAM_OFF_WITH_VIEW: Json = {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}}
CAPACITY: Json = {"ProvisionedThroughput": units(5, 5)}
TOO_MUCH: Json = {"ProvisionedThroughput": units(40001, 1)}


def new(**members: Any) -> Json:
    return {
        "TableName": NAME,
        "KeySchema": key("id"),
        "AttributeDefinitions": attributes("id"),
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }


def indexed(*indexes: Json, names: Sequence[str] = "abcde", **members: Any) -> Json:
    return new(AttributeDefinitions=attributes("id", *names), GlobalSecondaryIndexes=list(indexes), **members)


def projected(**projection: Any) -> Json:
    return indexed(index("odd", "a", Projection=projection), names="a")


def local(*indexes: Json, table: list[Json] | None = None) -> Json:
    return new(
        KeySchema=table or key("id", sort=("at",)),
        AttributeDefinitions=attributes("id", "city", *(["at"] * (table is None))),
        LocalSecondaryIndexes=list(indexes),
    )


def together(*changes: Json) -> Json:
    return {member: value for change in changes for member, value in change.items()}


TABLES: dict[str, Json] = {
    "name too short": new(TableName="ab"),
    "name with spaces": new(TableName="a b c"),
    "RANGE only": new(KeySchema=key(sort=("id",))),
    "two HASH keys": new(KeySchema=key("id", "at"), AttributeDefinitions=attributes("id", "at")),
    "the same key twice": new(KeySchema=key("id", sort=("id",))),
    "attribute that is no key": new(AttributeDefinitions=attributes("id", "more")),
    "attribute that is no key of an index": indexed(index("by_a", "a"), names="ab"),
    "key without a type": indexed(index("by_a", "a"), names=""),
    "attribute defined twice": new(AttributeDefinitions=attributes("id", "id")),
    "unknown type": new(AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "s"}]),
    "5 HASH keys of an index": indexed(index("big", *"abcde")),
    "5 RANGE keys of an index": indexed(index("big", "id", sort=tuple("abcde"))),
    "RANGE before HASH": indexed(index("mix", KeySchema=[*key("a", sort=("b",)), *key("c")]), names="abc"),
    "21 global indexes": indexed(*(index(f"index{number}", "a") for number in range(21)), names="a"),
    "no global indexes": new(GlobalSecondaryIndexes=[]),
    "two indexes of one name": indexed(index("same", "a"), index("same", "a"), names="a"),
    "6 local indexes": local(*(index(f"local{number}", "id", sort=("city",)) for number in range(6))),
    "local index without a RANGE key": local(index("local", "id")),
    "local index with another HASH key": local(index("local", "city", sort=("at",))),
    "local index of a table without RANGE key": local(index("local", "id", sort=("city",)), table=key("id")),
    "INCLUDE without attributes": projected(ProjectionType="INCLUDE"),
    "ALL with attributes": projected(ProjectionType="ALL", NonKeyAttributes=["x"]),
    "attribute included twice": projected(ProjectionType="INCLUDE", NonKeyAttributes=["x", "x"]),
    "projection without a type": projected(),
    "provisioned without capacity": new(BillingMode="PROVISIONED"),
    "provisioned index without capacity": indexed(index("by_a", "a"), names="a", **provisioned()),
    "stream without a view type": new(**STREAM_WITHOUT_VIEW),
    "disabled stream with a view type": new(**STREAM_OFF_WITH_VIEW),
    "no local indexes": new(LocalSecondaryIndexes=[]),
    "capacity on demand": new(**CAPACITY),
    "capacity of an index on demand": indexed(index("by_a", "a", **CAPACITY), names="a"),
}
ON_DEMAND_TABLE: dict[str, Json] = {
    "provisioned without capacities": {"BillingMode": "PROVISIONED"},
    "provisioned without an index's capacity": provisioned(),
    "stream without a view type": STREAM_WITHOUT_VIEW,
    "disabled stream with a view type": STREAM_OFF_WITH_VIEW,
    "no stream to disable": STREAM_OFF,
    "index that is there": create_index("by_city", "city"),
    "index without types": {"GlobalSecondaryIndexUpdates": create_index()["GlobalSecondaryIndexUpdates"]},
    "index that is not there": delete_index("by_name"),
    "two indexes at once": {
        "AttributeDefinitions": attributes("a", "b"),
        "GlobalSecondaryIndexUpdates": [{"Create": index(f"by_{name}", name)} for name in "ab"],
    },
    "capacity on demand": CAPACITY,
    "new index with capacity on demand": create_index("by_name", "name", **CAPACITY),
    "stream and new index": together(STREAM_ON, create_index("by_name", "name")),
    "protection and stream": together(PROTECTED, STREAM_ON),
    "on demand and protection": together(ON_DEMAND, PROTECTED),
}
PROVISIONED_TABLE: dict[str, Json] = {
    "capacity that is there": CAPACITY,
    "capacity of an index that is there": update_index(**CAPACITY),
    "capacity above the maximum": TOO_MUCH,
    "capacity of an index above the maximum": update_index(**TOO_MUCH),
    "new index without capacity": create_index("by_name", "name"),
    "capacity and stream": together({"ProvisionedThroughput": units(6, 6)}, STREAM_ON),
    "capacity and new index": together(
        {"ProvisionedThroughput": units(6, 6)}, create_index("by_name", "name", **CAPACITY)
    ),
    "on demand and capacity": together(ON_DEMAND, {"ProvisionedThroughput": units(6, 6)}),
}
LETS_PASS = {
    "no local indexes": "an empty list is none",
    "capacity on demand": "dropped",
    "capacity of an index on demand": "dropped",
    "new index with capacity on demand": "dropped",
    "stream and new index": "it knows no rule on what may share a call but for streams with capacity",
    "protection and stream": "the same",
    "on demand and protection": "the same",
    "capacity and new index": "the same",
    "on demand and capacity": "the same",
}
"""What the double refuses and the engine does not, with what the engine makes of it."""


def refused_by(aws: ThirdOpinion, operation: str, request: Json) -> list[str]:
    """Who refuses a request."""
    who = []
    try:
        aws.dynamodb.handle(operation, request)
    except AwsFault:
        who.append("double")
    try:
        getattr(aws.engine, xform_name(operation))(**request)
    except ClientError:
        who.append("engine")
    return who


def expected(name: str) -> list[str]:
    return ["double"] if name in LETS_PASS else ["double", "engine"]


@pytest.mark.parametrize("name", TABLES)
def test_new_table(dynamodb_local: DynamoDBLocal, name: str) -> None:
    aws = ThirdOpinion(dynamodb_local)
    assert refused_by(aws, "CreateTable", TABLES[name]) == expected(name)


@pytest.mark.parametrize("name", ON_DEMAND_TABLE)
def test_change_of_an_on_demand_table(dynamodb_local: DynamoDBLocal, name: str) -> None:
    aws = ThirdOpinion(dynamodb_local)
    assert refused_by(aws, "CreateTable", indexed(index("by_city", "city"), names=("city",))) == []
    assert refused_by(aws, "UpdateTable", {"TableName": NAME, **ON_DEMAND_TABLE[name]}) == expected(name)


@pytest.mark.parametrize("name", PROVISIONED_TABLE)
def test_change_of_a_provisioned_table(dynamodb_local: DynamoDBLocal, name: str) -> None:
    aws = ThirdOpinion(dynamodb_local)
    table = indexed(index("by_city", "city", **CAPACITY), names=("city",), **provisioned())
    assert refused_by(aws, "CreateTable", table) == []
    assert refused_by(aws, "UpdateTable", {"TableName": NAME, **PROVISIONED_TABLE[name]}) == expected(name)


@pytest.mark.parametrize("operation", [name for name, reason in LEFT_OUT.items() if reason == UNKNOWN])
def test_operation_that_is_left_out_is_not_there(dynamodb_local: DynamoDBLocal, operation: str) -> None:
    client = dynamodb_local.client(parameter_validation=False)
    with pytest.raises(ClientError, match="UnknownOperationException"):
        getattr(client, xform_name(operation))()


def test_members_that_are_left_out_are_not_there(dynamodb_local: DynamoDBLocal) -> None:
    client = dynamodb_local.client()
    members: Json = {
        "ResourcePolicy": "{}",
        "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "Tags": [{"Key": "a", "Value": "b"}],
        "WarmThroughput": {"ReadUnitsPerSecond": 13000},
    }
    client.create_table(**new(**members))
    described = client.describe_table(TableName=NAME)["Table"]
    answers = {"SSEDescription", "TableClassSummary"}
    assert {name for name, reason in LEFT_OUT.items() if reason == IGNORED} == members.keys() | answers
    assert not described.keys() & {*members, *answers}
    for name in ("SSESpecification", "TableClass", "WarmThroughput"):
        with pytest.raises(ClientError, match="Nothing to update"):
            client.update_table(TableName=NAME, **{name: members[name]})
    half = {"OnDemandThroughput": {"MaxReadRequestUnits": 5}}
    with pytest.raises(ClientError, match="cannot be null"):
        client.create_table(**new(**half) | {"TableName": "another"})
