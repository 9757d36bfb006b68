# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The three roles are there, each with its own policy and the trust it needs."""

from __future__ import annotations

import boto3

NAME = "molecule-iam"
ITEMS = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"}
# Role to its policy, the services that may assume it, and its actions on tables.
ROLES = {
    f"{NAME}-dynamodb-application-role": (
        f"{NAME}-dynamodb-access-policy",
        {"ec2.amazonaws.com", "ecs-tasks.amazonaws.com"},
        ITEMS,
    ),
    f"{NAME}-dynamodb-readonly-role": (
        f"{NAME}-dynamodb-readonly-policy",
        {"ec2.amazonaws.com", "ecs-tasks.amazonaws.com"},
        {"GetItem", "Query", "Scan", "BatchGetItem", "DescribeTable"},
    ),
    f"{NAME}-reservation-api-service-role": (
        f"{NAME}-reservation-api-service-policy",
        {"ecs-tasks.amazonaws.com"},
        ITEMS,
    ),
}

iam = boto3.client("iam")


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def statements(policy_arn: str) -> list[dict]:
    version = iam.get_policy(PolicyArn=policy_arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=policy_arn, VersionId=version)["PolicyVersion"]["Document"]["Statement"]


def verify(name: str, policy: str, services: set[str], actions: set[str]) -> None:
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert {each for statement in trust for each in listed(statement["Principal"]["Service"])} == services, trust

    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [each["PolicyName"] for each in attached] == [policy], attached

    granted = set()
    for statement in statements(attached[0]["PolicyArn"]):
        resources = listed(statement["Resource"])
        assert "*" not in resources, statement
        if all(":table/" in resource and "/index/" not in resource for resource in resources):
            granted.update(listed(statement["Action"]))
    assert granted == {f"dynamodb:{action}" for action in actions}, granted


for name, (policy, services, actions) in ROLES.items():
    verify(name, policy, services, actions)
