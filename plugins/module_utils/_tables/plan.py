# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""plan(desired, observed): what must happen to each table, in order, and what must not. Pure, total, deterministic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._engine.step import Deferred, ResourcePlan, Step
from . import requests
from .change import Change, step
from .changes import concerns, enable_recovery, enable_ttl, unprotect
from .conflicts import foreign, immutable, with_way_out
from .extra_changes import creation_changes, extra_changes
from .indexes import created_names, deleted_names, index_changes, present_indexes
from .kinesis import with_destination_wait
from .model import Desired, Observed, TableSpec
from .order import OPERATIONS, in_order
from .replica_capacity import scaling_conflicts, unscaled_indexes, unscaled_replicas
from .replica_conflicts import replacing_conflicts, replica_conflicts, with_group
from .replica_order import MEMBERSHIP, group_waits, in_group
from .replicas import removal as replica_removal
from .replicas import replica_changes, without_regions
from .scaling import creation_scaling, removal, scaling_changes, with_kept_scaling, with_owned_capacity
from .sources import from_source
from .streaming import streaming_changes, streaming_creation
from .tags import finish_table
from .vector_changes import kept_on_demand, refused_creations, vector_changes, vector_conflicts

NEEDS_QUIET_INDEXES = MEMBERSHIP | frozenset(
    {
        "create_index",
        "create_vector_index",
        "delete_index",
        "delete_table",
        "delete_vector_index",
        "disable_stream",
        "enable_stream",
        "set_index_throughput",
        "set_throughput",
        "switch_billing",
    }
)
"""Actions that AWS refuses while an index is made, changed or deleted (aws-rules.md 2.2)."""
NEEDS_ACTIVE = frozenset(
    action
    for action, operation in OPERATIONS.items()
    if operation in ("UpdateTable", "DeleteTable") and not action.endswith("_deletion_protection")
)
"""Actions that AWS refuses while the table is UPDATING; protection, recovery, tags and the like are admitted."""


def plan(estate: str, desired: list[Desired], observed: Mapping[str, Observed]) -> list[ResourcePlan]:
    """A plan for each desired table, by physical name; observed tables that nobody desires are not looked at."""
    return [
        _plan_table(estate, table, observed.get(table.table_name))
        for table in sorted(desired, key=lambda table: table.table_name)
    ]


def _plan_table(estate: str, desired: Desired, live: Observed | None) -> ResourcePlan:
    if live is not None and live.unread:
        reason = f"the table is {live.status.table_status}: neither what it has nor whose it is can be read"
        return ResourcePlan(desired.table_name, deferred=(Deferred(desired.table_name, ("table",), reason),))
    if desired.spec is None:
        return _delete(estate, desired, live)
    made = from_source(estate, desired, live, partial(_change, estate, desired, desired.spec))
    if made is not None:
        return made
    if live is None:
        return ResourcePlan(desired.table_name, "add", tuple(_create(desired.spec, desired.arn)))
    if live.spec is None:
        gone = Step(desired.table_name, "await_table", "the table is being deleted", until="table_gone")
        return ResourcePlan(desired.table_name, "add", (gone, *_create(desired.spec, desired.arn)))
    return _change(estate, desired, desired.spec, live, live.spec)


def _create(declared: TableSpec, arn: str) -> list[Step]:
    """A new table: one call with everything it takes, and some for what it does not. Nothing here is risky."""
    spec = with_owned_capacity(declared, None)
    steps = [
        step(
            spec.table_name,
            "create_table",
            "the table is missing",
            requests.create_table(spec),
            fields=("table",),
            until=_created(spec),
        )
    ]
    if spec.recovery.enabled:
        steps.append(enable_recovery(spec, "a new table has no point-in-time recovery"))
    if spec.ttl_attribute:
        reason = f"items shall expire by attribute {spec.ttl_attribute}"
        steps += [enable_ttl(spec, spec.ttl_attribute, reason, budget=""), finish_table(spec, arn)]
    regions = replica_changes(spec, without_regions(spec), arn)
    changes = [*creation_changes(spec, arn), *creation_scaling(spec), *streaming_creation(spec, arn), *regions]
    return in_order(steps + _steps(changes))


def _steps(changes: list[Change]) -> list[Step]:
    return in_order([each for change in changes for each in change.tied])


def _created(spec: TableSpec) -> str:
    """Recovery is refused for some seconds after the table is ACTIVE, all else is not (T-115)."""
    return "recoverable" if spec.recovery.enabled else "indexes_active"


def _change(estate: str, desired: Desired, declared: TableSpec, live: Observed, seen: TableSpec) -> ResourcePlan:
    conflicts = foreign(estate, desired, seen) or replica_conflicts(desired, declared, live, seen)
    fixed = immutable(declared, seen)
    named = live.status.table_id is not None and desired.replace_table_id == live.status.table_id
    conflicts = conflicts + (replacing_conflicts(desired, seen) if fixed and named else [])
    if fixed and not conflicts and named:
        return _replace(desired, declared, live, seen)
    conflicts += vector_conflicts(declared, live, seen) + scaling_conflicts(declared, live, seen)
    if conflicts or fixed:
        return ResourcePlan(desired.table_name, conflicts=(*conflicts, *with_way_out(fixed, desired, live)))
    present = frozenset(present_indexes(live, seen))
    first = _index_plan(desired, declared, live, seen)[0]
    going = deleted_names(first)
    possible, held = kept_on_demand(declared, first, live, seen, present - going)
    spec = with_group(desired, with_owned_capacity(with_kept_scaling(possible, seen, going), seen), seen)
    indexes, withheld = _index_plan(desired, spec, live, seen)
    staying = present - going
    lasting = staying | created_names(indexes)
    others, left = _guard(
        [
            *concerns(desired, spec, live, seen, staying),
            *extra_changes(spec, live, seen, staying, lasting),
            *scaling_changes(spec, seen, lasting, going),
            *streaming_changes(desired, spec, live, seen),
            *replica_changes(spec, seen, live.status.arn or desired.arn),
        ],
        desired,
    )
    unready = unscaled_replicas(others, spec, seen, staying)
    others = [change for change in others if change not in unready]
    return ResourcePlan(
        desired.table_name,
        "change",
        with_destination_wait(live, _with_waits(live, in_group(_steps(indexes + others), seen))),
        withheld=tuple(_steps(withheld + left + unready + held)),
        deferred=tuple(entry for change in others for entry in change.deferred),
    )


