# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that make a table from something, and the table that comes of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import requests
from .model import Index, Limits, Recovery, TableSpec, Throughput, VectorIndex, Warm
from .source_argspec import FROM_NAME
from .source_model import Found, Import, Restore
from .vectors import body as vector_body
from .vectors import shown

Json = Mapping[str, Any]
GLOBAL, LOCAL = "GlobalSecondaryIndexes", "LocalSecondaryIndexes"
VECTOR = "VectorIndexes"
OVERRIDES = {GLOBAL: "GlobalSecondaryIndexOverride", LOCAL: "LocalSecondaryIndexOverride"}
IMPORTED = (
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "SSESpecification",
    "GlobalSecondaryIndexes",
    "VectorIndexes",
)
"""What ImportTable takes of CreateTable (service model)."""


def token_of(table_name: str, source: Import) -> str:
    """How the tokens of all our imports of a source into a table begin, by which they are known again."""
    return f"{_digest([table_name, source.members], 16)}-"


def import_table(declared: TableSpec, source: Import, ended: int) -> dict[str, Any]:
    """The same request has the same token, which AWS keeps for 8 hours, until that import is over (I-008).

    ended is the number of imports into the table that are over: a token that was used for one of them would only
    answer with that one, and make no table.
    """
    members = requests.create_table(_without_warm(declared))
    parameters = {name: members[name] for name in IMPORTED if name in members}
    token = f"{token_of(declared.table_name, source)}{_digest(parameters, 12)}-{ended}"
    return {**source.members, "ClientToken": token, "TableCreationParameters": parameters}


def imported(request: Json) -> dict[str, Any]:
    """The table after an import, in the form of CreateTable."""
    return _as_made(request["TableCreationParameters"])


def naming(source: Restore) -> dict[str, Any]:
    """The members of a restore's request that name its source."""
    origin = source.origin
    if origin.backup_arn:
        return {"BackupArn": origin.backup_arn}
    when = {"RestoreDateTime": origin.time} if origin.time else {"UseLatestRestorableTime": True}
    named = (
        {"SourceTableName": source.table_name} if source.field == FROM_NAME else {"SourceTableArn": origin.table_arn}
    )
    return {**named, **when}


def restore_table(spec: TableSpec, source: Restore, found: Found) -> dict[str, Any]:
    """A restore into what is declared, as far as a restore can make it: billing, key, and indexes that there were.

    The encryption is always said, which AWS demands for another region (T-274), and which saves a change of it.
    """
    request: dict[str, Any] = {"TargetTableName": spec.table_name, **naming(source)}
    request["BillingModeOverride"] = spec.billing_mode
    if spec.throughput:
        request["ProvisionedThroughputOverride"] = requests.throughput(spec.throughput)
    limits = requests.initial_limits(spec.limits)
    if limits:  # An empty one is answered with an error, though it works (T-463)
        request["OnDemandThroughputOverride"] = limits["OnDemandThroughput"]
    # Absent is all that there were, which may be more than is declared (T-279)
    for member, override in OVERRIDES.items():
        kept = restorable(spec, member, found)
        if kept or found.table.get(member) or not found.whole:
            request[override] = [requests.index_body(replace(index, warm=None)) for index, _known in kept]
    vectors = restorable_vectors(spec, found)
    if spec.vector_indexes is not None and (vectors or found.table.get(VECTOR) or not found.whole):
        request["VectorIndexOverride"] = [vector_body(index) for index in vectors]
    request["SSESpecificationOverride"] = requests.encryption(spec.encryption)
    return request


def restored(spec: TableSpec, found: Found) -> dict[str, Any]:
    """The table after that restore, in the form of CreateTable: stream, protection, class and tags are lost (T-215)."""
    same_mode = mode_of(found.table) == spec.billing_mode
    indexes = tuple(
        replace(index, limits=_limits(index.limits, known, same_mode))
        for index, known in restorable(spec, GLOBAL, found)
    )
    local = tuple(index for index, _known in restorable(spec, LOCAL, found))
    vectors = restorable_vectors(spec, found)
    parts: list[Index | VectorIndex] = [*indexes, *local, *vectors]
    used = {*spec.key_attributes, *(key for index in parts for key in index.keys)}
    bare = replace(
        _without_warm(spec),
        attributes={name: kind for name, kind in _types(spec, found).items() if name in used},
        global_indexes=indexes,
        local_indexes=local,
        vector_indexes=vectors,
        limits=_limits(spec.limits, found.table, same_mode),
        stream_view_type=None,
        ttl_attribute=None,
        recovery=Recovery(False),
        deletion_protection=False,
        table_class=None,
        tags={},
    )
    return _as_made(requests.create_table(bare))


