# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table's billing mode as one variable: by logical name the mode, and the range in which auto scaling may move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import Refused
from .model import ACCESSES, Measured, Table

MODES = ("PAY_PER_REQUEST", "PROVISIONED")
FIELDS = ("billing_mode", "indexes", *ACCESSES)
CAPACITY = ("read_capacity", "write_capacity", "autoscaling")
HEADROOM = 2
"""How many times what was measured auto scaling may provide."""


def switch_of(table: Table, places: Sequence[Measured], target: int) -> dict[str, Any]:
    """The value that switches a table to the other mode, with the ranges that the measured load needs.

    Empty where nothing was measured: a range for auto scaling cannot be made up.
    """
    if table.billing_mode == "PROVISIONED":
        return {"billing_mode": "PAY_PER_REQUEST"}
    ranges = {place.place.index: _ranges(place, target) for place in places if place.scaling}
    if "" not in ranges:
        return {}
    indexes = {name: ranges.get(name) or _least(target) for name in (place.place.index for place in places) if name}
    return {"billing_mode": "PROVISIONED", **ranges[""], **({"indexes": indexes} if indexes else {})}


def billing_modes(tables: Sequence[Any], modes: Mapping[str, Any] | None) -> list[Any]:
    """The entries, those that modes names (by logical name) in the mode that it gives them. Raises Refused.

    A mode is PAY_PER_REQUEST, or a mapping with billing_mode and, for PROVISIONED, read and write as in an entry's
    autoscaling, and indexes with the same by name. What the entry's auto scaling says stays where modes says nothing.
    """
    wanted = {str(name): _mode(mode) for name, mode in (modes or {}).items()}
    names = [table.get("name") for table in tables if isinstance(table, Mapping)]
    problems = [f"dynamodb_billing_modes.{name}: no table is called so" for name in wanted if name not in names]
    switched = []
    for table in tables:
        mode = wanted.get(str(table.get("name"))) if isinstance(table, Mapping) else None
        switched.append(table if mode is None else _switched(table, mode, problems))
    if problems:
        raise Refused(problems)
    return switched


def _mode(given: Any) -> Any:
    return {"billing_mode": given} if isinstance(given, str) else given


def _switched(table: Mapping[str, Any], mode: Any, problems: list[str]) -> dict[str, Any]:
    path = f"dynamodb_billing_modes.{table['name']}"
    if not isinstance(mode, Mapping) or mode.get("billing_mode") not in MODES:
        problems.append(f"{path}: must be, or have as its billing_mode, one of {', '.join(MODES)}")
        return dict(table)
    problems += [
        f"{path}.{field}: is no field of it; it has {', '.join(FIELDS)}" for field in mode if field not in FIELDS
    ]
    provisioned = mode["billing_mode"] == "PROVISIONED"
    indexes = mode.get("indexes") or {}
    known = [index for index in table.get("global_secondary_indexes") or () if isinstance(index, Mapping)]
    unknown = [name for name in indexes if name not in [index.get("name") for index in known]]
    problems += [f"{path}.indexes.{name}: the table has no such index" for name in unknown]
    changed = {**_holder(table, mode, provisioned, path, problems), "billing_mode": mode["billing_mode"]}
    if known:
        changed["global_secondary_indexes"] = [
            _holder(
                index,
                indexes.get(index.get("name")) or {},
                provisioned,
                f"{path}.indexes.{index.get('name')}",
                problems,
            )
            for index in known
        ]
    return changed


def _holder(
    holder: Mapping[str, Any], ranges: Mapping[str, Any], provisioned: bool, path: str, problems: list[str]
) -> dict[str, Any]:
    """A table or index without what only the other mode has, and with auto scaling of both accesses."""
    if not provisioned:
        return {field: value for field, value in holder.items() if field not in CAPACITY}
    scaling = dict(holder.get("autoscaling") or {})
    for access in ACCESSES:
        if ranges.get(access):
            scaling[access] = {**(scaling.get(access) or {}), **ranges[access]}
        if not scaling.get(access):
            problems.append(
                f"{path}.{access}: needs min_capacity and max_capacity, as the entry has no auto scaling of it"
            )
    kept = {field: value for field, value in holder.items() if field != "on_demand_throughput"}
    return {**kept, "autoscaling": scaling}


def _ranges(place: Measured, target: int) -> dict[str, Any]:
    return {
        access: {
            "min_capacity": place.scaling[access].low,
            "max_capacity": max(place.scaling[access].high * HEADROOM, place.scaling[access].low),
            "target_value": target,
        }
        if access in place.scaling
        else _least(target)[access]
        for access in ACCESSES
    }


def _least(target: int) -> dict[str, Any]:
    """For what was not used while its table was."""
    return {access: {"min_capacity": 1, "max_capacity": HEADROOM, "target_value": target} for access in ACCESSES}
