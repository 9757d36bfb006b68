# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about what was measured, as findings. Nothing is advised where nothing was measured.

The causes and their remedies: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
troubleshooting-throttling-diagnostics.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .cost import average_units, cheapest
from .model import Measured, Table, Throttled, Window, iso, iso_of

Finding = dict[str, Any]

CAUSES = {
    "ProvisionedThroughput": ("provisioned", "high"),
    "KeyRangeThroughput": ("key_range", "high"),
    "MaxOnDemandThroughput": ("max_on_demand", "medium"),
    "AccountLimit": ("account_limit", "high"),
    "": ("unknown", "high"),
}
"""By cause, its word in a finding's id, and how bad it is: a maximum was set on purpose."""
REMEDIES = {
    "KeyRangeThroughput": (
        "Spread the load over more values of the partition key; to see the hot ones set contributor_insights with mode "
        "THROTTLED_KEYS in the entry and run throttling.yml with dynamodb_usage_hot_keys."
    ),
    "MaxOnDemandThroughput": "Raise or take out on_demand_throughput.max_{access}_request_units in the entry{of}.",
    "AccountLimit": (
        "Ask AWS for a higher table-level {access} quota (Service Quotas, Amazon DynamoDB), or lower the rate of calls."
    ),
    "": "See the ThrottlingReasons of the exception that callers get, as the metrics of the causes say nothing.",
}
LONG_ENOUGH_HOURS = 7 * 24
WORTH = 0.9
"""Another mode is worth a word where it costs no more than this share."""
IDLE = 0.2
"""Provisioned capacity is idle where even the busiest period used no more than this share of it."""


def advice_of(
    table: Table, places: Sequence[Measured], window: Window, cost: Mapping[str, Any]
) -> dict[str, list[Finding]]:
    """The findings of a table (under an empty name) and of its indexes, by index name."""
    found: dict[str, list[Finding]] = {place.place.index: list(_throttling(place)) for place in places}
    own = found.setdefault("", [])
    own += _silence(table, places, window)
    own += _table_use(table, places, window)
    own += _mode(table, cost, window)
    for place in places:
        found[place.place.index] += _idle(place, window)
        found[place.place.index] += _index_use(table, place, places[0], window)
    return found


def _throttling(place: Measured) -> Iterator[Finding]:
    for event in place.causes or tuple(place.throttled.values()):
        word, severity = CAUSES.get(event.cause, CAUSES[""])
        yield {
            "id": f"throttling.{event.access}.{word}",
            "severity": severity,
            "resource": place.place.resource,
            "found": f"{_number(event.events)} {event.access}s were refused between {iso_of(event.first)} and "
            f"{iso_of(event.last)}{' by ' + event.cause if event.cause else ''}",
            "expected": f"no {event.access} is refused",
            "mend": _remedy(event, place),
        }


def _remedy(event: Throttled, place: Measured) -> str:
    of = f" of the index {place.place.index}" if place.place.index else ""
    if event.cause == "ProvisionedThroughput":
        if event.access in place.place.scaled:
            return f"Raise autoscaling.{event.access}.min_capacity or max_capacity{of}, or lower its target_value."
        return f"Raise {event.access}_capacity{of}, or give it autoscaling.{event.access}, or go PAY_PER_REQUEST."
    return REMEDIES.get(event.cause, REMEDIES[""]).format(access=event.access, of=of)


def _silence(table: Table, places: Sequence[Measured], window: Window) -> Iterator[Finding]:
    if places and all(place.silent for place in places):
        yield {
            "id": "usage.silent",
            "severity": "info",
            "resource": table.table_name,
            "found": f"CloudWatch has no data point of it between {iso(window.start)} and {iso(window.end)}",
            "expected": "data points, from which something can be said",
            "mend": f"Look at a longer window, with dynamodb_usage_hours={LONG_ENOUGH_HOURS * 2} for example.",
        }


