# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""More tables than one policy holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.documents import (
    Place,
    log_statement,
    table_policies,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.grants import FULL_ACCESS, READ_ONLY
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.packing import numbered, pack
from hypothesis import given, settings
from hypothesis import strategies as st

LIMIT = 6144
ONE = Place("137406935518", ("ap-northeast-2",))
PLACES = st.sampled_from([ONE, Place("137406935518", ("ap-northeast-2", "us-east-1", "eu-central-1"))])


@st.composite
def table_lists(draw: st.DrawFn) -> list[str]:
    """Up to 2,500 tables, AWS's quota, with names of all lengths."""
    count = draw(st.integers(0, 2500))
    lengths = draw(st.lists(st.integers(4, 255), min_size=1, max_size=20))
    return [f"{number:04}".ljust(lengths[number % len(lengths)], "x") for number in range(count)]


def tables_of(document: dict[str, Any], sid: str = "Tables") -> list[str]:
    found = [entry["Resource"] for entry in document["Statement"] if entry["Sid"] == sid]
    return [arn.split(":table/")[1].removesuffix("/index/*") for arn in found[0]] if found else []


def characters(document: dict[str, Any]) -> int:
    """As AWS counts: what is left without white space."""
    return len("".join(json.dumps(document, indent=2).split()))


@settings(max_examples=40, deadline=None)
@given(table_lists(), PLACES, st.sampled_from([FULL_ACCESS, READ_ONLY]), st.booleans())
def test_every_table_is_in_one_policy_and_every_policy_fits(
    tables: list[str], place: Place, grant: Any, logs: bool
) -> None:
    others = [log_statement(place, ["/aws/ecs/reservation-api"])] if logs else []
    documents = table_policies(grant, place, tables, others)
    assert sorted(name for found in documents for name in tables_of(found)) == sorted(tables * len(place.regions))
    for found in documents:
        assert characters(found) <= LIMIT
        assert tables_of(found) == tables_of(found, "Indexes")
    assert [bool(found["Statement"][-1]["Sid"] == "Logs") for found in documents] == [
        logs and number == 0 for number in range(len(documents))
    ]


@settings(max_examples=40, deadline=None)
@given(table_lists(), PLACES, st.integers(1, 5))
def test_policies_fit_with_vector_indexes_too(tables: list[str], place: Place, every: int) -> None:
    vectors = {name: [f"index-{name}"] * (number % 3) for number, name in enumerate(tables) if number % every == 0}
    documents = table_policies(FULL_ACCESS, place, tables, [], vectors)
    assert sorted(name for found in documents for name in tables_of(found)) == sorted(tables * len(place.regions))
    searched = [name for found in documents for name in tables_of(found, "VectorIndexes")]
    wanted = [f"{name}/index/{index}" for name, indexes in vectors.items() for index in indexes]
    assert sorted(searched) == sorted(wanted * len(place.regions))
    assert all(characters(found) <= LIMIT for found in documents)


@settings(max_examples=40, deadline=None)
@given(table_lists(), PLACES)
def test_a_table_at_the_end_changes_one_policy(tables: list[str], place: Place) -> None:
    before = table_policies(FULL_ACCESS, place, tables, [])
    after = table_policies(FULL_ACCESS, place, [*tables, "new-table"], [])
    kept = [old for old, new in zip(before, after, strict=False) if old == new]
    assert len(kept) >= len(before) - 1
    assert len(kept) == len(after) - 1


@settings(max_examples=40, deadline=None)
@given(table_lists(), PLACES)
def test_a_policy_is_added_only_for_a_table_that_no_other_holds(tables: list[str], place: Place) -> None:
    documents = table_policies(FULL_ACCESS, place, tables, [])
    sizes = [characters(found) for found in documents]
    for later in range(1, len(documents)):
        (added,) = table_policies(FULL_ACCESS, place, [tables_of(documents[later])[0]], [])
        roomiest = documents[sizes.index(min(sizes[:later]))]
        both = [
            {**entry, "Resource": entry["Resource"] + more["Resource"]}
            for entry, more in zip(roomiest["Statement"], added["Statement"], strict=True)
        ]
        # A few characters are set aside for commas
        assert characters({**roomiest, "Statement": both}) > LIMIT - 4


def test_the_ticket_platform_needs_one_policy() -> None:
    assert len(table_policies(FULL_ACCESS, ONE, [f"ticket-reservation-{number}" for number in range(30)], [])) == 1


def test_names() -> None:
    assert [numbered("p", number) for number in range(3)] == ["p", "p-2", "p-3"]


def test_a_gap_is_filled_before_a_policy_is_added() -> None:
    assert pack([("a", 6), ("b", 6), ("c", 4)], 10, 10) == [["a", "c"], ["b"]]
    assert pack([("a", 6)], 5, 10) == [[], ["a"]]
    assert pack([], 5, 10) == [[]]


def test_what_fits_nowhere_is_named() -> None:
    with pytest.raises(ValueError, match="wide"):
        pack([("wide", 11)], 10, 10)
    everywhere = Place("137406935518", tuple(f"ap-northeast-{number}" for number in range(10)))
    with pytest.raises(ValueError, match="xxx"):
        table_policies(FULL_ACCESS, everywhere, ["x" * 255], [])
