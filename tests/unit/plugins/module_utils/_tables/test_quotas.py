# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Quotas before the first call: what is read when, what is said of it, and that the double agrees."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import RESOURCES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._quotas.gateway import QuotasGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._quotas.model import (
    AT_ONCE,
    AT_ONCE_WITH_INDEXES,
    Use,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.quotas import asked, uses, with_conflicts

from tests.support.account import Account, CountingAws
from tests.support.dynamodb_double import AwsFault, Settings
from tests.support.tables import ACCOUNT, ESTATE, REGION

USERS = {"name": "users", "hash_key": "id"}
ORDERS = {"name": "orders", "hash_key": "id"}
PLACE = (ESTATE, ACCOUNT, REGION)
QUOTA_CALLS = {"DescribeLimits", "GetServiceQuota", "ListTables"}


def units(read: int, write: int, **more: Any) -> dict[str, Any]:
    return {**USERS, "billing_mode": "PROVISIONED", "read_capacity": read, "write_capacity": write, **more}


def account(**settings: Any) -> Account:
    return Account(CountingAws(Settings(**settings)))


def checked(there: Account, *entries: dict[str, Any]) -> tuple[list[ResourcePlan], list[Use]]:
    """The plans as the module makes them, and what is used of the quotas."""
    plans = there.plan(*entries)
    wanted = asked(plans)
    observed = there.read(there.desired)
    there.aws.calls.clear()
    found = uses(PLACE, plans, observed, QuotasGateway(there.aws).read(wanted)) if wanted else []
    return with_conflicts(plans, found), found


def asked_for(there: Account) -> list[str]:
    return [call.operation for call in there.aws.calls if call.operation in QUOTA_CALLS]


def test_a_converged_run_asks_nothing() -> None:
    there = account()
    there.converge(USERS)
    assert (checked(there, USERS)[1], asked_for(there)) == ([], [])
    assert (checked(there, {**USERS, "stream_enabled": True})[1], asked_for(there)) == ([], [])


def test_a_new_table_costs_two_calls_and_capacity_one_more() -> None:
    there = account()
    _plans, (tables,) = checked(there, USERS, ORDERS)
    assert asked_for(there) == ["ListTables", "GetServiceQuota"]
    assert (tables.said, tables.state) == ("2 of 2500 tables", "fits")
    checked(there, units(10, 10))
    assert asked_for(there) == ["ListTables", "GetServiceQuota", "DescribeLimits"]
    there.converge(units(10, 10))
    checked(there, units(20, 10))
    assert asked_for(there) == ["DescribeLimits"]


def test_more_tables_than_there_may_be_are_a_conflict_with_numbers_code_and_way_out() -> None:
    there = account(tables_quota=2)
    there.converge({"name": "first", "hash_key": "id"})
    plans, (use,) = checked(there, USERS, ORDERS)
    assert use.as_dict() == {
        "quota": "tables",
        "code": "L-F98FE922",
        "resource": REGION,
        "count": 3,
        "added": 2,
        "limit": 2,
        "limit_from": "Service Quotas",
        "state": "exceeded",
        "said": "3 of 2 tables",
    }
    message = Report("table", predict(plans)).message()
    assert message == (
        f"{REGION}: 2 tables are added, which makes 3, and the account's quota is 2 (dynamodb L-F98FE922). Ask for "
        "more (aws service-quotas request-service-quota-increase --service-code dynamodb --quota-code L-F98FE922 "
        "--desired-value 3), or declare less\nNothing was changed in any table."
    )
    assert [outcome.done for outcome in predict(plans)] == [(), ()]
    failed = [outcome.failure.code for outcome in there.apply(there.plan(USERS, ORDERS)) if outcome.failure]
    assert failed == ["LimitExceededException"]


