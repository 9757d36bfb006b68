# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to tables and items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .model import Identity, Table
from .values import Item


def table_of(table: Mapping[str, Any], tags: Mapping[str, str]) -> Table:
    """A table from its description and its tags."""
    keys = sorted(table["KeySchema"], key=lambda key: str(key["KeyType"]) != "HASH")
    return Table(
        table_name=table["TableName"],
        status=table["TableStatus"],
        keys=tuple(key["AttributeName"] for key in keys),
        types={entry["AttributeName"]: entry["AttributeType"] for entry in table["AttributeDefinitions"]},
        tags=tags,
    )


def items_of(table: Table, items: Iterable[Item]) -> dict[Identity, Item]:
    """Items by what tells them apart."""
    return {table.identity(item): item for item in items}
