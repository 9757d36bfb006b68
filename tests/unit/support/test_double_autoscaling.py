# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's Application Auto Scaling (rules 1.14 and 3.13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import AwsFault, FakeAws
from tests.support.lab import ACCOUNT, NAME, ON_DEMAND, REGION, Lab, provisioned, units

READ = {"ResourceId": f"table/{NAME}", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
WRITE = {"ResourceId": f"table/{NAME}", "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}
INDEX = {"ResourceId": f"table/{NAME}/index/by_city", "ScalableDimension": "dynamodb:index:ReadCapacityUnits"}


def scale(lab: Lab, operation: str, *members: dict[str, str], **others: Any) -> Any:
    request = {name: value for part in members for name, value in part.items()}
    return lab.aws.scale(operation, {"ServiceNamespace": "dynamodb", **request, **others})


def refusal(lab: Lab, operation: str, *members: dict[str, str], **others: Any) -> tuple[str, str]:
    with pytest.raises(AwsFault) as raised:
        scale(lab, operation, *members, **others)
    return raised.value.code, raised.value.message


def register(lab: Lab, what: dict[str, str], low: int, high: int = 20) -> Any:
    return scale(lab, "RegisterScalableTarget", what, MinCapacity=low, MaxCapacity=high)


def tracking(value: float = 70.0, kind: str = "Read", **others: Any) -> dict[str, Any]:
    metric = {"PredefinedMetricType": f"DynamoDB{kind}CapacityUtilization"}
    configuration = {"TargetValue": value, "PredefinedMetricSpecification": metric, **others}
    return {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": configuration}


def follow(lab: Lab, what: dict[str, str], name: str = "follow", **others: Any) -> Any:
    return scale(lab, "PutScalingPolicy", what, PolicyName=name, **{**tracking(), **others})


def targets(lab: Lab, **filters: Any) -> list[Any]:
    found: list[Any] = scale(lab, "DescribeScalableTargets", **filters)["ScalableTargets"]
    return found


def policies(lab: Lab, **filters: Any) -> list[Any]:
    found: list[Any] = scale(lab, "DescribeScalingPolicies", **filters)["ScalingPolicies"]
    return found


def capacity(lab: Lab) -> tuple[int, int]:
    found = lab.table()["ProvisionedThroughput"]
    return found["ReadCapacityUnits"], found["WriteCapacityUnits"]


def test_targets_are_created_and_changed() -> None:
    """T-237 to T-243."""
    lab = Lab().settled(**provisioned())
    arn = register(lab, READ, 5)["ScalableTargetARN"]
    assert arn.startswith(f"arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/")
    assert scale(lab, "RegisterScalableTarget", READ, MaxCapacity=50)["ScalableTargetARN"] == arn
    (target,) = targets(lab)
    assert (target["MinCapacity"], target["MaxCapacity"], target["ScalableTargetARN"]) == (5, 50, arn)
    assert not any(target["SuspendedState"].values())
    register(lab, WRITE, 5)
    assert len(targets(lab, ResourceIds=[READ["ResourceId"]])) == 2
    assert len(targets(lab, ResourceIds=[READ["ResourceId"]], ScalableDimension=READ["ScalableDimension"])) == 1
    page = scale(lab, "DescribeScalableTargets", MaxResults=1)
    assert len(scale(lab, "DescribeScalableTargets", NextToken=page["NextToken"])["ScalableTargets"]) == 1


def test_refused_targets() -> None:
    """T-188 T-194 T-314."""
    lab = Lab().settled(**provisioned())
    limits = {"MinCapacity": 1, "MaxCapacity": 2}
    cases: list[tuple[dict[str, str], dict[str, int], str]] = [
        (INDEX, limits, f"DynamoDB index does not exist: table/{NAME}/index/by_city"),
        ({**READ, "ResourceId": "table/none"}, limits, "DynamoDB table does not exist: table/none"),
        (READ, {"MinCapacity": 3, "MaxCapacity": 2}, "Maximum capacity cannot be less than minimum capacity"),
        (READ, {"MinCapacity": 3}, "MinCapacity and MaxCapacity must be specified"),
        ({**INDEX, "ResourceId": READ["ResourceId"]}, limits, "Unsupported service namespace, resource type"),
        ({**READ, "ServiceNamespace": "ecs"}, limits, "1 validation error detected: Value 'ecs'"),
    ]
    for what, members, message in cases:
        code, found = refusal(lab, "RegisterScalableTarget", what, **members)
        assert (code, found[: len(message)]) == ("ValidationException", message)
    assert refusal(lab, "DeregisterScalableTarget", READ)[0] == "ObjectNotFoundException"
    assert refusal(lab, "PutScalingPolicy", READ, PolicyName="follow", **tracking())[0] == "ObjectNotFoundException"
    assert refusal(lab, "DescribeScalableTargets", ScalableDimension=READ["ScalableDimension"])[0] == (
        "ValidationException"
    )


def test_a_minimum_is_enforced_also_without_a_policy() -> None:
    """T-195 T-314: the table is UPDATING for others meanwhile; a value below it later is left alone (T-315)."""
    lab = Lab().settled(**provisioned(5, 5))
    register(lab, READ, 10)
    lab.sleep(2)
    assert lab.status() == "ACTIVE"
    lab.sleep(1.5)
    assert lab.status() == "UPDATING"
    lab.sleep(1.2)
    assert (capacity(lab), lab.status()) == ((10, 5), "UPDATING")
    assert lab.refusal("DeleteTable", TableName=NAME)[0] == "ResourceInUseException"
    lab.sleep(30)
    assert lab.status() == "ACTIVE"
    lab.update(ProvisionedThroughput=units(3, 5))
    lab.sleep(800)
    assert capacity(lab) == (3, 5)


def test_both_dimensions_and_an_index_are_enforced_one_after_the_other() -> None:
    """T-314."""
    lab = Lab().indexed(**provisioned(5, 5))
    for what in (READ, WRITE, INDEX):
        register(lab, what, 8)
    lab.sleep(120)
    assert capacity(lab) == (8, 8)
    index = lab.index()
    assert index is not None
    assert index["ProvisionedThroughput"]["ReadCapacityUnits"] == 8
    assert index["ProvisionedThroughput"]["WriteCapacityUnits"] == 5


def test_an_idle_table_is_pulled_down_to_its_minimum() -> None:
    """T-316: it burns a decrease; without a policy, or with scaling in disabled, nothing happens."""
    lab = Lab().settled(**provisioned(5, 5))
    register(lab, READ, 5)
    lab.update(ProvisionedThroughput=units(15, 5))
    lab.sleep(300)
    assert capacity(lab) == (15, 5)
    follow(lab, READ, **tracking(DisableScaleIn=True))
    lab.sleep(300)
    assert capacity(lab) == (15, 5)
    follow(lab, READ)
    lab.sleep(120)
    assert capacity(lab) == (5, 5)
    lab.update(ProvisionedThroughput=units(12, 5))
    lab.sleep(80)
    assert capacity(lab) == (12, 5)
    lab.sleep(10)
    assert capacity(lab) == (5, 5)
    assert lab.table()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 2


def test_policies() -> None:
    """T-190 T-253 to T-256: one of a dimension, with four alarms; a new name replaces it."""
    lab = Lab().settled(**provisioned())
    register(lab, READ, 5)
    first = follow(lab, READ)
    assert [alarm["AlarmName"].split("-")[2] for alarm in first["Alarms"]] == [
        "AlarmHigh",
        "AlarmLow",
        "ProvisionedCapacityHigh",
        "ProvisionedCapacityLow",
    ]
    assert follow(lab, READ) == first
    changed = follow(lab, READ, **tracking(50.0, ScaleInCooldown=60))
    assert changed["PolicyARN"] == first["PolicyARN"]
    other = follow(lab, READ, "other")
    (policy,) = policies(lab, ResourceId=READ["ResourceId"])
    assert (policy["PolicyName"], policy["Alarms"]) == ("other", other["Alarms"])
    assert policies(lab, PolicyNames=["follow"]) == []
    assert refusal(lab, "DeleteScalingPolicy", READ, PolicyName="follow")[0] == "ObjectNotFoundException"
    scale(lab, "DeleteScalingPolicy", READ, PolicyName="other")
    assert policies(lab) == []
    for bad in (tracking(9.0), tracking(91.0), tracking(kind="Write"), {"PolicyType": "StepScaling"}):
        code, message = refusal(lab, "PutScalingPolicy", READ, PolicyName="follow", **bad)
        assert code == "ValidationException", message
    text = "For predefined metric type DynamoDBReadCapacityUtilization, target value must be between '10.0' and '90.0'"
    assert refusal(lab, "PutScalingPolicy", READ, PolicyName="follow", **tracking(9.0))[1] == f"{text}, but was '9.0'"


def test_scheduled_actions() -> None:
    lab = Lab().settled(**provisioned())
    night = {"ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)"}
    wanted = {"MinCapacity": 1, "MaxCapacity": 2}
    assert refusal(lab, "PutScheduledAction", READ, night, ScalableTargetAction=wanted)[0] == "ObjectNotFoundException"
    register(lab, READ, 5)
    scale(lab, "PutScheduledAction", READ, night, ScalableTargetAction=wanted)
    scale(lab, "PutScheduledAction", READ, ScheduledActionName="night", Timezone="Asia/Seoul", StartTime=1790000000)
    (action,) = scale(lab, "DescribeScheduledActions", ResourceId=READ["ResourceId"])["ScheduledActions"]
    assert (action["Schedule"], action["Timezone"], action["ScalableTargetAction"]) == (
        "cron(0 22 * * ? *)",
        "Asia/Seoul",
        wanted,
    )
    bad = {"ScheduledActionName": "night", "Schedule": "every night"}
    assert refusal(lab, "PutScheduledAction", READ, bad)[0] == "ValidationException"
    assert refusal(lab, "PutScheduledAction", READ, night, ScalableTargetAction={"MinCapacity": 3, "MaxCapacity": 2})
    scale(lab, "DeleteScheduledAction", READ, ScheduledActionName="night")
    assert refusal(lab, "DeleteScheduledAction", READ, ScheduledActionName="night")[0] == "ObjectNotFoundException"


def test_deregistering_takes_everything_along() -> None:
    """T-194 T-292."""
    lab = Lab().settled(**provisioned())
    for what in (READ, WRITE):
        register(lab, what, 5)
    follow(lab, READ)
    night = {"ScheduledActionName": "night", "Schedule": "rate(1 day)"}
    scale(lab, "PutScheduledAction", READ, night, ScalableTargetAction={"MinCapacity": 1})
    scale(lab, "DeregisterScalableTarget", READ)
    assert policies(lab) == scale(lab, "DescribeScheduledActions")["ScheduledActions"] == []
    assert [target["ScalableDimension"] for target in targets(lab)] == [WRITE["ScalableDimension"]]


def test_targets_outlive_their_table_and_leave_the_next_one_alone() -> None:
    """T-194 T-292."""
    lab = Lab().settled(**provisioned(10, 10))
    register(lab, READ, 10)
    follow(lab, READ)
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(60)
    assert len(targets(lab)) == len(policies(lab)) == 1
    lab.settled(**provisioned(5, 5))
    assert capacity(lab) == (5, 5)
    lab.update(ProvisionedThroughput=units(15, 5))
    lab.sleep(300)
    assert capacity(lab) == (15, 5)
    register(lab, READ, 10)
    lab.sleep(200)
    assert capacity(lab) == (10, 5)
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(60)
    scale(lab, "DeregisterScalableTarget", READ)


def test_on_demand_keeps_the_targets() -> None:
    """T-317: they only do nothing."""
    lab = Lab().settled(**provisioned())
    register(lab, READ, 5)
    lab.update(ON_DEMAND)
    lab.sleep(200)
    register(lab, READ, 8)
    lab.sleep(200)
    assert (len(targets(lab)), capacity(lab), lab.status()) == (1, (0, 0), "ACTIVE")


def test_the_engine_reaches_it() -> None:
    aws = FakeAws(account_id=ACCOUNT, region=REGION)
    pages = aws.pages("application-autoscaling", "DescribeScalableTargets", "targets", ServiceNamespace="dynamodb")
    assert list(pages) == [{"ScalableTargets": []}]
