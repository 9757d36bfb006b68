# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups domain's calls to AWS: what there is in a few calls, every step as one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._engine.apply import read_each
from .._engine.client import Aws
from .._engine.errors import AwsError, Kind
from .._engine.step import Failure, Step
from .._tables.ask import describe, owned_tags, tags_of
from .._tables.conditions import holds, tags_readable
from .._tables.origins import is_restore, origin_of
from .._tables.refusals import classified
from .model import Backup, Observed, Table, Wishes, label_of
from .observe import backup_of, table_of

SERVICE = "dynamodb"
OPERATIONS = {
    "create_backup": "CreateBackup",
    "delete_backup": "DeleteBackup",
    "restore_table": "RestoreTableFromBackup",
    "restore_table_in_time": "RestoreTableToPointInTime",
    "tag_table": "TagResource",
}
WORKERS = 4
"""Reads under way at once: AWS throttles these calls after a handful (aws-rules.md 6.2)."""
LISTED_ONE_BY_ONE = 4
"""Of more tables than this, the account's whole list takes fewer calls than theirs."""
TAGLESS = ("CREATING", "DELETING")
"""States in which tags and recovery cannot be read (aws-rules.md 2.1)."""


class BackupsGateway:
    """Reads the backups of one account and region, and carries out steps on them."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.made: dict[tuple[str, str], Backup] = {}
        """What this run made, by table and name, as AWS answered."""
        aws.client(SERVICE)

    def read(self, wishes: Wishes) -> tuple[Observed, list[Failure]]:
        """What plan needs, and the reads that failed, each for one table; raises AwsError where all is in vain."""
        sources = {upkeep.table_name for upkeep in wishes.upkeep} | {restore.source for restore in wishes.restores}
        past = {restore.source for restore in wishes.restores if restore.in_time}
        targets = {restore.table_name for restore in wishes.restores}
        failures: list[Failure] = []
        tables = read_each(lambda name: self._table(name, name in past), sorted(sources | targets), WORKERS, failures)
        backups = self.backups(sources, failures)
        return Observed({table.table_name: table for table in tables if table}, tuple(backups)), failures

    def backups(self, tables: Iterable[str], failures: list[Failure], kind: str = "ALL") -> list[Backup]:
        """The backups of the tables, sorted by table and age."""
        names = sorted(set(tables))
        if len(names) > LISTED_ONE_BY_ONE:
            found = [backup for backup in self._list("all backups", BackupType=kind) if backup.table_name in names]
        else:
            lists = read_each(lambda name: self._list(name, BackupType=kind, TableName=name), names, WORKERS, failures)
            found = [backup for each in lists for backup in each]
        return sorted(found, key=lambda backup: (backup.table_name, backup.age))

    def estates_backups(self, estate: str, kind: str) -> list[Backup]:
        """Those of the tables that carry the estate's tags, and those made for it of tables that are gone."""
        owned = owned_tags(self._aws, estate)
        found = [
            backup
            for backup in self._list("all backups", BackupType=kind)
            if backup.table_name in owned or (backup.kind == "USER" and label_of(estate, backup.name))
        ]
        return sorted(found, key=lambda backup: (backup.table_name, backup.age))

    def send(self, step: Step) -> None:
        """Makes the step's one call. Raises AwsError, classified."""
        try:
            answer = self._aws.call(SERVICE, OPERATIONS[step.action], step.resource, **step.request)
        except AwsError as error:
            raise self._classified(step, error) from error
        if step.action == "create_backup":
            table = {"TableName": step.resource}
            self.made[step.resource, step.subject] = backup_of(answer["BackupDetails"], table)

    def state(self, _step: Step) -> str:
        """Nothing: this module shows no progress."""
        return ""

    def holds(self, step: Step) -> bool:
        """Whether the step's until holds. Raises AwsError."""
        if step.until == "backup_available":
            made = self.made.get((step.resource, step.subject))
            return self._available(step.resource, made.arn if made else step.subject)
        if step.until == "tags_readable":
            found = tags_of(self._aws, step.resource, step.request["ResourceArn"])
            return bool(tags_readable(step.request, found))
        return bool(holds(step.until, step.subject, describe(self._aws, step.resource)))

    def _available(self, table_name: str, arn: str) -> bool:
        answer = self._aws.call(SERVICE, "DescribeBackup", table_name, BackupArn=arn)
        return bool(answer["BackupDescription"]["BackupDetails"]["BackupStatus"] == "AVAILABLE")

    def _classified(self, step: Step, error: AwsError) -> AwsError:
        """A backup that is gone is deleted; a restore that runs already is ours if it has the same source."""
        if error.code == "BackupNotFoundException" and step.action == "delete_backup":
            return _with_kind(error, settled=True)
        if error.code == "TableInUseException" and "already being restored" in error.message:
            return _with_kind(error, settled=self._is_restoring(step))
        return classified(error)

    def _is_restoring(self, step: Step) -> bool:
        table = describe(self._aws, step.resource)
        return is_restore(step.request, origin_of(table) if table else None)

    def _list(self, subject: str, **request: Any) -> list[Backup]:
        pages = self._aws.pages(SERVICE, "ListBackups", subject, **request)
        return [
            backup_of(entry, entry)
            for page in pages
            for entry in page["BackupSummaries"]
            if entry["BackupStatus"] != "DELETED"
        ]

    def _table(self, name: str, past: bool) -> Table | None:
        table = describe(self._aws, name)
        if table is None or table["TableStatus"] in TAGLESS:
            return table_of(table, {}, {}) if table else None
        recovery: Mapping[str, Any] = {}
        if past:
            answer = self._aws.call(SERVICE, "DescribeContinuousBackups", name, TableName=name)
            recovery = answer["ContinuousBackupsDescription"]
        return table_of(table, tags_of(self._aws, name, table["TableArn"]), recovery)


def _with_kind(error: AwsError, settled: bool) -> AwsError:
    kind: Kind = "settled" if settled else "permanent"
    return AwsError(error.code, error.message, error.permission, error.subject, kind)
