# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What usage_info returns of a table: plain data, which a report can be made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .advice import advice_of
from .cost import average_units, capacity_of, cost_of
from .model import ACCESSES, HotKeys, Measured, Prices, Table, Throttled, Window, iso_of
from .switch import switch_of

Hot = Mapping[tuple[str, str], Sequence[HotKeys]]
"""The hot keys by table and index."""


def table_usage(
    table: Table, places: Sequence[Measured], window: Window, prices: Prices | None, target: int, hot: Hot
) -> dict[str, Any]:
    """The usage of a table and its indexes; places are theirs, the table's own first."""
    cost = cost_of(places, prices, table.table_class, window) if prices else {}
    advice = advice_of(table, places, window, cost)
    return {
        "table_name": table.table_name,
        "billing_mode": table.billing_mode,
        "table_class": table.table_class,
        "window": window.as_dict(),
        **_place(places[0], advice, hot, window),
        "capacity": capacity_of(places, window),
        "cost": cost,
        "switch": switch_of(table, places, target),
        "indexes": {place.place.index: _place(place, advice, hot, window) for place in places[1:]},
    }


def names_of(tables: Sequence[Table]) -> dict[str, Table]:
    """The tables by logical name, by their own where two would be called the same."""
    logical = [table.name for table in tables]
    return {table.table_name if logical.count(table.name) > 1 else table.name: table for table in tables}


def _place(place: Measured, advice: Mapping[str, list[dict[str, Any]]], hot: Hot, window: Window) -> dict[str, Any]:
    return {
        "seen": place.seen,
        "series": {name: [list(point) for point in points] for name, points in place.series.items()},
        "totals": _totals(place),
        "provisioned": _provisioned(place, window),
        "throttling": [_event(event) for event in place.causes or tuple(place.throttled.values())],
        "hot_keys": [_hot(keys) for keys in hot.get((place.place.table_name, place.place.index), ())],
        "advice": advice.get(place.place.index, []),
    }


def _totals(place: Measured) -> dict[str, float | None]:
    """Nothing is not zero: an access without a data point has no total. A refusal that is not there is none."""
    totals: dict[str, float | None] = {}
    for access in ACCESSES:
        throttled = place.throttled.get(access)
        totals[f"consumed_{access}"] = place.consumed.get(access)
        totals[f"throttled_{access}"] = (throttled.events if throttled else 0.0) if place.seen else None
        totals[f"peak_{access}"] = round(place.peak[access], 3) if access in place.peak else None
    return totals


def _provisioned(place: Measured, window: Window) -> dict[str, Any]:
    """Empty on demand. The utilization is that of the whole window, against the average of the provisioned units."""
    found: dict[str, Any] = dict(place.place.provisioned)
    for access, units in average_units(place).items():
        consumed = place.consumed.get(access)
        found[f"{access}_average"] = round(units, 2)
        found[f"{access}_auto_scaling"] = access in place.place.scaled
        known = consumed is not None and units > 0
        found[f"{access}_utilization"] = round((consumed or 0.0) / window.seconds / units, 4) if known else None
    return found


def _event(event: Throttled) -> dict[str, Any]:
    return {
        "access": event.access,
        "cause": event.cause,
        "events": event.events,
        "first": iso_of(event.first),
        "last": iso_of(event.last),
    }


def _hot(found: HotKeys) -> dict[str, Any]:
    keys = [{"key": dict(zip(found.labels, values, strict=False)), "value": value} for values, value in found.keys]
    return {"kind": found.kind, "keys": keys}
