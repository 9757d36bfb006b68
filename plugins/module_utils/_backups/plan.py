# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes and what is there to steps: pure, total, in the order of the tables' names. Restores: restoring.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from .._engine.step import Conflict, ResourcePlan, Step, Verb
from .._tables.names import other_owner
from .._tables.origins import moment
from .argspec import DELETE
from .model import Backup, Observed, Removal, Table, Upkeep, Wishes, backup_name, label_of
from .restoring import plan_restore, source_of

BEYOND_REACH = {
    "SYSTEM": "AWS made it when the table was deleted; nobody can delete it",
    "AWS_BACKUP": "it belongs to AWS Backup, and is deleted in its vault only",
}


def plan(wishes: Wishes, observed: Observed, now: datetime) -> list[ResourcePlan]:
    """One plan for the backups of each table, and one for each table that is restored."""
    sources = [source_of(restore, wishes.estate, observed) for restore in wishes.restores]
    reading = {backup.arn for backup in sources if backup}
    plans = [_plan_upkeep(upkeep, wishes.estate, observed, reading, now) for upkeep in wishes.upkeep]
    plans += [plan_restore(restore, wishes.estate, observed) for restore in wishes.restores]
    return sorted(plans, key=lambda each: each.resource)


def _plan_upkeep(upkeep: Upkeep, estate: str, observed: Observed, reading: set[str], now: datetime) -> ResourcePlan:
    """New backups first: only when they are there do older ones go."""
    name = upkeep.table_name
    live = observed.tables.get(name)
    backups = [backup for backup in observed.backups if backup.table_name == name]
    making = _making(upkeep, estate, live, backups)
    going, withheld, conflicts = _removing(upkeep, estate, backups, reading)
    conflicts += _table_conflicts(upkeep, estate, live, making)
    if conflicts:
        return ResourcePlan(name, conflicts=tuple(conflicts))
    aging = _aging(upkeep, estate, live, backups, sum(step.writes for step in making), reading, now)
    removing = (*going, *aging)
    verb: Verb = "add" if any(step.writes for step in making) else "remove" if removing else "keep"
    return ResourcePlan(name, verb, (*making, *removing), tuple(withheld))


def _table_conflicts(upkeep: Upkeep, estate: str, live: Table | None, making: list[Step]) -> list[Conflict]:
    name = upkeep.table_name
    owner = other_owner(live.tags, estate) if live else ""
    if owner:
        message = f"the table belongs to the estate {owner!r} (its tag Estate), not to {estate!r}"
        return [Conflict(name, ("table",), message)]
    wished = [field for field, given in (("label", making), ("keep", upkeep.retains)) if given]
    if wished and (live is None or live.status == "DELETING"):
        state = "is being deleted" if live else "does not exist"
        return [Conflict(name, tuple(wished), f"the table {state}")]
    return []


def _making(upkeep: Upkeep, estate: str, live: Table | None, backups: list[Backup]) -> list[Step]:
    """A backup for each label that this very table has none of; once the table is gone, any of that name will do."""
    steps: list[Step] = []
    for label in upkeep.labels:
        name = backup_name(estate, label)
        found = [each for each in backups if each.name == name and each.kind == "USER" and (not live or each.of(live))]
        if any(backup.status == "AVAILABLE" for backup in found):
            continue
        if found:
            reason = f"the backup {label} is being made"
            steps.append(
                Step(upkeep.table_name, "await_backup", reason, until="backup_available", subject=found[0].arn)
            )
            continue
        request = {"TableName": upkeep.table_name, "BackupName": name}
        reason = f"there is no backup {label} of the table"
        steps.append(
            Step(upkeep.table_name, "create_backup", reason, request, ("backups",), "backup_available", subject=name)
        )
    if live and live.status == "CREATING" and any(step.writes for step in steps):
        waiting = Step(upkeep.table_name, "await_table", "the table is CREATING", until="indexes_active")
        return [waiting, *steps]
    return steps


def _removing(
    upkeep: Upkeep, estate: str, backups: list[Backup], reading: set[str]
) -> tuple[list[Step], list[Step], list[Conflict]]:
    """What the user names: with the user's word, without it, and what nobody can delete now."""
    going: list[Step] = []
    withheld: list[Step] = []
    conflicts: list[Conflict] = []
    for removal in upkeep.removals:
        for backup in sorted(_named(removal, estate, backups), key=lambda each: each.age):
            problem = _beyond_reach(backup, reading)
            if problem:
                message = f"the backup {backup.arn} cannot be deleted: {problem}"
                conflicts.append(Conflict(upkeep.table_name, ("backups",), message))
                continue
            reason = f"the entry says state: absent for {removal.label or backup.name}"
            (going if removal.allowed else withheld).append(_delete(backup, reason, DELETE))
    return going, withheld, conflicts


def _named(removal: Removal, estate: str, backups: list[Backup]) -> list[Backup]:
    if removal.arn:
        return [backup for backup in backups if backup.arn == removal.arn]
    name = backup_name(estate, removal.label)
    return [backup for backup in backups if backup.name == name and backup.kind == "USER"]


def _beyond_reach(backup: Backup, reading: set[str]) -> str:
    """Why a backup cannot be deleted now; empty when it can."""
    if backup.arn in reading:
        return "another entry restores from it"
    problem = BEYOND_REACH.get(backup.kind, "")
    return f"{problem}; it expires on {moment(backup.expires)}" if problem and backup.expires else problem


def _aging(
    upkeep: Upkeep,
    estate: str,
    live: Table | None,
    backups: list[Backup],
    coming: int,
    reading: set[str],
    now: datetime,
) -> list[Step]:
    """What keep and keep_days let go, which are the user's word for it.

    Only backups whose name says that this estate's runs made them, only of this very table (those of an earlier one of
    its name may be all that is left of it), never one that an entry names, and never the newest.
    """
    if not upkeep.retains:
        return []
    own = [each for each in backups if each.kind == "USER" and label_of(estate, each.name) and each.of(live)]
    newest = sorted((each for each in own if each.status == "AVAILABLE"), key=lambda each: each.age, reverse=True)
    coming += sum(backup.status == "CREATING" for backup in own)
    surplus = newest[max((upkeep.keep or 1) - coming, 0) :]
    spared = reading | {backup.arn for backup in backups if _spoken_of(backup, upkeep, estate)}
    going = [backup for backup in surplus if backup.arn not in spared and _old(backup, upkeep.keep_days, now)]
    words = [f"keep: {upkeep.keep}"] if upkeep.keep is not None else []
    words += [f"keep_days: {upkeep.keep_days}"] if upkeep.keep_days is not None else []
    reason = f"the entry says {' and '.join(words)}"
    return [_delete(backup, reason, "") for backup in reversed(going)]


def _spoken_of(backup: Backup, upkeep: Upkeep, estate: str) -> bool:
    labels: Iterable[str] = (*upkeep.labels, *(each.label for each in upkeep.removals if each.label))
    return backup.arn in {each.arn for each in upkeep.removals} or label_of(estate, backup.name) in labels


def _old(backup: Backup, days: int | None, now: datetime) -> bool:
    return days is None or bool(backup.created and backup.created < now - timedelta(days=days))


def _delete(backup: Backup, reason: str, word: str) -> Step:
    """Its subject tells people which backup it is; the ARN in the request does not."""
    return Step(
        backup.table_name,
        "delete_backup",
        f"{backup.name}: {reason}",
        {"BackupArn": backup.arn},
        ("backups",),
        subject=backup.name,
        risk="data",
        word=word,
    )
