# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table's billing mode as one variable: what usage_info suggests is what the plan then shows, and takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.measure import measured
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.model import Place, Points, Table, Window
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.switch import billing_modes, switch_of

from tests.support.tables import live, params

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = int(START.timestamp())
DAY = Window(START, START + timedelta(days=1), 300)
INDEX = {"name": "by-mail", "hash_key": "mail"}
ON_DEMAND: dict[str, Any] = {
    "name": "users",
    "hash_key": "id",
    "on_demand_throughput": {"max_read_request_units": 900},
    "global_secondary_indexes": [INDEX],
}
USERS = Table(
    "users", "ticket-users", "PAY_PER_REQUEST", "STANDARD", (Place("ticket-users"), Place("ticket-users", "by-mail"))
)


def steady(rate: float) -> Points:
    return [(FIRST + number * 300, rate * 300) for number in range(288)]


def suggested(**points: Points) -> dict[str, Any]:
    own, index = USERS.places
    places = [measured(own, points, DAY, 0.7), measured(index, {}, DAY, 0.7)]
    return switch_of(USERS, places, 70)


def actions(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    """The steps from one list of entries, deployed, to another."""
    there = {entry.table_name: live(entry.spec) for entry in parse(params(*before)) if entry.spec}
    return [step.action for each in plan("ticket", parse(params(*after)), there) for step in each.steps]


def test_what_is_suggested_switches_with_auto_scaling_of_everything() -> None:
    switch = suggested(consumed_read=steady(70))
    least = {"min_capacity": 1, "max_capacity": 2, "target_value": 70}
    assert switch == {
        "billing_mode": "PROVISIONED",
        "read": {"min_capacity": 100, "max_capacity": 200, "target_value": 70, "start_capacity": 100},
        "write": least,
        "indexes": {"by-mail": {"read": least, "write": least}},
    }
    (entry,) = billing_modes([ON_DEMAND], {"users": switch})
    assert "on_demand_throughput" not in entry
    assert entry["autoscaling"] == {
        "read": {"min_capacity": 100, "max_capacity": 200, "target_value": 70},
        "write": least,
    }
    assert (entry["read_capacity"], entry.get("write_capacity")) == (100, None)
    assert entry["global_secondary_indexes"] == [{**INDEX, "autoscaling": {"read": least, "write": least}}]
    steps = actions([{**ON_DEMAND, "on_demand_throughput": None}], [entry])
    assert steps[0] == "switch_billing"
    assert steps.count("register_target") == 4


def test_back_on_demand_nothing_of_the_capacity_stays() -> None:
    (provisioned,) = billing_modes([ON_DEMAND], {"users": suggested(consumed_read=steady(70))})
    provisioned |= {"read_capacity": 100, "write_capacity": 5}
    table = replace(USERS, billing_mode="PROVISIONED")
    back = switch_of(table, [], 70)
    (entry,) = billing_modes([provisioned], {"users": back})
    assert entry == {
        "name": "users",
        "hash_key": "id",
        "billing_mode": "PAY_PER_REQUEST",
        "global_secondary_indexes": [INDEX],
    }
    assert "switch_billing" in actions([provisioned], [entry])
    assert billing_modes([provisioned], {"users": "PAY_PER_REQUEST"}) == [entry]


def test_nothing_is_suggested_from_nothing() -> None:
    assert suggested() == {}


def test_other_tables_and_an_empty_variable_change_nothing() -> None:
    tables = [ON_DEMAND, {"name": "orders", "hash_key": "id"}]
    assert billing_modes(tables, None) == billing_modes(tables, {}) == tables
    assert billing_modes(tables, {"users": "PAY_PER_REQUEST"})[1] == tables[1]


def test_the_entrys_own_auto_scaling_is_enough() -> None:
    scaling = {"read": {"min_capacity": 1, "max_capacity": 5}, "write": {"min_capacity": 1, "max_capacity": 5}}
    entry = {"name": "orders", "hash_key": "id", "autoscaling": scaling}
    (switched,) = billing_modes([entry], {"orders": "PROVISIONED"})
    assert switched == {**entry, "billing_mode": "PROVISIONED"}


@pytest.mark.parametrize(
    ("modes", "said"),
    [
        ({"nobody": "PROVISIONED"}, "dynamodb_billing_modes.nobody: no table is called so"),
        (
            {"users": "CHEAP"},
            "dynamodb_billing_modes.users: must be, or have as its billing_mode, one of PAY_PER_REQUEST, PROVISIONED",
        ),
        (
            {"users": {"billing_mode": "PAY_PER_REQUEST", "reads": 1}},
            "dynamodb_billing_modes.users.reads: is no field of it; it has billing_mode, indexes, read, write",
        ),
        (
            {"users": {"billing_mode": "PROVISIONED", "read": 5, "write": {}}},
            "dynamodb_billing_modes.users.read: must be a mapping with min_capacity and max_capacity",
        ),
        (
            {"users": {"billing_mode": "PROVISIONED", "indexes": {"by-mail": 5}}},
            "dynamodb_billing_modes.users.indexes.by-mail: must be a mapping with read and write, not 5",
        ),
        (
            {"users": {"billing_mode": "PROVISIONED", "indexes": ["by-mail"]}},
            "dynamodb_billing_modes.users.indexes: must be a mapping of indexes' names, not ['by-mail']",
        ),
        ("PROVISIONED", "dynamodb_billing_modes: must be a mapping of tables' names to modes, not 'PROVISIONED'"),
        (
            {"users": {"billing_mode": "PAY_PER_REQUEST", "indexes": {"none": {}}}},
            "dynamodb_billing_modes.users.indexes.none: the table has no such index",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(modes: Any, said: str) -> None:
    with pytest.raises(Refused) as refused:
        billing_modes([ON_DEMAND], modes)
    assert refused.value.problems == [said]


def test_a_range_that_is_nowhere_is_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        billing_modes([ON_DEMAND], {"users": "PROVISIONED"})
    assert len(refused.value.problems) == 4
    assert refused.value.problems[0].startswith(
        "dynamodb_billing_modes.users.read: needs min_capacity and max_capacity"
    )