def test_what_goes_makes_room() -> None:
    there = account(tables_quota=1)
    there.converge(USERS)
    _plans, (use,) = checked(there, ORDERS, {"name": "users", "state": "absent", "allow": ["delete_table"]})
    assert (use.count, use.added, use.state) == (1, 1, "near")
    _plans, (use,) = checked(there, ORDERS, {"name": "users", "state": "absent"})
    assert (use.count, use.state) == (2, "exceeded")


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnknownOperationException", "NoSuchResourceException"])
def test_what_cannot_be_read_is_named_and_never_a_conflict(code: str) -> None:
    there = account()
    there.aws.inject("GetServiceQuota", AwsFault(code, "no"))
    plans, (use,) = checked(there, USERS)
    assert use.as_dict()["unread"] == [f"servicequotas:GetServiceQuota {code}"]
    assert (use.said, use.state) == (
        "1 of 2500 tables (AWS's default, as the account's own could not be read)",
        "fits",
    )
    for operation in QUOTA_CALLS:
        there.aws.inject(operation, AwsFault(code, "no"))
    plans, found = checked(there, units(90000, 10))
    assert [(use.quota.code, use.state, use.source) for use in found] == [
        ("L-F98FE922", "fits", "default"),
        ("L-34F6A552", "unsure", "default"),
        ("L-34F8CCC8", "fits", "default"),
        ("L-CF0CBE56", "unsure", "default"),
    ]
    assert found[0].said.startswith("at least 1 of 2500")
    assert [each.conflicts for each in plans] == [()]


CAPACITIES: list[tuple[dict[str, Any], str, str, str]] = [
    (units(40001, 5), "ticket-users", "read_capacity", "L-CF0CBE56"),
    (units(5, 40001), "ticket-users", "write_capacity", "L-AB614373"),
    (
        units(5, 5, global_secondary_indexes=[{"name": "idx", "hash_key": "x", "read_capacity": 40001}]),
        "ticket-users/idx",
        "global_secondary_indexes",
        "L-CF0CBE56",
    ),
    (
        {**USERS, "on_demand_throughput": {"max_write_request_units": 50000}},
        "ticket-users",
        "on_demand_throughput",
        "L-AB614373",
    ),
    (
        {**USERS, "warm_throughput": {"read_units_per_second": 50000}},
        "ticket-users",
        "warm_throughput",
        "L-CF0CBE56",
    ),
]


@pytest.mark.parametrize(("entry", "resource", "field", "code"), CAPACITIES)
@pytest.mark.parametrize("there_already", [False, True])
def test_more_units_than_a_table_or_index_may_have(
    entry: dict[str, Any], resource: str, field: str, code: str, there_already: bool
) -> None:
    there = account()
    if there_already:
        there.converge(USERS)
    plans, _found = checked(there, entry)
    (conflict,) = (conflict for each in plans for conflict in each.conflicts)
    assert (conflict.resource, conflict.fields) == (resource, (field,))
    assert f"the account's quota is 40000 (dynamodb {code})" in conflict.message
    (outcome,) = there.apply(there.plan(entry))
    assert outcome.failure and outcome.failure.code == "LimitExceededException"


def test_more_provisioned_units_than_the_account_may_have() -> None:
    there = account(account_maximum=100)
    there.converge(units(40, 10))
    index = {"name": "idx", "hash_key": "x", "read_capacity": 30, "write_capacity": 10}
    entries = (units(40, 10), {**units(31, 10, global_secondary_indexes=[index]), "name": "orders"})
    plans, found = checked(there, *entries)
    reads = next(use for use in found if use.quota.code == "L-34F6A552")
    assert (reads.said, reads.added, reads.state) == ("at least 101 of 100 provisioned read units", 61, "exceeded")
    assert {use.quota.code: use.state for use in found}["L-34F8CCC8"] == "fits"
    assert [len(each.conflicts) for each in plans] == [1, 0]
    (outcome,) = (each for each in there.apply(there.plan(*entries)) if each.failure)
    assert "limit to be exceeded for the account" in (outcome.failure.message if outcome.failure else "")
    fitting = (units(40, 10), {**units(30, 10, global_secondary_indexes=[index]), "name": "orders"})
    plans, found = checked(there, *fitting)
    assert next(use for use in found if use.quota.code == "L-34F6A552").state == "near"
    there.converge(*fitting)


def test_a_plan_that_cannot_be_carried_out_asks_nothing() -> None:
    there = account()
    there.converge(USERS)
    assert asked(there.plan({**USERS, "hash_key": "other"}, ORDERS)) == frozenset()


def test_a_run_has_fewer_tables_under_way_than_aws_allows() -> None:
    assert RESOURCES < AT_ONCE_WITH_INDEXES < AT_ONCE.default
