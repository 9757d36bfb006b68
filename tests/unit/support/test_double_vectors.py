# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The double's vector indexes, in AWS's words as far as somebody has quoted them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import AwsFault
from tests.support.lab import (
    ARN,
    ARU,
    NAME,
    OOM,
    QUIET,
    RARE,
    SLE,
    STREAM_ON,
    Json,
    Lab,
    attributes,
    create_index,
    delete_index,
    index,
    provisioned,
    units,
)

ONE_ONLINE = (
    "LimitExceededException",
    f"{SLE}Only 1 online index can be created or deleted simultaneously per table",
)
ON_DEMAND_ONLY = f"{OOM}Vector indexes are only supported for PAY_PER_REQUEST tables"
UNDEFINED = f"{OOM}One element in SearchSchema is not defined in attribute definitions"
TAKEN = ("ValidationException", "Attempting to create an index which already exists")


def vector(name: str = "near", **others: Any) -> Json:
    return {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "embedding"},
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
        "Projection": {"ProjectionType": "ALL"},
        **others,
    }


def schema(*names: str, kind: str = "INLINE_FILTER") -> list[Json]:
    return [{"AttributeName": name, "SearchSchemaElementType": kind} for name in names]


def create(name: str = "near", **others: Any) -> Json:
    return {"VectorIndexUpdates": [{"Create": vector(name, **others)}]}


def delete(name: str = "near") -> Json:
    return {"VectorIndexUpdates": [{"Delete": {"IndexName": name}}]}


def state(lab: Lab, name: str = "near") -> tuple[Any, Any] | None:
    """Status and Backfilling of one, None where that is not shown."""
    found = [each for each in lab.table().get("VectorIndexes", []) if each["IndexName"] == name]
    return (found[0]["IndexStatus"], found[0].get("Backfilling")) if found else None


@pytest.fixture
def lab() -> Lab:
    return Lab().settled(VectorIndexes=[vector()])


def test_made_with_its_table_it_is_active_with_it() -> None:
    lab = Lab()
    lab.create(VectorIndexes=[vector(SearchSchema=schema("f"))], AttributeDefinitions=attributes("id", "f"))
    assert (lab.status(), state(lab)) == ("CREATING", ("CREATING", None))
    lab.sleep(QUIET)
    assert (lab.status(), state(lab)) == ("ACTIVE", ("ACTIVE", None))
    (shown,) = lab.table()["VectorIndexes"]
    assert shown["IndexArn"] == f"{ARN}/index/near"
    assert shown["SearchSchema"] == schema("f")
    assert [each["AttributeName"] for each in lab.table()["AttributeDefinitions"]] == ["f", "id"]


def test_added_it_walks_through_allocation_and_backfill() -> None:
    lab = Lab().settled()
    lab.update(create(SearchSchema=schema("f")), AttributeDefinitions=attributes("f"))
    assert (lab.status(), state(lab)) == ("UPDATING", ("CREATING", False))
    said = "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index"
    assert lab.refused(delete()) == ("ResourceInUseException", f"{ARU}{said} is active. Table: {NAME} Index: near")
    assert lab.refused(create("other")) == ONE_ONLINE
    lab.sleep(60)
    assert (lab.status(), state(lab)) == ("ACTIVE", ("CREATING", True))
    assert lab.refused(create("other")) == ONE_ONLINE
    assert lab.refused({**create_index(), "AttributeDefinitions": attributes("city")}) == ONE_ONLINE
    assert "indexes are being created" in lab.refusal("DeleteTable", TableName=NAME)[1]
    lab.sleep(QUIET)
    assert state(lab) == ("ACTIVE", None)


def test_deleted_it_takes_the_types_with_it_that_only_it_used(lab: Lab) -> None:
    lab.update(create("other", SearchSchema=schema("f")), AttributeDefinitions=attributes("f"))
    lab.sleep(QUIET)
    lab.update(delete("other"))
    assert state(lab, "other") == ("DELETING", None)
    assert lab.refused(create("more")) == ONE_ONLINE
    lab.sleep(QUIET)
    assert state(lab, "other") is None
    assert lab.table()["AttributeDefinitions"] == attributes("id")


def test_the_backfill_can_be_cancelled() -> None:
    lab = Lab().settled()
    lab.update(create())
    lab.sleep(60)
    lab.update(delete())
    lab.sleep(QUIET)
    assert state(lab) is None


