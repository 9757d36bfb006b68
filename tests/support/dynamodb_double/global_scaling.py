# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The auto scaling that AWS gives to a new index of a provisioned global table (T-291)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .autoscaling import register
from .capacity_rules import PROVISIONED
from .model import Job, Table
from .scaling_policies import put_policy
from .state import State

METRIC = "DynamoDBWriteCapacityUtilization"


def scale_new_indexes(state: State) -> Callable[[Table, Job], None]:
    """From 1 to 10 units, at 70 percent, unless it scales already."""

    def ended(table: Table, job: Job) -> None:
        if job.kind != "INDEX_BACKFILL" or table.group is None or table.mode != PROVISIONED:
            return
        resource, dimension = f"table/{table.name}/index/{job.index}", "dynamodb:index:WriteCapacityUnits"
        if (resource, dimension) in state.scaling.targets:
            return
        place: dict[str, Any] = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": resource,
            "ScalableDimension": dimension,
        }
        register(state, {**place, "MinCapacity": 1, "MaxCapacity": 10})
        metric = {"PredefinedMetricType": METRIC}
        configuration = {"TargetValue": 70.0, "PredefinedMetricSpecification": metric}
        policy = {"PolicyName": f"DynamoDBWriteCapacityUtilization:{resource}", "PolicyType": "TargetTrackingScaling"}
        put_policy(state, {**place, **policy, "TargetTrackingScalingPolicyConfiguration": configuration})

    return ended
