# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to tables and items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .model import Identity, Table
from .values import Item

KEY_BYTES = {"HASH": 2048, "RANGE": 1024}
"""The longest partition and sort keys (documented), of tables and of their global and local indexes."""


def table_of(table: Mapping[str, Any], tags: Mapping[str, str]) -> Table:
    """A table from its description and its tags."""
    keys = sorted(table["KeySchema"], key=lambda key: str(key["KeyType"]) != "HASH")
    return Table(
        table_name=table["TableName"],
        status=table["TableStatus"],
        keys=tuple(key["AttributeName"] for key in keys),
        types={entry["AttributeName"]: entry["AttributeType"] for entry in table["AttributeDefinitions"]},
        key_bytes=_key_bytes(table),
        tags=tags,
    )


def _key_bytes(table: Mapping[str, Any]) -> dict[str, int]:
    """An attribute that is a key more than once has the smallest of its limits."""
    indexes = [index for kind in ("Global", "Local") for index in table.get(f"{kind}SecondaryIndexes") or ()]
    limits: dict[str, int] = {}
    for key in (key for holder in (table, *indexes) for key in holder["KeySchema"]):
        most = KEY_BYTES[key["KeyType"]]
        limits[key["AttributeName"]] = min(most, limits.get(key["AttributeName"], most))
    return limits


def items_of(table: Table, items: Iterable[Item]) -> dict[Identity, Item]:
    """Items by what tells them apart."""
    return {table.identity(item): item for item in items}
