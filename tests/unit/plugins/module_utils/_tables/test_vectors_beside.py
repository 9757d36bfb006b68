# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Vector indexes beside global ones and beside the billing mode: the order, what waits, and what contradicts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.vectors import CITY, PLAIN, VECTOR, WORDS, entry, planned, steps, withheld


def test_deletions_come_first_and_no_two_changes_share_a_call() -> None:
    there = entry({**PLAIN, "name": "old"}, global_secondary_indexes=[CITY])
    wanted = entry(
        {**PLAIN, "name": "new"},
        {**PLAIN, "name": "newer"},
        global_secondary_indexes=[{"name": "by-town", "hash_key": "town"}],
        **WORDS,
    )
    assert steps(planned(wanted, there)) == [
        ("delete_index", "by-city"),
        ("delete_vector_index", "old"),
        ("create_index", "by-town"),
        ("create_vector_index", "new"),
        ("create_vector_index", "newer"),
    ]


def test_the_way_to_on_demand_comes_before_and_the_way_back_after() -> None:
    provisioned: dict[str, Any] = {"billing_mode": "PROVISIONED"}
    assert steps(planned(entry(PLAIN), provisioned)) == [("switch_billing", ""), ("create_vector_index", "near")]
    back = planned({**provisioned, "vector_indexes": [], **WORDS}, entry(PLAIN))
    assert steps(back) == [("delete_vector_index", "near"), ("switch_billing", "")]


def test_without_the_word_the_table_stays_on_demand_and_everything_else_is_done() -> None:
    wanted = {
        "billing_mode": "PROVISIONED",
        "autoscaling": {"read": {"min_capacity": 2, "max_capacity": 8}},
        "vector_indexes": [],
        "global_secondary_indexes": [CITY],
        "stream_enabled": True,
    }
    found = planned(wanted, entry(PLAIN))
    assert steps(found) == [("enable_stream", ""), ("create_index", "by-city")]
    assert "ProvisionedThroughput" not in found.steps[1].request["GlobalSecondaryIndexUpdates"][0]["Create"]
    assert withheld(found) == [("delete_vector_index", "near"), ("switch_billing", "")]
    assert {step.word for step in found.withheld} == {"delete_index", ""}


TAKES_ANOTHERS_PLACE = [
    ("the name", {"vector_indexes": [], "global_secondary_indexes": [{"name": "near", "hash_key": "city"}]}),
    ("the vectors", {"vector_indexes": [], "global_secondary_indexes": [{"name": "new", "hash_key": "embedding"}]}),
    (
        "the type",
        {
            "vector_indexes": [],
            "attributes": [{"name": "place", "type": "S"}],
            "global_secondary_indexes": [{"name": "new", "hash_key": "place"}],
        },
    ),
]


@pytest.mark.parametrize("wanted", [wanted for _what, wanted in TAKES_ANOTHERS_PLACE])
def test_a_global_index_waits_until_the_vector_index_in_its_place_may_go(wanted: dict[str, Any]) -> None:
    name = wanted["global_secondary_indexes"][0]["name"]
    assert steps(planned({**wanted, **WORDS}, entry(VECTOR))) == [
        ("delete_vector_index", "near"),
        ("create_index", name),
    ]
    found = planned(wanted, entry(VECTOR))
    assert (steps(found), withheld(found)) == ([], [("delete_vector_index", "near"), ("create_index", name)])


IN_THE_WAY: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (entry({**PLAIN, "name": "by-city"}), {"global_secondary_indexes": [CITY]}),
    (entry({**PLAIN, "vector_attribute": "city"}), {"global_secondary_indexes": [CITY]}),
    (entry({**PLAIN, "name": "new", "dimensions": 4}), entry(PLAIN)),
    (entry({**PLAIN, "name": "new", "vector_attribute": "place"}), entry(VECTOR)),
    (
        entry(*({**PLAIN, "name": f"new-{number}"} for number in range(5))),
        entry(*({**PLAIN, "name": f"old-{number}"} for number in range(5))),
    ),
]


@pytest.mark.parametrize(("wanted", "there"), IN_THE_WAY)
def test_a_vector_index_waits_until_what_is_in_its_way_may_go(wanted: dict[str, Any], there: dict[str, Any]) -> None:
    found = planned(wanted, there)
    assert steps(found) == []
    assert {step.action for step in found.withheld} >= {"create_vector_index"}
    assert {step.word for step in found.withheld if step.action.startswith("delete")} == {"delete_index"}
    allowed = planned({**wanted, **WORDS}, there)
    assert allowed.withheld == ()
    assert steps(allowed)[-1][0] == "create_vector_index"


def test_as_many_as_there_is_room_for_are_made() -> None:
    there = entry(*({**PLAIN, "name": f"old-{number}"} for number in range(4)))
    found = planned(entry({**PLAIN, "name": "new-a"}, {**PLAIN, "name": "new-b"}), there)
    assert steps(found) == [("create_vector_index", "new-a")]
    assert ("create_vector_index", "new-b") in withheld(found)


CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    ({"billing_mode": "PROVISIONED"}, "billing_mode is PROVISIONED, but AWS has vector indexes on on-demand"),
    ({"global_secondary_indexes": [{**CITY, "name": "near"}]}, "that is the name of a vector index on the table"),
    (
        {"global_secondary_indexes": [{"name": "new", "hash_key": "embedding"}]},
        "index new: its key embedding holds the vectors of vector index near",
    ),
    (
        {"global_secondary_indexes": [{"name": "new", "hash_key": "place"}]},
        "index new: the type of its key place is S, and N in vector index near",
    ),
]


@pytest.mark.parametrize(("wanted", "message"), CONTRADICTIONS)
def test_what_cannot_be_beside_unmanaged_ones_is_a_conflict(wanted: dict[str, Any], message: str) -> None:
    found = planned(wanted, entry(VECTOR))
    assert found.steps == ()
    (conflict,) = found.conflicts
    assert message in conflict.message
    way_out = "with the word delete_index" if "billing_mode" in wanted else "declare those that shall stay"
    assert conflict.message.endswith(way_out)
    assert "vector_indexes" in conflict.fields


def test_what_can_be_beside_unmanaged_ones_is_done() -> None:
    wanted = {
        "attributes": [{"name": "place", "type": "N"}],
        "global_secondary_indexes": [{"name": "new", "hash_key": "place"}],
    }
    assert steps(planned(wanted, entry(VECTOR))) == [("create_index", "new")]
