# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is refused in vector indexes, and what their attributes need."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.vector_rules import check_sdk

from tests.support.tables import desired, params
from tests.support.vectors import CITY, PLACE, PLAIN, TENANT, entry


def refused(**fields: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        parse(params({"name": "users", "hash_key": "id", **fields}))
    return refusal.value.problems


WRONG: dict[str, Any] = {
    "billing_mode": "PROVISIONED",
    "local_secondary_indexes": [{"name": "by-day", "range_key": "day"}],
    "range_key": "sk",
    "attributes": [{"name": "place", "type": "N"}],
    "global_secondary_indexes": [CITY],
    "vector_indexes": [
        {**PLAIN, "name": "by-city"},
        {**PLAIN, "name": "by-day", "dimensions": 4},
        {**PLAIN, "dimensions": 0},
        {**PLAIN, "name": "x", "vector_attribute": "city", "dimensions": 5000},
        {**PLAIN, "name": "filter", "vector_attribute": "place", "projection_type": "INCLUDE"},
        {
            **PLAIN,
            "name": "many",
            "search_schema": [TENANT, {**TENANT, "attribute_name": "place"}, TENANT, PLACE],
            "non_key_attributes": ["title"],
        },
    ],
}
PATH = "tables[0].vector_indexes"
FIRST = f"{PATH}[0]"
SCHEMA = f"{PATH}[5].search_schema"
PROBLEMS = [
    "tables[0]: 2 indexes are named 'by-city'",
    "tables[0]: 2 indexes are named 'by-day'",
    f"{PATH}: contradict billing_mode PROVISIONED; AWS has them on on-demand tables only",
    f"{PATH}: 6 indexes, AWS allows 5",
    f"{PATH}[1].dimensions: 4, but 3 in {FIRST}, which has the same vector_attribute",
    f"{PATH}[2].dimensions: must be 1 to 4096, not 0",
    f"{PATH}[2].dimensions: 0, but 3 in {FIRST}, which has the same vector_attribute",
    f"{PATH}[3].name: 'x' has 1 characters, AWS allows 3 to 255",
    f"{PATH}[3].dimensions: must be 1 to 4096, not 5000",
    f"{PATH}[3].vector_attribute: 'city' holds vectors, and is a key of the table or of an index",
    f"{PATH}[4].non_key_attributes: are required when projection_type is INCLUDE",
    f"{PATH}[4].vector_attribute: 'place' holds vectors, and is in a search_schema",
    f"{PATH}[5].non_key_attributes: contradict projection_type ALL; only INCLUDE takes them",
    f"{SCHEMA}: 3 HASH elements, AWS allows 1",
    f"{SCHEMA}[0].attribute_name: 'tenant' has no type; it is neither a key nor declared in attributes",
    f"{SCHEMA}[2].attribute_name: 'tenant' is the attribute of {SCHEMA}[0] already",
    f"{SCHEMA}[3].attribute_name: 'place' is the attribute of {SCHEMA}[1] already",
]


def test_all_problems_are_named_at_once_with_both_sides() -> None:
    assert sorted(refused(**WRONG)) == sorted(PROBLEMS)


SHAPES: list[tuple[dict[str, Any], str]] = [
    ({"dimensions": "many"}, "vector_indexes[0].dimensions: must be a whole number, not 'many'"),
    ({"distance_function": "MANHATTAN"}, "vector_indexes[0].distance_function: 'MANHATTAN' is not possible"),
    ({"vector_attribute": None}, "vector_indexes[0].vector_attribute: is required"),
    ({"range_key": "sk"}, "vector_indexes[0].range_key: unknown field"),
    ({"search_schema": [{"attribute_name": "a"}]}, "search_schema[0].search_schema_element_type: is required"),
    ({"vector_attribute": "é" * 128}, "vector_indexes[0].vector_attribute: has 256 bytes, AWS allows 255"),
]


@pytest.mark.parametrize(("change", "expected"), SHAPES, ids=[text for _change, text in SHAPES])
def test_refused(change: dict[str, Any], expected: str) -> None:
    problems = refused(vector_indexes=[{**PLAIN, **change}])
    assert any(expected in problem for problem in problems), problems


def test_too_many_filters() -> None:
    schema = [{**PLACE, "attribute_name": f"a{number}"} for number in range(19)]
    types = [{"name": f"a{number}"} for number in range(19)]
    problems = refused(attributes=types, vector_indexes=[{**PLAIN, "search_schema": schema}])
    assert problems == ["tables[0].vector_indexes[0].search_schema: 19 INLINE_FILTER elements, AWS allows 18"]


def test_keys_need_no_declaration_to_be_searched_by() -> None:
    schema = [{**TENANT, "attribute_name": "id"}, {**PLACE, "attribute_name": "city"}]
    wanted = {"vector_indexes": [{**PLAIN, "search_schema": schema}], "global_secondary_indexes": [CITY]}
    spec = desired(wanted).spec
    assert spec is not None
    assert spec.attributes == {"city": "S", "id": "S"}


def test_an_old_botocore_is_named_before_anything_is_read() -> None:
    tables = [desired(entry(PLAIN)), desired({"name": "orders"}), desired({"name": "old", "state": "absent"})]
    with pytest.raises(Refused, match=r"vector_indexes of users: needs botocore 1\.43\.64 or newer"):
        check_sdk(tables, lambda _version: False)
    check_sdk(tables, lambda _version: True)
    check_sdk(tables[1:], lambda _version: False)
