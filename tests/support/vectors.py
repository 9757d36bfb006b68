# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to vector indexes and to plans, for the tests of the tables domain."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import Observed
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan

from .tables import ESTATE, desired, observed

TENANT = {"attribute_name": "tenant", "search_schema_element_type": "HASH"}
PLACE = {"attribute_name": "place", "search_schema_element_type": "INLINE_FILTER"}
TYPES = [{"name": "place", "type": "N"}, {"name": "tenant", "type": "S"}]
VECTOR: dict[str, Any] = {
    "name": "near",
    "vector_attribute": "embedding",
    "dimensions": 3,
    "distance_function": "COSINE",
    "search_schema": [PLACE, TENANT],
    "projection_type": "INCLUDE",
    "non_key_attributes": ["title", "body"],
}
PLAIN = {name: VECTOR[name] for name in ("name", "vector_attribute", "dimensions", "distance_function")}
CITY = {"name": "by-city", "hash_key": "city"}
WORDS = {"allow": ["delete_index", "replace_index"]}


def entry(*indexes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The fields of a table with these vector indexes, and the types that they need."""
    used = {element["attribute_name"] for index in indexes for element in index.get("search_schema", ())}
    return {"vector_indexes": list(indexes), "attributes": [each for each in TYPES if each["name"] in used], **more}


def planned(wanted: dict[str, Any], there: dict[str, Any] | Observed) -> ResourcePlan:
    """The plan from one definition, or from a table as it is, to another."""
    live = there if isinstance(there, Observed) else observed(there)
    (found,) = plan(ESTATE, [desired(wanted)], {live.table_name: live})
    return found


def steps(found: ResourcePlan) -> list[tuple[str, str]]:
    return [(step.action, step.subject) for step in found.steps]


def withheld(found: ResourcePlan) -> list[tuple[str, str]]:
    return [(step.action, step.subject) for step in found.withheld]
