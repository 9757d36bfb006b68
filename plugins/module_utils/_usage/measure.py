# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the points of a place's metrics to what they say; the points are kept only where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .cost import scaling_of
from .model import ACCESSES, Measured, Place, Points, Throttled, Window

SERIES = ("consumed_read", "consumed_write", "throttled_read", "throttled_write")


def measured(
    place: Place, found: Mapping[str, Points], window: Window, target: float, keep_series: bool = False
) -> Measured:
    """What the metrics of usage_queries say of a place; target is auto scaling's utilization, 0 to 1."""
    consumed = {access: found.get(f"consumed_{access}", ()) for access in ACCESSES}
    throttled = {access: throttled_of(access, "", found.get(f"throttled_{access}", ())) for access in ACCESSES}
    provisioned = {access: found.get(f"provisioned_{access}", ()) for access in ACCESSES}
    return Measured(
        place,
        consumed={access: sum(value for _time, value in points) for access, points in consumed.items() if points},
        peak={
            access: max(value for _time, value in points) / window.period
            for access, points in consumed.items()
            if points
        },
        throttled={access: events for access, events in throttled.items() if events},
        provisioned={
            access: sum(value for _time, value in points) / len(points)
            for access, points in provisioned.items()
            if points
        },
        scaling={access: scaling_of(points, window, target) for access, points in consumed.items() if points},
        series={name: found.get(name, ()) for name in SERIES} if keep_series else {},
    )


def unmeasured(place: Place) -> Measured:
    """A place of which CloudWatch said nothing."""
    return Measured(place, seen=False)


def throttled_of(access: str, cause: str, points: Points) -> Throttled | None:
    """The events of one metric; None where there are none."""
    busy = [time for time, value in points if value > 0]
    if not busy:
        return None
    return Throttled(access, cause, sum(value for _time, value in points), busy[0], busy[-1])


def with_causes(place: Measured, found: Mapping[str, Points]) -> Measured:
    """With what the metrics of cause_queries say; a refusal that none of them knows keeps an empty cause."""
    causes = []
    for access, events in place.throttled.items():
        known = [
            cause
            for name, points in found.items()
            if name.startswith(f"{access}:") and (cause := throttled_of(access, name.partition(":")[2], points))
        ]
        causes += sorted(known, key=lambda cause: -cause.events) or [events]
    return replace(place, causes=tuple(causes))
