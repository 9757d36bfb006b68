# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, attributes, indexes and projections: what CreateTable and a new index must fulfil (rules 5.2 and 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from .faults import invalid, validation
from .model import Json
from .settings import INDEX_LIMIT, LOCAL_INDEX_LIMIT

Keys = list[dict[str, str]]


def check_schema(request: Json) -> None:
    """The keys of a new table and of its indexes, against its attribute definitions."""
    check_table_keys(request["KeySchema"])
    _check_lists(request)
    attributes = _definitions(request["AttributeDefinitions"])
    indexes = [*(request.get("GlobalSecondaryIndexes") or []), *(request.get("LocalSecondaryIndexes") or [])]
    searched = [vector.get("SearchSchema") or [] for vector in request.get("VectorIndexes") or []]
    _check_use(attributes, request["KeySchema"], [*(index["KeySchema"] for index in indexes), *searched])
    for index in request.get("GlobalSecondaryIndexes") or []:
        check_global_keys(index["KeySchema"])
    for index in request.get("LocalSecondaryIndexes") or []:
        _check_local_keys(index, request["KeySchema"])
    _check_names(indexes)
    for index in indexes:
        check_projection(index["Projection"])


def check_table_keys(keys: Keys) -> None:
    """HASH, or HASH and RANGE of two attributes (T-042 T-124)."""
    if keys[0]["KeyType"] != "HASH":
        raise validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(keys) > 1 and keys[1]["KeyType"] != "RANGE":
        raise validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len(keys) > 1 and keys[0]["AttributeName"] == keys[1]["AttributeName"]:
        raise validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")


def check_global_keys(keys: Keys) -> None:
    """Up to four HASH, then up to four RANGE attributes (T-129)."""
    if keys[0]["KeyType"] != "HASH":
        raise validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    kinds = [key["KeyType"] for key in keys]
    if ("RANGE", "HASH") in pairwise(kinds):
        raise invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema")
    for kind in ("HASH", "RANGE"):
        if kinds.count(kind) > 4:
            raise invalid(f"The KeySchema exceeds the maximum allowed number of {kind} key attributes")
    names = names_of(keys)
    if len(set(names)) < len(names):
        raise validation("The KeySchema contains multiple key attributes with the same name")


def check_projection(projection: Json) -> None:
    """The projection's type and its attributes fit each other (T-123 T-126)."""
    kind = projection.get("ProjectionType")
    attributes = projection.get("NonKeyAttributes")
    if kind is None:
        raise invalid("Unknown ProjectionType: null")
    if kind == "INCLUDE" and attributes is None:
        raise invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    if kind != "INCLUDE" and attributes is not None:
        raise invalid(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    names = attributes or []
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise invalid(f"Duplicate element in NonKeyAttributes: {twice[0]}")


def names_of(keys: Keys) -> list[str]:
    """The attributes of a key, in their order."""
    return [key["AttributeName"] for key in keys]


def _definitions(definitions: Keys) -> dict[str, str]:
    if not definitions:
        raise validation("Invalid KeySchema: Some index key attribute have no definition")
    attributes: dict[str, str] = {}
    for definition in definitions:
        if definition["AttributeName"] in attributes:
            raise validation(f"Attribute Name is duplicated: {definition['AttributeName']}")
        attributes[definition["AttributeName"]] = definition["AttributeType"]
    return attributes


def _check_use(attributes: dict[str, str], keys: Keys, index_keys: list[Keys]) -> None:
    """Every definition is used and every key is defined (T-042 T-127)."""
    used = {name for schema in [keys, *index_keys] for name in names_of(schema)}
    if not index_keys and len(used) != len(attributes):
        raise invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    if used - set(attributes):
        raise invalid(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: {_list(used)}, AttributeDefinitions: {_list(attributes)}"
        )
    if set(attributes) - used:
        raise invalid(
            "Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: {_list(attributes)}, keys used: {_list(used)}"
        )


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(sorted(names))}]"


def _check_lists(request: Json) -> None:
    """The number of indexes (T-043 T-169)."""
    for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if request.get(member) == []:
            raise invalid(f"List of {member} is empty")
    if len(request.get("GlobalSecondaryIndexes") or []) > INDEX_LIMIT:
        raise invalid(f"GlobalSecondaryIndex count exceeds the per-table limit of {INDEX_LIMIT}")
    if len(request.get("LocalSecondaryIndexes") or []) > LOCAL_INDEX_LIMIT:
        raise invalid(f"Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEX_LIMIT}")


def _check_local_keys(index: Json, table_keys: Keys) -> None:
    keys = index["KeySchema"]
    if len(table_keys) < 2:
        raise invalid(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )
    check_table_keys(keys)
    if len(keys) < 2:
        raise invalid(f"Index KeySchema does not have a range key for index: {index['IndexName']}")
    own, table = keys[0]["AttributeName"], table_keys[0]["AttributeName"]
    if own != table:
        raise invalid(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            f"{index['IndexName']}. index hash key: {own}, table hash key: {table}"
        )


def _check_names(indexes: list[Json]) -> None:
    seen: set[str] = set()
    for index in indexes:
        if index["IndexName"] in seen:
            raise invalid(f"Duplicate index name: {index['IndexName']}")
        seen.add(index["IndexName"])
