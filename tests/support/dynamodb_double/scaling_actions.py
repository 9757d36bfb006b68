# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Application Auto Scaling does by itself: it calls UpdateTable like everybody else (T-314 to T-316)."""

from __future__ import annotations

from collections.abc import Callable

from .capacity_rules import PROVISIONED
from .faults import AwsFault
from .model import Capacity, Job, Json, Table
from .scaling_model import Target
from .settings import AUTOSCALING_RETRY
from .state import State
from .updates import update_table

BUSY = ("ResourceInUseException", "ThrottlingException")


def enforce_later(state: State, target: Target) -> None:
    """Numbers outside the bounds are moved to the nearest one, whether there is a policy or not (T-195 T-314)."""

    def enforce() -> None:
        current = _current(state, target)
        if current is not None and not target.low <= current <= target.high:
            _set(state, target, min(max(current, target.low), target.high), enforce)

    state.schedule.after(state.seconds("autoscaling_bounds"), enforce)


def pull_down_later(state: State, target: Target) -> None:
    """Every table of the double is idle, so that a policy pulls its numbers down to the minimum (T-316)."""

    def pull() -> None:
        current, policy = _current(state, target), state.scaling.policies.get(target.key)
        awake = not target.suspended["DynamicScalingInSuspended"] and state.now + 1e-6 >= target.idle_from
        if policy and awake and not policy.configuration.get("DisableScaleIn") and (current or 0) > target.low:
            _set(state, target, target.low, pull)

    if target.key in state.scaling.policies:
        target.idle_from = state.now + state.seconds("autoscaling_idle")
        state.schedule.after(state.seconds("autoscaling_idle"), pull)


def watch(state: State) -> Callable[[Table, Job], None]:
    """Numbers that somebody else has changed are looked at again."""

    def ended(table: Table, job: Job) -> None:
        if job.kind in ("PT", "INDEX_UPDATE", "TO_PROVISIONED") and not job.detail.get("autoscaling"):
            for target in state.scaling.targets.values():
                if target.owner is table or target.owner in table.indexes.values():
                    pull_down_later(state, target)

    return ended


def _table(state: State, target: Target) -> Table | None:
    """The table that the target was registered for, if it is still that one, with the index (T-292)."""
    table = state.tables.get(target.key[0].split("/")[1])
    if table is None or state.scaling.targets.get(target.key) is not target:
        return None
    known = (table, *table.indexes.values())
    return table if any(owner is target.owner for owner in known) else None


def _current(state: State, target: Target) -> int | None:
    """The number the target is about; None when there is nothing to act on."""
    table = _table(state, target)
    if table is None or table.mode != PROVISIONED:
        return None
    capacity = target.owner.capacity
    return capacity.read if ":Read" in target.key[1] else capacity.write


def _set(state: State, target: Target, value: int, again: Callable[[], None]) -> None:
    """Tries once more when the table is busy; a used-up budget is a failed activity, and nothing else."""
    table = _table(state, target)
    assert table is not None
    try:
        update_table(state, _request(table, target, value))
    except AwsFault as fault:
        if fault.code in BUSY:
            state.schedule.after(state.settings.scaled(AUTOSCALING_RETRY), again)
        return
    if target.owner is table:
        state.start(table, Job("PT", detail={"autoscaling": True}), "autoscaling_update", lambda: None)


def _request(table: Table, target: Target, value: int) -> Json:
    units = _units(target.owner.capacity)
    units["ReadCapacityUnits" if ":Read" in target.key[1] else "WriteCapacityUnits"] = value
    if target.owner is table:
        return {"TableName": table.name, "ProvisionedThroughput": units}
    update = {"IndexName": target.owner.name, "ProvisionedThroughput": units}
    return {"TableName": table.name, "GlobalSecondaryIndexUpdates": [{"Update": update}]}


def _units(capacity: Capacity) -> Json:
    return {"ReadCapacityUnits": capacity.read, "WriteCapacityUnits": capacity.write}