NEW: list[tuple[Json, str]] = [
    ({"VectorIndexes": [vector()], "ProvisionedThroughput": units(5, 5)}, ON_DEMAND_ONLY),
    ({"VectorIndexes": [vector(SearchSchema=schema("f"))]}, UNDEFINED),
    ({"VectorIndexes": [vector(Dimensions=4097)]}, f"{OOM}Number of dimensions must be between 1 and 4096 inclusive."),
    (
        {"VectorIndexes": [vector(f"near-{number}") for number in range(6)]},
        f"{OOM}VectorIndex count exceeds the per-table limit of 5",
    ),
    (
        {"VectorIndexes": [vector(), vector("other", Dimensions=4)]},
        f"{OOM}Conflicting attribute definition for 'embedding'. All VectorIndexes on the same vector attribute must "
        "use the same dimensions.",
    ),
    (
        {"VectorIndexes": [vector(VectorAttribute={"AttributeName": "id"})]},
        f"{OOM}Conflicting attribute definition for 'id'. An attribute cannot be defined in AttributeDefinitions when "
        "used as a VectorAttribute.",
    ),
    (
        {
            "VectorIndexes": [vector(SearchSchema=schema("f", "g", kind="HASH"))],
            "AttributeDefinitions": attributes("id", "f", "g"),
        },
        f"{OOM}Value '2' at 'SearchSchema' failed to satisfy constraint: Member must have HASH count less than or "
        "equal to 1",
    ),
    ({"VectorIndexes": [vector(), vector()]}, f"{OOM}Duplicate index name: near"),
    (
        {"VectorIndexes": [vector(Projection={"ProjectionType": "INCLUDE"})]},
        f"{OOM}ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    (
        {"VectorIndexes": [vector()], "AttributeDefinitions": attributes("id", "f")},
        f"{OOM}Some AttributeDefinitions are not used.",
    ),
    ({"VectorIndexes": [vector("x")]}, "1 validation error detected: Value 'x' at 'vectorIndexes.1.member.indexName'"),
]


@pytest.mark.parametrize(("members", "message"), NEW, ids=[message[-60:] for _members, message in NEW])
def test_refused_with_a_new_table(members: Json, message: str) -> None:
    lab = Lab()
    with pytest.raises(AwsFault) as refusal:
        lab.create(**members)
    assert message in str(refusal.value)
    assert lab.call("ListTables")["TableNames"] == []


CHANGES: list[tuple[tuple[Json, ...], tuple[str, str]]] = [
    ((create(),), TAKEN),
    ((create("by_city"),), TAKEN),
    ((create("other", SearchSchema=schema("f")),), ("ValidationException", UNDEFINED)),
    ((create("other"), create("more")), ONE_ONLINE),
    ((create("other"), create_index("new", "new")), ONE_ONLINE),
    ((delete(), delete_index()), ONE_ONLINE),
    ((delete("none"),), ("ResourceNotFoundException", f"Requested resource not found: Index none for table {NAME}")),
    ((provisioned(),), ("ValidationException", ON_DEMAND_ONLY)),
    ((create_index("near", "new"),), TAKEN),
]


@pytest.mark.parametrize(("members", "expected"), CHANGES)
def test_refused_on_a_table_that_is_there(members: tuple[Json, ...], expected: tuple[str, str]) -> None:
    lab = Lab().indexed(VectorIndexes=[vector()])
    assert lab.refused(*members) == expected


def test_nothing_else_is_in_its_call(lab: Lab) -> None:
    for other in (STREAM_ON, RARE):
        assert lab.refused(create("other"), other)[0] == "ValidationException"


def test_an_attribute_is_a_key_or_holds_vectors() -> None:
    lab = Lab().indexed(VectorIndexes=[vector()])
    redefined = f"{OOM}Attributes cannot be redefined."
    assert lab.refused(create_index("new", "embedding"))[1].startswith(redefined)
    assert lab.refused(create("new", VectorAttribute={"AttributeName": "city"}))[1].startswith(redefined)


def test_five_are_all() -> None:
    lab = Lab().settled(VectorIndexes=[vector(f"near-{number}") for number in range(5)])
    text = f"{SLE}Number of vector secondary indexes exceeds per-table limit of 5"
    assert lab.refused(create()) == ("LimitExceededException", text)


def test_a_restored_table_has_them_again(lab: Lab) -> None:
    lab.recover(True)
    lab.sleep(QUIET)
    lab.call(
        "RestoreTableToPointInTime", SourceTableName=NAME, TargetTableName="restored", UseLatestRestorableTime=True
    )
    lab.sleep(QUIET)
    (shown,) = lab.call("DescribeTable", TableName="restored")["Table"]["VectorIndexes"]
    assert (shown["IndexName"], shown["IndexStatus"]) == ("near", "ACTIVE")


def test_a_global_index_may_have_a_name_again_that_a_vector_index_had(lab: Lab) -> None:
    lab.update(delete())
    lab.sleep(QUIET)
    lab.update(AttributeDefinitions=attributes("city"), GlobalSecondaryIndexUpdates=[{"Create": index("near", "city")}])
    lab.sleep(QUIET)
    assert lab.index("near") is not None
