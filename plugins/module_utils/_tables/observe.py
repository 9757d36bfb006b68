# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to observed tables, normalised as aws-rules.md 8 says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import observe_extras as extras
from . import vectors
from .kinesis import destination_statuses, found_destination
from .model import (
    BillingMode,
    Encryption,
    Index,
    IndexStatus,
    Insights,
    Observed,
    Recovery,
    TableSpec,
    TableStatus,
    Throughput,
)
from .names import logical_name
from .origins import origin_of
from .replica_observe import global_members

READABLE = ("ACTIVE", "UPDATING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS")
"""States in which TTL, recovery and tags can be read; while CREATING they are refused (aws-rules.md 2.1)."""


@dataclass(frozen=True)
class Answers:
    """What AWS answered about one table; the parts beside DescribeTable are empty where they were not read."""

    table: Mapping[str, Any]
    backups: Mapping[str, Any] = field(default_factory=dict)
    ttl: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    insights: Mapping[str, Mapping[str, Any]] | None = None
    """By index name, empty for the table itself; like the rest of it None where it was not asked for."""
    policy: Mapping[str, Any] | None = None
    scaling: extras.ScalingAnswers | None = None
    destinations: Sequence[Mapping[str, Any]] | None = None
    stream_policy: Mapping[str, Any] | None = None
    regions: Mapping[str, Mapping[str, Any]] | None = None
    """By region, what is there of the table."""


def observe(estate: str, answers: Answers, managed_key: str | None) -> Observed:
    """The table as the rest of the collection sees it; managed_key is the ARN behind alias/aws/dynamodb."""
    table = answers.table
    status = replace(status_of(table), destinations=destination_statuses(answers.destinations))
    spec = None if status.table_status == "DELETING" else _spec(estate, answers, managed_key)
    unread = status.table_status not in (*READABLE, "DELETING")
    return Observed(table["TableName"], spec, status, unread, origin_of(table))


def uses_kms(table: Mapping[str, Any]) -> bool:
    """Whether a table's key must be compared with the AWS managed one."""
    return bool((table.get("SSEDescription") or {}).get("KMSMasterKeyArn"))


