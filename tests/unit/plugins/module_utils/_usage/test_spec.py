# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows and prices: what is refused, and which period a window is read in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.spec import (
    KEPT,
    MAX_POINTS,
    check,
    window_of,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 11, 2, 9, 7, 33, tzinfo=UTC)
RATES = {
    "read_request_units": 0.125,
    "write_request_units": 0.625,
    "read_capacity_units": 0.00013,
    "write_capacity_units": 0.00065,
}


def params(**options: Any) -> dict[str, Any]:
    none = {"hours": None, "start": None, "end": None, "prices": None}
    return {"name": "ticket", "target_value": 70, **none, **options}


def problems(**options: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        check(params(**options), NOW)
    return refused.value.problems


@pytest.mark.parametrize(
    ("options", "period"),
    [
        ({"hours": 1}, 60),
        ({"hours": 23}, 60),
        ({}, 300),
        ({"hours": 14 * 24}, 900),
        ({"start": "2026-10-10T00:00:00Z", "end": "2026-10-10T01:00:00Z"}, 300),
        ({"start": "2026-08-01T00:00:00Z", "end": "2026-08-01T06:00:00Z"}, 3600),
        ({"hours": 455 * 24}, 43_200),
    ],
)
def test_the_period_is_one_that_cloudwatch_has(options: dict[str, Any], period: int) -> None:
    assert window_of(params(**options), NOW).period == period


@settings(deadline=None)
@example(4315.0, 0.0)
@given(st.floats(0.02, 454 * 24), st.floats(0, 24))
def test_every_window_has_fewer_points_than_the_limit_and_begins_with_a_period(length: float, ago: float) -> None:
    end = NOW - timedelta(hours=ago)
    start = end - timedelta(hours=length)
    window = window_of(params(start=start.isoformat(), end=end.isoformat()), NOW)
    assert 1 <= window.points < MAX_POINTS
    assert window.start.timestamp() % window.period == 0
    assert timedelta(0) <= start - window.start < timedelta(seconds=window.period)
    kept = next((least for days, least in KEPT if NOW - window.start <= timedelta(days=days)), KEPT[-1][1])
    assert window.period % kept == 0


def test_a_time_without_a_zone_is_utc_and_another_zone_is_converted() -> None:
    plain = window_of(params(start="2026-11-02 08:00", end="2026-11-02 09:00"), NOW)
    zoned = window_of(params(start="2026-11-02T17:00+09:00", end="2026-11-02T18:00+09:00"), NOW)
    assert plain == zoned
    assert plain.as_dict() == {"start": "2026-11-02T08:00:00Z", "end": "2026-11-02T09:00:00Z", "period": 60}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"hours": 0}, "hours: must be at least 1, not 0"),
        ({"hours": 20_000}, "hours: CloudWatch keeps metrics for 10920 hours, not 20000"),
        ({"start": "yesterday"}, "start: 'yesterday' is no time; write it as 2026-11-02T09:00:00Z"),
        ({"end": "2026-11-03T09:00:00Z"}, "end: lies in the future"),
        ({"start": "2026-11-02T09:07:00Z"}, "start: must be at least a minute before the end"),
        ({"end": "0001-01-01"}, "end: is more than 455 days ago, which is as long as CloudWatch keeps metrics"),
        ({"start": "2024-01-01"}, "start: is more than 455 days ago, which is as long as CloudWatch keeps metrics"),
        ({"target_value": 95}, "target_value: must be 20 to 90 per cent, not 95"),
        ({"name": "no name"}, "name: must be 1 to 64 letters, digits, '_', '.' or '-'"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], said: str) -> None:
    assert problems(**options) == [said]


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf")])
def test_a_price_is_a_number_above_zero(price: float) -> None:
    wrong = {"currency": "USD", "date": "2024-11-01", "standard": {**RATES, "read_request_units": price}}
    assert problems(prices=wrong) == [f"prices.standard.read_request_units: must be a price above zero, not {price}"]


def test_all_problems_are_told_at_once() -> None:
    wrong = {"currency": "USD", "date": "2024-11-01", "standard": {**RATES, "write_capacity_units": 0.0}}
    assert len(problems(hours=0, target_value=1, prices=wrong)) == 3
