# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exact bodies of AWS requests, from tables and their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .model import Encryption, Index, Limits, Recovery, TableSpec, Throughput, Warm
from .names import UNFINISHED
from .vectors import body as vector_index_body

INITIAL_WARM = Warm(12000, 4000)
"""What every on-demand table has (aws-rules.md 1.5)."""


def create_table(spec: TableSpec) -> dict[str, Any]:
    """Everything that CreateTable takes in one call; TTL and recovery have calls of their own."""
    request: dict[str, Any] = {
        "TableName": spec.table_name,
        "KeySchema": key_schema((spec.hash_key,), (spec.range_key,) if spec.range_key else ()),
        "AttributeDefinitions": attribute_definitions(spec.attributes),
        "BillingMode": spec.billing_mode,
        "DeletionProtectionEnabled": spec.deletion_protection,
        "Tags": tag_list({**spec.tags, UNFINISHED: "time-to-live"} if spec.ttl_attribute else spec.tags),
    }
    if spec.throughput:
        request["ProvisionedThroughput"] = throughput(spec.throughput)
    # Empty lists are refused (T-043)
    if spec.global_indexes:
        request["GlobalSecondaryIndexes"] = [index_body(index) for index in spec.global_indexes]
    if spec.local_indexes:
        request["LocalSecondaryIndexes"] = [index_body(index) for index in spec.local_indexes]
    if spec.vector_indexes:
        request["VectorIndexes"] = [vector_index_body(index) for index in spec.vector_indexes]
    if spec.stream_view_type:
        request["StreamSpecification"] = stream(spec.stream_view_type)
    if spec.encryption.enabled:
        request["SSESpecification"] = encryption(spec.encryption)
    if spec.table_class:
        request["TableClass"] = spec.table_class
    return {**request, **initial_limits(spec.limits), **initial_warm(spec.warm, spec.throughput)}


def update_table(table_name: str, **members: Any) -> dict[str, Any]:
    return {"TableName": table_name, **members}


def key_schema(hash_keys: Iterable[str], range_keys: Iterable[str]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": "HASH"} for key in hash_keys] + [
        {"AttributeName": key, "KeyType": "RANGE"} for key in range_keys
    ]


def attribute_definitions(types: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": types[name]} for name in sorted(types)]


def index_body(index: Index) -> dict[str, Any]:
    """An index in CreateTable, and in the Create action of UpdateTable."""
    projection: dict[str, Any] = {"ProjectionType": index.projection_type}
    if index.non_key_attributes:
        projection["NonKeyAttributes"] = list(index.non_key_attributes)
    body: dict[str, Any] = {
        "IndexName": index.name,
        "KeySchema": key_schema(index.hash_keys, index.range_keys),
        "Projection": projection,
    }
    if index.throughput:
        body["ProvisionedThroughput"] = throughput(index.throughput)
    return {**body, **initial_limits(index.limits), **initial_warm(index.warm, index.throughput)}


def initial_limits(limits: Limits | None) -> dict[str, Any]:
    """No limit is said by leaving it out: -1 is refused at creation (T-039)."""
    members = {"MaxReadRequestUnits": limits and limits.read, "MaxWriteRequestUnits": limits and limits.write}
    body = {member: units for member, units in members.items() if units and units > 0}
    return {"OnDemandThroughput": body} if body else {}


def initial_warm(warm: Warm | None, units: Throughput | None) -> dict[str, Any]:
    """Only what is above what a new table has anyway; less is refused (T-038)."""
    floor = Warm(units.read, units.write) if units else INITIAL_WARM
    members = {
        "ReadUnitsPerSecond": (warm and warm.read, floor.read),
        "WriteUnitsPerSecond": (warm and warm.write, floor.write),
    }
    body = {member: wanted for member, (wanted, least) in members.items() if wanted and wanted > (least or 0)}
    return {"WarmThroughput": body} if body else {}


def create_index(spec: TableSpec, index: Index, found: Mapping[str, str]) -> dict[str, Any]:
    """Types of the index's own keys are enough for AWS, which ignores others (T-162); emulators keep only what is sent.

    found are the types of the attributes that are keys of the live table and its indexes.
    """
    return update_table(
        spec.table_name,
        AttributeDefinitions=attribute_definitions({**found, **spec.attributes}),
        GlobalSecondaryIndexUpdates=[{"Create": index_body(index)}],
    )


def delete_index(table_name: str, index_name: str) -> dict[str, Any]:
    return update_table(table_name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": index_name}}])


def index_throughputs(units: Mapping[str, Throughput]) -> list[dict[str, Any]]:
    return [{"Update": {"IndexName": name, "ProvisionedThroughput": throughput(units[name])}} for name in sorted(units)]


def throughput(units: Throughput) -> dict[str, int]:
    return {"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write}


def stream(view_type: str | None) -> dict[str, Any]:
    """A stream that is disabled must not name a view type (T-029)."""
    return {"StreamEnabled": True, "StreamViewType": view_type} if view_type else {"StreamEnabled": False}


def encryption(wanted: Encryption) -> dict[str, Any]:
    """Without Enabled, a type or a key is refused (T-036, T-044)."""
    if not wanted.enabled:
        return {"Enabled": False}
    key = {"KMSMasterKeyId": wanted.kms_key} if wanted.kms_key else {}
    return {"Enabled": True, "SSEType": "KMS", **key}


def recovery(table_name: str, wanted: Recovery) -> dict[str, Any]:
    """A period is refused when recovery is turned off (T-085)."""
    specification: dict[str, Any] = {"PointInTimeRecoveryEnabled": wanted.enabled}
    if wanted.enabled and wanted.days:
        specification["RecoveryPeriodInDays"] = wanted.days
    return {"TableName": table_name, "PointInTimeRecoverySpecification": specification}


def ttl(table_name: str, attribute: str, enabled: bool) -> dict[str, Any]:
    """The attribute is needed even to disable (aws-rules.md 3.5)."""
    return {
        "TableName": table_name,
        "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute},
    }


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]
