# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to tables and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import Export, Table


def table_of(table: Mapping[str, Any], tags: Mapping[str, str], recovery: Mapping[str, Any]) -> Table:
    """A table from its description, its tags, and its continuous backups where these were asked for."""
    found = recovery.get("PointInTimeRecoveryDescription") or {}
    return Table(
        table_name=table["TableName"],
        table_id=table.get("TableId", ""),
        status=table["TableStatus"],
        size_bytes=table.get("TableSizeBytes", 0),
        tags=tags,
        recovery=found.get("PointInTimeRecoveryStatus") == "ENABLED",
        earliest=found.get("EarliestRestorableDateTime"),
    )


def export_of(details: Mapping[str, Any]) -> Export:
    """An export from DescribeExport's answer, or the part of it that ListExports gives."""
    return Export(_table_name(details.get("TableArn") or details["ExportArn"]), details)


def _table_name(arn: str) -> str:
    """The table's name in its own or an export's ARN."""
    return arn.partition(":table/")[2].partition("/export/")[0]
