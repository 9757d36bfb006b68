# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a change has really ended, read off the fields that tell: never TableStatus alone (T-069, T-150)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from .replica_conditions import quiet

Table = Mapping[str, Any]


def holds(condition: str, subject: str, table: Table | None) -> bool:
    """Whether a step's until holds for DescribeTable's answer, which is None when the table is not there."""
    if table is None:
        return condition in ("table_gone", "index_gone", "region_free", "region_settled")
    found = statuses(table)
    active = table["TableStatus"] not in ("CREATING", "UPDATING", "DELETING") and quiet(table)
    if condition == "index_active":
        return active and found.get(subject) == "ACTIVE"
    if condition == "index_gone":
        return active and subject not in found
    if condition == "indexes_active":
        return active and all(status in ("ACTIVE", None) for status in found.values())
    if condition == "class_settled":
        return active and _class(table) == subject
    if condition == "warm_settled":
        return active and all(_warm(holder) for holder in (table, *(table.get("GlobalSecondaryIndexes") or ())))
    if condition == "encryption_settled":
        return quiet(table) and bool((table.get("SSEDescription") or {}).get("Status") != "UPDATING")
    return condition in ("table_active", "region_settled") and active


def statuses(table: Table | None) -> dict[str, Any]:
    """The status of each global or vector index; None where an emulator gives none.

    A vector index may be ACTIVE while it is still filled (documented): that is not its end.
    """
    return {
        index["IndexName"]: "CREATING" if index.get("Backfilling") else index.get("IndexStatus")
        for index in _indexes(table or {})
    }


def _indexes(table: Table) -> list[Table]:
    return [index for kind in ("GlobalSecondaryIndexes", "VectorIndexes") for index in table.get(kind) or ()]


def state(subject: str, table: Table | None) -> str:
    """What AWS says of a table, or of its index where the subject is one, in a word or two."""
    if table is None:
        return "not there"
    indexes = {index["IndexName"]: index for index in _indexes(table)}
    found = indexes.get(subject)
    if found is None:
        return str(table["TableStatus"])
    return f"{found.get('IndexStatus')}, being filled" if found.get("Backfilling") else str(found.get("IndexStatus"))


def policy_readable(request: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether a policy write can be read back: reads lag up to 3 s behind it (T-244)."""
    if not found.get("Policy") or "Policy" not in request:
        return not found.get("Policy") and "Policy" not in request
    return not compare_policies(json.loads(found["Policy"]), json.loads(request["Policy"]))


def _class(table: Table) -> str:
    """Absent is a table that never had another one (T-026)."""
    return str((table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"))


def _warm(holder: Table) -> bool:
    """An absent status counts as settled, as emulators know none."""
    return bool((holder.get("WarmThroughput") or {}).get("Status", "ACTIVE") != "UPDATING")


def tags_readable(request: Mapping[str, Any], tags: Mapping[str, str]) -> bool:
    """Whether a tag write can be read back: reads lag up to 3 s behind it (T-440)."""
    written = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
    return written.items() <= tags.items() and not tags.keys() & set(request.get("TagKeys", ()))
