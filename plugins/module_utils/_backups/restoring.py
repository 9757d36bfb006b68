# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning restores. AWS restores only into a new table, and forgets what it came from as soon as that is ACTIVE."""

from __future__ import annotations

from .._engine.step import Conflict, ResourcePlan, Step
from .._tables.names import other_owner, ownership_tags
from .._tables.origins import RESTORED_FROM, Origin, moment, past_problem
from .argspec import ADOPT
from .model import Backup, Observed, Restore, Table, backup_name

DONE = "indexes_active"


def plan_restore(restore: Restore, estate: str, observed: Observed) -> ResourcePlan:
    """A new table; or waiting for the one that an earlier run began; or nothing for the one that it finished."""
    target = observed.tables.get(restore.table_name)
    if target is None or target.status == "DELETING":
        return _begin(restore, estate, observed, target)
    if target.status == "CREATING":
        return _continue(restore, estate, observed, target)
    return _found(restore, estate, observed, target)


def source_of(restore: Restore, estate: str, observed: Observed) -> Backup | None:
    """The backup that a restore reads; None where there is none (or where it reads the table's past)."""
    candidates = [
        each for each in observed.backups if each.table_name == restore.source and _meant(each, restore, estate)
    ]
    return max(candidates, key=lambda backup: backup.age, default=None)


def matches(restore: Restore, source: Backup | None, origin: Origin) -> bool:
    """Whether a running restore is the one that is wished for."""
    if restore.in_time:
        same_time = restore.latest_time or origin.time == restore.time
        return not origin.backup_arn and origin.table_arn == restore.source_arn and same_time
    if restore.latest_backup:
        return origin.backup_arn.startswith(f"{restore.source_arn}/backup/")
    return origin.backup_arn == (restore.backup_arn or (source.arn if source else None))


def _meant(backup: Backup, restore: Restore, estate: str) -> bool:
    if restore.in_time:
        return False
    if restore.backup_arn:
        return backup.arn == restore.backup_arn
    if restore.label:
        return backup.name == backup_name(estate, restore.label) and backup.kind == "USER"
    return backup.kind == "USER" and backup.status == "AVAILABLE"


def _begin(restore: Restore, estate: str, observed: Observed, target: Table | None) -> ResourcePlan:
    source = source_of(restore, estate, observed)
    problem = _time_problem(restore, observed) if restore.in_time else _backup_problem(restore, source)
    if problem:
        return _conflict(restore, problem)
    steps = []
    if target:
        steps.append(Step(restore.table_name, "await_table", "the table is being deleted", until="table_gone"))
    if source and source.status == "CREATING":
        reason = f"the backup {source.arn} is being made"
        steps.append(Step(restore.table_name, "await_backup", reason, until="backup_available", subject=source.arn))
    origin = Origin(restore.source_arn, source.arn if source else "", restore.time)
    steps.append(_from_backup(restore, source) if source else _from_past(restore))
    return ResourcePlan(restore.table_name, "add", (*steps, _tag(restore, estate, origin)))


def _from_backup(restore: Restore, source: Backup) -> Step:
    request = {"TargetTableName": restore.table_name, "BackupArn": source.arn}
    reason = f"is restored from {source.name} of {source.table_name}"
    if source.created:
        reason += f", made at {moment(source.created)}"
    return Step(restore.table_name, "restore_table", reason, request, ("table",), DONE)


def _from_past(restore: Restore) -> Step:
    when = {"RestoreDateTime": restore.time} if restore.time else {"UseLatestRestorableTime": True}
    request = {"TargetTableName": restore.table_name, "SourceTableName": restore.source, **when}
    reason = f"is restored from {restore.source} as it was {_when(restore)}"
    return Step(restore.table_name, "restore_table_in_time", reason, request, ("table",), DONE)


def _when(restore: Restore) -> str:
    return f"at {moment(restore.time)}" if restore.time else "some minutes ago"


def _backup_problem(restore: Restore, source: Backup | None) -> str:
    if source is None:
        what = restore.backup_arn or (f"labelled {restore.label}" if restore.label else "that is available")
        return f"{restore.source} has no backup {what}"
    if source.status not in ("AVAILABLE", "CREATING"):
        return f"the backup {source.arn} is {source.status}"
    return ""


def _time_problem(restore: Restore, observed: Observed) -> str:
    live = observed.tables.get(restore.source)
    there = live is not None and live.status != "DELETING"
    return past_problem(restore.source, there, live.recoverable if live else None, restore.time)


def _continue(restore: Restore, estate: str, observed: Observed, target: Table) -> ResourcePlan:
    """An earlier run, or this one before it was interrupted, has begun it."""
    if target.origin is None:
        return _conflict(restore, "a table of this name is being created, and not by a restore")
    if not matches(restore, source_of(restore, estate, observed), target.origin):
        return _conflict(restore, f"a table of this name is being restored from {target.origin.text}")
    reason = f"is being restored from {target.origin.text}"
    origin = Origin(restore.source_arn, target.origin.backup_arn, restore.time)
    waiting = Step(restore.table_name, "await_restore", reason, until=DONE)
    return ResourcePlan(restore.table_name, "change", (waiting, _tag(restore, estate, origin)))


def _found(restore: Restore, estate: str, observed: Observed, target: Table) -> ResourcePlan:
    """Only its tag, or the user's word, can tell that a table is the restored one."""
    owner = other_owner(target.tags, estate)
    if owner:
        return _conflict(restore, f"the table belongs to the estate {owner!r} (its tag Estate), not to {estate!r}")
    source = source_of(restore, estate, observed)
    said = target.tags.get(RESTORED_FROM, "")
    if said and _says(said, restore, source):
        return ResourcePlan(restore.table_name)
    arn = source.arn if source else restore.backup_arn
    if restore.adopt and not said and (arn or restore.in_time):
        origin = Origin(restore.source_arn, arn, restore.time)
        return ResourcePlan(restore.table_name, "change", (_tag(restore, estate, origin),))
    how = f"was restored from {said}" if said else f"says nothing (tag {RESTORED_FROM}) of being restored"
    way = "" if said else f"; if it was restored from this, 'allow: [{ADOPT}]' says so"
    return _conflict(restore, f"the table exists already and {how}; AWS restores only into a new table{way}")


def _says(said: str, restore: Restore, source: Backup | None) -> bool:
    """Whether the tag names what is wished for; of a long name it has the end only."""
    if restore.in_time:
        return said == Origin(restore.source_arn, time=restore.time).text
    if restore.latest_backup:
        table, separator, _number = said.rpartition("/backup/")
        return bool(separator) and restore.source_arn.endswith(table)
    arn = restore.backup_arn or (source.arn if source else "")
    return bool(arn) and said == Origin(restore.source_arn, arn).text


def _tag(restore: Restore, estate: str, origin: Origin) -> Step:
    tags = {**ownership_tags(estate), RESTORED_FROM: origin.text}
    request = {
        "ResourceArn": restore.arn,
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }
    reason = "a restored table has no tags, and AWS forgets what it was restored from"
    return Step(restore.table_name, "tag_table", reason, request, ("tags",), "tags_readable")


def _conflict(restore: Restore, message: str) -> ResourcePlan:
    return ResourcePlan(restore.table_name, conflicts=(Conflict(restore.table_name, ("restore_to",), message),))
