# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the modules' options to a window and prices: all problems at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .._engine.errors import Refused
from .._tables.names import check_estate
from .model import ACCESSES, Prices, Rates, Window

DEFAULT_HOURS = 24
KEPT = ((15, 60), (63, 300), (455, 3600))
"""For how many days CloudWatch keeps data points of which period; older ones exist only in longer periods.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
LONGEST_DAYS = KEPT[-1][0]
PERIODS = (60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400)
MAX_POINTS = 1440
"""Of one metric, so that its series stays readable and small."""
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before there were metrics; from then on windows can be reckoned with."""
LONG_AGO = f"is more than {LONGEST_DAYS} days ago, which is as long as CloudWatch keeps metrics"
TARGETS = (20, 90)
"""The utilization in per cent that auto scaling of DynamoDB can be told to keep."""
CLASSES = {"standard": "STANDARD", "standard_infrequent_access": "STANDARD_INFREQUENT_ACCESS"}


def window_of(params: Mapping[str, Any], now: datetime) -> Window:
    """The window that is asked for. Raises Refused."""
    problems: list[str] = []
    window = _window(params, now, problems)
    if window is None:
        raise Refused(problems)
    return window


def check(params: Mapping[str, Any], now: datetime) -> tuple[Window, Prices | None]:
    """What usage_info is asked for. Raises Refused with all problems."""
    problems: list[str] = []
    check_estate(str(params["name"]), problems)
    window = _window(params, now, problems)
    low, high = TARGETS
    if not low <= params["target_value"] <= high:
        problems.append(f"target_value: must be {low} to {high} per cent, not {params['target_value']}")
    prices = _prices(params["prices"], problems) if params["prices"] else None
    if problems or window is None:
        raise Refused(problems)
    return window, prices


def _window_between(start: datetime, end: datetime, now: datetime) -> Window:
    """In the shortest periods of which CloudWatch still has all data points, fewer than 1440 of them."""
    possible = (_in_periods(period, start, end) for period in PERIODS if period >= _kept(now - start, period))
    return next(window for window in possible if window.points < MAX_POINTS)


def _in_periods(period: int, start: datetime, end: datetime) -> Window:
    first = int(start.timestamp()) // period * period
    return Window(datetime.fromtimestamp(first, UTC), end.replace(microsecond=0), period)


def _kept(age: timedelta, period: int) -> int:
    """The shortest period that CloudWatch still has of then; a window begins up to one period earlier than asked."""
    begin = age + timedelta(seconds=period)
    return next((each for days, each in KEPT if begin <= timedelta(days=days)), KEPT[-1][1])


def _window(params: Mapping[str, Any], now: datetime, problems: list[str]) -> Window | None:
    before = len(problems)
    end = _moment("end", params, problems) or now
    hours = DEFAULT_HOURS if params.get("hours") is None else params["hours"]
    if hours < 1:
        problems.append(f"hours: must be at least 1, not {hours}")
    elif hours > LONGEST_DAYS * 24:
        problems.append(f"hours: CloudWatch keeps metrics for {LONGEST_DAYS * 24} hours, not {hours}")
    if len(problems) > before:
        return None
    start = _moment("start", params, problems) or end - timedelta(hours=hours)
    problems += _order_problems(start, end, now)
    return None if len(problems) > before else _window_between(start, end, now)


def _order_problems(start: datetime, end: datetime, now: datetime) -> list[str]:
    found = []
    if end > now + timedelta(minutes=5):
        found.append("end: lies in the future")
    if end - start < timedelta(minutes=1):
        found.append("start: must be at least a minute before the end")
    if now - start > timedelta(days=LONGEST_DAYS):
        found.append(f"start: {LONG_AGO}")
    return found


def _moment(name: str, params: Mapping[str, Any], problems: list[str]) -> datetime | None:
    given = params.get(name)
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(str(given))
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(f"{name}: {given!r} is no time; write it as 2026-11-02T09:00:00Z")
        return None
    if moment < OLDEST:
        problems.append(f"{name}: {LONG_AGO}")
        return None
    return moment


def _prices(given: Mapping[str, Any], problems: list[str]) -> Prices:
    rates = {}
    for option, table_class in CLASSES.items():
        numbers = given.get(option)
        if not numbers:
            continue
        for name, price in numbers.items():
            if not (math.isfinite(price) and price > 0):
                problems.append(f"prices.{option}.{name}: must be a price above zero, not {price}")
        rates[table_class] = Rates(
            {access: numbers[f"{access}_request_units"] for access in ACCESSES},
            {access: numbers[f"{access}_capacity_units"] for access in ACCESSES},
        )
    return Prices(str(given["currency"]), str(given["date"]), rates)
