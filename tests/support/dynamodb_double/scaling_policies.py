# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Application Auto Scaling: scaling policies and scheduled actions (rule 3.13)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from . import autoscaling
from .autoscaling import Operation, check_filters, key_of, missing, page, registered
from .faults import validation
from .model import Json
from .scaling_actions import pull_down_later
from .scaling_model import Key, ScalingPolicy
from .state import State
from .wire import Wire

ALARMS = ("AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow")
KIND = "TargetTrackingScaling"
SCHEDULE = re.compile(r"cron\(\S+( \S+){5}\)|rate\([1-9]\d* (minute|hour|day)s?\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)")


def put_policy(state: State, request: Json) -> Json:
    """One of a dimension: the same again changes nothing, another name replaces it (T-190 T-237 T-253 to T-256)."""
    key = key_of(request)
    configuration = _configuration(request)
    target = registered(state, key)
    old = state.scaling.policies.get(key)
    if old is None or old.name != request["PolicyName"]:
        old = state.scaling.policies[key] = _new(state, key, request["PolicyName"])
    old.configuration = configuration
    pull_down_later(state, target)
    return {"PolicyARN": old.arn, "Alarms": [dict(alarm) for alarm in old.alarms]}


def _configuration(request: Json) -> Json:
    wire = Wire()
    wire.length(request.get("PolicyName"), "policyName", 1, 256)
    wire.finish()
    configuration: Json | None = request.get("TargetTrackingScalingPolicyConfiguration")
    if request.get("PolicyType") != KIND or configuration is None:
        raise validation(f"Policy type {request.get('PolicyType', 'StepScaling')} is not supported for dynamodb")
    wire.required(configuration.get("TargetValue"), "targetTrackingScalingPolicyConfiguration.targetValue")
    wire.finish()
    _check_metric(configuration, request["ScalableDimension"])
    return configuration


def _check_metric(configuration: Json, dimension: str) -> None:
    predefined = configuration.get("PredefinedMetricSpecification")
    if (predefined is None) == ("CustomizedMetricSpecification" not in configuration):
        raise validation("Exactly one of predefined and customized metric specification must be given")
    if predefined is None:
        return
    metric = "DynamoDBReadCapacityUtilization" if ":Read" in dimension else "DynamoDBWriteCapacityUtilization"
    if predefined["PredefinedMetricType"] != metric:
        raise validation(f"Predefined metric type {predefined['PredefinedMetricType']} is not for {dimension}")
    if not 10 <= configuration["TargetValue"] <= 90:
        raise validation(
            f"For predefined metric type {metric}, target value must be between '10.0' and '90.0', "
            f"but was '{float(configuration['TargetValue'])}'"
        )


def _new(state: State, key: Key, name: str) -> ScalingPolicy:
    state.scaling.made += 1
    number = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{key}/{name}/{state.scaling.made}"))
    place = f"{state.region}:{state.account_id}"
    arn = f"arn:aws:autoscaling:{place}:scalingPolicy:{number}:resource/dynamodb/{key[0]}:policyName/{name}"
    names = [f"TargetTracking-{key[0]}-{kind}-{number}" for kind in ALARMS]
    alarms = [{"AlarmName": alarm, "AlarmARN": f"arn:aws:cloudwatch:{place}:alarm:{alarm}"} for alarm in names]
    return ScalingPolicy(key, name, arn, state.now, {}, alarms)


def _matches(request: Json, key: Key) -> bool:
    return key == (request.get("ResourceId", key[0]), request.get("ScalableDimension", key[1]))


def _check_description(request: Json) -> None:
    check_filters(request)
    if "ScalableDimension" in request and "ResourceId" not in request:  # (doc)
        raise validation("A scalable dimension can only be given together with a resource ID")


