# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto scaling: what must change in targets, policies and schedules, and which capacities it owns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .change import Change, step
from .model import Autoscaling, Scaling, TableSpec, Throughput

NAMESPACE = "dynamodb"
METRICS = {"read": "DynamoDBReadCapacityUtilization", "write": "DynamoDBWriteCapacityUtilization"}
FIELDS = ("autoscaling",)
Place = tuple[str, str]
"""The name of an index (empty for the table itself) and a dimension, C(read) or C(write)."""


def resource_id(table_name: str, index_name: str) -> str:
    return f"table/{table_name}/index/{index_name}" if index_name else f"table/{table_name}"


def dimension(index_name: str, kind: str) -> str:
    return f"dynamodb:{'index' if index_name else 'table'}:{kind.capitalize()}CapacityUnits"


def scalings(spec: TableSpec) -> dict[Place, Scaling]:
    """What is known of each dimension of the table and its global indexes."""
    found = {}
    for name, autoscaling in [("", spec.autoscaling)] + [
        (index.name, index.autoscaling) for index in spec.global_indexes
    ]:
        for kind in METRICS:
            scaling = getattr(autoscaling or Autoscaling(), kind)
            if scaling:
                found[name, kind] = scaling
    return found


def with_owned_capacity(spec: TableSpec, seen: TableSpec | None) -> TableSpec:
    """The desired table with the capacities that auto scaling owns taken from what is there.

    Where a target exists, declared or found, the declared number only holds at creation, within the target's range.
    """
    if spec.billing_mode != "PROVISIONED":
        return spec
    wanted, found = scalings(spec), scalings(seen) if seen else {}
    live = {index.name: index.throughput for index in seen.global_indexes} if seen else {}

    def own(name: str, declared: Throughput | None, there: Throughput | None) -> Throughput | None:
        if declared is None:
            return None
        units = {
            kind: _owned(wanted.get((name, kind)), found.get((name, kind)), declared, there, kind) for kind in METRICS
        }
        return Throughput(units["read"], units["write"])

    indexes = tuple(
        replace(index, throughput=own(index.name, index.throughput, live.get(index.name)))
        for index in spec.global_indexes
    )
    throughput = own("", spec.throughput, seen.throughput if seen else None)
    return replace(spec, throughput=throughput, global_indexes=indexes)


def with_kept_scaling(spec: TableSpec, seen: TableSpec, again: frozenset[str]) -> TableSpec:
    """With the scaling that is found, and not managed, of what is made again: index names, empty for the table."""
    if spec.billing_mode != "PROVISIONED":
        return spec
    found = scalings(seen)

    def kept(name: str, declared: Autoscaling | None) -> Autoscaling | None:
        if name not in again:
            return declared
        both = {kind: found.get((name, kind)) for kind in METRICS}
        live = {kind: scaling if scaling and scaling.enabled else None for kind, scaling in both.items()}
        wanted = declared or Autoscaling()
        return Autoscaling(wanted.read or live["read"], wanted.write or live["write"])

    indexes = tuple(replace(index, autoscaling=kept(index.name, index.autoscaling)) for index in spec.global_indexes)
    return replace(spec, autoscaling=kept("", spec.autoscaling), global_indexes=indexes)


def _owned(
    wanted: Scaling | None, found: Scaling | None, declared: Throughput, there: Throughput | None, kind: str
) -> int:
    number: int = getattr(declared, kind)
    target = wanted or found
    if target is None or not target.enabled:
        return number
    if there is not None:
        return int(getattr(there, kind))
    return max(target.min_capacity, min(number, target.max_capacity))


def scaling_changes(spec: TableSpec, seen: TableSpec, lasting: frozenset[str], going: frozenset[str]) -> list[Change]:
    """The changes of a table that is there; lasting are the indexes of afterwards, going those that a step deletes."""
    wanted, found = scalings(spec), scalings(seen)
    on_demand = spec.billing_mode == "PAY_PER_REQUEST"
    changes = []
    for place in sorted(found.keys() | wanted.keys()):
        there = found.get(place, Scaling(False))
        if there.enabled and (on_demand or place[0] in going):
            why = "the table is on demand" if on_demand else f"index {place[0]} goes"
            changes.append(_deregister(spec.table_name, place, why))
            there = Scaling(False)
        if place in wanted and not on_demand and (not place[0] or place[0] in lasting):
            changes += _place_changes(spec.table_name, place, wanted[place], there)
    return changes


def creation_scaling(spec: TableSpec) -> list[Change]:
    """What a new table needs. A target outlives its table and must be registered again for the new one (T-194)."""
    return [
        change
        for place, scaling in sorted(scalings(spec).items())
        for change in _place_changes(spec.table_name, place, scaling, Scaling(False))
    ]


