# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Billing mode, capacity, on-demand limits and warm throughput of a table that is there (rule 3.3)."""

from __future__ import annotations

from .capacity_rules import (
    ON_DEMAND,
    PROVISIONED,
    check_maximum,
    check_on_demand_range,
    check_warm_raise,
)
from .combination import Change
from .describe import decreases_today
from .faults import invalid, subscriber_limit, validation
from .model import Capacity, Job, Json, Table
from .settings import DECREASE_INTERVAL, DECREASES_PER_DAY, INITIAL_WARM
from .state import State


def check(state: State, table: Table, change: Change) -> None:
    """Whether the numbers make sense for the table as it is."""
    fields = change.fields
    throughput = fields.get("ProvisionedThroughput")
    switching = table.job("TO_PROVISIONED", "TO_ON_DEMAND")
    if throughput is not None and switching is None:
        if table.mode == ON_DEMAND:
            _check_indexes_given(table, change)
        else:
            check_unchanged(table.capacity, throughput, "")
        check_maximum(throughput, state.region, "")
    if "OnDemandThroughput" in fields:
        if _mode_for_limits(table, change) == PROVISIONED:
            member = next(iter(fields["OnDemandThroughput"]))
            raise invalid(
                f"{member} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
            )
        check_on_demand_range(fields["OnDemandThroughput"], state.region, "", lowest=-1)
    if "WarmThroughput" in fields:
        check_warm_raise(fields["WarmThroughput"], table.capacity, state.region, "")


def _check_indexes_given(table: Table, change: Change) -> None:
    """A switch to provisioned capacity must say the numbers of every index (T-152)."""
    given = {action.name for action in change.actions if action.body.get("ProvisionedThroughput")}
    for name in table.indexes:
        if name not in given:
            raise invalid(f"ProvisionedThroughput must be specified for index: {name}")


def _mode_for_limits(table: Table, change: Change) -> str:
    """During a switch the old mode counts (rule 2.2)."""
    if table.job("TO_PROVISIONED"):
        return ON_DEMAND
    if table.job("TO_ON_DEMAND"):
        return PROVISIONED
    return str(change.fields.get("BillingMode", table.mode))


def check_unchanged(capacity: Capacity, wanted: Json, index: str) -> None:
    """T-058 T-164."""
    read, write = wanted["ReadCapacityUnits"], wanted["WriteCapacityUnits"]
    if (read, write) == (capacity.read, capacity.write):
        what = f"index {index}" if index else "table"
        raise validation(
            f"The provisioned throughput for the {what} will not change. The requested value equals the current value. "
            f"Current ReadCapacityUnits provisioned for the {what}: {read}. Requested ReadCapacityUnits: {read}. "
            f"Current WriteCapacityUnits provisioned for the {what}: {write}. Requested WriteCapacityUnits: {write}. "
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )


def check_budgets(state: State, table: Table, change: Change) -> None:
    """Four decreases a day, then one an hour, of the table and of each index (T-157 T-184 T-326)."""
    throughput = change.fields.get("ProvisionedThroughput")
    if throughput is not None:
        _check_decrease(state, table.capacity, throughput)
    for action in change.actions:
        throughput = action.body.get("ProvisionedThroughput")
        if action.action == "Update" and throughput is not None:
            _check_decrease(state, table.indexes[action.name].capacity, throughput)


def _decreases(capacity: Capacity, wanted: Json) -> bool:
    return bool(wanted["ReadCapacityUnits"] < capacity.read or wanted["WriteCapacityUnits"] < capacity.write)


def _check_decrease(state: State, capacity: Capacity, wanted: Json) -> None:
    today = decreases_today(state, capacity)
    if not _decreases(capacity, wanted) or today < DECREASES_PER_DAY:
        return
    last = capacity.decreases[-1]
    if state.now - last >= DECREASE_INTERVAL:
        return
    raise subscriber_limit(
        "Provisioned throughput decreases are limited within a given UTC day. After the first "
        f"{DECREASES_PER_DAY} decreases, each subsequent decrease in the same UTC day can be performed at most once "
        f"every {int(DECREASE_INTERVAL)} seconds. Number of decreases today: {today}. "
        f"Last decrease at {_day(state, last)} Coordinated Universal Time. "
        f"Next decrease can be made at {_day(state, last + DECREASE_INTERVAL)} Coordinated Universal Time"
    )


def _day(state: State, time: float) -> str:
    return state.moment(time).strftime("%A, %B %d, %Y at %I:%M:%S %p")


