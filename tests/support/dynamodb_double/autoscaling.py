# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Application Auto Scaling of tables and indexes, its targets: rules 1.14 and 3.13."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from .faults import AwsFault, validation
from .model import Index, Json, Table
from .scaling_actions import enforce_later, pull_down_later
from .scaling_model import Key, Target
from .state import State
from .wire import NAME, Wire, checker

RESOURCE = re.compile(rf"table/(?P<table>{NAME})(/index/(?P<index>{NAME}))?")
DIMENSIONS = tuple(
    f"dynamodb:{owner}:{kind}CapacityUnits" for owner in ("table", "index") for kind in ("Read", "Write")
)


def _namespace(wire: Wire, request: Json) -> None:
    if wire.required(request.get("ServiceNamespace"), "serviceNamespace"):
        wire.one_of(request["ServiceNamespace"], "serviceNamespace", ("dynamodb",))


def _dimension(wire: Wire, request: Json) -> None:
    wire.one_of(request.get("ScalableDimension"), "scalableDimension", DIMENSIONS)


def _target(wire: Wire, request: Json) -> None:
    wire.length(request.get("ResourceId"), "resourceId", 1, 1600)
    wire.required(request.get("ScalableDimension"), "scalableDimension")


check_filters = checker(_namespace, _dimension)
_check_target = checker(_namespace, _dimension, _target)


def key_of(request: Json) -> Key:
    """Which capacity a request means; refused when resource and dimension do not fit each other."""
    _check_target(request)
    match = RESOURCE.fullmatch(request["ResourceId"])
    kind = "index" if match and match["index"] else "table"
    if match is None or request["ScalableDimension"].split(":")[1] != kind:
        raise validation("Unsupported service namespace, resource type or scalable dimension")
    return request["ResourceId"], request["ScalableDimension"]


def register(state: State, request: Json) -> Json:
    """Creates or changes a target; sooner or later the numbers follow (T-188 T-314)."""
    key = key_of(request)
    owner = _owner(state, key)
    old = state.scaling.targets.get(key)
    low = request.get("MinCapacity", old.low if old else None)
    high = request.get("MaxCapacity", old.high if old else None)
    if low is None or high is None:  # ?
        raise validation("MinCapacity and MaxCapacity must be specified when registering a new scalable target")
    if high < low:
        raise validation("Maximum capacity cannot be less than minimum capacity")
    suspended = {**(old.suspended if old else _AWAKE), **request.get("SuspendedState", {})}
    arn, created = (old.arn, old.created) if old else (_arn(state, key), state.now)
    target = state.scaling.targets[key] = Target(key, arn, low, high, created, suspended, owner)
    enforce_later(state, target)
    pull_down_later(state, target)
    return {"ScalableTargetARN": arn}


_AWAKE = dict.fromkeys(("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), False)


def _arn(state: State, key: Key) -> str:
    state.scaling.made += 1
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{key}/{state.scaling.made}").hex[:18]
    return f"arn:aws:application-autoscaling:{state.region}:{state.account_id}:scalable-target/0ec5{number}"


def _owner(state: State, key: Key) -> Table | Index:
    match = RESOURCE.fullmatch(key[0])
    assert match is not None
    table = state.tables.get(match["table"])
    if table is None:
        raise validation(f"DynamoDB table does not exist: table/{match['table']}")
    if match["index"] is None:
        return table
    if match["index"] not in table.indexes:
        raise validation(f"DynamoDB index does not exist: {key[0]}")
    return table.indexes[match["index"]]


def describe_targets(state: State, request: Json) -> Json:
    check_filters(request)
    wanted = request.get("ResourceIds") or []
    if "ScalableDimension" in request and not wanted:  # (doc)
        raise validation("A scalable dimension can only be given together with resource IDs")
    found = [
        _described(state, target)
        for key, target in sorted(state.scaling.targets.items())
        if (not wanted or key[0] in wanted) and request.get("ScalableDimension", key[1]) == key[1]
    ]
    return page(request, "ScalableTargets", found, 50)


def _described(state: State, target: Target) -> Json:
    return {
        "ServiceNamespace": "dynamodb",
        "ResourceId": target.key[0],
        "ScalableDimension": target.key[1],
        "MinCapacity": target.low,
        "MaxCapacity": target.high,
        "RoleARN": f"arn:aws:iam::{state.account_id}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws"
        ".com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        "CreationTime": state.moment(target.created),
        "SuspendedState": dict(target.suspended),
        "ScalableTargetARN": target.arn,
    }


def deregister(state: State, request: Json) -> Json:
    """With its policies and scheduled actions (T-194 T-292)."""
    key = key_of(request)
    if key not in state.scaling.targets:
        raise missing("No scalable target found", key)
    del state.scaling.targets[key]
    state.scaling.policies.pop(key, None)
    for action in [action for action in state.scaling.actions if action[:2] == key]:
        del state.scaling.actions[action]
    return {}


def missing(what: str, key: Key) -> AwsFault:
    place = f"service namespace: dynamodb, resource ID: {key[0]}, scalable dimension: {key[1]}"
    return AwsFault("ObjectNotFoundException", f"{what} for {place}")


def registered(state: State, key: Key) -> Target:
    """The target that a policy or a scheduled action needs."""
    if key not in state.scaling.targets:
        raise AwsFault(
            "ObjectNotFoundException",
            "No scalable target registered for service namespace: dynamodb, "
            f"resource ID: {key[0]}, scalable dimension: {key[1]}",
        )
    return state.scaling.targets[key]


def page(request: Json, member: str, found: list[Json], most: int) -> Json:
    """One page of an answer."""
    wire = Wire()
    wire.between(request.get("MaxResults", most), "maxResults", 1, most)
    wire.finish()
    try:
        first = int(request.get("NextToken") or 0)
    except ValueError as error:
        raise AwsFault("InvalidNextTokenException", "The next token is not valid.") from error
    last = first + request.get("MaxResults", most)
    answer: Json = {member: found[first:last]}
    return {**answer, "NextToken": str(last)} if last < len(found) else answer


Operation = Callable[[State, Json], Json]
