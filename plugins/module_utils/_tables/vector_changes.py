# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must change in a table's vector indexes, and what they forbid beside them.

Nothing of a vector index changes in place; one is made or deleted at a time, together with the global ones, each in a
call of its own; and they need an on-demand table (documented, see vectors.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._engine.step import Conflict, Step
from . import requests
from .change import Change, step
from .changes import billing_changes
from .indexes import deleted_names, impossible, present_indexes
from .model import Index, Observed, TableSpec, VectorIndex
from .vector_rules import MAX_VECTOR_INDEXES
from .vectors import body, elements

FIELDS = ("vector_indexes",)
APPROVED_BYTES = 600 * 2**30
"""How large a table may be to get a vector index without AWS's approval (quotas of the developer guide)."""


def vector_changes(spec: TableSpec, live: Observed, seen: TableSpec) -> list[Change]:
    """One change for each vector index that is missing, different or no longer wanted, where they are managed."""
    if spec.vector_indexes is None:
        return []
    wanted = {index.name: index for index in spec.vector_indexes}
    found = present_vectors(live, seen)
    changes = []
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            reason = f"vector index {name} is missing{_approval(live)}"
            changes.append(Change((_create(spec, wanted[name], seen, reason),)))
        elif name not in wanted:
            reason = f"vector index {name} is not declared"
            changes.append(Change((_delete(spec, name, reason, "delete_index"),)))
        elif difference := _difference(wanted[name], spec, found[name], seen):
            changes.append(_replace(spec, wanted[name], seen, difference))
    return changes


def present_vectors(live: Observed, seen: TableSpec) -> dict[str, VectorIndex]:
    """The live vector indexes by name, without those that are being deleted already."""
    going = {name for name, status in live.status.indexes.items() if status.status == "DELETING"}
    return {index.name: index for index in seen.vector_indexes or () if index.name not in going}


@dataclass(frozen=True)
class Staying:
    """What is known of the indexes that stay while others are made."""

    names: frozenset[str]
    types: Mapping[str, str]
    """Of the attributes that are keys, or in a search schema."""
    dimensions: Mapping[str, int]
    """Of the attributes that hold vectors."""

    def refuse(self, index: Index | VectorIndex, spec: TableSpec) -> bool:
        """Whether an index cannot be made beside them."""
        if index.name in self.names or any(self._differs(key, spec) for key in index.keys):
            return True
        if not isinstance(index, VectorIndex):
            return False
        known = self.dimensions.get(index.attribute, index.dimensions)
        return index.attribute in self.types or known != index.dimensions

    def _differs(self, key: str, spec: TableSpec) -> bool:
        """Whether a key holds vectors, or has another type, which AWS silently ignores (T-162)."""
        return key in self.dimensions or self.types.get(key, spec.attributes[key]) != spec.attributes[key]


def refused_creations(changes: list[Change], spec: TableSpec, live: Observed, seen: TableSpec) -> list[Change]:
    """The creations, of global and vector indexes, that AWS would refuse because another index has to stay."""
    kept = {name: index for name, index in present_indexes(live, seen).items() if name not in deleted_names(changes)}
    vectors = _staying_vectors(changes, live, seen)
    staying = _staying([*kept.values(), *vectors.values()], vectors.values(), seen)
    room = MAX_VECTOR_INDEXES - len(vectors)
    refused = impossible(changes, spec, seen, frozenset(kept))
    for change in changes:
        index = _created_index(change, spec)
        if index is None or change in refused:
            continue
        vector = isinstance(index, VectorIndex)
        if staying.refuse(index, spec) or (vector and room < 1):
            refused.append(change)
        elif vector:
            room -= 1
    return refused


def _created_index(change: Change, spec: TableSpec) -> Index | VectorIndex | None:
    """The index that a change makes."""
    known: dict[str, Iterable[Index | VectorIndex]] = {
        "create_index": spec.global_indexes,
        "create_vector_index": spec.vector_indexes or (),
    }
    for each in change.steps:
        for index in known.get(each.action, ()):
            if index.name == each.subject:
                return index
    return None


def _staying_vectors(changes: list[Change], live: Observed, seen: TableSpec) -> dict[str, VectorIndex]:
    """The live vector indexes that none of the changes deletes."""
    gone = {each.subject for change in changes for each in change.steps if each.action == "delete_vector_index"}
    return {name: index for name, index in present_vectors(live, seen).items() if name not in gone}


def _staying(indexes: Iterable[Index | VectorIndex], vectors: Iterable[VectorIndex], seen: TableSpec) -> Staying:
    found = list(indexes)
    keys = {key for index in found for key in index.keys}
    return Staying(
        frozenset(index.name for index in found),
        {key: seen.attributes[key] for key in keys if key in seen.attributes},
        {index.attribute: index.dimensions for index in vectors},
    )


def vector_conflicts(spec: TableSpec, live: Observed, seen: TableSpec) -> list[Conflict]:
    """What cannot be beside vector indexes that are there, and that the entry leaves alone."""
    found = present_vectors(live, seen)
    if spec.vector_indexes is not None or not found:
        return []
    name = spec.table_name
    why = "the entry leaves vector_indexes out, so they are left alone"
    conflicts = []
    if _switches(spec, seen):
        message = (
            "billing_mode is PROVISIONED, but AWS has vector indexes on on-demand tables only, and the table has "
            f"{', '.join(sorted(found))}: {why}; vector_indexes: [] deletes them, with the word delete_index"
        )
        conflicts.append(Conflict(name, ("billing_mode", *FIELDS), message))
    for index in spec.global_indexes:
        for problem in _beside(index, spec, found, seen):
            message = f"index {index.name}: {problem}: {why}; declare those that shall stay"
            conflicts.append(Conflict(name, ("global_secondary_indexes", *FIELDS), message))
    return conflicts


def _beside(index: Index, spec: TableSpec, found: Mapping[str, VectorIndex], seen: TableSpec) -> Iterator[str]:
    if index.name in found:
        yield "that is the name of a vector index on the table"
    for vector in found.values():
        for key in index.keys:
            if key == vector.attribute:
                yield f"its key {key} holds the vectors of vector index {vector.name}"
            elif key in vector.keys and seen.attributes[key] != spec.attributes[key]:
                kinds = f"{spec.attributes[key]}, and {seen.attributes[key]} in vector index {vector.name}"
                yield f"the type of its key {key} is {kinds}"


def kept_on_demand(
    spec: TableSpec, changes: list[Change], live: Observed, seen: TableSpec, staying: frozenset[str]
) -> tuple[TableSpec, list[Change]]:
    """The table as it can be while vector indexes lack the word to be deleted, and the switch that waits for that.

    staying are the live global indexes that no step deletes.
    """
    if not _switches(spec, seen) or not _staying_vectors(changes, live, seen):
        return spec, []
    indexes = tuple(replace(index, throughput=None, autoscaling=None) for index in spec.global_indexes)
    possible = replace(spec, billing_mode="PAY_PER_REQUEST", throughput=None, autoscaling=None, global_indexes=indexes)
    return possible, billing_changes(spec, seen, staying)


def _switches(spec: TableSpec, seen: TableSpec) -> bool:
    """Whether the table is to leave the billing mode that vector indexes need."""
    return spec.billing_mode == "PROVISIONED" != seen.billing_mode


def _difference(wanted: VectorIndex, spec: TableSpec, found: VectorIndex, seen: TableSpec) -> str:
    """What differs, for people; empty when nothing does."""
    parts = []
    for label, new, old in (
        ("vector attribute", wanted.attribute, found.attribute),
        ("dimensions", str(wanted.dimensions), str(found.dimensions)),
        ("distance function", wanted.distance_function, found.distance_function),
        ("search schema", _schema(wanted, spec), _schema(found, seen)),
        ("projection", _projection(wanted), _projection(found)),
    ):
        if new != old:
            parts.append(f"{label} {old} should be {new}")
    return ", ".join(parts)


def _schema(index: VectorIndex, spec: TableSpec) -> str:
    return " ".join(f"{kind} {key}:{spec.attributes.get(key, '?')}" for key, kind in elements(index)) or "none"


def _projection(index: VectorIndex) -> str:
    return f"{index.projection_type}({', '.join(index.non_key_attributes)})".removesuffix("()")


def _approval(live: Observed) -> str:
    size = live.status.size_bytes or 0
    if size <= APPROVED_BYTES:
        return ""
    return f"; the table has {size / 2**30:.0f} GB, and from 600 GB on AWS Support has to allow it first"


def _replace(spec: TableSpec, index: VectorIndex, seen: TableSpec, difference: str) -> Change:
    reason = (
        f"vector index {index.name}: {difference}. It must be deleted and filled again; without that gap: "
        f"declare the new index under another name beside it, move the searches, then remove {index.name}"
    )
    again = f"vector index {index.name} comes back with its new definition"
    return Change((_delete(spec, index.name, reason, "replace_index"), _create(spec, index, seen, again)))


def _create(spec: TableSpec, index: VectorIndex, seen: TableSpec, reason: str) -> Step:
    """A search schema needs its types in the very call; the others are sent as emulators keep only what is sent.

    AWS refuses a type of an attribute that holds vectors.
    """
    members: dict[str, Any] = {"VectorIndexUpdates": [{"Create": body(index)}]}
    if index.keys:
        types = {**seen.attributes, **spec.attributes}
        known = seen.attributes.keys() | replace(spec, vector_indexes=(index,)).typed_attributes
        held = {each.attribute for each in spec.vector_indexes or ()}
        types = {name: kind for name, kind in types.items() if name in known - held}
        members["AttributeDefinitions"] = requests.attribute_definitions(types)
    request = requests.update_table(spec.table_name, **members)
    subject, until = index.name, "index_active"
    return step(spec.table_name, "create_vector_index", reason, request, fields=FIELDS, subject=subject, until=until)


def _delete(spec: TableSpec, name: str, reason: str, word: str) -> Step:
    request = requests.update_table(spec.table_name, VectorIndexUpdates=[{"Delete": {"IndexName": name}}])
    known: dict[str, Any] = {"fields": FIELDS, "subject": name, "until": "index_gone"}
    return step(spec.table_name, "delete_vector_index", reason, request, word, **known)
