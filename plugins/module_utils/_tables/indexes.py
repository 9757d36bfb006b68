# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must change on a table's global indexes: an index's keys and projection never change in place (T-166)."""

from __future__ import annotations

from collections.abc import Mapping

from .._engine.step import Step
from . import requests
from .change import Change, step
from .durations import fill_seconds
from .model import Index, Observed, TableSpec
from .rules import MAX_GLOBAL_INDEXES

FIELDS = ("global_secondary_indexes",)


def index_changes(spec: TableSpec, live: Observed, seen: TableSpec) -> list[Change]:
    """One change for each index that is missing, different or no longer wanted, by name."""
    wanted = {index.name: index for index in spec.global_indexes}
    found = present_indexes(live, seen)
    changes = []
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            reason = f"index {name} is missing{filling(wanted[name], live)}"
            changes.append(Change((_create(spec, wanted[name], seen, reason),)))
        elif name not in wanted:
            reason = f"index {name} is not declared"
            changes.append(Change((_delete(spec, name, reason, "delete_index"),)))
        elif difference := _difference(wanted[name], spec, found[name], seen):
            changes.append(_replace(spec, wanted[name], seen, difference))
    return changes


def filling(index: Index, live: Observed) -> str:
    """How long AWS needs to fill a new index with little capacity: a write unit is a kilobyte a second."""
    if not index.throughput or not live.status.size_bytes:
        return ""
    hours = fill_seconds(index.throughput.write, live.status) / 3600
    if hours < 1:
        return ""
    size = live.status.size_bytes / 2**30
    took = f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
    return f"; filling it with {size:.1f} GB at {index.throughput.write} write units a second may take {took}"


def present_indexes(live: Observed, seen: TableSpec) -> dict[str, Index]:
    """The live indexes by name, without those that are being deleted already."""
    going = {name for name, status in live.status.indexes.items() if status.status == "DELETING"}
    return {index.name: index for index in seen.global_indexes if index.name not in going}


def deleted_names(changes: list[Change]) -> frozenset[str]:
    """The indexes that the changes delete."""
    return frozenset(each.subject for change in changes for each in change.steps if each.action == "delete_index")


def created_names(changes: list[Change]) -> frozenset[str]:
    """The indexes that the changes create."""
    return frozenset(each.subject for change in changes for each in change.steps if each.action == "create_index")


def impossible(changes: list[Change], spec: TableSpec, seen: TableSpec, staying: frozenset[str]) -> list[Change]:
    """Creations that AWS would refuse, or make with a wrong type, because another index has to stay.

    An attribute has one type in all indexes, and AWS silently ignores a conflicting one (T-162).
    """
    types = _types_in_use(seen, staying)
    room = MAX_GLOBAL_INDEXES - len(staying)
    refused = []
    for change in changes:
        created = [each for each in change.steps if each.action == "create_index"]
        if not created:
            continue
        index = next(index for index in spec.global_indexes if index.name == created[0].subject)
        if room < 1 or any(types.get(key, spec.attributes[key]) != spec.attributes[key] for key in index.keys):
            refused.append(change)
        else:
            room -= 1
    return refused


def _types_in_use(seen: TableSpec, staying: frozenset[str]) -> Mapping[str, str]:
    used = {key for index in seen.global_indexes if index.name in staying for key in index.keys}
    return {key: seen.attributes[key] for key in used}


def _difference(wanted: Index, spec: TableSpec, found: Index, seen: TableSpec) -> str:
    """What differs, for people; empty when nothing does."""
    parts = []
    for label, new, old in (
        ("keys", _keys(wanted, spec), _keys(found, seen)),
        ("projection", _projection(wanted), _projection(found)),
    ):
        if new != old:
            parts.append(f"{label} {old} should be {new}")
    return ", ".join(parts)


def _keys(index: Index, spec: TableSpec) -> str:
    return " ".join(f"{key}:{spec.attributes.get(key, '?')}" for key in (*index.hash_keys, *index.range_keys))


def _projection(index: Index) -> str:
    return f"{index.projection_type}({', '.join(index.non_key_attributes)})".removesuffix("()")


def _replace(spec: TableSpec, index: Index, seen: TableSpec, difference: str) -> Change:
    reason = (
        f"index {index.name}: {difference}. It must be deleted and filled again; without that gap: "
        f"declare the new index under another name beside it, move the readers, then remove {index.name}"
    )
    return Change(
        (
            _delete(spec, index.name, reason, "replace_index"),
            _create(spec, index, seen, f"index {index.name} comes back with its new definition"),
        )
    )


def _create(spec: TableSpec, index: Index, seen: TableSpec, reason: str) -> Step:
    request = requests.create_index(spec, index, seen.attributes)
    return step(
        spec.table_name, "create_index", reason, request, fields=FIELDS, subject=index.name, until="index_active"
    )


def _delete(spec: TableSpec, name: str, reason: str, word: str) -> Step:
    request = requests.delete_index(spec.table_name, name)
    return step(spec.table_name, "delete_index", reason, request, word, fields=FIELDS, subject=name, until="index_gone")
