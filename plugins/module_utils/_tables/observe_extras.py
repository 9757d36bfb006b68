# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to the capabilities of extras.py, normalised as aws-rules.md 8 says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .extras import DEFAULT_MODE
from .model import Autoscaling, Insights, Limits, Scaling, Schedule, Warm
from .scaling import dimension, resource_id

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class ScalingAnswers:
    """All targets, policies and scheduled actions of the account and region."""

    targets: Sequence[Answer] = ()
    policies: Sequence[Answer] = ()
    actions: Sequence[Answer] = ()


def limits(holder: Answer) -> Limits:
    """An absent structure or member is no limit (T-178)."""
    found = holder.get("OnDemandThroughput") or {}
    return Limits(found.get("MaxReadRequestUnits", -1), found.get("MaxWriteRequestUnits", -1))


def warm(holder: Answer) -> Warm | None:
    found = holder.get("WarmThroughput")
    return Warm(found.get("ReadUnitsPerSecond", 0), found.get("WriteUnitsPerSecond", 0)) if found else None


def insights(answer: Answer | None) -> Insights | None:
    """None where they were not read; never configured is off, and no mode is the default one (T-089, T-092)."""
    if answer is None:
        return None
    if answer.get("ContributorInsightsStatus") not in ("ENABLED", "ENABLING"):
        return Insights(False)
    return Insights(True, answer.get("ContributorInsightsMode") or DEFAULT_MODE)


def policy(answer: Answer | None) -> Answer | None:
    """None where it was not read, empty where there is none."""
    if answer is None:
        return None
    document: Answer = json.loads(answer["Policy"]) if answer.get("Policy") else {}
    return document


def autoscaling(answers: ScalingAnswers | None, table_name: str, index_name: str) -> Autoscaling | None:
    """Both dimensions of a table or an index; a dimension without a target is disabled."""
    if answers is None:
        return None
    return Autoscaling(
        _scaling(answers, resource_id(table_name, index_name), dimension(index_name, "read")),
        _scaling(answers, resource_id(table_name, index_name), dimension(index_name, "write")),
    )


def _scaling(answers: ScalingAnswers, resource: str, scalable: str) -> Scaling:
    def mine(entries: Sequence[Answer]) -> list[Answer]:
        return [each for each in entries if (each["ResourceId"], each["ScalableDimension"]) == (resource, scalable)]

    target = next(iter(mine(answers.targets)), None)
    if target is None:
        return Scaling(False)
    tracking = [each for each in mine(answers.policies) if each["PolicyType"] == "TargetTrackingScaling"]
    found = tracking[0] if tracking else {}
    configuration = found.get("TargetTrackingScalingPolicyConfiguration") or {}
    return Scaling(
        True,
        target["MinCapacity"],
        target["MaxCapacity"],
        configuration.get("TargetValue"),
        configuration.get("ScaleInCooldown"),
        configuration.get("ScaleOutCooldown"),
        tuple(sorted((_schedule(each) for each in mine(answers.actions)), key=lambda each: each.name)),
        found.get("PolicyName", ""),
    )


def _schedule(action: Answer) -> Schedule:
    bounds = action.get("ScalableTargetAction") or {}
    return Schedule(
        action["ScheduledActionName"],
        action["Schedule"],
        action.get("Timezone"),
        bounds.get("MinCapacity"),
        bounds.get("MaxCapacity"),
    )