def _spec(estate: str, answers: Answers, managed_key: str | None) -> TableSpec:
    table = answers.table
    hash_keys, range_keys = _keys(table)
    # BillingModeSummary is absent on a table that was provisioned all its life (T-028)
    summary = table.get("BillingModeSummary") or {}
    billing: BillingMode = "PAY_PER_REQUEST" if summary.get("BillingMode") == "PAY_PER_REQUEST" else "PROVISIONED"
    provisioned = billing == "PROVISIONED"
    return TableSpec(
        name=logical_name(estate, table["TableName"]),
        table_name=table["TableName"],
        hash_key=hash_keys[0],
        range_key=range_keys[0] if range_keys else None,
        attributes=_attributes(table),
        billing_mode=billing,
        throughput=_throughput(table) if provisioned else None,
        global_indexes=_sorted(_global_index(index, provisioned, answers) for index in _global(table)),
        local_indexes=_sorted(_index(index) for index in table.get("LocalSecondaryIndexes") or ()),
        vector_indexes=vectors.shown(table),
        stream_view_type=_view_type(table),
        ttl_attribute=_ttl_attribute(answers.ttl),
        recovery=_recovery(answers.backups),
        encryption=_encryption(table, managed_key),
        deletion_protection=bool(table.get("DeletionProtectionEnabled")),
        tags={key: value for key, value in answers.tags.items() if not key.lower().startswith("aws:")},
        limits=extras.limits(table),
        warm=extras.warm(table),
        # Absent is a table that never had another class (T-026)
        table_class=(table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        insights=_insights(answers, ""),
        policy=extras.policy(answers.policy),
        autoscaling=extras.autoscaling(answers.scaling, table["TableName"], ""),
        destination=found_destination(answers.destinations),
        stream_policy=extras.policy(answers.stream_policy),
        **global_members(table, answers.regions),
    )


def _insights(answers: Answers, index_name: str) -> Insights | None:
    return None if answers.insights is None else extras.insights(answers.insights.get(index_name, {}))


def _global(table: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return table.get("GlobalSecondaryIndexes") or ()


def _keys(holder: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    schema = holder["KeySchema"]
    return (
        tuple(key["AttributeName"] for key in schema if key["KeyType"] == "HASH"),
        tuple(key["AttributeName"] for key in schema if key["KeyType"] == "RANGE"),
    )


def _attributes(table: Mapping[str, Any]) -> dict[str, str]:
    """Only what is a key somewhere: an emulator may keep the attributes of indexes that are gone."""
    used = {key["AttributeName"] for key in table["KeySchema"]}
    for index in (*(table.get("GlobalSecondaryIndexes") or ()), *(table.get("LocalSecondaryIndexes") or ())):
        used.update(key["AttributeName"] for key in index["KeySchema"])
    used.update(key for index in vectors.shown(table) for key in index.keys)
    types = {entry["AttributeName"]: entry["AttributeType"] for entry in table["AttributeDefinitions"]}
    return {name: types[name] for name in sorted(used) if name in types}


def _sorted(indexes: Iterable[Index]) -> tuple[Index, ...]:
    return tuple(sorted(indexes, key=lambda index: index.name))


def _global_index(index: Mapping[str, Any], provisioned: bool, answers: Answers) -> Index:
    return replace(
        _index(index),
        throughput=_throughput(index) if provisioned else None,
        limits=extras.limits(index),
        warm=extras.warm(index),
        insights=_insights(answers, index["IndexName"]),
        autoscaling=extras.autoscaling(answers.scaling, answers.table["TableName"], index["IndexName"]),
    )


def _index(index: Mapping[str, Any]) -> Index:
    hash_keys, range_keys = _keys(index)
    projection = index.get("Projection") or {}
    return Index(
        name=index["IndexName"],
        hash_keys=hash_keys,
        range_keys=range_keys,
        projection_type=projection.get("ProjectionType", "ALL"),
        non_key_attributes=tuple(sorted(projection.get("NonKeyAttributes") or ())),
    )


def _throughput(holder: Mapping[str, Any]) -> Throughput:
    units = holder.get("ProvisionedThroughput") or {}
    return Throughput(units.get("ReadCapacityUnits", 0), units.get("WriteCapacityUnits", 0))


def _view_type(table: Mapping[str, Any]) -> str | None:
    """A disabled stream has no specification, though its ARN lingers (T-362)."""
    stream = table.get("StreamSpecification") or {}
    return stream.get("StreamViewType") if stream.get("StreamEnabled") else None


def _ttl_attribute(ttl: Mapping[str, Any]) -> str | None:
    return ttl.get("AttributeName") if ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING") else None


def _recovery(backups: Mapping[str, Any]) -> Recovery:
    """ContinuousBackupsStatus says nothing of point-in-time recovery (aws-rules.md 1.7)."""
    recovery = backups.get("PointInTimeRecoveryDescription") or {}
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return Recovery(False)
    return Recovery(True, recovery.get("RecoveryPeriodInDays", 35))


def _encryption(table: Mapping[str, Any], managed_key: str | None) -> Encryption:
    """No description, or a change to or from the key that AWS owns under way, reads as that key (T-027)."""
    key = (table.get("SSEDescription") or {}).get("KMSMasterKeyArn")
    if not key:
        return Encryption(False)
    # AWS shows the key's ARN; an emulator may show that of its alias
    managed = key == managed_key or key.endswith(":alias/aws/dynamodb")
    return Encryption(True, None if managed else key)


def status_of(table: Mapping[str, Any]) -> TableStatus:
    enabled = _view_type(table) is not None
    return TableStatus(
        table_status=table["TableStatus"],
        arn=table.get("TableArn", ""),
        table_id=table.get("TableId"),
        stream_arn=table.get("LatestStreamArn") if enabled else None,
        encryption_status=(table.get("SSEDescription") or {}).get("Status"),
        indexes={
            index["IndexName"]: IndexStatus(index.get("IndexStatus", "ACTIVE"), index.get("Backfilling"))
            for index in (*_global(table), *(table.get("VectorIndexes") or ()))
        },
        item_count=table.get("ItemCount"),
        size_bytes=table.get("TableSizeBytes"),
        decreases=_decreases(table),
    )


def _decreases(table: Mapping[str, Any]) -> dict[str, int]:
    holders = {"": table, **{index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or ()}}
    counts = {
        name: (holder.get("ProvisionedThroughput") or {}).get("NumberOfDecreasesToday")
        for name, holder in holders.items()
    }
    return {name: int(count) for name, count in counts.items() if count}
