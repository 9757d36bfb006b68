# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plans add, held against the account's quotas before anything is written: pure.

A quota that is certainly exceeded is a conflict; one that only AWS's default says to be exceeded is a warning, and one
that is merely near is a note. What a quota counts that AWS tells only table by table (provisioned capacity) is counted
as far as the tables were read anyway, which is a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Conflict, ResourcePlan, impossible
from .._quotas.model import (
    ACCOUNT_READ,
    ACCOUNT_WRITE,
    TABLE_READ,
    TABLE_WRITE,
    TABLES,
    Account,
    Quota,
    Source,
    Use,
)
from .model import Observed
from .names import table_arn
from .project import project_all

CAPACITIES = ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
"""The members of requests that ask for units; which table or index they are of says the mapping that they are in."""
OF_A_TABLE: Mapping[str, tuple[Quota, str]] = {
    "ReadCapacityUnits": (TABLE_READ, "TableMaxReadCapacityUnits"),
    "MaxReadRequestUnits": (TABLE_READ, "TableMaxReadCapacityUnits"),
    "ReadUnitsPerSecond": (TABLE_READ, "TableMaxReadCapacityUnits"),
    "WriteCapacityUnits": (TABLE_WRITE, "TableMaxWriteCapacityUnits"),
    "MaxWriteRequestUnits": (TABLE_WRITE, "TableMaxWriteCapacityUnits"),
    "WriteUnitsPerSecond": (TABLE_WRITE, "TableMaxWriteCapacityUnits"),
}
OF_THE_ACCOUNT = (
    ("read", ACCOUNT_READ, "AccountMaxReadCapacityUnits"),
    ("write", ACCOUNT_WRITE, "AccountMaxWriteCapacityUnits"),
)


def asked(plans: list[ResourcePlan]) -> frozenset[str]:
    """What must be read: C(tables) where some are added, C(capacity) where some is asked for; nothing otherwise."""
    if impossible(plans):
        return frozenset()
    wanted = {"tables": _added(plans), "capacity": any(_units(step.request) for each in plans for step in each.steps)}
    return frozenset(name for name, needed in wanted.items() if needed)


def uses(
    place: tuple[str, str, str], plans: list[ResourcePlan], observed: Mapping[str, Observed], account: Account
) -> list[Use]:
    """How much of each quota the plans use, by quota; place is the estate, the account's id and the region.

    Of a single table or index only what is near its quota or beyond it.
    """
    wanted = asked(plans)
    found = [_tables(place[2], plans, observed, account)] if "tables" in wanted else []
    if "capacity" in wanted:
        found += [*_of_the_account(place, plans, observed, account), *_of_tables(plans, account)]
    return found


def with_conflicts(plans: list[ResourcePlan], found: list[Use]) -> list[ResourcePlan]:
    """The plans, with a conflict for each quota that is certainly exceeded: nothing is written then."""
    after = list(plans)
    for use in found:
        if use.state != "exceeded":
            continue
        table = use.resource.partition("/")[0]
        here = [number for number, each in enumerate(plans) if each.resource == table]
        adding = [number for number, each in enumerate(plans) if each.steps]
        number = (here or adding)[0]
        conflict = Conflict(use.resource, (use.field,), use.problem)
        after[number] = replace(after[number], conflicts=(*after[number].conflicts, conflict))
    return after


def _added(plans: list[ResourcePlan]) -> set[str]:
    return {each.resource for each in plans if each.verb == "add" and each.steps}


def _tables(region: str, plans: list[ResourcePlan], observed: Mapping[str, Observed], account: Account) -> Use:
    added = _added(plans)
    removed = {each.resource for each in plans if each.verb == "remove" and each.steps}
    known = observed.keys() if account.tables is None else account.tables
    quota = account.tables_quota
    return Use(
        TABLES,
        region,
        len((known | added) - removed),
        len(added),
        TABLES.default if quota is None else quota,
        "default" if quota is None else "Service Quotas",
        partial=account.tables is None,
        unread=tuple(each for each in account.unread if "DescribeLimits" not in each),
    )


def _limit(account: Account, quota: Quota, member: str) -> tuple[int, Source, tuple[str, ...]]:
    """The limit of some capacity, who says so, and why it is not the account's own."""
    given = (account.limits or {}).get(member)
    if given:
        return int(given), "DescribeLimits", ()
    return quota.default, "default", tuple(each for each in account.unread if "DescribeLimits" in each)


def _of_the_account(
    place: tuple[str, str, str], plans: list[ResourcePlan], observed: Mapping[str, Observed], account: Account
) -> Iterator[Use]:
    """The provisioned capacity of the tables that were read, as it will be, where it grows."""
    estate, account_id, region = place
    after = dict(observed)
    for each in plans:
        name = each.resource
        made = project_all(estate, observed.get(name), each.steps, table_arn(region, account_id, name))
        after.pop(name, None)
        after.update({name: made} if made else {})
    for kind, quota, member in OF_THE_ACCOUNT:
        before, now = (sum(_provisioned(table, kind) for table in tables.values()) for tables in (observed, after))
        if now > before:
            limit, source, unread = _limit(account, quota, member)
            field = f"{kind}_capacity"
            yield Use(quota, region, now, now - before, limit, source, partial=True, unread=unread, field=field)


def _provisioned(table: Observed, kind: str) -> int:
    """The provisioned units of a table with its indexes."""
    spec = table.spec
    if spec is None or spec.billing_mode != "PROVISIONED":
        return 0
    units = [spec.throughput, *(index.throughput for index in spec.global_indexes)]
    return sum(int(getattr(each, kind)) for each in units if each)


def _of_tables(plans: list[ResourcePlan], account: Account) -> list[Use]:
    """The most that is asked for each table and index, where it is near what one may have."""
    most: dict[tuple[str, Quota], Use] = {}
    for each in plans:
        for index, field, member, value in (unit for step in each.steps for unit in _units(step.request)):
            quota, name = OF_A_TABLE[member]
            limit, source, unread = _limit(account, quota, name)
            resource = f"{each.resource}/{index}" if index else each.resource
            use = Use(quota, resource, value, value, limit, source, unread=unread, field=field)
            known = most.get((resource, quota))
            if use.state != "fits" and (known is None or known.count < value):
                most[resource, quota] = use
    return list(most.values())


def _units(request: Any, index: str = "") -> list[tuple[str, str, str, int]]:
    """What a request asks for, wherever it stands in it: index (empty for the table), field, member, units."""
    if isinstance(request, (list, tuple)):
        return [unit for each in request for unit in _units(each, index)]
    if not isinstance(request, Mapping):
        return []
    found = []
    name = str(request.get("IndexName") or index)
    for given, value in request.items():
        member = given.removesuffix("Override")  # of a restore
        if member in CAPACITIES and isinstance(value, Mapping):
            found += [
                (name, _field(member, unit, name), unit, int(units))
                for unit, units in value.items()
                if unit in OF_A_TABLE
            ]
        else:
            found += _units(value, name)
    return found


def _field(capacity: str, unit: str, index: str) -> str:
    """The field of an entry that asks for it."""
    if index:
        return "global_secondary_indexes"
    if capacity == "ProvisionedThroughput":
        return "read_capacity" if unit.startswith("Read") else "write_capacity"
    return "on_demand_throughput" if capacity == "OnDemandThroughput" else "warm_throughput"
