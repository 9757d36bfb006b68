# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must change in the regions of a global table: which there are, and what each is like where it differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .._engine.step import Step
from . import replica_requests as requests
from .change import Change, step
from .model import TableSpec
from .order import BUDGETS
from .replica_model import Replica, Replication
from .replica_settings import Place, lifted, setting_changes, settings_of_new

FIELDS = ("replicas",)


def replica_changes(spec: TableSpec, seen: TableSpec, arn: str) -> list[Change]:
    """The changes of a table that is there, or, with nothing seen of other regions, of a new one.

    arn is that of the table in its own region.
    """
    wanted, found = spec.replication, seen.replication or Replication()
    if wanted is None:
        return _settings_mode(spec, seen)
    if wanted.strong or found.strong:
        return [*_strong(spec, seen, wanted, found, arn), *_settings_mode(spec, seen)]
    present = found.members
    apart = {each.region for each in wanted.replicas if each.apart}
    going = present.keys() - {each.region for each in wanted.replicas}
    changes = [
        _remove(spec.table_name, each, "is not declared")
        for each in _newest_first(present.values())
        if each.region in going
    ]
    changes += [_set_apart(spec.table_name, present[region]) for region in sorted(apart & present.keys())]
    for replica in wanted.members.values():
        if replica.region in present:
            changes += _overrides(spec, seen, replica, present[replica.region])
            changes += setting_changes(_place(spec, replica, arn), replica, present[replica.region])
        elif replica.region in found.unsettled:
            status = found.unsettled[replica.region]
            changes.append(_after(spec.table_name, replica.region, status, _add(spec, seen, replica, arn)))
        elif replica.region not in found.strangers:
            changes.append(_add(spec, seen, replica, arn))
    return [*changes, *_own_protection(spec, seen, wanted), *_settings_mode(spec, seen)]


def removal(table_name: str, seen: TableSpec) -> list[Change]:
    """What must go before a table can: all its replicas (T-267)."""
    found = seen.replication or Replication()
    if found.strong:
        return [_dissolve(table_name, found, "go with their table")]
    return [_remove(table_name, each, "goes with its table") for each in _newest_first(found.members.values())]


def _newest_first(replicas: Iterable[Replica]) -> list[Replica]:
    """Leaf first: AWS does not let go of a region from which another existing replica was made (T-266)."""
    return sorted(replicas, key=lambda each: (-each.created, each.region))


def _place(spec: TableSpec, replica: Replica, arn: str) -> Place:
    return Place(spec.table_name, replica.region, arn)


def _add(spec: TableSpec, seen: TableSpec, replica: Replica, arn: str) -> Change:
    """The table in one more region, and what it does not get by itself there (T-230)."""
    made = step(
        spec.table_name,
        "create_replica",
        f"there is no replica in {replica.region}",
        requests.create_replica(spec.table_name, _lean(spec, seen, replica)),
        fields=FIELDS,
        subject=replica.region,
        until="replicas_recoverable" if replica.recovery else "replicas_active",
    )
    return Change((made, *settings_of_new(_place(spec, replica, arn), replica)))


def _after(table_name: str, region: str, status: str, change: Change) -> Change:
    """A change before which a table in another region has to be gone, or there (T-308)."""
    until = "region_free" if status == "DELETING" else "region_settled"
    reason = f"the table in {region} is {status}"
    wait = Step(table_name, "await_region", reason, subject=region, region=region, until=until)
    return Change((wait, *change.steps))


def _remove(table_name: str, replica: Replica, why: str) -> Change:
    gone = step(
        table_name,
        "delete_replica",
        f"the replica in {replica.region} {why}: its copy of all items is deleted",
        requests.delete_replica(table_name, replica.region),
        word="delete_replica",
        fields=FIELDS,
        subject=replica.region,
        until="replicas_gone",
    )
    return Change((*lifted(table_name, replica), gone))


def _set_apart(table_name: str, replica: Replica) -> Change:
    """Its protection is on from the beginning, so the word for the one is the word for the other (documented)."""
    common: dict[str, Any] = {"word": "disassociate_replica", "fields": FIELDS, "region": replica.region}
    steps = []
    if replica.disassociation_protection is not False:
        request = {"TableName": table_name, "DisassociationProtectionEnabled": False}
        reason = f"the replica in {replica.region} is protected against becoming a table of its own"
        steps.append(
            step(table_name, "allow_disassociation", reason, request, subject=replica.region, until=SETTLED, **common)
        )
    reason = f"the table in {replica.region} shall be one of its own: replication to and from it ends"
    request = requests.disassociate(table_name, replica.region)
    steps.append(
        step(
            table_name,
            "disassociate_replica",
            reason,
            request,
            subject=replica.region,
            until="replica_apart",
            **common,
        )
    )
    return Change(tuple(steps))


SETTLED = "table_active"