def _table_use(table: Table, places: Sequence[Measured], window: Window) -> Iterator[Finding]:
    """A table is unused only where metrics say so: with points that are zero, or none but those of its capacity."""
    known = all(place.seen for place in places) and any(not place.silent for place in places)
    if known and not any(place.used for place in places) and _was_there(table, window):
        yield {
            "id": "usage.table.unused",
            "severity": "low",
            "resource": table.table_name,
            "found": f"no request reached it in {_hours(window)} h",
            "expected": "a table that somebody uses",
            "mend": f"If nobody needs it, give its entry 'state: absent' with 'allow: [delete_table]'{_doubt(window)}.",
        }


def _index_use(table: Table, place: Measured, own: Measured, window: Window) -> Iterator[Finding]:
    """An index is unused where nobody reads it while its table has traffic, so that CloudWatch would know."""
    if not place.place.index or not (place.seen and own.seen and place.place.active):
        return
    alive = own.used or place.used
    if alive and not place.consumed.get("read") and "read" not in place.throttled and _was_there(table, window):
        yield {
            "id": "usage.index.unused",
            "severity": "low",
            "resource": place.place.resource,
            "found": f"no read reached it in {_hours(window)} h, while its table was used"
            f"{_writes(place.consumed.get('write'))}",
            "expected": "an index that somebody reads",
            "mend": f"If nobody needs it, take it out of the entry with 'allow: [delete_index]'{_doubt(window)}.",
        }


def _idle(place: Measured, window: Window) -> Iterator[Finding]:
    if not place.used:
        return
    for access, units in average_units(place).items():
        peak = place.peak.get(access)
        if peak is None or access in place.place.scaled or units <= 1 or peak > units * IDLE:
            continue
        yield {
            "id": f"usage.{access}.idle",
            "severity": "low",
            "resource": place.place.resource,
            "found": f"in the busiest {window.period} s of {_hours(window)} h {_number(peak)} of {_number(units)} "
            f"provisioned {access} units a second were used",
            "expected": "capacity that follows the load",
            "mend": f"Lower {access}_capacity, or give it autoscaling.{access}.",
        }


def _mode(table: Table, cost: Mapping[str, Any], window: Window) -> Iterator[Finding]:
    """Only with the user's prices, and where the table may have either mode."""
    if not cost or table.on_demand_only:
        return
    now, on_demand, scaled = cost["now"], cost["on_demand"], cost["provisioned_with_auto_scaling"]
    provisioned = table.billing_mode == "PROVISIONED"
    best = cheapest(cost)
    if min(on_demand, scaled) >= now * WORTH:
        return
    switch = (
        f"Switch to {best} with the variable dynamodb_billing_modes: usage.yml shows what to write there, usage_info "
        "returns it as 'switch', and plan.yml shows what it does"
    )
    follow = (
        "Let auto scaling follow the load: autoscaling.read and autoscaling.write in its entry, or a lower "
        "min_capacity where it has them"
    )
    yield {
        "id": "usage.mode.cheaper",
        "severity": "low",
        "resource": table.table_name,
        "found": f"a month at the load of {_hours(window)} h costs {now} {cost['currency']} as it is, "
        f"{on_demand} on demand, {scaled} provisioned with auto scaling (prices of {cost['prices_date']})",
        "expected": "the cheaper of both modes",
        "mend": f"{follow if provisioned and best == 'PROVISIONED' else switch}{_doubt(window)}.",
    }


def _was_there(table: Table, window: Window) -> bool:
    """Whether the table was there for the whole window."""
    return table.created is None or table.created <= window.start


def _doubt(window: Window) -> str:
    """A day or two say little about a weekly or monthly job."""
    return (
        "" if window.seconds >= LONG_ENOUGH_HOURS * 3600 else "; look at a longer window first (dynamodb_usage_hours)"
    )


def _writes(units: float | None) -> str:
    return f", and {_number(units)} write units kept it up to date" if units else ""


def _hours(window: Window) -> str:
    return _number(window.seconds / 3600)


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
