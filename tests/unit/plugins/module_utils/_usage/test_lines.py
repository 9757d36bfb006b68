# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for people: short, complete, and text whatever the names say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.lines import (
    MOST,
    text,
    throttling_lines,
    usage_lines,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.measure import (
    measured,
    unmeasured,
    with_causes,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.model import (
    HotKeys,
    Measured,
    Place,
    Prices,
    Rates,
    Table,
    Window,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.results import table_usage
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = int(START.timestamp())
DAY = Window(START, START + timedelta(days=1), 300)
RATES = Rates({"read": 0.125, "write": 0.625}, {"read": 0.00013, "write": 0.00065})
PRICES = Prices("USD", "2024-11-01", {"STANDARD": RATES})
UNSEEN = {
    "id": "unseen.permission",
    "severity": "medium",
    "resource": "ticket-users",
    "found": "cloudwatch:GetMetricData was denied",
    "expected": "allowed",
    "mend": "Allow it.",
}


def usage(*places: Measured, hot: Any = None, prices: Prices | None = None) -> dict[str, Any]:
    name = places[0].place.table_name
    mode = "PROVISIONED" if places[0].place.provisioned else "PAY_PER_REQUEST"
    table = Table(name, name, mode, "STANDARD", tuple(each.place for each in places))
    return {name: table_usage(table, places, DAY, prices, 70, hot or {})}


def busy(place: Place, units: float = 600.0, **points: Any) -> Measured:
    return measured(place, {"consumed_read": [(FIRST, units)], **points}, DAY, 0.7)


def ringing(name: str = "ticket-users-read-throttle", **fields: Any) -> dict[str, Any]:
    return {"name": name, "state": "ALARM", "since": "2026-11-01T10:00:00Z", "reason": "why", "history": [], **fields}


def test_what_is_used() -> None:
    place = Place("ticket-users", provisioned={"read": 10, "write": 5})
    found = usage(busy(place, throttled_read=[(FIRST, 4.0)]), measured(Place("ticket-users", "by-mail"), {}, DAY, 0.7))
    assert usage_lines(found)[:8] == [
        "From 2026-11-01T00:00:00Z to 2026-11-02T00:00:00Z, one data point each 300 s",
        "",
        "Used, the peak as units a second in the busiest 300 s (of the provisioned units)",
        "ticket-users  600 read units (peak 2 of 10, 0% used), no data of writes, 4 throttled",
        "1 tables and indexes without a data point",
        "",
        "Price of a million request units over that of a unit-hour",
        "ticket-users is on demand as cheap as provisioned at reads 83333 (0.3% used)",
    ]


def test_money_is_named_only_with_prices() -> None:
    assert "A month at this load" not in usage_lines(usage(busy(Place("ticket-users"))))
    lines = usage_lines(usage(busy(Place("ticket-users")), prices=PRICES))
    assert lines[lines.index("A month at this load") + 1].startswith("ticket-users 0.00 USD as it is")


def test_the_line_for_the_other_mode_is_shown_where_that_is_cheaper() -> None:
    steady = [(FIRST + 300 * number, 300_000.0) for number in range(288)]
    place = measured(Place("ticket-users"), {"consumed_read": steady}, DAY, 0.7)
    lines = usage_lines(usage(place, prices=PRICES))
    switch = lines[lines.index("To switch to the cheaper mode, in dynamodb_billing_modes") + 1]
    name, _colon, value = switch.partition(": ")
    assert name == "ticket-users"
    assert json.loads(value)["read"]["start_capacity"] == 1429
    few = measured(Place("ticket-users"), {"consumed_read": [(FIRST, 3.0)]}, DAY, 0.7)
    assert not [line for line in usage_lines(usage(few, prices=PRICES)) if line.startswith("To switch")]


def test_the_most_used_are_shown_and_the_others_counted() -> None:
    found: dict[str, Any] = {}
    for number in range(MOST + 3):
        found |= usage(busy(Place(f"t-{number:03}"), 600.0 * number))
    found |= usage(unmeasured(Place("dark")))
    lines = usage_lines(found)
    assert lines[3].startswith("t-052 ")
    assert lines[3 + MOST : 5 + MOST] == [
        "3 tables and indexes more, with less traffic",
        "1 tables and indexes that could not be read",
    ]


def test_what_many_have_in_common_is_said_once() -> None:
    found = usage(busy(Place("a")), *(measured(Place("a", f"i-{each}"), {}, DAY, 0.7) for each in range(3)))
    lines = usage_lines(found, [UNSEEN])
    advice = lines[lines.index("Advice") + 1 :]
    assert [line.split()[1] for line in advice if not line.startswith("  ")] == [
        "unseen.permission",
        *["usage.index.unused"] * 3,
    ]
    assert sum(line.startswith("  ") for line in advice) == 2


def test_what_was_throttled() -> None:
    own = with_causes(
        busy(Place("ticket-users"), throttled_read=[(FIRST, 4.0), (FIRST + 600, 1.0)]),
        {"read:AccountLimit": [(FIRST, 1.0)], "read:KeyRangeThroughput": [(FIRST, 3.0), (FIRST + 600, 1.0)]},
    )
    hot = {("ticket-users", ""): [HotKeys("throttled", ("id", "sort"), ((("u-1", "s"), 17.0),))]}
    change = {"time": "2026-11-01T10:00:00Z", "from": "OK", "to": "ALARM", "reason": "why"}
    lines = throttling_lines(usage(own, hot=hot), [ringing(history=[change]), ringing("quiet", state="OK")], [UNSEEN])
    assert lines[2:] == [
        "Throttled",
        "ticket-users reads 4 by KeyRangeThroughput, 2026-11-01T00:00:00Z to 2026-11-01T00:10:00Z",
        "  Spread the load over more values of the partition key; to see the hot ones set contributor_insights with "
        "mode THROTTLED_KEYS in the entry and run throttling.yml with dynamodb_usage_hot_keys.",
        "ticket-users reads 1 by AccountLimit, 2026-11-01T00:00:00Z",
        "  Ask AWS for a higher table-level read quota (Service Quotas, Amazon DynamoDB), or lower the rate of calls.",
        "",
        "Hot keys",
        "ticket-users throttled 17 id=u-1 sort=s",
        "",
        "Alarms",
        "ticket-users-read-throttle ALARM since 2026-11-01T10:00:00Z (why)",
        "  2026-11-01T10:00:00Z OK to ALARM",
        "",
        "Findings",
        "medium unseen.permission ticket-users (cloudwatch:GetMetricData was denied)",
        "  Allow it.",
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, ["No table was seen", "", "Throttled", "Nothing was throttled in 0 tables and indexes"]),
        (
            usage(unmeasured(Place("a"))),
            ["Throttled", "Nothing was throttled in 0 tables and indexes", "Of 1 tables and indexes nothing is known"],
        ),
        (usage(busy(Place("a"))), ["Throttled", "Nothing was throttled in 1 tables and indexes"]),
    ],
)
def test_it_is_said_of_how_many_nothing_is_known(found: dict[str, Any], said: list[str]) -> None:
    lines = throttling_lines(found)
    start = lines.index(said[0])
    assert lines[start : start + len(said)] == said
    assert lines[-1] == "No alarm was seen"