def _overrides(spec: TableSpec, seen: TableSpec, wanted: Replica, found: Replica) -> list[Change]:
    """What the table's own region says of another one. Sending what the table has takes an override back (T-422)."""
    units, limits = spec.throughput, spec.limits or seen.limits
    base_class = _base_class(spec, seen)
    steps = []
    if wanted.table_class is not None and wanted.table_class != (found.table_class or base_class):
        body = requests.class_override(wanted.table_class)
        text = f"class in {wanted.region} is {found.table_class or base_class} and should be {wanted.table_class}"
        steps.append(_override(spec, wanted, text, body, BUDGETS["set_table_class"]))
    if units and wanted.read_units is not None and wanted.read_units != (found.read_units or units.read):
        body = requests.read_override(wanted.read_units)
        text = f"read capacity in {wanted.region} is {found.read_units or units.read} and should be {wanted.read_units}"
        steps.append(_override(spec, wanted, text, body))
    if not units and wanted.read_limit is not None:
        there = found.read_limit or (limits.read if limits else None)
        if wanted.read_limit != there:
            text = f"read limit in {wanted.region} is {there or 'none'} and should be {wanted.read_limit}"
            steps.append(_override(spec, wanted, text, requests.limit_override(wanted.read_limit)))
    return [Change((each,)) for each in steps]


def _override(spec: TableSpec, replica: Replica, text: str, body: dict[str, Any], budget: str = "") -> Any:
    request = requests.update_replica(spec.table_name, replica.region, body)
    return step(
        spec.table_name,
        "update_replica",
        f"the {text}",
        request,
        fields=FIELDS,
        subject=replica.region,
        until="replicas_active",
        budget=budget,
    )


def _lean(spec: TableSpec, seen: TableSpec, replica: Replica) -> Replica:
    """Without what a new replica inherits anyway, or cannot have in the table's billing mode (T-250)."""
    limits = spec.limits or seen.limits
    units, limit = spec.throughput, limits.read if limits else None
    return replace(
        replica,
        table_class=None if replica.table_class == _base_class(spec, seen) else replica.table_class,
        read_units=None if units is None or units.read == replica.read_units else replica.read_units,
        read_limit=None if units or limit == replica.read_limit else replica.read_limit,
    )


def _base_class(spec: TableSpec, seen: TableSpec) -> str:
    return spec.table_class or seen.table_class or "STANDARD"


def _own_protection(spec: TableSpec, seen: TableSpec, wanted: Replication) -> list[Change]:
    """The table's own region is protected from the moment on at which it has a replica."""
    new = spec.disassociation_protection
    first = not (seen.replication or Replication()).members
    there = first or seen.disassociation_protection is not False
    if not wanted.members or new in (None, there):
        return []
    request = {"TableName": spec.table_name, "DisassociationProtectionEnabled": new}
    made = step(
        spec.table_name,
        "set_disassociation_protection",
        f"protection of this region against being disassociated should be {'on' if new else 'off'}",
        request,
        word="" if new or first else "disable_disassociation_protection",
        fields=("disassociation_protection_enabled",),
        until=SETTLED,
    )
    return [Change((made,))]


def _settings_mode(spec: TableSpec, seen: TableSpec) -> list[Change]:
    """Of a table of one region only (T-048)."""
    wanted, found = spec.settings_replication, seen.settings_replication
    if wanted in (None, found):
        return []
    request = {"TableName": spec.table_name, "GlobalTableSettingsReplicationMode": wanted}
    reason = f"replication of settings to other accounts is {found or 'as AWS chose'} and should be {wanted}"
    fields = ("global_table_settings_replication_mode",)
    made = step(spec.table_name, "set_settings_replication", reason, request, fields=fields, until=SETTLED)
    return [Change((made,))]


def _strong(spec: TableSpec, seen: TableSpec, wanted: Replication, found: Replication, arn: str) -> list[Change]:
    """Made in one call and ended in one call; in between only what is regional changes (T-257 to T-264)."""
    if not found.replicas:
        return [_make_strong(spec, seen, wanted, arn)]
    if not wanted.replicas:
        return [_dissolve(spec.table_name, found, "are not declared")] if found.members else []
    changes = []
    for region, replica in wanted.members.items():
        if region in found.members:
            changes += setting_changes(_place(spec, replica, arn), replica, found.members[region])
    return changes


def _make_strong(spec: TableSpec, seen: TableSpec, wanted: Replication, arn: str) -> Change:
    regions = [each.region for each in wanted.replicas]
    witness = f", with a witness in {wanted.witness}" if wanted.witness else ""
    recoverable = any(each.recovery for each in wanted.replicas)
    lean = replace(wanted, replicas=tuple(_lean(spec, seen, each) for each in wanted.replicas))
    made = step(
        spec.table_name,
        "create_strong_replicas",
        f"the table should be strongly consistent with {', '.join(regions)}{witness}, which cannot change afterwards",
        requests.create_strong(spec.table_name, lean),
        fields=FIELDS,
        subject=" ".join(regions),
        until="replicas_recoverable" if recoverable else "replicas_active",
    )
    settings = [each for replica in wanted.replicas for each in settings_of_new(_place(spec, replica, arn), replica)]
    return Change((made, *settings))


def _dissolve(table_name: str, found: Replication, why: str) -> Change:
    """The witness holds no items of its own."""
    regions = sorted(found.members)
    gone = step(
        table_name,
        "delete_strong_replicas",
        f"the replicas in {', '.join(regions)} {why}: their copies of all items are deleted",
        requests.dissolve(table_name, regions, found.witness),
        word="delete_replica",
        fields=FIELDS,
        subject=" ".join(regions),
        until="replicas_gone",
    )
    lifts = [each for region in regions for each in lifted(table_name, found.members[region])]
    return Change((*lifts, gone))


def without_regions(spec: TableSpec) -> TableSpec:
    """A table of which nothing is in another region."""
    return replace(spec, replication=Replication(), settings_replication="DISABLED", disassociation_protection=None)
