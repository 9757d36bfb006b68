# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On demand against provisioned: the same costs at the break-even, and nothing from nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.cost import (
    break_even_utilization,
    capacity_of,
    cost_of,
    scaling_of,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.measure import measured
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.model import (
    Place,
    Points,
    Prices,
    Rates,
    Window,
)
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = int(START.timestamp())
DAY = Window(START, START + timedelta(days=1), 300)
TABLE = Place("ticket-users")
VIRGINIA = Rates({"read": 0.125, "write": 0.625}, {"read": 0.00013, "write": 0.00065})
PRICES = Prices("USD", "2024-11-01", {"STANDARD": VIRGINIA})


def steady(rate: float, window: Window = DAY) -> Points:
    """So many units a second, all the time."""
    return [(FIRST + number * window.period, rate * window.period) for number in range(window.points)]


loads = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=288).map(
    lambda values: [(FIRST + number * 300, value) for number, value in enumerate(values)]
)


def test_a_steady_load_needs_its_rate_over_the_target() -> None:
    scaling = scaling_of(steady(70), DAY, 0.7)
    assert (scaling.unit_hours, scaling.low, scaling.high) == (2400.0, 100, 100)


def test_an_hour_costs_what_its_busiest_period_needs_and_an_idle_one_a_unit() -> None:
    scaling = scaling_of([(FIRST, 300.0 * 7), (FIRST + 600, 300.0 * 70)], DAY, 0.7)
    assert (scaling.unit_hours, scaling.low, scaling.high) == (100 + 23, 1, 100)


@pytest.mark.parametrize("minutes", [60, 120, 360])
def test_an_hour_that_the_window_cuts_counts_as_far_as_it_is_in_it(minutes: int) -> None:
    window = Window(START + timedelta(minutes=25), START + timedelta(minutes=25 + minutes), 300)
    points = [(FIRST + 1500 + number * 300, 300.0 * 70) for number in range(minutes // 5)]
    assert scaling_of(points, window, 0.7).unit_hours == pytest.approx(100 * minutes / 60)


def test_a_period_of_many_hours_counts_as_so_many() -> None:
    window = Window(START, START + timedelta(days=10), 21_600)
    assert scaling_of(steady(7, window), window, 0.7).unit_hours == pytest.approx(10 * 240)


@settings(deadline=None)
@given(loads, st.floats(0.2, 0.9))
def test_what_auto_scaling_provides_is_never_less_than_what_was_used(points: Points, target: float) -> None:
    used = sum(value for _time, value in points)
    assert scaling_of(points, DAY, target).unit_hours * 3600 * target >= used * 0.999


def test_the_prices_of_virginia_break_even_at_29_per_cent() -> None:
    assert break_even_utilization(VIRGINIA, "read") == pytest.approx(0.2889, abs=1e-4)
    assert break_even_utilization(VIRGINIA, "write") == pytest.approx(0.2889, abs=1e-4)


@settings(deadline=None)
@given(loads.filter(lambda points: any(value > 1 for _time, value in points)))
def test_at_the_break_even_both_modes_cost_the_same(points: Points) -> None:
    """The ratio that is told, as prices, makes the sums of both modes equal."""
    place = measured(TABLE, {"consumed_read": points}, DAY, 0.7)
    ratio = capacity_of([place], DAY)["read"]["break_even"]
    rates = Rates({"read": ratio * 0.01, "write": 1e-12}, {"read": 0.01, "write": 1e-12})
    cost = cost_of([place], Prices("USD", "today", {"STANDARD": rates}), "STANDARD", DAY)
    assert cost["on_demand"] == pytest.approx(cost["provisioned_with_auto_scaling"], rel=0.02, abs=0.02)


def test_a_busy_steady_table_is_cheaper_provisioned_and_a_spiky_one_on_demand() -> None:
    busy = measured(TABLE, {"consumed_read": steady(1000)}, DAY, 0.7)
    cost = cost_of([busy], PRICES, "STANDARD", DAY)
    # 1000 units a second: 2.628e9 a month at 0.125, and 1429 units at 0.00013 for 730 hours, with one idle write unit
    assert cost["on_demand"] == pytest.approx(328.5)
    assert cost["provisioned_with_auto_scaling"] == pytest.approx(1429 * 730 * 0.00013 + 730 * 0.00065, abs=0.01)
    assert cost["now"] == cost["on_demand"]
    spiky = measured(TABLE, {"consumed_read": [(FIRST + hour * 3600, 30_000.0) for hour in range(24)]}, DAY, 0.7)
    cost = cost_of([spiky], PRICES, "STANDARD", DAY)
    assert cost["on_demand"] < cost["provisioned_with_auto_scaling"]


def test_a_provisioned_table_costs_now_what_is_provisioned() -> None:
    place = Place("ticket-users", provisioned={"read": 100, "write": 10})
    found = measured(
        place, {"consumed_read": steady(1), "provisioned_read": [(FIRST, 50.0), (FIRST + 300, 150.0)]}, DAY, 0.7
    )
    assert cost_of([found], PRICES, "STANDARD", DAY)["now"] == pytest.approx(
        730 * (100 * 0.00013 + 10 * 0.00065), abs=0.01
    )


def test_an_index_counts_as_its_tables() -> None:
    table = measured(TABLE, {"consumed_write": steady(7)}, DAY, 0.7)
    index = measured(Place("ticket-users", "by-mail"), {"consumed_write": steady(14)}, DAY, 0.7)
    assert capacity_of([table, index], DAY)["write"] == {
        "request_units": 21 * 86_400.0,
        "unit_hours": 720.0,
        "utilization": 0.7,
        "break_even": 396.83,
    }


def test_nothing_comes_of_nothing() -> None:
    silent = measured(TABLE, {}, DAY, 0.7)
    zeros = measured(TABLE, {"consumed_read": steady(0)}, DAY, 0.7)
    assert capacity_of([silent], DAY) == capacity_of([zeros], DAY) == {}
    assert cost_of([silent], PRICES, "STANDARD", DAY) == {}
    busy = measured(TABLE, {"consumed_read": steady(1)}, DAY, 0.7)
    assert cost_of([busy], PRICES, "STANDARD_INFREQUENT_ACCESS", DAY) == {}, "no prices of this class were given"
