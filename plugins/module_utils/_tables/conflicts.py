# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be done to a table that is there: it is somebody else's, or it would have to be a new one."""

from __future__ import annotations

from dataclasses import replace

from .._engine.step import Conflict
from .model import Desired, Index, Observed, TableSpec
from .names import other_owner


def foreign(estate: str, desired: Desired, seen: TableSpec) -> list[Conflict]:
    """A table that another estate of ours owns is not taken over."""
    owner = other_owner(seen.tags, estate)
    if not owner:
        return []
    message = f"the table belongs to the estate {owner!r} (its tag Estate), not to {estate!r}"
    return [Conflict(desired.table_name, ("tags",), message)]


def immutable(spec: TableSpec, seen: TableSpec) -> list[Conflict]:
    """What cannot change on a table that is there: its key, the types of it, its local indexes."""
    differences: dict[str, str] = {}
    for field in ("hash_key", "range_key"):
        new, old = getattr(spec, field), getattr(seen, field)
        if new != old:
            differences[field] = f"{field} is {old or 'none'}, declared is {new or 'none'}"
    fixed = {*seen.key_attributes, *(key for index in seen.local_indexes for key in index.keys)}
    for key in sorted(fixed & spec.attributes.keys()):
        if spec.attributes[key] != seen.attributes[key]:
            differences[f"attributes.{key}"] = (
                f"type of {key} is {seen.attributes[key]}, declared is {spec.attributes[key]}"
            )
    if spec.local_indexes != seen.local_indexes:
        new_indexes, old_indexes = _labels(spec.local_indexes), _labels(seen.local_indexes)
        differences["local_secondary_indexes"] = f"local indexes are {old_indexes}, declared are {new_indexes}"
    if not differences:
        return []
    message = (
        f"this needs a new table: {'; '.join(differences.values())}. Declare it under another name beside this one, or "
        "give the id of this table as replace_table_id to have it replaced by an empty one"
    )
    return [Conflict(spec.table_name, tuple(differences), message)]


def with_way_out(conflicts: list[Conflict], desired: Desired, live: Observed) -> list[Conflict]:
    """How a table may be replaced after all, said only where the user came near it."""
    if not desired.replace_table_id:
        return conflicts
    here = live.status.table_id or "unknown"
    note = f"; replace_table_id names {desired.replace_table_id}, but the table there has the id {here}"
    return [replace(conflict, message=conflict.message + note) for conflict in conflicts]


def _labels(indexes: tuple[Index, ...]) -> str:
    labels = [
        f"{index.name}({', '.join(index.keys)}; {index.projection_type}"
        f"{''.join(' ' + name for name in index.non_key_attributes)})"
        for index in indexes
    ]
    return ", ".join(labels) or "none"
