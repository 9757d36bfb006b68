# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""project(observed, step): the table as it is after a step. Check mode and --diff show what this predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Step
from . import project_extras, project_replicas, vectors
from .model import (
    BillingMode,
    Encryption,
    Index,
    IndexStatus,
    Insights,
    Limits,
    Observed,
    Recovery,
    TableSpec,
    Throughput,
)
from .observe import Answers, observe
from .observe_extras import ScalingAnswers

Request = Mapping[str, Any]
SPEC_CHANGES = {**project_extras.CHANGES, **project_replicas.CHANGES}


def project_all(estate: str, live: Observed | None, steps: Iterable[Step], arn: str) -> Observed | None:
    """The table after all the steps; arn is that of the table, should a step create it."""
    for step in steps:
        live = project(estate, live, step, arn)
    return live


def project(estate: str, live: Observed | None, step: Step, arn: str) -> Observed | None:
    """The table after one step; None is a table that is not there."""
    if step.action == "create_table":
        return _created(estate, step.request, arn)
    if step.expected and live is None:
        return _created(estate, step.expected, arn)
    if step.action == "delete_table" or step.until == "table_gone":
        return None
    if live is None or live.spec is None:
        return live
    if step.action in SPEC_CHANGES:
        return replace(live, spec=SPEC_CHANGES[step.action](live.spec, step))
    return _CHANGES[step.action](live, live.spec, step) if step.action in _CHANGES else live


def _created(estate: str, request: Request, arn: str) -> Observed:
    """A request to create a table has the form of the answer, but for these."""
    encryption = request.get("SSESpecification")
    table = {
        **request,
        "TableStatus": "ACTIVE",
        "TableArn": arn,
        "BillingModeSummary": {"BillingMode": request["BillingMode"]},
    }
    if encryption:
        table["SSEDescription"] = {"KMSMasterKeyArn": encryption.get("KMSMasterKeyId", "managed")}
    if "TableClass" in request:
        table["TableClassSummary"] = {"TableClass": request["TableClass"]}
    tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
    nothing: dict[str, Any] = {"insights": {}, "policy": {}, "destinations": (), "stream_policy": {}}
    return observe(estate, Answers(table, tags=tags, scaling=ScalingAnswers(), **nothing), "managed")


def _with(live: Observed, spec: TableSpec, **changes: Any) -> Observed:
    return replace(live, spec=replace(spec, **changes))


def _protection(live: Observed, spec: TableSpec, step: Step) -> Observed:
    return _with(live, spec, deletion_protection=step.request["DeletionProtectionEnabled"])


def _recovery(live: Observed, spec: TableSpec, step: Step) -> Observed:
    wanted = step.request["PointInTimeRecoverySpecification"]
    if not wanted["PointInTimeRecoveryEnabled"]:
        return _with(live, spec, recovery=Recovery(False))
    return _with(live, spec, recovery=Recovery(True, wanted.get("RecoveryPeriodInDays", 35)))


def _tags(live: Observed, spec: TableSpec, step: Step) -> Observed:
    written = {tag["Key"]: tag["Value"] for tag in step.request.get("Tags", ())}
    gone = set(step.request.get("TagKeys", ()))
    kept = {key: value for key, value in spec.tags.items() if key not in gone}
    return _with(live, spec, tags={**kept, **written})


def _ttl(live: Observed, spec: TableSpec, step: Step) -> Observed:
    wanted = step.request["TimeToLiveSpecification"]
    return _with(live, spec, ttl_attribute=wanted["AttributeName"] if wanted["Enabled"] else None)


def _stream(live: Observed, spec: TableSpec, step: Step) -> Observed:
    """Another stream, or none, has no policy yet."""
    view_type = step.request["StreamSpecification"].get("StreamViewType")
    policy: Mapping[str, Any] | None = None if spec.stream_policy is None else {}
    changed = _with(live, spec, stream_view_type=view_type, stream_policy=policy)
    return replace(changed, status=replace(live.status, stream_arn=None))


