# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The effect of the steps on the regions of a global table, for project.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Step
from .model import Autoscaling, Scaling, TableSpec
from .replica_model import Replica, Replication

DEFAULT_VIEW_TYPE = "NEW_AND_OLD_IMAGES"
"""The stream that AWS turns on for replicas (T-221)."""


def scaling_of_index(spec: TableSpec) -> Autoscaling:
    """What a new index has by itself: in a provisioned global table its writes scale (T-291)."""
    scales = spec.billing_mode == "PROVISIONED" and spec.replication is not None and spec.replication.members
    return Autoscaling(Scaling(False), Scaling(True, 1, 10, 70.0) if scales else Scaling(False))


def _with(spec: TableSpec, replicas: Mapping[str, Replica], **changes: Any) -> TableSpec:
    """With these replicas; without any, nothing is left of the global table (T-229)."""
    found = replace(spec.replication or Replication(), replicas=tuple(replicas[each] for each in sorted(replicas)))
    if not replicas:
        return replace(spec, replication=Replication(), settings_replication="DISABLED", disassociation_protection=None)
    return replace(spec, replication=replace(found, **changes), settings_replication=None)


def _found(spec: TableSpec) -> dict[str, Replica]:
    return {each.region: each for each in (spec.replication or Replication()).replicas}


def _create(spec: TableSpec, step: Step) -> TableSpec:
    """A new replica has no recovery, no deletion protection and no tags (T-230), and cannot be disassociated."""
    made = [_new(each["Create"], spec) for each in step.request["ReplicaUpdates"]]
    strong = step.request.get("MultiRegionConsistency") == "STRONG"
    witness = next((each["Create"]["RegionName"] for each in step.request.get("GlobalTableWitnessUpdates", ())), None)
    first = not _found(spec)
    members = {"strong": strong, "witness": witness} if strong else {}
    changed = _with(spec, {**_found(spec), **{each.region: each for each in made}}, **members)
    if strong:
        return changed
    protection = True if first else spec.disassociation_protection
    stream = spec.stream_view_type or DEFAULT_VIEW_TYPE
    return replace(changed, disassociation_protection=protection, stream_view_type=stream)


def _new(body: Mapping[str, Any], spec: TableSpec) -> Replica:
    return Replica(
        region=body["RegionName"],
        kms_key=body.get("KMSMasterKeyId"),
        recovery=False,
        protection=False,
        disassociation_protection=True,
        policy={},
        tags={},
        **_overrides(body, spec),
    )


def _overrides(body: Mapping[str, Any], spec: TableSpec) -> dict[str, Any]:
    """What a body says; what the table itself has is no override."""
    units, limits = spec.throughput, spec.limits
    read = body.get("ProvisionedThroughputOverride", {}).get("ReadCapacityUnits")
    limit = body.get("OnDemandThroughputOverride", {}).get("MaxReadRequestUnits")
    said = {
        "table_class": (body.get("TableClassOverride"), spec.table_class or "STANDARD"),
        "read_units": (read, units.read if units else None),
        "read_limit": (limit, limits.read if limits else None),
    }
    return {name: None if value == base else value for name, (value, base) in said.items() if value is not None}


def _update(spec: TableSpec, step: Step) -> TableSpec:
    bodies = {each["Update"]["RegionName"]: each["Update"] for each in step.request["ReplicaUpdates"]}
    found = _found(spec)
    changed = {region: replace(found[region], **_overrides(body, spec)) for region, body in bodies.items()}
    return _with(spec, {**found, **changed})


def _gone(spec: TableSpec, step: Step) -> TableSpec:
    """Deleted, or from now on a table of its own."""
    regions = step.subject.split()
    return _with(spec, {region: each for region, each in _found(spec).items() if region not in regions})


def _on(spec: TableSpec, step: Step, **changes: Any) -> TableSpec:
    found = _found(spec)
    if step.subject not in found:
        return spec
    return _with(spec, {**found, step.subject: replace(found[step.subject], **changes)})


def _protection(spec: TableSpec, step: Step) -> TableSpec:
    return _on(spec, step, protection=step.request["DeletionProtectionEnabled"])


def _disassociation(spec: TableSpec, step: Step) -> TableSpec:
    return _on(spec, step, disassociation_protection=step.request["DisassociationProtectionEnabled"])


def _recovery(spec: TableSpec, step: Step) -> TableSpec:
    wanted = step.request["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    return _on(spec, step, recovery=wanted)


def _key(spec: TableSpec, step: Step) -> TableSpec:
    return _on(spec, step, kms_key=step.request["SSESpecification"].get("KMSMasterKeyId"))


def _tags(spec: TableSpec, step: Step) -> TableSpec:
    found = _found(spec).get(step.subject)
    written = {tag["Key"]: tag["Value"] for tag in step.request.get("Tags", ())}
    gone = step.request.get("TagKeys", ())
    kept = {key: value for key, value in ((found and found.tags) or {}).items() if key not in gone}
    return _on(spec, step, tags={**kept, **written})


def _policy(spec: TableSpec, step: Step) -> TableSpec:
    return _on(spec, step, policy=json.loads(step.request["Policy"]) if "Policy" in step.request else {})


def _own_protection(spec: TableSpec, step: Step) -> TableSpec:
    return replace(spec, disassociation_protection=step.request["DisassociationProtectionEnabled"])


def _settings(spec: TableSpec, step: Step) -> TableSpec:
    return replace(spec, settings_replication=step.request["GlobalTableSettingsReplicationMode"])


CHANGES: dict[str, Callable[[TableSpec, Step], TableSpec]] = {
    "create_replica": _create,
    "create_strong_replicas": _create,
    "update_replica": _update,
    "delete_replica": _gone,
    "delete_strong_replicas": _gone,
    "disassociate_replica": _gone,
    "protect_replica": _protection,
    "unprotect_replica": _protection,
    "allow_disassociation": _disassociation,
    "set_replica_disassociation_protection": _disassociation,
    "enable_replica_recovery": _recovery,
    "disable_replica_recovery": _recovery,
    "set_replica_key": _key,
    "put_replica_policy": _policy,
    "delete_replica_policy": _policy,
    "tag_replica": _tags,
    "untag_replica": _tags,
    "set_disassociation_protection": _own_protection,
    "set_settings_replication": _settings,
}