def apply(state: State, table: Table, change: Change) -> Json:
    """Begins the changes of billing and throughput; returns what the answer says differently."""
    fields = change.fields
    override: Json = {}
    mode = fields.get("BillingMode")
    if mode == ON_DEMAND:
        if table.mode == ON_DEMAND:
            override["TableStatus"] = "UPDATING"  # although nothing changes (T-019 T-156 T-383)
        elif not table.job("TO_PROVISIONED"):  # then it is answered and lost (T-452)
            _to_on_demand(state, table)
    elif "ProvisionedThroughput" in fields and table.mode == ON_DEMAND:
        _to_provisioned(state, table, change)
    elif "ProvisionedThroughput" in fields:
        set_capacity(state, table, fields["ProvisionedThroughput"])
    if "OnDemandThroughput" in fields:
        merge_limits(state, table.capacity, fields["OnDemandThroughput"])
    if "WarmThroughput" in fields:
        warm_up(state, table, table.capacity, fields["WarmThroughput"], "")
    return override


def set_capacity(state: State, table: Table, wanted: Json) -> None:
    """The old numbers are shown until the end, the dates at once (T-058)."""
    note_change(state, table.capacity, wanted)
    state.start(table, Job("PT"), "provisioned_throughput", lambda: take(table.capacity, wanted))


def note_change(state: State, capacity: Capacity, wanted: Json) -> None:
    """Counts a decrease and keeps the dates; one number up and one down is a decrease, too (T-184)."""
    if _decreases(capacity, wanted):
        capacity.decreases.append(state.now)
        capacity.last_decrease = state.now
    if wanted["ReadCapacityUnits"] > capacity.read or wanted["WriteCapacityUnits"] > capacity.write:
        capacity.last_increase = state.now


def take(capacity: Capacity, wanted: Json) -> None:
    capacity.read, capacity.write = wanted["ReadCapacityUnits"], wanted["WriteCapacityUnits"]
    _keep_warm(capacity, {"ReadUnitsPerSecond": capacity.read, "WriteUnitsPerSecond": capacity.write})


def _keep_warm(capacity: Capacity, at_least: Json) -> None:
    """Warm throughput never drops (T-179 T-459)."""
    capacity.warm = {member: max(value, at_least[member]) for member, value in capacity.warm.items()}


def _switch(table: Table, mode: str) -> str:
    """Changes the mode, which is visible at once; says whether the table has had it before."""
    again = "again" if mode in table.modes_seen else "first"
    table.modes_seen.add(mode)
    table.mode, table.mode_summary = mode, True
    for capacity in (table.capacity, *(index.capacity for index in table.indexes.values())):
        capacity.on_demand.clear()  # T-153
    return again


def _to_on_demand(state: State, table: Table) -> None:
    again = _switch(table, ON_DEMAND)
    table.capacity.read = table.capacity.write = 0
    for index in table.indexes.values():
        index.capacity.read = index.capacity.write = 0
        index.capacity.decreases.append(state.now)  # T-164

    def finish() -> None:
        table.on_demand_since = state.now
        for capacity in (table.capacity, *(index.capacity for index in table.indexes.values())):
            _keep_warm(capacity, dict(INITIAL_WARM))

    state.start(table, Job("TO_ON_DEMAND"), f"to_on_demand_{again}", finish)


def _to_provisioned(state: State, table: Table, change: Change) -> None:
    again = _switch(table, PROVISIONED)
    take(table.capacity, change.fields["ProvisionedThroughput"])
    for action in change.actions:
        take(table.indexes[action.name].capacity, action.body["ProvisionedThroughput"])
    state.start(table, Job("TO_PROVISIONED"), f"to_provisioned_{again}", lambda: None)


def merge_limits(state: State, capacity: Capacity, wanted: Json) -> None:
    """Member by member, at once; -1 is shown for a moment, then the member is gone (T-178)."""
    capacity.on_demand.update(wanted)

    def clear() -> None:
        for member in [member for member, value in capacity.on_demand.items() if value == -1]:
            del capacity.on_demand[member]

    if -1 in wanted.values():
        state.schedule.after(state.seconds("on_demand_clear"), clear)


def warm_up(state: State, table: Table, capacity: Capacity, wanted: Json, index: str) -> None:
    """The last of several raises wins (T-459)."""
    for job in [job for job in table.jobs if job.kind == "WARM" and job.index == index]:
        table.jobs.remove(job)
    target = capacity.warm_target = {**capacity.warm, **wanted}
    raised = target != capacity.warm

    def finish() -> None:
        _keep_warm(capacity, target)
        capacity.warm_target = None

    state.start(table, Job("WARM", index), "warm_raise" if raised else "warm_repeat", finish)