def _encryption(live: Observed, spec: TableSpec, step: Step) -> Observed:
    wanted = step.request["SSESpecification"]
    return _with(live, spec, encryption=Encryption(wanted["Enabled"], wanted.get("KMSMasterKeyId")))


def _throughput(live: Observed, spec: TableSpec, step: Step) -> Observed:
    """Also the switch of the billing mode, which carries the capacities."""
    billing: BillingMode = step.request.get("BillingMode", spec.billing_mode)
    units = _units(step.request)
    updates = {
        update["Update"]["IndexName"]: _units(update["Update"])
        for update in step.request.get("GlobalSecondaryIndexUpdates", ())
    }
    on_demand = billing == "PAY_PER_REQUEST"
    # A switch of the billing mode clears on-demand limits (T-153)
    cleared: dict[str, Any] = {"limits": Limits(-1, -1)} if billing != spec.billing_mode else {}
    indexes = tuple(
        replace(index, throughput=None if on_demand else updates.get(index.name, index.throughput), **cleared)
        for index in spec.global_indexes
    )
    throughput = None if on_demand else (units or spec.throughput)
    return _with(live, spec, billing_mode=billing, throughput=throughput, global_indexes=indexes, **cleared)


def _units(holder: Request) -> Throughput | None:
    units = holder.get("ProvisionedThroughput")
    return Throughput(units["ReadCapacityUnits"], units["WriteCapacityUnits"]) if units else None


def _create_index(live: Observed, spec: TableSpec, step: Step) -> Observed:
    body = step.request["GlobalSecondaryIndexUpdates"][0]["Create"]
    index = Index(
        name=body["IndexName"],
        hash_keys=tuple(key["AttributeName"] for key in body["KeySchema"] if key["KeyType"] == "HASH"),
        range_keys=tuple(key["AttributeName"] for key in body["KeySchema"] if key["KeyType"] == "RANGE"),
        projection_type=body["Projection"]["ProjectionType"],
        non_key_attributes=tuple(body["Projection"].get("NonKeyAttributes", ())),
        throughput=_units(body),
        limits=project_extras.limits(body, None),
        warm=project_extras.warm(body, None),
        insights=Insights(False),
        autoscaling=project_replicas.scaling_of_index(spec),
    )
    types = {entry["AttributeName"]: entry["AttributeType"] for entry in step.request["AttributeDefinitions"]}
    attributes = {**spec.attributes, **{key: types[key] for key in index.keys}}
    indexes = tuple(sorted((*spec.global_indexes, index), key=lambda each: each.name))
    status = replace(live.status, indexes={**live.status.indexes, index.name: IndexStatus("ACTIVE")})
    changed = _with(live, spec, global_indexes=indexes, attributes=attributes)
    return replace(changed, status=status)


def _delete_index(live: Observed, spec: TableSpec, step: Step) -> Observed:
    """AWS forgets the attributes that are keys no longer (T-151)."""
    indexes = tuple(index for index in spec.global_indexes if index.name != step.subject)
    used = replace(spec, global_indexes=indexes).typed_attributes
    attributes = {name: kind for name, kind in spec.attributes.items() if name in used}
    statuses = {name: status for name, status in live.status.indexes.items() if name != step.subject}
    changed = _with(live, spec, global_indexes=indexes, attributes=attributes)
    return replace(changed, status=replace(live.status, indexes=statuses))


_CHANGES: dict[str, Callable[[Observed, TableSpec, Step], Observed]] = {
    "enable_deletion_protection": _protection,
    "disable_deletion_protection": _protection,
    "enable_point_in_time_recovery": _recovery,
    "disable_point_in_time_recovery": _recovery,
    "tag_table": _tags,
    "claim_table": _tags,
    "untag_table": _tags,
    "finish_table": _tags,
    "enable_ttl": _ttl,
    "disable_ttl": _ttl,
    "enable_stream": _stream,
    "disable_stream": _stream,
    "set_encryption": _encryption,
    "switch_billing": _throughput,
    "set_throughput": _throughput,
    "set_index_throughput": _throughput,
    "create_index": _create_index,
    "delete_index": _delete_index,
    **vectors.CHANGES,
}
