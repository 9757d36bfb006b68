# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to tables and exports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .model import Export, Table


def table_of(table: Mapping[str, Any], tags: Mapping[str, str], recovery: Mapping[str, Any]) -> Table:
    """A table from its description, its tags, and its continuous backups where these were asked for."""
    return Table(
        table_name=table["TableName"],
        table_id=table.get("TableId", ""),
        status=table["TableStatus"],
        size_bytes=table.get("TableSizeBytes", 0),
        created=table.get("CreationDateTime"),
        tags=tags,
        recoverable=_recoverable(recovery),
    )


def export_of(details: Mapping[str, Any]) -> Export:
    """An export from DescribeExport's answer, or the part of it that ListExports gives."""
    return Export(table_of_arn(details["ExportArn"]), details)


def table_of_arn(arn: str) -> str:
    """The table's name in an export's ARN."""
    return arn.partition(":table/")[2].partition("/export/")[0]


def _recoverable(recovery: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    found = recovery.get("PointInTimeRecoveryDescription") or {}
    if found.get("PointInTimeRecoveryStatus") != "ENABLED":
        return None
    earliest, latest = found.get("EarliestRestorableDateTime"), found.get("LatestRestorableDateTime")
    return (earliest, latest) if earliest and latest else None
