# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to tables and bulk puts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import BulkPut, Table


def table_of(table: Mapping[str, Any], tags: Mapping[str, str]) -> Table:
    """A table from its description and its tags."""
    return Table(table["TableName"], table.get("TableId", ""), table["TableStatus"], tags)


def put_of(details: Mapping[str, Any]) -> BulkPut:
    """A bulk put from AWS's description."""
    return BulkPut(details)
