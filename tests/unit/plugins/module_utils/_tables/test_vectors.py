# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Vector indexes: what they need, what is waited for, and how they are read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.conditions import holds, state
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import IndexStatus
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.project import project_all
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition, status
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.account import COOL_DOWN, Account
from tests.support.tables import ESTATE, REGION, desired, observed, params
from tests.support.vectors import CITY, PLACE, PLAIN, TENANT, TYPES, VECTOR, WORDS, entry, planned, steps, withheld

BODY = {
    "IndexName": "near",
    "VectorAttribute": {"AttributeName": "embedding"},
    "Dimensions": 3,
    "DistanceFunction": "COSINE",
    "SearchSchema": [
        {"AttributeName": "tenant", "SearchSchemaElementType": "HASH"},
        {"AttributeName": "place", "SearchSchemaElementType": "INLINE_FILTER"},
    ],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["body", "title"]},
}


def test_left_out_is_not_managed_and_an_empty_list_is_none() -> None:
    for nothing in ({}, {"vector_indexes": None}, {"vector_indexes": ""}):
        table = desired(nothing)
        assert table.spec is not None
        assert table.spec.vector_indexes is None
    assert planned({}, entry(VECTOR)) == ResourcePlan("ticket-users", "change")
    assert steps(planned({"vector_indexes": [], **WORDS}, entry(VECTOR))) == [("delete_vector_index", "near")]


def test_a_new_table_has_them_in_the_same_call() -> None:
    (found,) = plan(ESTATE, [desired(entry(VECTOR))], {})
    request = found.steps[0].request
    assert request["VectorIndexes"] == [BODY]
    assert request["AttributeDefinitions"] == [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "place", "AttributeType": "N"},
        {"AttributeName": "tenant", "AttributeType": "S"},
    ]
    (found,) = plan(ESTATE, [desired({"vector_indexes": []})], {})
    assert "VectorIndexes" not in found.steps[0].request
    (found,) = plan(ESTATE, [desired(entry(PLAIN))], {})
    assert "SearchSchema" not in found.steps[0].request["VectorIndexes"][0]


def test_one_is_added_in_a_call_of_its_own_with_the_types_of_its_search_schema() -> None:
    found = planned(entry(VECTOR), {})
    assert steps(found) == [("create_vector_index", "near")]
    (step,) = found.steps
    assert (step.risk, step.until, step.fields) == ("none", "index_active", ("vector_indexes",))
    assert step.request == {
        "TableName": "ticket-users",
        "VectorIndexUpdates": [{"Create": BODY}],
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "place", "AttributeType": "N"},
            {"AttributeName": "tenant", "AttributeType": "S"},
        ],
    }
    (plain,) = planned(entry(PLAIN), {}).steps
    assert plain.request.keys() == {"TableName", "VectorIndexUpdates"}


def test_an_attribute_that_will_hold_vectors_is_sent_no_type() -> None:
    """It is still the key of a global index when this is planned, and no more when it is sent."""
    wanted = entry({**VECTOR, "vector_attribute": "city"}, **WORDS)
    found = planned(wanted, {"global_secondary_indexes": [CITY]})
    assert steps(found) == [("delete_index", "by-city"), ("create_vector_index", "near")]
    names = [each["AttributeName"] for each in found.steps[1].request["AttributeDefinitions"]]
    assert names == ["id", "place", "tenant"]


DIFFERENCES = [
    ({"vector_attribute": "other"}, "vector attribute embedding should be other"),
    ({"dimensions": 4}, "dimensions 3 should be 4"),
    ({"distance_function": "EUCLIDEAN"}, "distance function COSINE should be EUCLIDEAN"),
    ({"search_schema": [TENANT]}, "search schema HASH tenant:S INLINE_FILTER place:N should be HASH tenant:S"),
    ({"projection_type": "ALL", "non_key_attributes": None}, "projection INCLUDE(body, title) should be ALL"),
]


@pytest.mark.parametrize(("change", "reason"), DIFFERENCES)
def test_a_difference_deletes_it_and_makes_it_again_given_the_word(change: dict[str, Any], reason: str) -> None:
    wanted = entry({**VECTOR, **change})
    found = planned({**wanted, "allow": ["replace_index"]}, entry(VECTOR))
    assert steps(found) == [("delete_vector_index", "near"), ("create_vector_index", "near")]
    assert reason in found.steps[0].reason
    assert (found.steps[0].risk, found.steps[0].word) == ("availability", "replace_index")
    without = planned(wanted, entry(VECTOR))
    assert steps(without) == []
    assert withheld(without) == [("delete_vector_index", "near"), ("create_vector_index", "near")]


def test_another_type_in_the_search_schema_is_a_difference() -> None:
    types = [{"name": "place", "type": "S"}, {"name": "tenant", "type": "S"}]
    found = planned({**entry(VECTOR, **WORDS), "attributes": types}, entry(VECTOR))
    assert steps(found) == [("delete_vector_index", "near"), ("create_vector_index", "near")]


