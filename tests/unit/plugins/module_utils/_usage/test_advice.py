# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is advised, and above all what is not: nothing where nothing was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.measure import (
    measured,
    unmeasured,
    with_causes,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.model import (
    HotKeys,
    Measured,
    Place,
    Points,
    Prices,
    Rates,
    Table,
    Window,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.observe import table_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.results import names_of, table_usage

START = datetime(2026, 10, 19, tzinfo=UTC)
FIRST = int(START.timestamp())
WEEKS = Window(START, START + timedelta(days=14), 3600)
DAY = Window(START, START + timedelta(days=1), 300)
OWN, INDEX = Place("ticket-users"), Place("ticket-users", "by-mail")
PROVISIONED = replace(OWN, provisioned={"read": 100, "write": 10})
PRICES = Prices(
    "USD",
    "2024-11-01",
    {"STANDARD": Rates({"read": 0.125, "write": 0.625}, {"read": 0.00013, "write": 0.00065})},
)
SOME: Points = [(FIRST, 100.0), (FIRST + 3600, 50.0)]
ZEROS: Points = [(FIRST, 0.0), (FIRST + 3600, 0.0)]


def table(*places: Place, billing_mode: str = "PAY_PER_REQUEST", **fields: Any) -> Table:
    mode = "PROVISIONED" if places[0].provisioned else billing_mode
    return Table("users", "ticket-users", mode, "STANDARD", places, **fields)


def measure(place: Place, window: Window = WEEKS, **points: Points) -> Measured:
    return measured(place, points, window, 0.7)


def usage(*places: Measured, window: Window = WEEKS, prices: Prices | None = None, **fields: Any) -> dict[str, Any]:
    result = table_usage(table(*(each.place for each in places), **fields), places, window, prices, 70, {})
    json.dumps(result)
    return result


def ids(place: dict[str, Any]) -> list[str]:
    return [finding["id"] for finding in place["advice"]]


def test_silence_is_said_and_nothing_else() -> None:
    found = usage(measure(OWN), measure(INDEX), prices=PRICES)
    assert ids(found) == ["usage.silent"]
    assert ids(found["indexes"]["by-mail"]) == []
    assert found["totals"] == {
        "consumed_read": None,
        "throttled_read": 0.0,
        "peak_read": None,
        "consumed_write": None,
        "throttled_write": 0.0,
        "peak_write": None,
    }
    assert (found["capacity"], found["cost"], found["switch"]) == ({}, {}, {})


def test_what_cloudwatch_did_not_answer_is_not_taken_for_silence() -> None:
    found = usage(unmeasured(OWN), unmeasured(INDEX), prices=PRICES)
    assert (found["seen"], ids(found), ids(found["indexes"]["by-mail"])) == (False, [], [])
    assert set(found["totals"].values()) == {None}


@pytest.mark.parametrize(
    "own",
    [
        measure(OWN, consumed_read=ZEROS, consumed_write=ZEROS),
        measure(PROVISIONED, provisioned_read=SOME, provisioned_write=SOME),
    ],
    ids=["points that are zero", "only the points of its capacity"],
)
def test_a_table_is_unused_where_metrics_say_so(own: Measured) -> None:
    assert ids(usage(own, measure(INDEX))) == ["usage.table.unused"]
    young = START + timedelta(days=1)
    assert ids(usage(own, measure(INDEX), created=young)) == [], "it was not there for the whole window"
    assert ids(usage(own, unmeasured(INDEX))) == [], "its index may be what is used"


def test_an_index_is_unused_where_only_its_table_is_used() -> None:
    own = measure(OWN, consumed_read=SOME)
    found = usage(own, measure(INDEX, consumed_write=SOME))
    (finding,) = found["indexes"]["by-mail"]["advice"]
    assert (finding["id"], finding["resource"]) == ("usage.index.unused", "ticket-users/by-mail")
    assert finding["found"] == (
        "no read reached it in 336 h, while its table was used, and 150 write units kept it up to date"
    )
    assert "allow: [delete_index]" in finding["mend"]
    assert "longer window" not in finding["mend"]


def test_a_short_window_is_doubted() -> None:
    own = measure(OWN, DAY, consumed_read=SOME)
    (finding,) = usage(own, measure(INDEX, DAY), window=DAY)["indexes"]["by-mail"]["advice"]
    assert finding["mend"].endswith("; look at a longer window first (dynamodb_usage_hours).")


@pytest.mark.parametrize(
    ("index", "created"),
    [
        (measure(INDEX, consumed_read=[(FIRST, 0.5)]), None),
        (measure(INDEX, throttled_read=SOME), None),
        (measure(replace(INDEX, active=False)), None),
        (unmeasured(INDEX), None),
        (measure(INDEX), START + timedelta(hours=1)),
    ],
    ids=["read", "its reads are refused", "being made", "not seen", "too young"],
)
def test_an_index_is_not_called_unused(index: Measured, created: datetime | None) -> None:
    found = usage(measure(OWN, consumed_read=SOME), index, created=created)
    assert "usage.index.unused" not in ids(found["indexes"]["by-mail"])


CAUSES = ["ProvisionedThroughput", "KeyRangeThroughput", "MaxOnDemandThroughput", "AccountLimit"]


@pytest.mark.parametrize(
    ("cause", "place", "said"),
    [
        (
            "ProvisionedThroughput",
            PROVISIONED,
            "Raise read_capacity, or give it autoscaling.read, or go PAY_PER_REQUEST.",
        ),
        (
            "ProvisionedThroughput",
            replace(PROVISIONED, scaled=frozenset({"read"})),
            "Raise autoscaling.read.min_capacity or max_capacity, or lower its target_value.",
        ),
        ("KeyRangeThroughput", INDEX, "Spread the load over more values of the partition key"),
        ("MaxOnDemandThroughput", INDEX, "max_read_request_units in the entry of the index by-mail."),
        ("AccountLimit", OWN, "table-level read quota"),
    ],
)
def test_the_advice_fits_the_cause(cause: str, place: Place, said: str) -> None:
    throttled = measure(place, throttled_read=SOME)
    causes: dict[str, Points] = {f"read:{each}": SOME if each == cause else () for each in CAUSES}
    places = [measure(OWN), with_causes(throttled, causes)] if place.index else [with_causes(throttled, causes)]
    found = usage(*places)
    told = found["indexes"][place.index] if place.index else found
    (finding,) = [each for each in told["advice"] if each["id"].startswith("throttling.")]
    assert said in finding["mend"]
    assert finding["found"] == (
        f"150 reads were refused between 2026-10-19T00:00:00Z and 2026-10-19T01:00:00Z by {cause}"
    )
    assert [event["cause"] for event in told["throttling"]] == [cause]


def test_several_causes_are_told_the_worst_first_and_none_is_made_up() -> None:
    throttled = measure(OWN, throttled_read=SOME, throttled_write=SOME)
    both = with_causes(throttled, {"read:AccountLimit": [(FIRST, 1.0)], "read:KeyRangeThroughput": SOME})
    assert ids(usage(both)) == [
        "throttling.read.key_range",
        "throttling.read.account_limit",
        "throttling.write.unknown",
    ]
    assert ids(usage(throttled)) == ["throttling.read.unknown", "throttling.write.unknown"]


def test_idle_capacity_is_told_where_it_does_not_follow_the_load() -> None:
    points: Points = [(FIRST, 3600.0 * 5)]
    assert ids(usage(measure(PROVISIONED, consumed_read=points))) == ["usage.read.idle"]
    assert ids(usage(measure(PROVISIONED, consumed_read=[(FIRST, 3600.0 * 50)]))) == []
    scaled = replace(PROVISIONED, scaled=frozenset({"read"}))
    assert ids(usage(measure(scaled, consumed_read=points))) == []


def steady(rate: float) -> Points:
    return [(FIRST + number * 3600, rate * 3600) for number in range(WEEKS.points)]


@pytest.mark.parametrize(
    ("place", "rate", "mend"),
    [
        (OWN, 1000.0, "Switch to PROVISIONED"),
        (
            replace(OWN, provisioned={"read": 5000, "write": 10}),
            1000.0,
            "Let auto scaling follow the load: autoscaling.read",
        ),
        (replace(OWN, provisioned={"read": 5000, "write": 10}), 0.01, "Switch to PAY_PER_REQUEST"),
    ],
)
def test_the_cheaper_mode_is_told_with_the_users_prices_alone(place: Place, rate: float, mend: str) -> None:
    own = measure(place, consumed_read=steady(rate))
    assert "usage.mode.cheaper" not in ids(usage(own))
    (finding,) = [each for each in usage(own, prices=PRICES)["advice"] if each["id"] == "usage.mode.cheaper"]
    assert finding["mend"].startswith(f"{mend} ")
    assert "USD as it is" in finding["found"]
    assert "prices of 2024-11-01" in finding["found"]


def test_a_mode_that_is_the_cheaper_one_is_left_alone() -> None:
    assert ids(usage(measure(OWN, consumed_read=SOME), prices=PRICES)) == []


def test_no_mode_is_advised_that_the_table_cannot_have() -> None:
    own = measure(OWN, consumed_read=steady(1000.0))
    assert "usage.mode.cheaper" in ids(usage(own, prices=PRICES))
    for indexes, may in (([], True), ([{"IndexName": "near"}], False)):
        found = table_of("users", {"TableName": "ticket-users", "TableStatus": "ACTIVE", "VectorIndexes": indexes})
        assert found.on_demand_only is not may
        advised = ids(usage(own, prices=PRICES, on_demand_only=found.on_demand_only))
        assert ("usage.mode.cheaper" in advised) is may


def test_series_and_hot_keys_are_returned_where_they_are_asked_for() -> None:
    kept = measured(OWN, {"consumed_read": SOME}, WEEKS, 0.7, keep_series=True)
    hot = {("ticket-users", ""): [HotKeys("throttled", ("user_id",), ((("u-1",), 17.0),))]}
    found = table_usage(table(OWN), [kept], WEEKS, None, 70, hot)
    assert found["series"] == {
        "consumed_read": [[FIRST, 100.0], [FIRST + 3600, 50.0]],
        "consumed_write": [],
        "throttled_read": [],
        "throttled_write": [],
    }
    assert found["hot_keys"] == [{"kind": "throttled", "keys": [{"key": {"user_id": "u-1"}, "value": 17.0}]}]
    assert usage(measure(OWN, consumed_read=SOME))["series"] == {}


def test_tables_that_would_be_called_the_same_keep_their_own_names() -> None:
    first, second = table(OWN), replace(table(OWN), table_name="users")
    third = replace(first, name="orders", table_name="ticket-orders")
    assert list(names_of([first, second, third])) == ["ticket-users", "users", "orders"]


def test_utilization_is_that_of_the_average_capacity() -> None:
    points: Points = [(FIRST + number * 3600, 3600.0 * 25) for number in range(WEEKS.points)]
    halves: Points = [(FIRST, 40.0), (FIRST + 3600, 60.0)]
    found = usage(measure(PROVISIONED, consumed_read=points, provisioned_read=halves))["provisioned"]
    assert found == {
        "read": 100,
        "write": 10,
        "read_average": 50.0,
        "read_auto_scaling": False,
        "read_utilization": 0.5,
        "write_average": 10,
        "write_auto_scaling": False,
        "write_utilization": None,
    }
