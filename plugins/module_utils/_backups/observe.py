# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to backups and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._tables.origins import origin_of, window_of
from .model import Backup, Table


def backup_of(details: Mapping[str, Any], table: Mapping[str, Any]) -> Backup:
    """A backup from its details and those of its table, which ListBackups gives as one."""
    return Backup(
        name=details["BackupName"],
        arn=details["BackupArn"],
        table_name=table["TableName"],
        table_id=table.get("TableId", ""),
        kind=details["BackupType"],
        status=details["BackupStatus"],
        created=details.get("BackupCreationDateTime"),
        expires=details.get("BackupExpiryDateTime"),
        size_bytes=details.get("BackupSizeBytes"),
    )


def table_of(table: Mapping[str, Any], tags: Mapping[str, str], recovery: Mapping[str, Any]) -> Table:
    """A table from its description, its tags, and its continuous backups where these were asked for."""
    return Table(
        table_name=table["TableName"],
        arn=table["TableArn"],
        table_id=table.get("TableId", ""),
        status=table["TableStatus"],
        created=table.get("CreationDateTime"),
        tags=tags,
        origin=origin_of(table),
        recoverable=window_of(recovery),
    )
