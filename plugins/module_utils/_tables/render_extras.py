# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capabilities of extras.py in the form in which users write them; what is at AWS's default is left out."""

from __future__ import annotations

from typing import Any

from .model import Autoscaling, Index, Insights, Limits, Scaling, TableSpec, Warm
from .render_replicas import global_fields
from .requests import INITIAL_WARM
from .streaming import streaming_entry
from .vectors import fields as vector_fields


def extra_fields(holder: TableSpec | Index) -> dict[str, Any]:
    """The fields that a table and a global index have in common."""
    fields = {
        "on_demand_throughput": _limits(holder.limits),
        "warm_throughput": _warm(holder.warm, bool(holder.throughput)),
        "contributor_insights": _insights(holder.insights),
        "autoscaling": _autoscaling(holder.autoscaling),
    }
    return {name: value for name, value in fields.items() if value}


def table_extras(spec: TableSpec) -> dict[str, Any]:
    """The fields that only a table has, and those that an index has as well."""
    own: dict[str, Any] = {"table_class": spec.table_class} if spec.table_class not in (None, "STANDARD") else {}
    if spec.policy:
        own["resource_policy"] = dict(spec.policy)
    own = {**vector_fields(spec), **own, **extra_fields(spec)}
    return {**own, **streaming_entry(spec), **global_fields(spec)}


def _limits(limits: Limits | None) -> dict[str, int]:
    found = {"max_read_request_units": limits and limits.read, "max_write_request_units": limits and limits.write}
    return {name: value for name, value in found.items() if value and value > 0}


def _warm(warm: Warm | None, provisioned: bool) -> dict[str, int]:
    """On a provisioned table it follows the capacity, and is nobody's wish."""
    if warm is None or provisioned:
        return {}
    found = {
        "read_units_per_second": (warm.read or 0, INITIAL_WARM.read or 0),
        "write_units_per_second": (warm.write or 0, INITIAL_WARM.write or 0),
    }
    return {name: value for name, (value, initial) in found.items() if value > initial}


def _insights(insights: Insights | None) -> dict[str, Any]:
    return {"enabled": True, "mode": insights.mode} if insights and insights.enabled else {}


def _autoscaling(autoscaling: Autoscaling | None) -> dict[str, Any]:
    found = {"read": autoscaling and autoscaling.read, "write": autoscaling and autoscaling.write}
    return {kind: _scaling(scaling) for kind, scaling in found.items() if scaling and scaling.enabled}


def _scaling(scaling: Scaling) -> dict[str, Any]:
    entry: dict[str, Any] = {"min_capacity": scaling.min_capacity, "max_capacity": scaling.max_capacity}
    for name in ("target_value", "scale_in_cooldown", "scale_out_cooldown"):
        if getattr(scaling, name) is not None:
            entry[name] = getattr(scaling, name)
    if scaling.schedules:
        entry["scheduled_actions"] = [
            {name: value for name, value in vars(schedule).items() if value is not None}
            for schedule in scaling.schedules
        ]
    return entry