def restorable(spec: TableSpec, member: str, found: Found) -> list[tuple[Index, Json]]:
    """The declared indexes that a restore brings, each with its source's of the same key and projection (T-280).

    member is GLOBAL or LOCAL. Where AWS does not tell the source's indexes, all: a restore of one that there was not is
    then refused, by its name.
    """
    declared = spec.global_indexes if member == GLOBAL else spec.local_indexes
    if not found.whole:
        return [(index, {}) for index in declared]
    types = _types(spec, found)
    left = list(found.table.get(member) or ())
    kept = []
    for index in declared:
        shape = _shape(requests.index_body(index))
        alike = [known for known in left if _shape(known) == shape]
        if alike and all(types[key] == spec.attributes[key] for key in index.keys):
            chosen = next((known for known in alike if known["IndexName"] == index.name), alike[0])
            left.remove(chosen)
            kept.append((index, chosen))
    return kept


def restorable_vectors(spec: TableSpec, found: Found) -> tuple[VectorIndex, ...]:
    """The vector indexes that a restore brings: of the declared ones likewise, all where the entry manages none."""
    known = shown(found.table)
    if spec.vector_indexes is None:
        return known
    shapes, types = [replace(index, name="") for index in known], _types(spec, found)
    return tuple(
        index
        for index in spec.vector_indexes
        if not found.whole
        or (replace(index, name="") in shapes and all(types[key] == spec.attributes[key] for key in index.keys))
    )


def _types(spec: TableSpec, found: Found) -> dict[str, str]:
    """The types of attributes, those of the source where AWS tells them."""
    told = {each["AttributeName"]: each["AttributeType"] for each in found.table.get("AttributeDefinitions") or ()}
    return {**spec.attributes, **told}


def mode_of(table: Json) -> str:
    """The billing mode of a description; AWS leaves it out of one that was provisioned all its life (T-028)."""
    return str((table.get("BillingModeSummary") or table).get("BillingMode") or "PROVISIONED")


def _shape(body: Json) -> tuple[Any, ...]:
    keys = tuple((key["AttributeName"], key["KeyType"]) for key in body["KeySchema"])
    projection = body.get("Projection") or {}
    return keys, projection.get("ProjectionType", "ALL"), frozenset(projection.get("NonKeyAttributes") or ())


def _limits(wanted: Limits | None, source: Json, same_mode: bool) -> Limits | None:
    """What is not said is as it was, unless the billing mode is another."""
    if requests.initial_limits(wanted):
        return wanted
    found = (source.get("OnDemandThroughput") or {}) if same_mode else {}
    return Limits(found.get("MaxReadRequestUnits"), found.get("MaxWriteRequestUnits"))


def _without_warm(spec: TableSpec) -> TableSpec:
    """Warm throughput is not said: a restore to a past takes none, an import none of the table (documented)."""
    return replace(spec, warm=None, global_indexes=tuple(replace(index, warm=None) for index in spec.global_indexes))


def _as_made(members: Json) -> dict[str, Any]:
    """With the warm throughput that AWS gives every table and index."""
    made = {**members, "WarmThroughput": _warm(members)}
    if "GlobalSecondaryIndexes" in members:
        made["GlobalSecondaryIndexes"] = [
            {**index, "WarmThroughput": _warm(index)} for index in members["GlobalSecondaryIndexes"]
        ]
    return made


def _warm(holder: Json) -> dict[str, Any]:
    units = holder.get("ProvisionedThroughput")
    given = Throughput(units["ReadCapacityUnits"], units["WriteCapacityUnits"]) if units else None
    ready = Warm(given.read, given.write) if given else requests.INITIAL_WARM
    return {"ReadUnitsPerSecond": ready.read, "WriteUnitsPerSecond": ready.write}


def _digest(value: object, length: int) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:length]
