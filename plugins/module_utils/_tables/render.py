# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From tables to the form in which users write them: what tables_info returns and --diff shows."""

from __future__ import annotations

from typing import Any

from .model import Encryption, Index, Observed, Recovery, TableSpec, TableStatus, Throughput
from .names import UNFINISHED, ownership_tags
from .render_extras import extra_fields, table_extras
from .render_replicas import replica_statuses


def definition(estate: str, spec: TableSpec) -> dict[str, Any]:
    """The entry of C(dynamodb_tables) that describes the table, every field said."""
    entry: dict[str, Any] = {"name": spec.name, "hash_key": spec.hash_key}
    if spec.table_name != f"{estate}-{spec.name}":
        entry["table_name"] = spec.table_name
    if spec.range_key:
        entry["range_key"] = spec.range_key
    entry["attributes"] = [{"name": name, "type": kind} for name, kind in sorted(spec.attributes.items())]
    entry["billing_mode"] = spec.billing_mode
    entry.update(_capacity(spec.throughput))
    entry["global_secondary_indexes"] = [_global_index(index) for index in spec.global_indexes]
    entry["local_secondary_indexes"] = [_index(index) for index in spec.local_indexes]
    entry["stream_enabled"] = spec.stream_view_type is not None
    if spec.stream_view_type:
        entry["stream_view_type"] = spec.stream_view_type
    entry["ttl_enabled"] = spec.ttl_attribute is not None
    if spec.ttl_attribute:
        entry["ttl_attribute"] = spec.ttl_attribute
    entry["point_in_time_recovery"] = _recovery(spec.recovery)
    entry["server_side_encryption"] = _encryption(spec.encryption)
    entry["deletion_protection_enabled"] = spec.deletion_protection
    entry.update(table_extras(spec))
    entry["tags"] = _tags(estate, spec)
    return entry


def status(observed: Observed, region: str) -> dict[str, Any]:
    """What AWS says of a table besides its definition."""
    seen = observed.status
    return {
        "table_name": observed.table_name,
        "arn": seen.arn,
        "table_id": seen.table_id,
        "region": region,
        "table_status": seen.table_status,
        "stream_arn": seen.stream_arn,
        "indexes": _index_statuses(seen),
        "item_count": seen.item_count,
        "size_bytes": seen.size_bytes,
        **replica_statuses(observed),
    }


def _recovery(recovery: Recovery) -> dict[str, Any]:
    return {"enabled": recovery.enabled, **({"recovery_period_in_days": recovery.days} if recovery.days else {})}


def _encryption(encryption: Encryption) -> dict[str, Any]:
    return {"enabled": encryption.enabled, **({"kms_key_arn": encryption.kms_key} if encryption.kms_key else {})}


def _index_statuses(seen: TableStatus) -> dict[str, Any]:
    return {
        name: {"index_status": index.status, "backfilling": index.backfilling, "arn": f"{seen.arn}/index/{name}"}
        for name, index in sorted(seen.indexes.items())
    }


def _tags(estate: str, spec: TableSpec) -> dict[str, str]:
    """The tags that are not implied by the estate and the table's name."""
    implied = {"Name": spec.table_name, **ownership_tags(estate)}
    return {key: value for key, value in sorted(spec.tags.items()) if implied.get(key) != value and key != UNFINISHED}


def _capacity(throughput: Throughput | None) -> dict[str, int]:
    return {"read_capacity": throughput.read, "write_capacity": throughput.write} if throughput else {}


def _global_index(index: Index) -> dict[str, Any]:
    entry = _index(index)
    keys: dict[str, Any] = {"hash_key": index.hash_keys[0]}
    if len(index.hash_keys) > 1 or len(index.range_keys) > 1:
        entry.pop("range_key", None)
        kinds = [(key, "HASH") for key in index.hash_keys] + [(key, "RANGE") for key in index.range_keys]
        keys = {"key_schema": [{"attribute_name": key, "key_type": kind} for key, kind in kinds]}
    return {"name": entry.pop("name"), **keys, **entry, **_capacity(index.throughput), **extra_fields(index)}


def _index(index: Index) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": index.name}
    if index.range_keys:
        entry["range_key"] = index.range_keys[0]
    entry["projection_type"] = index.projection_type
    if index.non_key_attributes:
        entry["non_key_attributes"] = list(index.non_key_attributes)
    return entry
