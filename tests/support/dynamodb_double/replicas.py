# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Global tables: adding, changing and removing regions by UpdateTable (rules 1.13 and 3.12)."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

from . import admission
from . import replica_checks as checks
from .describe import describe
from .faults import invalid, subscriber_limit, validation
from .groups import check_quiet, copy_shared
from .model import Job, Json, Table, copied
from .replica_checks import Action
from .replica_model import Group, Member
from .settings import CLASS_CHANGES, CLASS_WINDOW
from .state import State
from .wire import check_update

OVERRIDES = ("TableClassOverride", "ProvisionedThroughputOverride", "OnDemandThroughputOverride")


def update(state: State, request: Json) -> Json:
    """The request alone is looked at before any state (T-224)."""
    check_update(request)
    actions = checks.actions_of(state, request)
    strong = "MultiRegionConsistency" in request and request["MultiRegionConsistency"] == "STRONG"
    table = state.tables.get(state.name_of(request["TableName"]))
    ending = table is not None and table.group is not None and table.group.strong and not strong
    if not strong and not ending and "GlobalTableWitnessUpdates" not in request:
        checks.check_one(actions)
    table = state.table(request["TableName"])
    admission.check_exists(table)
    if strong or (not ending and "GlobalTableWitnessUpdates" in request):
        checks.check_strong(state, table, actions, request)
    _admit(state, table, actions, ending, request)
    state.charge()
    if strong:
        _make_strong(state, table, actions, request)
    elif ending and actions:
        _dissolve(state, table, actions)
    else:
        _apply(state, table, actions, request)
    return {"TableDescription": describe(state, table)}


def _admit(state: State, table: Table, actions: list[Action], ending: bool, request: Json) -> None:
    if ending and actions:
        checks.check_dissolve(state, table, actions, request)
    for action in [] if ending else actions:
        CHECKS[action.kind](state, table, action)
    _check_switches(table, request)
    check_quiet(table)
    if table.status != "ACTIVE":
        admission.check_delete(table)  # the closest text (?)


def _check_switches(table: Table, request: Json) -> None:
    """What is said beside the replicas themselves."""
    if "DisassociationProtectionEnabled" in request and (table.group is None or table.group.strong):
        raise invalid("DisassociationProtectionEnabled is only for members of a global table (?)")
    if "GlobalTableSettingsReplicationMode" in request:
        mode = request["GlobalTableSettingsReplicationMode"]
        if table.group is not None or mode == "ENABLED_WITH_OVERRIDES":  # T-048
            raise validation(f"GlobalTableSettingsReplicationMode {mode} is not supported (?)")


def _check_override(state: State, table: Table, action: Action) -> None:
    """T-294 T-313."""
    member = checks.check_member(table, action)
    if "KMSMasterKeyId" in action.body:
        raise validation("KMSMasterKeyId cannot be updated for a replica (?)")
    used = [time for time in member.table.class_changes if time > state.now - CLASS_WINDOW]
    if "TableClassOverride" in action.body and state.settings.budgets and len(used) >= CLASS_CHANGES:
        raise subscriber_limit(
            f"Limit exceeded for replica in {action.region}. Updates to TableClass are limited to {CLASS_CHANGES} "
            "times in 30 day(s)"
        )


def _check_disassociation(state: State, table: Table, action: Action) -> None:
    """(documented)"""
    member = checks.check_member(table, action)
    if action.region != state.region or table.group is None or table.group.strong:
        raise validation("Only the local replica of an eventually consistent global table can be disassociated (?)")
    if not member.disassociable:
        raise validation("Resource cannot be disassociated as it is currently protected against disassociation (?)")


CHECKS: dict[str, Callable[[State, Table, Action], None]] = {
    "Create": checks.check_create,
    "Delete": checks.check_delete,
    "Update": _check_override,
    "Disassociate": _check_disassociation,
}


def _apply(state: State, table: Table, actions: list[Action], request: Json) -> None:
    for action in actions:
        if action.kind == "Create":
            _join(state, table, action, "replica_create_filled" if table.items else "replica_create")
            _turn_stream_on(state, table)
        elif action.kind == "Delete":
            _leave(state, table, action.region, "replica_delete")
        elif action.kind == "Update":
            _override(state, table, action)
        else:
            state.start(table, Job("REPLICA"), "replica_disassociate", lambda: _part(state, table))
    if "DisassociationProtectionEnabled" in request:
        assert table.group is not None
        table.group.members[state.region].disassociable = not request["DisassociationProtectionEnabled"]
    if "GlobalTableSettingsReplicationMode" in request:
        table.settings_mode = request["GlobalTableSettingsReplicationMode"]


