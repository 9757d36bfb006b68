# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table's billing mode as one variable: by logical name the mode, and the range in which auto scaling may move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._engine.errors import Refused
from .model import ACCESSES, Measured, Table

VARIABLE = "dynamodb_billing_modes"
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
    autoscaling, and indexes with the same by name; their start_capacity is what is provisioned until auto scaling has
    learnt the load. What the entry's auto scaling says stays where modes says nothing.
    """
    if not modes:
        return list(tables)
    if not isinstance(modes, Mapping):
        raise Refused([f"{VARIABLE}: must be a mapping of tables' names to modes, not {modes!r}"])
    names = [table.get("name") for table in tables if isinstance(table, Mapping)]
    problems = [f"{VARIABLE}.{name}: no table is called so" for name in modes if name not in names]
    switched = [
        _switched(table, modes[table["name"]], problems)
        if isinstance(table, Mapping) and table.get("name") in modes
        else table
        for table in tables
    ]
    if problems:
        raise Refused(problems)
    return switched


def _switched(table: Mapping[str, Any], given: Any, problems: list[str]) -> dict[str, Any]:
    path = f"{VARIABLE}.{table['name']}"
    mode: Any = {"billing_mode": given} if isinstance(given, str) else given
    found = list(_mode_problems(table, mode, path))
    problems += found
    if found:
        return dict(table)
    provisioned = mode["billing_mode"] == "PROVISIONED"
    changed = {**_holder(table, mode, provisioned, path, problems), "billing_mode": mode["billing_mode"]}
    ranges = mode.get("indexes") or {}
    known = _indexes(table)
    if known:
        changed["global_secondary_indexes"] = [
            _holder(index, ranges.get(index["name"]) or {}, provisioned, f"{path}.indexes.{index['name']}", problems)
            if index in known
            else index
            for index in table["global_secondary_indexes"]
        ]
    return changed


def _mode_problems(table: Mapping[str, Any], mode: Any, path: str) -> Iterator[str]:
    if not isinstance(mode, Mapping) or mode.get("billing_mode") not in MODES:
        yield f"{path}: must be, or have as its billing_mode, one of {', '.join(MODES)}"
        return
    yield from (
        f"{path}.{field}: is no field of it; it has {', '.join(FIELDS)}" for field in mode if field not in FIELDS
    )
    indexes = mode.get("indexes") or {}
    if not isinstance(indexes, Mapping):
        yield f"{path}.indexes: must be a mapping of indexes' names, not {indexes!r}"
        return
    names = [index["name"] for index in _indexes(table)]
    yield from (f"{path}.indexes.{name}: the table has no such index" for name in indexes if name not in names)
    holders = {path: mode, **{f"{path}.indexes.{name}": ranges or {} for name, ranges in indexes.items()}}
    for place, ranges in holders.items():
        if not isinstance(ranges, Mapping):
            yield f"{place}: must be a mapping with read and write, not {ranges!r}"
            continue
        wrong = [access for access in ACCESSES if not isinstance(ranges.get(access) or {}, Mapping)]
        yield from (f"{place}.{access}: must be a mapping with min_capacity and max_capacity" for access in wrong)


def _indexes(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those of its global indexes that are entries; the module says what is wrong with others."""
    given = table.get("global_secondary_indexes") or ()
    return [index for index in given if isinstance(index, Mapping) and index.get("name")]


def _holder(
    holder: Mapping[str, Any], ranges: Mapping[str, Any], provisioned: bool, path: str, problems: list[str]
) -> dict[str, Any]:
    """A table or index without what only the other mode has, and with auto scaling of both accesses."""
    if not provisioned:
        return {field: value for field, value in holder.items() if field not in CAPACITY}
    scaling = dict(holder.get("autoscaling") or {})
    start: dict[str, Any] = {}
    for access in ACCESSES:
        if ranges.get(access):
            scaling[access] = {**(scaling.get(access) or {}), **ranges[access]}
            units = scaling[access].pop("start_capacity", None)
            start |= {f"{access}_capacity": units} if units else {}
        if not scaling.get(access):
            problems.append(
                f"{path}.{access}: needs min_capacity and max_capacity, as the entry has no auto scaling of it"
            )
    kept = {field: value for field, value in holder.items() if field != "on_demand_throughput"}
    return {**kept, **start, "autoscaling": scaling}


def _ranges(place: Measured, target: int) -> dict[str, Any]:
    return {
        access: {
            "min_capacity": place.scaling[access].low,
            "max_capacity": place.scaling[access].high * HEADROOM,
            "target_value": target,
            "start_capacity": place.scaling[access].high,
        }
        if access in place.scaling
        else _least(target)[access]
        for access in ACCESSES
    }


def _least(target: int) -> dict[str, Any]:
    """For what was not used while its table was."""
    return {access: {"min_capacity": 1, "max_capacity": HEADROOM, "target_value": target} for access in ACCESSES}