HOSTILE = "\x1b[2J{{ lookup('pipe', 'id') }}\n# : \u202e<script>"


def test_hostile_names_reasons_and_keys_stay_text_on_one_line() -> None:
    hot = {("ticket-users", ""): [HotKeys("throttled", (HOSTILE,), (((HOSTILE,), 1.0),))]}
    own = with_causes(busy(Place("ticket-users"), throttled_read=[(FIRST, 4.0)]), {})
    alarm = ringing(HOSTILE, reason=HOSTILE, history=[{"time": "t", "from": HOSTILE, "to": HOSTILE, "reason": ""}])
    finding = {**UNSEEN, "resource": HOSTILE, "found": HOSTILE, "mend": HOSTILE}
    lines = throttling_lines(usage(own, hot=hot), [alarm], [finding])
    lines += usage_lines(usage(own), [finding])
    assert all(line.isprintable() for line in lines)
    assert sum("\\x1b[2J{{ lookup('pipe', 'id') }}\\n# : \\u202e<script>" in line for line in lines) == 7


@settings(deadline=None)
@given(st.text(max_size=500))
def test_any_text_becomes_one_printable_line(value: str) -> None:
    shown = text(value)
    assert shown.isprintable()
    if value.isprintable() and len(value) <= 160:
        assert shown == value
