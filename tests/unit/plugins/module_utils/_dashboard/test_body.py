# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document: what is on it, and that it keeps CloudWatch's limits whatever the estate."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.metrics import (
    NAMESPACE,
    dimensions_problem,
    metric_problem,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.body import View, build
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.model import Dashboard, Table
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.operating_double import check_body

ALARM = "arn:aws:cloudwatch:ap-northeast-2:137406935518:alarm:"
TICKETS = Table("ticket-tickets", ("status-index", "user-index"))
ORDERS = Table("ticket-orders", (), True)


def document(*tables: Table, alarms: int = 0) -> tuple[dict[str, Any], str]:
    arns = tuple(f"{ALARM}a-{number}" for number in range(alarms))
    return build(View("ticket", "ap-northeast-2", 300, tables, arns))


def graphs(body: dict[str, Any]) -> dict[str, list[Any]]:
    """The entries of every graph, by its title."""
    widgets = [each["properties"] for each in body["widgets"] if each["type"] == "metric"]
    return {each["title"]: each["metrics"] for each in widgets}


def named(metrics: list[Any]) -> set[tuple[str, str]]:
    """Metric and last dimension of the entries that are metrics."""
    return {(entry[1], entry[-2]) for entry in metrics if isinstance(entry[0], str)}


def test_every_table_has_its_graphs() -> None:
    body, note = document(TICKETS, ORDERS, alarms=3)
    found = graphs(body)
    assert note == ""
    assert named(found["ticket-tickets: throttled requests"]) == {
        (f"{access}ThrottleEvents", name)
        for access in ("Read", "Write")
        for name in ("ticket-tickets", "status-index", "user-index")
    }
    assert named(found["ticket-tickets: read units a second"]) == {
        ("ConsumedReadCapacityUnits", name) for name in ("ticket-tickets", "status-index", "user-index")
    }
    assert named(found["ticket-orders: write units a second"]) == {
        ("ConsumedWriteCapacityUnits", "ticket-orders"),
        ("ProvisionedWriteCapacityUnits", "ticket-orders"),
    }
    assert ("SuccessfulRequestLatency", "Query") in named(found["ticket-orders: latency p99, ms"])
    assert ("SystemErrors", "ticket-orders") in named(found["ticket-orders: errors"])
    assert named(found["Progress of new indexes, percent"]) == {
        ("OnlineIndexPercentageProgress", "status-index"),
        ("OnlineIndexPercentageProgress", "user-index"),
    }
    (alarms,) = [each["properties"]["alarms"] for each in body["widgets"] if each["type"] == "alarm"]
    assert alarms == [f"{ALARM}a-{number}" for number in range(3)]


def test_what_is_consumed_and_what_is_provisioned_have_one_unit() -> None:
    rate, consumed, provisioned = graphs(document(ORDERS)[0])["ticket-orders: read units a second"]
    assert rate[0]["expression"] == f"{consumed[-1]['id']}/PERIOD({consumed[-1]['id']})"
    assert (consumed[-1]["visible"], provisioned[-1]["stat"]) == (False, "Average")


@pytest.mark.parametrize("count", [1, 99, 100, 300, 400, 800])
def test_every_metric_is_one_that_dynamodb_publishes_with_these_dimensions(count: int) -> None:
    body, _unused = document(*(Table(f"t-{number:04}", ("i",), True) for number in range(count)))
    entries = [entry for metrics in graphs(body).values() for entry in metrics if isinstance(entry[0], str)]
    assert entries
    for namespace, metric, *rest in entries:
        dimensions = [each for each in rest if isinstance(each, str)][::2]
        assert (namespace, metric_problem(metric), dimensions_problem(metric, dimensions)) == (NAMESPACE, "", "")


def test_with_more_tables_detail_goes_and_the_document_says_so() -> None:
    notes = []
    for count in (99, 100, 320, 400, 500, 700):
        body, note = document(*(Table(f"t-{number:04}", ("i",)) for number in range(count)))
        assert (note in body["widgets"][0]["properties"]["markdown"]) or not note
        notes.append(note.partition(":")[0])
    assert notes == [
        "",
        "Not shown are capacity and latency of each table",
        "Not shown are capacity and latency of each table, 'Errors of DynamoDB'",
        "Not shown are capacity and latency of each table, 'Consumed write units', 'Errors of DynamoDB'",
        "Not shown are capacity and latency of each table, 'Progress of new indexes, percent', 'Consumed read units', "
        "'Consumed write units', 'Errors of DynamoDB'",
        "Shown are the 50 busiest tables and indexes of the account in ap-northeast-2",
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1400), st.integers(0, 6), st.booleans(), st.integers(0, 6000))
def test_the_limits_are_kept_whatever_the_estate(count: int, indexes: int, provisioned: bool, alarms: int) -> None:
    names = tuple(f"i{number}" for number in range(indexes))
    body, _unused = document(*(Table(f"t-{number}", names, provisioned) for number in range(count)), alarms=alarms)
    check_body(body)
    assert Dashboard("x", body, {}).owner == "ticket"
    places = [(each["x"], each["y"]) for each in body["widgets"]]
    assert len(set(places)) == len(places)
