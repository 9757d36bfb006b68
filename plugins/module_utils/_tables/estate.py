# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ticket platform's tables: what an estate has whose inventory declares no tables of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .names import logical_name, physical_name

TABLES: tuple[dict[str, Any], ...] = (
    {
        "name": "tickets",
        "hash_key": "ticket_id",
        "stream_enabled": False,
        "global_secondary_indexes": [
            {"name": "user-index", "hash_key": "user_id", "projection_type": "ALL"},
            {"name": "status-index", "hash_key": "status", "projection_type": "ALL"},
        ],
    },
    {
        "name": "users",
        "hash_key": "user_id",
        "global_secondary_indexes": [{"name": "email-index", "hash_key": "email", "projection_type": "ALL"}],
    },
    # The event log of the ticket service
    {"name": "ticket-events", "hash_key": "pk", "range_key": "sk"},
    {
        "name": "reservation-reservations",
        "hash_key": "pk",
        "range_key": "sk",
        "global_secondary_indexes": [
            {"name": "GSI1", "hash_key": "gsi1pk", "range_key": "gsi1sk", "projection_type": "ALL"}
        ],
    },
    {
        "name": "reservation-orders",
        "hash_key": "pk",
        "range_key": "sk",
        "global_secondary_indexes": [
            {"name": "GSI1", "hash_key": "gsi1pk", "range_key": "gsi1sk", "projection_type": "ALL"}
        ],
    },
    # De-duplicates API requests
    {"name": "reservation-idempotency", "hash_key": "pk", "ttl_enabled": True, "ttl_attribute": "ttl"},
    # Transactional outbox for event publishing
    {"name": "reservation-outbox", "hash_key": "pk", "range_key": "sk"},
)


def estate_tables(
    declared: list[dict[str, Any]] | None, kept: Sequence[str] = (), name: str = ""
) -> list[dict[str, Any]]:
    """The declared tables; the platform's seven where nothing is declared (an empty list is a declaration).

    kept are the physical names of tables of the estate (whose name must be given then) that are still there though
    they are not declared, or are declared as absent: they count as declared, by their names.
    """
    tables = [dict(table) for table in TABLES] if declared is None else declared
    if not kept:
        return tables
    going = [table for table in tables if isinstance(table, Mapping) and table.get("state") == "absent"]
    staying = [table for table in tables if table not in going or physical_name(name, table) not in kept]
    known = {physical_name(name, table) for table in staying if isinstance(table, Mapping)}
    return staying + [
        {"name": logical_name(name, table), "table_name": table} for table in sorted(set(kept)) if table not in known
    ]
