# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a backup is, whose it is, and what a user can wish for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .._tables.names import COLLECTION
from .._tables.origins import Origin, Window, moment

LABEL = re.compile(r"^[a-zA-Z0-9.-]{1,128}$")


def backup_name(estate: str, label: str) -> str:
    """The name of the estate's backup of this label. Backups carry no tags, so their names say whose they are.

    A label has no underscore, so that no name belongs to two estates.
    """
    return f"{COLLECTION}_{estate}_{label}"


def label_of(estate: str, name: str) -> str:
    """The label of a backup that this name says is the estate's; empty for everybody else's."""
    prefix, _separator, label = name.rpartition("_")
    return label if prefix == f"{COLLECTION}_{estate}" and LABEL.fullmatch(label) else ""


@dataclass(frozen=True)
class Table:
    """A table that is there, as far as backups are concerned."""

    table_name: str
    arn: str
    table_id: str
    status: str
    created: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    origin: Origin | None = None
    """What it is being restored from; AWS says so until it is ACTIVE."""
    recoverable: Window | None = None
    """The earliest and the latest point in time to which it can be restored; None is without recovery, or not read."""


@dataclass(frozen=True)
class Backup:
    """A backup that is there (or, without an ARN, one that check mode predicts)."""

    name: str
    arn: str
    table_name: str
    table_id: str
    kind: str = "USER"
    """USER, SYSTEM, or AWS_BACKUP."""
    status: str = "AVAILABLE"
    created: datetime | None = None
    expires: datetime | None = None
    size_bytes: int | None = None

    def of(self, table: Table | None) -> bool:
        """Whether it is a backup of this very table, and not of an earlier one of its name."""
        if table is None or self.table_name != table.table_name:
            return False
        if self.table_id:
            return self.table_id == table.table_id
        return bool(self.created and table.created and self.created >= table.created)

    @property
    def age(self) -> tuple[str, str]:
        """For sorting, the oldest first."""
        return (moment(self.created) if self.created else "", self.arn)


@dataclass(frozen=True)
class Removal:
    """Backups that shall go: those of a label, or the one with an ARN."""

    label: str
    arn: str
    allowed: bool


@dataclass(frozen=True)
class Upkeep:
    """What all entries together say about the backups of one table."""

    table: str
    """The logical name."""
    table_name: str
    labels: tuple[str, ...] = ()
    removals: tuple[Removal, ...] = ()
    keep: int | None = None
    keep_days: int | None = None

    @property
    def retains(self) -> bool:
        return self.keep is not None or self.keep_days is not None


@dataclass(frozen=True)
class Restore:
    """A new table that shall be made from a backup, or from another table's past; one of the last five is given."""

    source: str
    """The physical name of the table that was backed up."""
    source_arn: str
    table: str
    """The new table's logical name."""
    table_name: str
    arn: str
    adopt: bool = False
    backup_arn: str = ""
    label: str = ""
    latest_backup: bool = False
    time: datetime | None = None
    latest_time: bool = False

    @property
    def in_time(self) -> bool:
        """Whether it reads the table's past instead of a backup."""
        return self.time is not None or self.latest_time


@dataclass(frozen=True)
class Wishes:
    """Everything that a user's list says."""

    estate: str
    upkeep: tuple[Upkeep, ...] = ()
    restores: tuple[Restore, ...] = ()


@dataclass(frozen=True)
class Observed:
    """What is there of what the wishes are about."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    """By physical name."""
    backups: tuple[Backup, ...] = ()
