# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throughput of a new table: what may be asked for (rule 5.4), and what a request makes of it."""

from __future__ import annotations

from typing import Any

from .faults import AwsFault, invalid, limit, subscriber_limit
from .model import Capacity, Json
from .settings import INITIAL_WARM, TABLE_MAXIMUM

ON_DEMAND = "PAY_PER_REQUEST"
PROVISIONED = "PROVISIONED"
UNITS = {"ReadUnitsPerSecond": "ReadCapacityUnits", "WriteUnitsPerSecond": "WriteCapacityUnits"}
QUOTAS = {
    "MaxReadRequestUnits": "TableMaxReadCapacityUnits",
    "MaxWriteRequestUnits": "TableMaxWriteCapacityUnits",
    "ReadUnitsPerSecond": "TableMaxReadCapacityUnits",
    "WriteUnitsPerSecond": "TableMaxWriteCapacityUnits",
}
INITIAL_PAGE = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"
    "#on-demand-capacity-mode-initial"
)


def check_new_table(request: Json, region: str) -> None:
    """Throughput of CreateTable (T-024 T-038 T-039 T-154)."""
    mode = request.get("BillingMode") or PROVISIONED
    throughput = request.get("ProvisionedThroughput")
    if mode == PROVISIONED and throughput is None:
        raise invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
    if mode == ON_DEMAND and throughput is not None:
        raise invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    _check_new(request, mode, region, "")
    for index in request.get("GlobalSecondaryIndexes") or []:
        name, given = index["IndexName"], index.get("ProvisionedThroughput")
        if mode == ON_DEMAND and given is not None:
            raise invalid(
                f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
            )
        if mode == PROVISIONED and given is None:
            raise invalid(f"ProvisionedThroughput is not specified for index: {name}")
        _check_new(index, mode, region, name)


def _check_new(owner: Json, mode: str, region: str, index: str) -> None:
    check_maximum(owner.get("ProvisionedThroughput"), region, index)
    on_demand = owner.get("OnDemandThroughput") or {}
    if on_demand and mode == PROVISIONED:
        member = next(iter(on_demand))
        where = f" for index : {index}" if index else ""
        raise invalid(
            f"{member} for OnDemandThroughput{where} cannot be specified when table BillingMode is PROVISIONED."
        )
    check_on_demand_range(on_demand, region, index, lowest=1)
    check_new_warm(owner, mode, region, index)


def check_new_warm(owner: Json, mode: str, region: str, index: str) -> None:
    """Warm throughput of something new is not below what it gets anyway (T-038 T-039)."""
    floor = floor_of(owner, mode)
    for member, value in (owner.get("WarmThroughput") or {}).items():
        check_quota("WarmThroughput", member, value, region, index)
        if value < floor[member]:
            raise _below_floor(member, mode, index)


def _below_floor(member: str, mode: str, index: str) -> AwsFault:
    start = f"Requested {member} for WarmThroughput for {_place(index)} is lower than"
    if mode == ON_DEMAND:
        return invalid(f"{start} initial throughput for OnDemand. See: {INITIAL_PAGE}")
    return invalid(f"{start} {UNITS[member]} of ProvisionedThroughput")


def check_maximum(throughput: Json | None, region: str, index: str) -> None:
    """The account's maximum of one table, or of one index (T-154 T-170)."""
    for member, value in (throughput or {}).items():
        if value > TABLE_MAXIMUM:
            where, what = (f" for index {index}", "index") if index else ("", "table")
            raise limit(
                f"The requested {member}{where}, {value}, is above the per {what} maximum for the account in {region}. "
                f"Per {what} maximum: {TABLE_MAXIMUM}. Refer to the Amazon DynamoDB Developer Guide for current limits "
                "and how to request higher limits."
            )


def check_on_demand_range(on_demand: Json, region: str, index: str, lowest: int) -> None:
    """Positive numbers within the quota; with lowest -1 also -1, which lifts a limit (T-178 T-182)."""
    for member, value in on_demand.items():
        if value < lowest or value == 0:
            raise invalid(f"Requested {member} for OnDemandThroughput for {_place(index)} is outside of valid range")
        check_quota("OnDemandThroughput", member, value, region, index)


def check_quota(what: str, member: str, value: int, region: str, index: str) -> None:
    if value > TABLE_MAXIMUM:
        raise subscriber_limit(
            f"Requested {member} for {what} for {_place(index)} exceeds {QUOTAS[member]} of the account in "
            f"region {region}"
        )


def check_warm_raise(warm: Json, capacity: Capacity, region: str, index: str) -> None:
    """Warm throughput is only raised (T-059 T-061)."""
    for member, value in warm.items():
        if value < capacity.warm[member]:
            raise invalid(
                f"Requested {member} for WarmThroughput for {_place(index)} is lower than current WarmThroughput, "
                "decreasing WarmThroughput is not supported"
            )
        check_quota("WarmThroughput", member, value, region, index)


def floor_of(owner: Json, mode: str) -> dict[str, int]:
    """What a new table's or index's warm throughput is when nobody asks for more (T-032)."""
    if mode == ON_DEMAND:
        return dict(INITIAL_WARM)
    return {member: owner["ProvisionedThroughput"][unit] for member, unit in UNITS.items()}


def new_capacity(owner: Json, mode: str) -> Capacity:
    """The capacity that a valid request of a table or an index asks for."""
    given: dict[str, Any] = (owner.get("ProvisionedThroughput") or {}) if mode == PROVISIONED else {}
    return Capacity(
        read=given.get("ReadCapacityUnits", 0),
        write=given.get("WriteCapacityUnits", 0),
        on_demand=dict(owner.get("OnDemandThroughput") or {}),
        warm={**floor_of(owner, mode), **(owner.get("WarmThroughput") or {})},
        warm_declared=bool(owner.get("WarmThroughput")),
    )


def _place(index: str) -> str:
    return f"index {index}" if index else "table"
