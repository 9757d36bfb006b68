# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the fields of an entry that is a global table to the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .replica_fields import APART, STRONG
from .replica_model import Replica, Replication

Entry = Mapping[str, Any]


def global_members(entry: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
    """The members of a desired table; tags are all that the table itself gets."""
    return {
        "replication": _replication(entry, tags),
        "settings_replication": entry["global_table_settings_replication_mode"],
        "disassociation_protection": entry["disassociation_protection_enabled"],
    }


def _replication(entry: Entry, tags: Mapping[str, str]) -> Replication | None:
    given = entry["replicas"]
    if given is None:
        return None
    purge = bool(entry["purge_tags"])
    replicas = sorted((_replica(each, tags, purge) for each in given), key=lambda each: each.region)
    strong = any(each["consistency_mode"] == STRONG for each in given)
    return Replication(tuple(replicas), strong, (entry["global_table_witness"] or {}).get("region_name"))


def _replica(given: Entry, tags: Mapping[str, str], purge: bool) -> Replica:
    return Replica(
        region=given["region_name"],
        apart=given["state"] == APART,
        kms_key=given["kms_key_arn"],
        table_class=given["table_class"],
        read_units=given["read_capacity"],
        read_limit=(given["on_demand_throughput"] or {}).get("max_read_request_units"),
        recovery=given["point_in_time_recovery"],
        protection=given["deletion_protection_enabled"],
        disassociation_protection=given["disassociation_protection_enabled"],
        policy=given["resource_policy"],
        tags=_tags(given, tags),
        purge_tags=purge and bool(given["propagate_tags"]),
    )


def _tags(given: Entry, tags: Mapping[str, str]) -> Mapping[str, str] | None:
    """The table's tags where they are propagated, and the replica's own; None is not managed."""
    if not given["propagate_tags"] and given["tags"] is None:
        return None
    return {**(tags if given["propagate_tags"] else {}), **(given["tags"] or {})}
