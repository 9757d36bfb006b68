# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table was restored from, as AWS and the table's tag tell it; for all that restores tables."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

UTC = timezone(timedelta())
RESTORED_FROM = "RestoredFrom"
"""The tag that tells what a table was restored from: AWS itself forgets it as soon as the table is ACTIVE."""
IMPORTED_FROM = "ImportedFrom"
"""The tag that tells what a table was imported from: AWS itself forgets it after 90 days."""
MAX_TAG = 256
BACKUP_ARN = re.compile(
    r"^arn:(?P<partition>[a-z-]+):dynamodb:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):table/(?P<table>[^/]+)/backup/[^/]+$"
)
TABLE_ARN = re.compile(
    r"^arn:(?P<partition>[a-z-]+):dynamodb:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):table/(?P<table>[^/]+)$"
)
Window = tuple[datetime, datetime]
"""The earliest and the latest point in time to which a table can be restored."""


@dataclass(frozen=True)
class Origin:
    """What a table is restored from: a backup, or a table at a point in time."""

    table_arn: str
    backup_arn: str = ""
    time: datetime | None = None

    @property
    def text(self) -> str:
        """For the tag on the restored table; of what is too long for a tag the end, which tells more."""
        place = self.backup_arn or f"{self.table_arn}@{moment(self.time) if self.time else 'latest'}"
        return place[-MAX_TAG:]


def moment(time: datetime) -> str:
    """A time as people and tags get it: in UTC, to the second where that is exact."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_of(text: str) -> datetime | None:
    """A time in ISO 8601 with a zone, to the second, as AWS takes it; None where it is something else."""
    try:
        time = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    except ValueError:
        return None
    return time.astimezone(UTC).replace(microsecond=0) if time.tzinfo else None


def origin_of(table: Mapping[str, Any]) -> Origin | None:
    """What the table is being restored from; emulators still say it when that is over."""
    summary = table.get("RestoreSummary") or {}
    if not summary or table["TableStatus"] != "CREATING":
        return None
    return Origin(summary.get("SourceTableArn", ""), summary.get("SourceBackupArn", ""), summary.get("RestoreDateTime"))


def window_of(backups: Mapping[str, Any]) -> Window | None:
    """From a ContinuousBackupsDescription; None where recovery is off, or AWS names no times."""
    found = backups.get("PointInTimeRecoveryDescription") or {}
    if found.get("PointInTimeRecoveryStatus") != "ENABLED":
        return None
    earliest, latest = found.get("EarliestRestorableDateTime"), found.get("LatestRestorableDateTime")
    return (earliest, latest) if earliest and latest else None


def past_problem(name: str, there: bool, window: Window | None, time: datetime | None) -> str:
    """Why a table cannot be restored as it was at a time (None is the latest possible one); empty when it can."""
    if not there:
        return f"the table {name} is not there; only from a backup can a table be restored that is gone"
    if window is None:
        return f"point-in-time recovery is not on for {name}"
    earliest, latest = window
    if time and not math.floor(earliest.timestamp()) <= time.timestamp() <= latest.timestamp():
        return f"{moment(time)} is not between {moment(earliest)} and {moment(latest)}, which can be restored"
    return ""


def is_restore(request: Mapping[str, Any], origin: Origin | None) -> bool:
    """Whether what a table is being restored from is what a RestoreTable request asks for."""
    if origin is None:
        return False
    if "BackupArn" in request:
        return bool(origin.backup_arn == request["BackupArn"])
    time = request.get("RestoreDateTime")
    source = request.get("SourceTableArn") or request["SourceTableName"]
    named = origin.table_arn if source.startswith("arn:") else origin.table_arn.partition(":table/")[2]
    return bool(not origin.backup_arn and source == named and time in (None, origin.time))


def origin_asked(request: Mapping[str, Any]) -> Origin:
    """What a table is restored from that a RestoreTable request makes; of a source that is named, its ARN's end."""
    arn = request.get("SourceTableArn") or f":table/{request.get('SourceTableName', '')}"
    return Origin(arn, request.get("BackupArn", ""), request.get("RestoreDateTime"))