def _join(state: State, table: Table, action: Action, what: str) -> None:
    """The entry appears after some seconds, the table itself at once (T-204 T-265)."""
    target = state.in_region(action.region)
    table.group = table.group or Group({state.region: Member(table, "")})
    made = target.tables[table.name] = _replica(target, table, action, what)
    made.group = table.group
    member = Member(made, state.region, state.now + state.seconds("replica_visible"), _kept(table, action.body))
    table.group.members[action.region] = member
    aborted = action.region in state.settings.aborted_replicas
    target.start(made, Job("CREATE"), what, lambda: _abort(target, made) if aborted else _arrived(target, made))
    state.start(table, Job("REPLICA"), "replica_source", lambda: None)


def _replica(state: State, source: Table, action: Action, what: str) -> Table:
    """What is group-wide is as in the source; protection, recovery and tags begin anew (T-230)."""
    state.created += 1
    key = action.body.get("KMSMasterKeyId")
    kms = {"Status": "ENABLED", "SSEType": "KMS"}
    return Table(
        name=source.name,
        arn=state.arn(source.name),
        table_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{source.name}/{state.region}/{state.created}")),
        created=state.now,
        active_at=state.now + state.seconds(what),
        attributes=dict(source.attributes),
        keys=copied(source.keys),
        mode=source.mode,
        capacity=copy.deepcopy(source.capacity),
        mode_summary=source.mode_summary,
        modes_seen=set(source.modes_seen),
        local_indexes=copy.deepcopy(source.local_indexes),
        indexes=copy.deepcopy(source.indexes),
        encryption={**kms, "KMSMasterKeyArn": state.keys.for_tables(key).arn} if source.encryption else None,
        table_class=source.table_class,
        ttl_attribute=source.ttl_attribute,
        items=source.items,
    )


def _kept(table: Table, body: Json) -> Json:
    """What the table has itself is no override (T-422)."""
    read = {"ReadCapacityUnits": table.capacity.read}
    limit = {"MaxReadRequestUnits": table.capacity.on_demand.get("MaxReadRequestUnits")}
    base = dict(zip(OVERRIDES, (table.table_class or "STANDARD", read, limit), strict=True))
    return {name: copied(body[name]) for name in OVERRIDES if name in body and body[name] != base[name]}


def _turn_stream_on(state: State, table: Table) -> None:
    """A stream that is on keeps its view; it is never turned off again by itself (T-221 T-305)."""
    assert table.group is not None
    for member in table.group.members.values():
        if member.table.stream_view is None:
            member.table.stream_view = table.stream_view or "NEW_AND_OLD_IMAGES"
            member.table.stream_label = state.text()


def _arrived(state: State, made: Table) -> None:
    made.on_demand_since = state.now
    members = made.group.members.values() if made.group else ()
    source = next((each.table for each in members if each.table is not made), None)
    if source is not None:
        copy_shared(made, source)


def _abort(state: State, made: Table) -> None:
    """Nothing is left, and nothing is said (T-310)."""
    _part(state, made)
    del state.tables[made.name]


def _leave(state: State, table: Table, region: str, what: str) -> None:
    """The entry goes some time before the region forgets the table (T-225 T-308)."""
    assert table.group is not None
    target, member = state.world[region], table.group.members[region]
    member.table.deleted_at = state.now
    member.table.jobs.append(Job("DELETE"))
    state.start(table, Job("REPLICA"), "replica_source", lambda: None)

    def gone() -> None:
        _part(target, member.table)
        state.schedule.after(state.seconds("replica_left"), forgotten)

    def forgotten() -> None:
        del target.tables[table.name]

    state.schedule.after(state.seconds(what), gone)


def _part(state: State, table: Table) -> None:
    """A table leaves its group; of a group of one nothing is left (T-229)."""
    group = table.group
    assert group is not None
    table.group = None
    del group.members[state.region]
    if len(group.members) == 1:
        (last,) = group.members.values()
        last.table.group = None


def _override(state: State, table: Table, action: Action) -> None:
    """The same again costs as much as another one (T-252)."""
    assert table.group is not None
    member = table.group.members[action.region]
    for name in OVERRIDES:
        if name in action.body:
            member.overrides.pop(name, None)
    member.overrides.update(_kept(table, action.body))
    target = state.world[action.region]
    if "TableClassOverride" in action.body:
        member.table.class_changes.append(state.now)
    target.start(member.table, Job("REPLICA"), "replica_update", lambda: None)


def _make_strong(state: State, table: Table, actions: list[Action], request: Json) -> None:
    witnesses: list[Any] = request.get("GlobalTableWitnessUpdates") or []
    what = "strong_create_witness" if witnesses else "strong_create"
    for action in actions:
        _join(state, table, action, what)
    group = table.group
    assert group is not None
    group.strong = True
    if witnesses:
        group.witness, group.witness_status = witnesses[0]["Create"]["RegionName"], "CREATING"

        def ready() -> None:
            group.witness_status = "ACTIVE"

        state.schedule.after(state.seconds(what), ready)


def _dissolve(state: State, table: Table, actions: list[Action]) -> None:
    for action in actions:
        _leave(state, table, action.region, "strong_dissolve")