def test_the_order_of_filters_and_projected_attributes_is_no_difference() -> None:
    other = {**VECTOR, "search_schema": [TENANT, PLACE], "non_key_attributes": ["body", "title"]}
    assert planned(entry(other), entry(VECTOR)) == ResourcePlan("ticket-users", "change")


@pytest.mark.parametrize(
    ("seen", "actions"),
    [
        (IndexStatus("DELETING"), ["await_indexes", "create_vector_index"]),
        (IndexStatus("CREATING", False), ["await_indexes"]),
        (IndexStatus("ACTIVE", True), ["await_indexes"]),
        (IndexStatus("ACTIVE"), []),
    ],
)
def test_what_is_under_way_is_waited_for(seen: IndexStatus, actions: list[str]) -> None:
    live = observed(entry(PLAIN))
    live = replace(live, status=replace(live.status, indexes={"near": seen}))
    assert [action for action, _subject in steps(planned(entry(PLAIN), live))] == actions


def described(*states: dict[str, Any]) -> dict[str, Any]:
    return {"TableStatus": "ACTIVE", "VectorIndexes": [{"IndexName": "near", **each} for each in states]}


def test_when_one_is_made_and_when_it_is_gone() -> None:
    """The developer guide has said both of an index that is filled: CREATING, and ACTIVE with Backfilling."""
    for filled in ({"IndexStatus": "CREATING", "Backfilling": True}, {"IndexStatus": "ACTIVE", "Backfilling": True}):
        assert not holds("index_active", "near", described(filled))
        assert not holds("indexes_active", "", described(filled))
        assert "being filled" in state("near", described(filled))
    assert holds("index_active", "near", described({"IndexStatus": "ACTIVE"}))
    assert not holds("index_gone", "near", described({"IndexStatus": "DELETING"}))
    assert holds("index_gone", "near", described())


def test_the_table_after_the_steps_is_the_table_that_was_wanted() -> None:
    live = observed({"global_secondary_indexes": [CITY]})
    for wanted in (entry(VECTOR, **WORDS), entry({**PLAIN, "dimensions": 9}, **WORDS), {"vector_indexes": [], **WORDS}):
        (found,) = plan(ESTATE, [desired(wanted)], {live.table_name: live})
        after = project_all(ESTATE, live, found.steps, live.status.arn)
        spec = desired(wanted).spec
        assert after is not None
        assert after.spec is not None
        assert spec is not None
        assert (after.spec.vector_indexes, after.spec.attributes) == (spec.vector_indexes, spec.attributes)
        assert set(after.status.indexes) == {index.name for index in spec.vector_indexes or ()}
        live = after


def test_they_are_read_as_they_are_written() -> None:
    live = observed(entry(VECTOR))
    assert live.spec is not None
    shown = definition(ESTATE, live.spec)
    assert shown["vector_indexes"] == [
        {**VECTOR, "search_schema": [TENANT, PLACE], "non_key_attributes": ["body", "title"]}
    ]
    assert shown["attributes"] == [{"name": "id", "type": "S"}, *TYPES]
    assert status(live, REGION)["indexes"]["near"] == {
        "index_status": "ACTIVE",
        "backfilling": None,
        "arn": f"{live.status.arn}/index/near",
    }
    without = observed()
    assert without.spec is not None
    assert "vector_indexes" not in definition(ESTATE, without.spec)


def test_the_whole_way_on_the_strict_double() -> None:
    account = Account()
    named: dict[str, Any] = {"name": "users", "hash_key": "id"}
    ways = (
        entry(VECTOR, global_secondary_indexes=[CITY]),
        entry({**VECTOR, "dimensions": 4}, {**PLAIN, "name": "more", "dimensions": 4}, **WORDS),
        entry({**PLAIN, "name": "by-city"}, global_secondary_indexes=[{**CITY, "name": "near"}], **WORDS),
        {"billing_mode": "PROVISIONED", "vector_indexes": [], **WORDS},
        entry({**PLAIN, "vector_attribute": "city"}),
    )
    for wanted in ways:
        account.converge({**named, **wanted})
        account.aws.clock.sleep(COOL_DOWN)
        assert [each.steps for each in account.plan({**named, **wanted})] == [()]
    assert account.refusals == []
    (table,) = account.read(parse(params(named))).values()
    assert table.spec is not None
    assert account.plan(definition(ESTATE, table.spec))[0].steps == ()


def test_a_large_table_needs_an_approval() -> None:
    live = observed()
    live = replace(live, status=replace(live.status, size_bytes=700 * 2**30))
    (step,) = planned(entry(PLAIN), live).steps
    assert step.reason.endswith("the table has 700 GB, and from 600 GB on AWS Support has to allow it first")
