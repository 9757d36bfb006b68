# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups and restored tables after a run, predicted or real, for the result and for --diff: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._engine.report import Report
from .._engine.step import Outcome, Step
from .._tables.names import logical_name
from .._tables.origins import RESTORED_FROM, moment
from .model import Backup, Observed, Table, Wishes, label_of

Made = Mapping[tuple[str, str], Backup]
"""What a run made, by table and name; empty in check mode."""


@dataclass
class BackupReport(Report):
    """Counts backups and restored tables, where the other domains count their resources."""

    kept: int = 0
    """How many backups there were before."""

    def summary(self) -> dict[str, int]:
        done = [step.action for outcome in self.outcomes for step in outcome.done if step.writes]
        removed = done.count("delete_backup")
        restored = sum(action.startswith("restore_table") for action in done)
        return {
            "add": done.count("create_backup") + restored,
            "change": max(done.count("tag_table") - restored, 0),
            "remove": removed,
            "keep": self.kept - removed,
        }


def after(observed: Observed, outcomes: Iterable[Outcome], made: Made) -> Observed:
    """What there is once the steps that were, or would be, done are done."""
    for outcome in outcomes:
        for step in outcome.done:
            observed = project(observed, step, made)
    return observed


def project(observed: Observed, step: Step, made: Made) -> Observed:
    """What there is after one step."""
    if step.action == "delete_backup":
        left = tuple(backup for backup in observed.backups if backup.arn != step.request["BackupArn"])
        return replace(observed, backups=left)
    if step.action == "create_backup":
        live = observed.tables.get(step.resource)
        known = made.get((step.resource, step.subject)) or Backup(step.subject, "", step.resource, "")
        new = replace(known, table_id=live.table_id if live else "", status="AVAILABLE")
        return replace(observed, backups=(*observed.backups, new))
    if step.action == "tag_table":
        tags = {tag["Key"]: tag["Value"] for tag in step.request["Tags"]}
        live = observed.tables.get(step.resource) or Table(step.resource, step.request["ResourceArn"], "", "")
        table = replace(live, status="ACTIVE", tags={**live.tags, **tags}, origin=None)
        return replace(observed, tables={**observed.tables, step.resource: table})
    return observed


def rendered(wishes: Wishes, observed: Observed) -> list[dict[str, Any]]:
    """The backups of the tables that the wishes are about."""
    names = {upkeep.table_name: upkeep.table for upkeep in wishes.upkeep}
    return [render(backup, wishes.estate, names[backup.table_name]) for backup in sorted_of(observed, names)]


def sorted_of(observed: Observed, names: Iterable[str]) -> list[Backup]:
    """By table and age; what check mode predicts is the newest."""
    found = [backup for backup in observed.backups if backup.table_name in names]
    return sorted(found, key=lambda backup: (backup.table_name, not backup.arn, backup.age))


def render(backup: Backup, estate: str, table: str) -> dict[str, Any]:
    """A backup as the modules return it; null is what only AWS can know."""
    label = label_of(estate, backup.name) if backup.kind == "USER" else ""
    return {
        "table": table,
        "table_name": backup.table_name,
        "table_id": backup.table_id or None,
        "backup_name": backup.name,
        "backup_arn": backup.arn or None,
        "label": label or None,
        "owned": bool(label),
        "type": backup.kind,
        "status": backup.status,
        "created": moment(backup.created) if backup.created else None,
        "expires": moment(backup.expires) if backup.expires else None,
        "size_bytes": backup.size_bytes,
    }


def listed(backups: Iterable[Backup], estate: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Backups for backups_info; names gives the logical name of a physical one where the user gave it."""
    return [
        render(backup, estate, names.get(backup.table_name) or logical_name(estate, backup.table_name))
        for backup in backups
    ]


def restored(wishes: Wishes, observed: Observed) -> list[dict[str, Any]]:
    """The restored tables that are there."""
    shown = []
    for restore in wishes.restores:
        table = observed.tables.get(restore.table_name)
        if table and table.tags.get(RESTORED_FROM):
            entry = {"table": restore.table, "table_name": restore.table_name, "arn": restore.arn}
            shown.append({**entry, "restored_from": table.tags[RESTORED_FROM]})
    return shown


def diff(wishes: Wishes, before: Observed, later: Observed) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: of each table whose backups change their names, and each that is restored."""
    shown = []
    for upkeep in wishes.upkeep:
        old, new = (sorted(backup.name for backup in sorted_of(each, (upkeep.table_name,))) for each in (before, later))
        shown += _difference(f"backups of {upkeep.table_name}", old, new)
    old_tables, new_tables = ({each["table_name"]: each for each in restored(wishes, seen)} for seen in (before, later))
    for name, table in new_tables.items():
        shown += _difference(f"table {name}", old_tables.get(name, ""), table)
    return shown


def _difference(header: str, old: Any, new: Any) -> list[dict[str, Any]]:
    if old == new:
        return []
    return [{"before_header": header, "after_header": header, "before": _text(old), "after": _text(new)}]


def _text(value: Any) -> Any:
    return "".join(f"{name}\n" for name in value) if isinstance(value, list) else value
