# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long a plan takes, and what it uses up: an entry for each action, and the strict double as the judge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Conflict, ResourcePlan, Step
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.durations import (
    CLOSER,
    DURATIONS,
    NOBODY_KNOWS,
    Duration,
    duration,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.foresight import ALLOWANCES, foresight
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.order import BUDGETS, OPERATIONS
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from hypothesis import HealthCheck, given, settings

from tests.support.account import COOL_DOWN, Account
from tests.support.definitions import pairs
from tests.support.tables import ESTATE, desired, observed

INDEX = {"name": "by-mail", "hash_key": "mail"}
UNITS = {"billing_mode": "PROVISIONED", "read_capacity": 10, "write_capacity": 10}
TTL = {"ttl_enabled": True, "ttl_attribute": "ttl"}
RARE = {"table_class": "STANDARD_INFREQUENT_ACCESS"}


def entry(**fields: Any) -> dict[str, Any]:
    return {"name": "users", "hash_key": "id", **fields}


def foreseen(before: dict[str, Any], after: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What is said of the way from one definition to another."""
    wanted, live = desired(after, **options), observed(before)
    tables = {live.table_name: live}
    return foresight(plan(ESTATE, [wanted], tables), tables, "active")


def test_every_action_has_a_duration() -> None:
    """One that is missing here goes into durations.py, with the finding that its numbers are from."""
    assert [action for action in OPERATIONS if action not in DURATIONS] == []
    assert [action for action in {**DURATIONS, **dict(CLOSER)} if action not in OPERATIONS] == []


@pytest.mark.parametrize("action", DURATIONS)
def test_a_duration_is_one_and_says_where_it_is_from(action: str) -> None:
    found = DURATIONS[action]
    assert 0 <= found.low <= found.high and found.source
    assert duration(Step("t", action, "", request={"TableName": "t"}), None).high < NOBODY_KNOWS.high * 30


def test_every_budget_has_its_numbers() -> None:
    assert BUDGETS.keys() <= ALLOWANCES.keys() <= OPERATIONS.keys()
    for action, words in BUDGETS.items():
        assert str(ALLOWANCES[action].changes) in words.replace("one", "1")


def test_an_action_that_nobody_has_measured_is_no_error() -> None:
    step = Step("ticket-users", "polish_table", "why not", {"TableName": "ticket-users"}, budget="one a day")
    found = foresight([ResourcePlan("ticket-users", "change", (step,))], {}, "active")
    assert found["expected_seconds"] == {"low": 0, "high": 60, "slowest": "ticket-users", "steps": 1}
    assert found["budgets"][0]["what"] == "polish table"


WAYS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, entry()),
    ({}, entry(global_secondary_indexes=[INDEX], **TTL)),
    (entry(), entry(global_secondary_indexes=[INDEX])),
    (entry(), entry(stream_enabled=True, **RARE, server_side_encryption={"enabled": False})),
    (entry(), entry(**UNITS, tags={"Team": "tacos"})),
    (entry(**UNITS), entry()),
    (entry(**UNITS), entry(**{**UNITS, "read_capacity": 3})),
    (entry(), entry(warm_throughput={"read_units_per_second": 13000})),
    (entry(global_secondary_indexes=[INDEX]), entry(allow=["delete_index"])),
    (entry(), {"name": "users", "state": "absent", "allow": ["delete_table"]}),
]


@pytest.mark.parametrize(("before", "after"), WAYS)
def test_the_double_takes_as_long_as_foreseen(before: dict[str, Any], after: dict[str, Any]) -> None:
    """But for the polls, which come late by half of what has passed at most."""
    account = Account()
    if before:
        account.converge(before)
        account.aws.clock.sleep(COOL_DOWN)
    plans = account.plan(after)
    expected = foresight(plans, account.read(account.desired), "active")["expected_seconds"]
    begun = account.aws.clock.now()
    (outcome,) = account.apply(plans)
    took = account.aws.clock.now() - begun
    assert outcome.failure is None
    assert (expected["slowest"], expected["steps"]) == ("ticket-users", len(outcome.done))
    assert expected["low"] <= took <= 1.5 * expected["high"] + 1.0


def test_steps_follow_one_another_and_tables_go_side_by_side() -> None:
    one = Step("a", "set_encryption", "", {"TableName": "a"})
    other = [replace(one, resource="b"), Step("b", "set_table_class", "", {"TableName": "b"})]
    plans = [ResourcePlan("a", "change", (one,)), ResourcePlan("b", "change", tuple(other))]
    expected = foresight(plans, {}, "active")["expected_seconds"]
    assert expected == {"low": 24.6, "high": round(23 + 46 + 2 / 3, 1), "slowest": "b", "steps": 2}


def test_aws_takes_only_so_many_calls_a_second() -> None:
    names = [f"t-{number}" for number in range(2500)]
    plans = [ResourcePlan(name, "add", (Step(name, "create_table", "", {"TableName": name}),)) for name in names]
    expected = foresight(plans, {}, "active")["expected_seconds"]
    assert (expected["low"], expected["high"]) == (499.8, round(2499 / 3 + 2500 * 9.5 / 200, 1))


def test_a_table_with_items_takes_longer_to_fill_an_index() -> None:
    step = Step("t", "create_index", "", {"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "i"}}]})
    live = observed()
    assert duration(step, live) == duration(step, None) == DURATIONS["create_index"]
    full = replace(live, status=replace(live.status, size_bytes=4000 * 2**20, item_count=1000))
    assert duration(step, full).high == 1003 + 1024
    small = replace(live, status=replace(live.status, size_bytes=2**20, item_count=8_000_000))
    assert duration(step, small).high == 1003 + 2000
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 40}
    slow = replace(step, request={"x": [{"Create": {"ProvisionedThroughput": units}}]})
    assert duration(slow, full) == Duration(102400, 1003 + 102400, DURATIONS["create_index"].source, True)


def test_nothing_is_said_where_nothing_is_to_be_done() -> None:
    assert foreseen(entry(), entry()) == {}
    conflict = ResourcePlan("b", conflicts=(Conflict("b", (), ""),))
    busy = ResourcePlan("a", "change", (Step("a", "set_encryption", "", {"TableName": "a"}),))
    assert foresight([busy, conflict], {}, "active") == {}
    waits = ResourcePlan("a", steps=(Step("a", "await_table", "", until="table_active"),))
    assert foresight([waits], {}, "active") == {}


def test_a_run_that_waits_for_nothing_is_told_only_of_its_own_steps() -> None:
    wanted, live = desired(entry(stream_enabled=True, **RARE)), observed(entry())
    tables = {live.table_name: live}
    plans = plan(ESTATE, [wanted], tables)
    assert foresight(plans, tables, "active")["expected_seconds"]["steps"] == 2
    assert foresight(plans, tables, "none")["expected_seconds"]["steps"] == 1
    assert "budgets" not in foresight(plans, tables, "none")


def spent(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    found = foreseen(before, after).get("budgets", [])
    return [(each["resource"], each["spent"], each["of"], each["what"]) for each in found]


def test_what_a_plan_uses_up() -> None:
    class_change = ("ticket-users", 1, 2, "class changes")
    encryption = ("ticket-users", 1, 4, "encryption changes")
    assert spent(entry(), entry(**RARE, server_side_encryption={"enabled": False})) == [class_change, encryption]
    ttl = ("ticket-users", 1, 1, "changes of time to live")
    assert spent(entry(**TTL), entry()) == [ttl]
    assert spent(entry(), entry(**TTL, allow=["enable_ttl"])) == [ttl]
    assert spent(entry(), entry(**TTL)) == []
    lower = {**UNITS, "write_capacity": 1}
    two = entry(**lower, global_secondary_indexes=[{**INDEX, "read_capacity": 1, "write_capacity": 1}])
    more = entry(**UNITS, global_secondary_indexes=[{**INDEX, "read_capacity": 2, "write_capacity": 2}])
    decrease = (1, 4, "capacity decreases")
    assert spent(more, two) == [("ticket-users", *decrease), ("ticket-users/by-mail", *decrease)]
    assert spent(two, more) == []
    assert spent(entry(**UNITS), entry()) == [("ticket-users", 1, 4, "switches to on-demand")]
    assert spent(entry(), entry(**UNITS)) == []


def test_what_was_used_today_counts() -> None:
    """T-326: the only budget that AWS tells."""
    account = Account()
    account.converge(entry(**UNITS))
    for reads in (9, 8):
        account.converge(entry(**{**UNITS, "read_capacity": reads}))
    plans = account.plan(entry(**{**UNITS, "read_capacity": 7}))
    (budget,) = foresight(plans, account.read(account.desired), "active")["budgets"]
    assert (budget["before"], budget["spent"], budget["of"]) == (2, 1, 4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs())
def test_any_change_takes_as_long_as_foreseen(pair: tuple[Any, Any]) -> None:
    """On an account where nothing else happens; a poll comes late by half of what has passed at most."""
    before, after = pair
    account = Account()
    account.converge(before)
    account.aws.clock.sleep(COOL_DOWN)
    plans = account.plan(after)
    found = foresight(plans, account.read(account.desired), "active")
    begun = account.aws.clock.now()
    outcomes = account.apply(plans)
    took = account.aws.clock.now() - begun
    assert bool(found) is any(outcome.changed for outcome in outcomes)
    if found:
        expected = found["expected_seconds"]
        assert expected["low"] <= took + 1.0 and took <= 1.5 * expected["high"] + len(outcomes[0].done)