def describe_policies(state: State, request: Json) -> Json:
    _check_description(request)
    found = [
        {
            "PolicyARN": policy.arn,
            "PolicyName": policy.name,
            "ServiceNamespace": "dynamodb",
            "ResourceId": key[0],
            "ScalableDimension": key[1],
            "PolicyType": KIND,
            "TargetTrackingScalingPolicyConfiguration": dict(policy.configuration),
            "Alarms": [dict(alarm) for alarm in policy.alarms],
            "CreationTime": state.moment(policy.created),
        }
        for key, policy in sorted(state.scaling.policies.items())
        if _matches(request, key) and policy.name in (request.get("PolicyNames") or [policy.name])
    ]
    return page(request, "ScalingPolicies", found, 10)


def delete_policy(state: State, request: Json) -> Json:
    key = key_of(request)
    policy = state.scaling.policies.get(key)
    if policy is None or policy.name != request["PolicyName"]:
        raise missing(f"No scaling policy found with name {request['PolicyName']}", key)
    del state.scaling.policies[key]
    return {}


def put_action(state: State, request: Json) -> Json:
    """Creates or changes a scheduled action; the double does not carry it out."""
    key = key_of(request)
    name = request["ScheduledActionName"]
    _check_schedule(request)
    registered(state, key)
    old = state.scaling.actions.get((*key, name), {})
    if "Schedule" not in request and not old:
        raise validation("A schedule must be given for a new scheduled action")
    given: Json = {part: request[part] for part in ("Schedule", "Timezone", "ScalableTargetAction") if part in request}
    given |= {part: state.moment(state.time_of(request[part])) for part in ("StartTime", "EndTime") if part in request}
    place = f"{state.region}:{state.account_id}"
    arn = f"arn:aws:autoscaling:{place}:scheduledAction:{uuid.uuid5(uuid.NAMESPACE_URL, f'{key}/{name}')}"
    state.scaling.actions[(*key, name)] = {
        "CreationTime": state.moment(),
        "ScheduledActionARN": f"{arn}:resource/dynamodb/{key[0]}:scheduledActionName/{name}",
        **old,
        **given,
    }
    return {}


def _check_schedule(request: Json) -> None:
    if "Schedule" in request and not SCHEDULE.fullmatch(request["Schedule"]):
        raise validation(f"Schedule expression {request['Schedule']!r} is not valid")
    wanted = request.get("ScalableTargetAction")
    if wanted is not None and not wanted:
        raise validation("ScalableTargetAction must have at least one of MinCapacity and MaxCapacity")
    low, high = (wanted or {}).get("MinCapacity", 0), (wanted or {}).get("MaxCapacity", float("inf"))
    if high < low:
        raise validation("Maximum capacity cannot be less than minimum capacity")


def describe_actions(state: State, request: Json) -> Json:
    _check_description(request)
    found = [
        {
            "ServiceNamespace": "dynamodb",
            "ResourceId": resource,
            "ScalableDimension": dimension,
            "ScheduledActionName": name,
            **action,
        }
        for (resource, dimension, name), action in sorted(state.scaling.actions.items())
        if _matches(request, (resource, dimension)) and name in (request.get("ScheduledActionNames") or [name])
    ]
    return page(request, "ScheduledActions", found, 50)


def delete_action(state: State, request: Json) -> Json:
    key = key_of(request)
    name = request["ScheduledActionName"]
    if (*key, name) not in state.scaling.actions:
        raise missing(f"No scheduled action found with name {name}", key)
    del state.scaling.actions[(*key, name)]
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "DeleteScalingPolicy": delete_policy,
    "DeleteScheduledAction": delete_action,
    "DeregisterScalableTarget": autoscaling.deregister,
    "DescribeScalableTargets": autoscaling.describe_targets,
    "DescribeScalingPolicies": describe_policies,
    "DescribeScheduledActions": describe_actions,
    "PutScalingPolicy": put_policy,
    "PutScheduledAction": put_action,
    "RegisterScalableTarget": autoscaling.register,
}
