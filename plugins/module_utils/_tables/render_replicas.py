# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regions of a global table in the form in which users write them."""

from __future__ import annotations

from typing import Any

from .model import Observed, TableSpec
from .replica_fields import STRONG
from .replica_model import Replica


def global_fields(spec: TableSpec) -> dict[str, Any]:
    """The fields of a global table; of a table of one region only what is not as AWS makes it."""
    found = spec.replication
    if found is None or not found.replicas:
        return {"global_table_settings_replication_mode": "ENABLED"} if spec.settings_replication == "ENABLED" else {}
    common = {"consistency_mode": STRONG} if found.strong else {}
    customer = bool(spec.encryption.kms_key)
    provisioned = spec.throughput is not None
    fields: dict[str, Any] = {"replicas": [_replica(each, common, customer, provisioned) for each in found.replicas]}
    if found.witness:
        fields["global_table_witness"] = {"region_name": found.witness}
    if spec.disassociation_protection is False:
        fields["disassociation_protection_enabled"] = False
    return fields


def _replica(replica: Replica, common: dict[str, Any], customer: bool, provisioned: bool) -> dict[str, Any]:
    """The key is said where it is the customer's; then the table's own is, too (T-309)."""
    limited = replica.read_limit is not None and not provisioned
    limit = {"max_read_request_units": replica.read_limit} if limited else None
    entry = {
        "kms_key_arn": replica.kms_key if customer else None,
        "point_in_time_recovery": replica.recovery,
        "deletion_protection_enabled": replica.protection,
        "disassociation_protection_enabled": False if replica.disassociation_protection is False else None,
        "table_class": replica.table_class,
        "read_capacity": replica.read_units if provisioned else None,
        "on_demand_throughput": limit,
        "resource_policy": dict(replica.policy) if replica.policy else None,
        "tags": dict(sorted(replica.tags.items())) if replica.tags is not None else None,
    }
    said = {name: value for name, value in entry.items() if value is not None}
    return {"region_name": replica.region, **common, **said}


def replica_statuses(observed: Observed) -> dict[str, Any]:
    """State and ARN of each replica, by region; nothing of a table that has none."""
    found = observed.spec.replication.replicas if observed.spec and observed.spec.replication else ()
    parts = observed.status.arn.split(":")
    states = {
        each.region: {
            "replica_status": each.status,
            "arn": ":".join([*parts[:3], each.region, *parts[4:]]) if parts[4:] else None,
        }
        for each in found
    }
    return {"replicas": states} if states else {}
