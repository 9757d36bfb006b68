# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vector indexes in all their forms: as users write them, as AWS takes and shows them, and after a step.

None of AWS's rules on them is measured by the findings that are named T-143 elsewhere; they are documented:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/VectorSearchWorkingWith.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Step
from .model import IndexStatus, Observed, TableSpec, VectorIndex

HASH, FILTER = "HASH", "INLINE_FILTER"
Json = Mapping[str, Any]


def declared(entries: Iterable[Json] | None) -> tuple[VectorIndex, ...] | None:
    """The vector indexes of an entry by name; None, which is not managed, where it leaves them out."""
    if entries is None:
        return None
    return _sorted(
        VectorIndex(
            name=entry["name"],
            attribute=entry["vector_attribute"],
            dimensions=entry["dimensions"],
            distance_function=entry["distance_function"],
            projection_type=entry["projection_type"] or "ALL",
            non_key_attributes=tuple(sorted(entry["non_key_attributes"] or [])),
            **_schema(
                (element["attribute_name"], element["search_schema_element_type"])
                for element in entry["search_schema"] or []
            ),
        )
        for entry in entries
    )


def shown(table: Json) -> tuple[VectorIndex, ...]:
    """The vector indexes in DescribeTable's answer, or in a request to create the table, which has the same form."""
    return _sorted(_index(body) for body in table.get("VectorIndexes") or ())


def _index(body: Json) -> VectorIndex:
    projection = body.get("Projection") or {}
    return VectorIndex(
        name=body["IndexName"],
        attribute=body["VectorAttribute"]["AttributeName"],
        dimensions=int(body["Dimensions"]),
        distance_function=body["DistanceFunction"],
        projection_type=projection.get("ProjectionType", "ALL"),
        non_key_attributes=tuple(sorted(projection.get("NonKeyAttributes") or ())),
        **_schema(
            (element["AttributeName"], element["SearchSchemaElementType"]) for element in body.get("SearchSchema") or ()
        ),
    )


def _schema(elements: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The members of a search schema; the order of the filters means nothing."""
    kinds = dict(elements)
    hashes = [name for name, kind in kinds.items() if kind == HASH]
    filters = tuple(sorted(name for name, kind in kinds.items() if kind == FILTER))
    return {"hash_key": hashes[0] if hashes else None, "filters": filters}


def _sorted(indexes: Iterable[VectorIndex]) -> tuple[VectorIndex, ...]:
    return tuple(sorted(indexes, key=lambda index: index.name))


def elements(index: VectorIndex) -> list[tuple[str, str]]:
    """The attributes of the search schema, each with what it is there for."""
    hashes = [(index.hash_key, HASH)] if index.hash_key else []
    return [*hashes, *((name, FILTER) for name in index.filters)]


def body(index: VectorIndex) -> dict[str, Any]:
    """A vector index in CreateTable, and in the Create action of UpdateTable; an empty search schema is left out."""
    projection: dict[str, Any] = {"ProjectionType": index.projection_type}
    if index.non_key_attributes:
        projection["NonKeyAttributes"] = list(index.non_key_attributes)
    request: dict[str, Any] = {
        "IndexName": index.name,
        "VectorAttribute": {"AttributeName": index.attribute},
        "Dimensions": index.dimensions,
        "DistanceFunction": index.distance_function,
        "Projection": projection,
    }
    schema = [{"AttributeName": name, "SearchSchemaElementType": kind} for name, kind in elements(index)]
    return {**request, "SearchSchema": schema} if schema else request


def fields(spec: TableSpec) -> dict[str, Any]:
    """The field of the entry that describes the table; like other newer capabilities left out where there is none."""
    return {"vector_indexes": [_entry(index) for index in spec.vector_indexes]} if spec.vector_indexes else {}


def _entry(index: VectorIndex) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": index.name,
        "vector_attribute": index.attribute,
        "dimensions": index.dimensions,
        "distance_function": index.distance_function,
    }
    schema = [{"attribute_name": name, "search_schema_element_type": kind} for name, kind in elements(index)]
    if schema:
        entry["search_schema"] = schema
    entry["projection_type"] = index.projection_type
    if index.non_key_attributes:
        entry["non_key_attributes"] = list(index.non_key_attributes)
    return entry


def created(live: Observed, spec: TableSpec, step: Step) -> Observed:
    """The table after a vector index was created, with the types of the attributes in its search schema."""
    index = _index(step.request["VectorIndexUpdates"][0]["Create"])
    types = {each["AttributeName"]: each["AttributeType"] for each in step.request.get("AttributeDefinitions", ())}
    changed = replace(
        spec,
        vector_indexes=_sorted((*(spec.vector_indexes or ()), index)),
        attributes={**spec.attributes, **{key: types[key] for key in index.keys}},
    )
    statuses = {**live.status.indexes, index.name: IndexStatus("ACTIVE")}
    return replace(live, spec=changed, status=replace(live.status, indexes=statuses))


def deleted(live: Observed, spec: TableSpec, step: Step) -> Observed:
    """The table after a vector index was deleted; types that only it used are forgotten, as with others (T-151)."""
    left = replace(spec, vector_indexes=tuple(each for each in spec.vector_indexes or () if each.name != step.subject))
    used = left.typed_attributes
    changed = replace(left, attributes={name: kind for name, kind in spec.attributes.items() if name in used})
    statuses = {name: status for name, status in live.status.indexes.items() if name != step.subject}
    return replace(live, spec=changed, status=replace(live.status, indexes=statuses))


CHANGES = {"create_vector_index": created, "delete_vector_index": deleted}
"""The effect of the steps on a table, for project.py."""