def removal(table_name: str, seen: TableSpec) -> list[Change]:
    """Targets outlive their table, so they go before it."""
    return [
        _deregister(table_name, place, "the table goes")
        for place, scaling in sorted(scalings(seen).items())
        if scaling.enabled
    ]


def _place_changes(table_name: str, place: Place, wanted: Scaling, there: Scaling) -> list[Change]:
    if not wanted.enabled:
        return [_deregister(table_name, place, "it is declared as off")] if there.enabled else []
    steps = []
    if (there.enabled, there.min_capacity, there.max_capacity) != (True, wanted.min_capacity, wanted.max_capacity):
        now = f"scales from {there.min_capacity} to {there.max_capacity}" if there.enabled else "does not scale"
        reason = f"{_label(place)} {now} and should from {wanted.min_capacity} to {wanted.max_capacity}"
        body = {"MinCapacity": wanted.min_capacity, "MaxCapacity": wanted.max_capacity}
        steps.append(_step(table_name, "register_target", place, reason, body, until="table_active"))
    steps += _policy_steps(table_name, place, wanted, there)
    steps += _schedule_steps(table_name, place, wanted, there)
    return [Change(tuple(steps))] if steps else []


def _policy_steps(table_name: str, place: Place, wanted: Scaling, there: Scaling) -> Iterator[Any]:
    def shape(scaling: Scaling) -> tuple[Any, ...]:
        return scaling.target_value, scaling.scale_in_cooldown or 0, scaling.scale_out_cooldown or 0

    if wanted.target_value is None:
        if there.target_value is not None:
            reason = f"{_label(place)} has a target tracking policy and should have none"
            yield _step(table_name, "delete_scaling_policy", place, reason, {"PolicyName": there.policy_name})
        return
    if shape(wanted) == shape(there):
        return
    name = there.policy_name or f"{METRICS[place[1]]}:{resource_id(table_name, place[0])}"
    configuration: dict[str, Any] = {
        "TargetValue": float(wanted.target_value),
        "PredefinedMetricSpecification": {"PredefinedMetricType": METRICS[place[1]]},
    }
    for member, value in (
        ("ScaleInCooldown", wanted.scale_in_cooldown),
        ("ScaleOutCooldown", wanted.scale_out_cooldown),
    ):
        if value is not None:
            configuration[member] = value
    now = f"{there.target_value:g} %" if there.target_value is not None else "none"
    reason = f"the utilization that {_label(place)} aims at is {now} and should be {wanted.target_value:g} %"
    body = {
        "PolicyName": name,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": configuration,
    }
    yield _step(table_name, "put_scaling_policy", place, reason, body)


def _schedule_steps(table_name: str, place: Place, wanted: Scaling, there: Scaling) -> Iterator[Any]:
    new = {schedule.name: schedule for schedule in wanted.schedules}
    old = {schedule.name: schedule for schedule in there.schedules}
    for name in sorted(old.keys() - new.keys()):
        reason = f"scheduled action {name} of {_label(place)} is not declared"
        yield _step(table_name, "delete_scheduled_action", place, reason, {"ScheduledActionName": name})
    for name in sorted(new):
        if new[name] == old.get(name):
            continue
        bounds = {"MinCapacity": new[name].min_capacity, "MaxCapacity": new[name].max_capacity}
        body: dict[str, Any] = {
            "ScheduledActionName": name,
            "Schedule": new[name].schedule,
            "ScalableTargetAction": {member: value for member, value in bounds.items() if value is not None},
        }
        if new[name].timezone:
            body["Timezone"] = new[name].timezone
        reason = f"scheduled action {name} of {_label(place)} {'differs' if name in old else 'is missing'}"
        yield _step(table_name, "put_scheduled_action", place, reason, body)


def _deregister(table_name: str, place: Place, why: str) -> Change:
    """Takes the policies and scheduled actions of the target with it (aws-rules.md 3.13)."""
    reason = f"{_label(place)} scales and should not: {why}"
    return Change((_step(table_name, "deregister_target", place, reason, {}),))


def _step(table_name: str, action: str, place: Place, reason: str, body: dict[str, Any], until: str = "") -> Any:
    request = {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource_id(table_name, place[0]),
        "ScalableDimension": dimension(*place),
        **body,
    }
    return step(table_name, action, reason, request, fields=FIELDS, subject="/".join(place).lstrip("/"), until=until)


def _label(place: Place) -> str:
    return f"{place[1]} capacity of index {place[0]}" if place[0] else f"{place[1]} capacity"
