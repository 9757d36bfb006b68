# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The effect of the steps on the capabilities of extras.py, for project.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Step
from .model import Autoscaling, Index, Insights, Limits, Scaling, Schedule, TableSpec, Warm
from .streaming import EFFECTS

Request = Mapping[str, Any]


def limits(request: Request, found: Limits | None) -> Limits:
    """AWS merges the members (T-178)."""
    body, there = request.get("OnDemandThroughput", {}), found or Limits(-1, -1)
    return Limits(body.get("MaxReadRequestUnits", there.read), body.get("MaxWriteRequestUnits", there.write))


def warm(request: Request, found: Warm | None) -> Warm:
    body, there = request.get("WarmThroughput", {}), found or Warm(0, 0)
    return Warm(body.get("ReadUnitsPerSecond", there.read), body.get("WriteUnitsPerSecond", there.write))


def _table_limits(spec: TableSpec, step: Step) -> TableSpec:
    return replace(spec, limits=limits(step.request, spec.limits))


def _table_warm(spec: TableSpec, step: Step) -> TableSpec:
    return replace(spec, warm=warm(step.request, spec.warm))


def _table_class(spec: TableSpec, step: Step) -> TableSpec:
    return replace(spec, table_class=step.request["TableClass"])


def _index_updates(spec: TableSpec, step: Step) -> TableSpec:
    updates = {each["Update"]["IndexName"]: each["Update"] for each in step.request["GlobalSecondaryIndexUpdates"]}

    def changed(index: Index) -> Index:
        update = updates.get(index.name, {})
        return replace(index, limits=limits(update, index.limits), warm=warm(update, index.warm)) if update else index

    return replace(spec, global_indexes=tuple(changed(index) for index in spec.global_indexes))


def _insights(spec: TableSpec, step: Step) -> TableSpec:
    enabled = step.request["ContributorInsightsAction"] == "ENABLE"
    return _on(spec, step.subject, insights=Insights(enabled, step.request.get("ContributorInsightsMode")))


def _policy(spec: TableSpec, step: Step) -> TableSpec:
    return replace(spec, policy=json.loads(step.request["Policy"]) if "Policy" in step.request else {})


def _on(spec: TableSpec, index_name: str, **changes: Any) -> TableSpec:
    """With changes of the table itself or of one of its indexes."""
    if not index_name:
        return replace(spec, **changes)
    indexes = (replace(each, **changes) if each.name == index_name else each for each in spec.global_indexes)
    return replace(spec, global_indexes=tuple(indexes))


def _scaling(spec: TableSpec, step: Step) -> TableSpec:
    index_name, _slash, kind = step.subject.rpartition("/")
    holders = {"": spec.autoscaling, **{index.name: index.autoscaling for index in spec.global_indexes}}
    if index_name not in holders:
        return spec
    known = holders[index_name] or Autoscaling(Scaling(False), Scaling(False))
    changed = _SCALINGS[step.action](getattr(known, kind) or Scaling(False), step.request)
    return _on(spec, index_name, autoscaling=replace(known, **{kind: changed}))


def _register(scaling: Scaling, request: Request) -> Scaling:
    return replace(scaling, enabled=True, min_capacity=request["MinCapacity"], max_capacity=request["MaxCapacity"])


def _track(scaling: Scaling, request: Request) -> Scaling:
    configuration = request["TargetTrackingScalingPolicyConfiguration"]
    return replace(
        scaling,
        policy_name=request["PolicyName"],
        target_value=configuration["TargetValue"],
        scale_in_cooldown=configuration.get("ScaleInCooldown"),
        scale_out_cooldown=configuration.get("ScaleOutCooldown"),
    )


def _untrack(scaling: Scaling, _request: Request) -> Scaling:
    return replace(scaling, policy_name="", target_value=None, scale_in_cooldown=None, scale_out_cooldown=None)


def _schedule(scaling: Scaling, request: Request) -> Scaling:
    bounds = request["ScalableTargetAction"]
    made = Schedule(
        request["ScheduledActionName"],
        request["Schedule"],
        request.get("Timezone"),
        bounds.get("MinCapacity"),
        bounds.get("MaxCapacity"),
    )
    kept = [each for each in scaling.schedules if each.name != made.name]
    return replace(scaling, schedules=tuple(sorted([*kept, made], key=lambda each: each.name)))


def _unschedule(scaling: Scaling, request: Request) -> Scaling:
    kept = tuple(each for each in scaling.schedules if each.name != request["ScheduledActionName"])
    return replace(scaling, schedules=kept)


_SCALINGS: dict[str, Callable[[Scaling, Request], Scaling]] = {
    "register_target": _register,
    "deregister_target": lambda _scaling, _request: Scaling(False),
    "put_scaling_policy": _track,
    "delete_scaling_policy": _untrack,
    "put_scheduled_action": _schedule,
    "delete_scheduled_action": _unschedule,
    "prepare_target": _register,
    "prepare_policy": _track,
}

CHANGES: dict[str, Callable[[TableSpec, Step], TableSpec]] = {
    "set_limits": _table_limits,
    "set_index_limits": _index_updates,
    "set_table_class": _table_class,
    "raise_warm_throughput": _table_warm,
    "raise_index_warm_throughput": _index_updates,
    "set_contributor_insights": _insights,
    "put_resource_policy": _policy,
    "delete_resource_policy": _policy,
    **dict.fromkeys(_SCALINGS, _scaling),
    **EFFECTS,
}
