# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On demand against provisioned capacity with auto scaling, at the load that was measured.

On demand a request unit has a price, whenever it is used. Provisioned, a unit has a price for every hour that it is
there, and lets through 3600 request units in an hour in which it is never idle. So at a load of R request units, for
which auto scaling would have provided H unit-hours:

    on demand    R / 1,000,000 x price of a million request units
    provisioned  H x price of a unit-hour

    both cost the same where  price of a million request units / price of a unit-hour  =  1,000,000 x H / R

The right side, the break-even, is measured and needs no price. Where AWS's two prices have a higher ratio than it,
provisioned capacity is the cheaper one. The same as utilization, R / (3600 x H): provisioned is the cheaper one above
price of a unit-hour x 1,000,000 / (3600 x price of a million request units).

What is charged: https://aws.amazon.com/dynamodb/pricing/on-demand/ and https://aws.amazon.com/dynamodb/pricing/provisioned/
Storage costs the same in both; reserved capacity and the free tier are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from .model import ACCESSES, HOUR, Measured, Points, Prices, Rates, Scaling, Window

MILLION = 1_000_000
MONTH_HOURS = 730
SMALLEST = 1
"""Units that auto scaling keeps in an idle hour."""


def scaling_of(points: Points, window: Window, target: float) -> Scaling:
    """What auto scaling at a target utilization (0 to 1) provides: in each hour what its busiest period needs.

    It raises capacity after two minutes above the target and lowers it after fifteen below; AWS lets it be lowered four
    times a day and once an hour after that, so that it follows the load by the hour. How it lags within an hour is not
    modelled. A period longer than an hour counts as so many hours of its average.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
    """
    length = max(window.period, HOUR)
    needed: dict[int, int] = {}
    for time, value in points:
        units = max(SMALLEST, math.ceil(round(value / window.period / target, 6)))
        needed[time // length] = max(needed.get(time // length, 0), units)
    begin = int(window.start.timestamp())
    end = begin + window.points * window.period
    # The hours at both ends of a window are seldom whole ones
    hours = {hour: (min((hour + 1) * length, end) - max(hour * length, begin)) / HOUR for hour in needed}
    idle = max(0.0, (end - begin) / HOUR - sum(hours.values()))
    low = SMALLEST if idle >= length / HOUR or not needed else min(needed.values())
    unit_hours = sum(units * hours[hour] for hour, units in needed.items()) + idle * SMALLEST
    return Scaling(unit_hours, low, max(needed.values(), default=SMALLEST))


def capacity_of(measured: Iterable[Measured], window: Window) -> dict[str, dict[str, Any]]:
    """By access, of a table and its indexes together: a table and its indexes have one billing mode.

    Empty where nothing at all was consumed in an access.
    """
    found: dict[str, dict[str, Any]] = {}
    places = list(measured)
    for access in ACCESSES:
        units = sum(place.consumed.get(access, 0.0) for place in places)
        if units <= 0:
            continue
        hours = sum(_unit_hours(place, access, window) for place in places)
        found[access] = {
            "request_units": units,
            "unit_hours": round(hours, 2),
            "utilization": round(units / (HOUR * hours), 4),
            "break_even": round(MILLION * hours / units, 2),
        }
    return found


def cost_of(measured: Iterable[Measured], prices: Prices, table_class: str, window: Window) -> dict[str, Any]:
    """What a month of 730 hours costs at this load, in each mode and as it is; empty without data or a price."""
    places = list(measured)
    rates = prices.rates.get(table_class)
    if rates is None or not any(place.consumed for place in places):
        return {}
    scale = MONTH_HOURS * HOUR / window.seconds
    on_demand = scale * sum(_on_demand(place, rates) for place in places)
    scaled = scale * sum(
        _unit_hours(place, access, window) * rates.capacity_units[access] for place in places for access in ACCESSES
    )
    provisioned = any(place.place.provisioned for place in places)
    now = sum(_as_it_is(place, rates) for place in places) if provisioned else on_demand
    return {
        "currency": prices.currency,
        "prices_date": prices.date,
        "now": round(now, 2),
        "on_demand": round(on_demand, 2),
        "provisioned_with_auto_scaling": round(scaled, 2),
        "break_even_utilization": {access: round(break_even_utilization(rates, access), 4) for access in ACCESSES},
    }


def cheapest(cost: Mapping[str, Any]) -> str:
    """The billing mode that costs less, of what cost_of returns."""
    return "PAY_PER_REQUEST" if cost["on_demand"] <= cost["provisioned_with_auto_scaling"] else "PROVISIONED"


def break_even_utilization(rates: Rates, access: str) -> float:
    """The share of its units that must be in use, on average, for provisioned capacity to be no dearer."""
    return rates.capacity_units[access] * MILLION / (HOUR * rates.request_units[access])


def average_units(place: Measured) -> Mapping[str, float]:
    """The provisioned units over the window; those of now where their metric has no point in it."""
    return {**place.place.provisioned, **place.provisioned}


def _unit_hours(place: Measured, access: str, window: Window) -> float:
    scaling = place.scaling.get(access)
    return scaling.unit_hours if scaling else SMALLEST * window.seconds / HOUR


def _on_demand(place: Measured, rates: Rates) -> float:
    return sum(place.consumed.get(access, 0.0) / MILLION * rates.request_units[access] for access in ACCESSES)


def _as_it_is(place: Measured, rates: Rates) -> float:
    units = average_units(place)
    return sum(units.get(access, 0.0) * MONTH_HOURS * rates.capacity_units[access] for access in ACCESSES)