def _index_plan(
    desired: Desired, spec: TableSpec, live: Observed, seen: TableSpec
) -> tuple[list[Change], list[Change]]:
    """The changes of indexes that are done, and those that are withheld."""
    indexes, withheld = _guard(index_changes(spec, live, seen) + vector_changes(spec, live, seen), desired)
    while True:  # a creation that is not possible takes the deletion with it, which may refuse others
        refused = refused_creations(indexes, spec, live, seen)
        refused = refused or unscaled_indexes(indexes, desired, spec, live, seen)
        if not refused:
            return indexes, withheld
        indexes = [change for change in indexes if change not in refused]
        withheld = withheld + refused


def _replace(desired: Desired, declared: TableSpec, live: Observed, seen: TableSpec) -> ResourcePlan:
    """A new, empty table in the place of this one, after a backup. The id in replace_table_id is the user's word."""
    name = desired.table_name
    backup = step(
        name,
        "back_up_table",
        "a backup of what is replaced",
        {"TableName": name, "BackupName": f"{name[:200]}-replaced-{str(live.status.table_id)[:8]}"},
        fields=("table",),
        until="backup_available",
    )
    delete = step(
        name,
        "delete_table",
        "the table is replaced by a new, empty one, as replace_table_id says",
        {"TableName": name},
        fields=("table",),
        until="table_gone",
        risk="data",
    )
    going = _removal_steps(name, seen, [backup, delete], risk="data")
    spec = with_kept_scaling(declared, seen, frozenset({"", *(index.name for index in declared.global_indexes)}))
    return ResourcePlan(name, "change", (*_with_waits(live, going), *_create(spec, live.status.arn)))


def _removal_steps(name: str, seen: TableSpec, steps: list[Step], **guard: Any) -> list[Step]:
    """With what must go before a table goes: its protection and its scalable targets."""
    if seen.deletion_protection:
        protected = unprotect(name, "the table is protected against its deletion")
        steps = [replace(protected, word="") if guard else protected, *steps]
    going = [*removal(name, seen), *replica_removal(name, seen)]
    return in_group(in_order([each for change in going for each in change.steps] + steps), seen)


def _delete(estate: str, desired: Desired, live: Observed | None) -> ResourcePlan:
    if live is None:
        return ResourcePlan(desired.table_name)
    if live.spec is None:
        gone = Step(desired.table_name, "await_table", "the table is being deleted", until="table_gone")
        return ResourcePlan(desired.table_name, steps=(gone,))
    conflicts = foreign(estate, desired, live.spec)
    if conflicts:
        return ResourcePlan(desired.table_name, conflicts=tuple(conflicts))
    delete = step(
        desired.table_name,
        "delete_table",
        f"its entry says state absent, and all its items go with it{_remains(live.spec)}",
        {"TableName": desired.table_name},
        word="delete_table",
        fields=("table",),
        until="table_gone",
    )
    steps = _removal_steps(desired.table_name, live.spec, [delete])
    if not Change(tuple(steps)).words <= desired.allow:
        return ResourcePlan(desired.table_name, withheld=tuple(steps))
    return ResourcePlan(desired.table_name, "remove", _with_waits(live, steps))


def _remains(seen: TableSpec) -> str:
    """What AWS keeps of a table that had recovery on (T-167)."""
    return "; AWS keeps a system backup of it for 35 days" if seen.recovery.enabled else ""


def _guard(changes: list[Change], desired: Desired) -> tuple[list[Change], list[Change]]:
    """Splits changes into those that may be done and those that lack the user's word for this table."""
    allowed = [change for change in changes if change.words <= desired.allow]
    return allowed, [change for change in changes if change not in allowed]


def _with_waits(live: Observed, steps: list[Step]) -> tuple[Step, ...]:
    """With waits for what somebody has under way, each before the first step that AWS refuses meanwhile (2.2).

    Where no step has to wait, the wait is the end: a run is over when everything is in effect, whoever has begun it.
    """
    name = live.table_name
    busy = sorted(index for index, status in live.status.indexes.items() if status.busy)
    waiting: list[tuple[Step, frozenset[str]]] = []
    if live.status.table_status == "UPDATING":
        waiting.append((Step(name, "await_table", "the table is UPDATING", until="table_active"), NEEDS_ACTIVE))
    if busy:
        reason = ", ".join(f"index {index} is {live.status.indexes[index].status}" for index in busy)
        waiting.append((Step(name, "await_indexes", reason, until="indexes_active"), NEEDS_QUIET_INDEXES))
    ordered = list(steps)
    waiting += group_waits(live)
    for wait, actions in waiting:
        ordered.insert(next((i for i, each in enumerate(ordered) if each.action in actions), len(ordered)), wait)
    return tuple(ordered)
