# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever deploys an estate must be allowed, and no more: documents for reading, deploying and tearing down.

Which action takes which resources and conditions is said by AWS's Service Authorization Reference; listings take no
resource. C(sts:GetCallerIdentity) needs no permission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import Refused
from .documents import Statement, allow, document, key_statement, size
from .global_tables import REPLICATION_ROLE, deploy_replicas, read_replicas
from .grants import KEY_DEPLOY, QUOTA_READ, SCALING_READ, SCALING_WRITE, TABLE_READ, TABLE_WRITE
from .model import application_role
from .packing import POLICY_LIMIT
from .reach import Reach, reach_of
from .sources import making_from_sources, reading_sources
from .streaming import (
    KINESIS_ROLE,
    listing_actions,
    reading_actions,
    reading_statements,
    writing_actions,
    writing_statements,
)

SCALING_ROLE = (
    "dynamodb.application-autoscaling.amazonaws.com",
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
)
INSIGHTS_ROLE = ("contributorinsights.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBCloudWatchContributorInsights")
POLICY_WRITE = ("CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "TagPolicy")
EC2 = ("ec2.amazonaws.com", "ec2.amazonaws.com.cn")
"""How EC2 is named where a role is passed to it, in China also by the second name."""


def deployer_policies(tables: Any, given: Mapping[str, Any]) -> dict[str, list[Statement]]:
    """Documents by purpose: C(read), and what C(deploy) and C(teardown) need besides. Raises Refused.

    given are the options of access_roles, and C(alarms), the names of alarms beside the tables' own.
    """
    reach = reach_of(tables, given)
    purposes = {"read": _read(reach), "deploy": _deploy(reach), "teardown": _teardown(reach)}
    return {purpose: _fitted(statements) for purpose, statements in purposes.items()}


def _read(reach: Reach) -> list[Statement]:
    """A plan, a converged run, and looking at what an estate has."""
    actions = [*TABLE_READ]
    if reach.resource_policies:
        actions.append("dynamodb:GetResourcePolicy")
    if reach.insights:
        actions.append("dynamodb:DescribeContributorInsights")
    actions += reading_actions(reach)
    scaling = SCALING_READ if reach.provisioned or reach.deleted else ()
    listings = ["iam:ListPolicies", "tag:GetResources", *QUOTA_READ, *scaling]
    if reach.capacity:
        listings.append("dynamodb:DescribeLimits")
    return [
        allow("Tables", actions, reach.table_arns()),
        *_if(reach.insights, _indexes("Indexes", "dynamodb:DescribeContributorInsights", reach)),
        *reading_statements(reach),
        *reading_sources(reach.sources, reach.settings.place),
        *read_replicas(reach.settings.place, reach.replicas),
        allow("Listings", listings, ["*"]),
        *_read_keys(reach),
        allow("Alarms", ["cloudwatch:DescribeAlarms"], reach.alarm_arns(["*"])),
        allow("AlarmTags", ["cloudwatch:ListTagsForResource"], reach.alarm_arns(_alike_alarms(reach))),
        allow("Roles", ["iam:GetRole", "iam:ListAttachedRolePolicies"], reach.alike("role")),
        allow(
            "Policies", ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListEntitiesForPolicy"], reach.alike("policy")
        ),
        *_if(reach.settings.instance_profile, _read_profiles(reach)),
    ]


def _alike_alarms(reach: Reach) -> list[str]:
    """Alarms that are, or by their names may be, the estate's."""
    prefix = f"{reach.estate}-"
    return [f"{prefix}*", *(pattern for pattern in reach.alarms if not pattern.startswith(prefix))]


def _read_keys(reach: Reach) -> list[Statement]:
    """The AWS managed key is known by its alias only; a customer's by what its owner gave, an alias or an ARN."""
    place = reach.settings.place
    managed = {"StringEquals": {"kms:RequestAlias": "alias/aws/dynamodb"}}
    statements = [allow("ManagedKey", ["kms:DescribeKey"], place.arns("kms", "key/*"), Condition=managed)]
    arns, aliases = _keys(reach)
    if arns:
        statements.append(allow("Keys", ["kms:DescribeKey"], arns))
    if aliases:
        asked = {"StringEquals": {"kms:RequestAlias": aliases}}
        statements.append(allow("KeysByAlias", ["kms:DescribeKey"], place.arns("kms", "key/*"), Condition=asked))
    return statements


def _keys(reach: Reach) -> tuple[list[str], list[str]]:
    """The customer managed keys of the tables: ARNs of keys, names of aliases."""
    keys = dict.fromkeys(key for table in reach.settings.tables for key in table.keys)
    return (
        [key for key in keys if ":alias/" not in key],
        [key.rpartition(":")[2] for key in keys if ":alias/" in key],
    )


def _deploy(reach: Reach) -> list[Statement]:
    return [*_deploy_tables(reach), *_deploy_extras(reach), *_deploy_alarms(reach), *_deploy_roles(reach)]


def _deploy_tables(reach: Reach) -> list[Statement]:
    actions = [*TABLE_WRITE]
    if reach.resource_policies:
        actions += ["dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy"]
    if reach.insights:
        actions.append("dynamodb:UpdateContributorInsights")
    actions += writing_actions(reach)
    statements = [allow("Tables", actions, reach.table_arns())]
    if reach.insights:
        statements.append(_indexes("Indexes", "dynamodb:UpdateContributorInsights", reach))
    statements += writing_statements(reach)
    if reach.deleted:
        statements.append(allow("Deletions", ["dynamodb:DeleteTable"], reach.table_arns(reach.deleted)))
    if reach.replaced:
        statements.append(allow("Backups", ["dynamodb:CreateBackup"], reach.table_arns(reach.replaced)))
    # How far an index is filled is a metric; backups are listed to see that the one before a replacement is complete
    listings = ["cloudwatch:GetMetricStatistics", *(["dynamodb:ListBackups"] if reach.replaced else [])]
    making = making_from_sources(reach.sources, reach.settings.place)
    return [*statements, *making, allow("Listings", [*listings, *listing_actions(reach)], ["*"])]


def _deploy_extras(reach: Reach) -> list[Statement]:
    """Keys are used through DynamoDB only. A scalable target's ARN does not say which table it is of."""
    place = reach.settings.place
    arns, aliases = _keys(reach)
    statements = []
    if arns:
        statements.append(key_statement(KEY_DEPLOY, place, arns))
    if aliases:
        through = key_statement(KEY_DEPLOY, place, place.arns("kms", "key/*"))
        named = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": aliases}}
        statements.append({**through, "Sid": "KeysByAlias", "Condition": {**through["Condition"], **named}})
    if reach.autoscaling:
        statements += [_scaling(reach, SCALING_WRITE), _service_linked_role("ScalingRole", reach, *SCALING_ROLE)]
    statements += deploy_replicas(place, reach.replicas)
    if any(each.regions for each in reach.replicas):
        statements.append(_service_linked_role("ReplicationRole", reach, *REPLICATION_ROLE))
    if reach.insights:
        statements.append(_service_linked_role("InsightsRole", reach, *INSIGHTS_ROLE))
    if reach.kinesis_streams:
        statements.append(_service_linked_role("KinesisRole", reach, *KINESIS_ROLE))
    return statements


def _deploy_alarms(reach: Reach) -> list[Statement]:
    actions = ("DeleteAlarms", "PutMetricAlarm", "TagResource", "UntagResource")
    return [allow("Alarms", [f"cloudwatch:{name}" for name in actions], reach.alarm_arns(reach.alarms))]


def _deploy_roles(reach: Reach) -> list[Statement]:
    """With a boundary declared, what could give a role more works on roles with that boundary only."""
    boundary = reach.settings.boundary
    bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary}} if boundary else {}
    attached = [*reach.named("policy", reach.policy_names), *reach.settings.managed_policies]
    of_ours = {"ArnLike": {"iam:PolicyARN": attached}}
    roles = reach.named("role", reach.role_names)
    shaping = [
        "iam:CreateRole",
        "iam:UpdateAssumeRolePolicy",
        *(["iam:PutRolePermissionsBoundary"] if boundary else []),
    ]
    return [
        allow("Roles", shaping, roles, **({"Condition": bounded} if bounded else {})),
        allow("RoleTags", ["iam:TagRole"], roles),
        allow("Attach", ["iam:AttachRolePolicy"], roles, Condition={**of_ours, **bounded}),
        allow("Detach", ["iam:DetachRolePolicy"], roles, Condition=of_ours),
        allow("Policies", _policy_actions(*POLICY_WRITE), reach.named("policy", reach.policy_names)),
        *_if(reach.settings.instance_profile, *_deploy_profile(reach)),
    ]


def _deploy_profile(reach: Reach) -> list[Statement]:
    actions = (
        "AddRoleToInstanceProfile",
        "CreateInstanceProfile",
        "RemoveRoleFromInstanceProfile",
        "TagInstanceProfile",
    )
    to_ec2 = {"StringEquals": {"iam:PassedToService": list(EC2[: 1 + (reach.settings.place.partition == "aws-cn")])}}
    return [
        allow("InstanceProfile", [f"iam:{name}" for name in actions], _profile(reach)),
        allow("PassRole", ["iam:PassRole"], reach.named("role", [application_role(reach.estate)]), Condition=to_ec2),
    ]


def _teardown(reach: Reach) -> list[Statement]:
    """Everything goes that carries the estate's tags; a target outlives its table, so that it is looked for.

    A teardown stops where a table has replicas: letting go of them is a deployment.
    """
    roles = ("DeleteRole", "DetachRolePolicy", "ListInstanceProfilesForRole", "ListRolePolicies")
    profiles = ("DeleteInstanceProfile", "RemoveRoleFromInstanceProfile")
    listings = ["iam:ListInstanceProfiles", "iam:ListRoles", *SCALING_READ]
    return [
        allow("Tables", ["dynamodb:DeleteTable"], reach.table_arns()),
        *_if(reach.autoscaling, _scaling(reach, ["application-autoscaling:DeregisterScalableTarget"])),
        allow("Listings", listings, ["*"]),
        allow("Alarms", ["cloudwatch:DeleteAlarms"], reach.alarm_arns(reach.alarms)),
        allow("Roles", [f"iam:{name}" for name in roles], reach.named("role", reach.role_names)),
        allow("Policies", _policy_actions(), reach.named("policy", reach.policy_names)),
        *_if(not reach.settings.instance_profile, _read_profiles(reach)),
        *_if(
            reach.settings.instance_profile,
            allow("InstanceProfile", [f"iam:{name}" for name in profiles], _profile(reach)),
        ),
    ]


def _policy_actions(*more: str) -> list[str]:
    """A policy that is removed is removed with its versions."""
    return [f"iam:{name}" for name in (*more, "DeletePolicy", "DeletePolicyVersion", "ListPolicyVersions")]


def _read_profiles(reach: Reach) -> Statement:
    """Also without the path, as that of a profile which is not there is not known."""
    return allow("InstanceProfiles", ["iam:GetInstanceProfile"], reach.alike("instance-profile"))


def _profile(reach: Reach) -> list[str]:
    return reach.named("instance-profile", [application_role(reach.estate)])


def _indexes(sid: str, action: str, reach: Reach) -> Statement:
    return allow(sid, [action], reach.table_arns(suffix="/index/*"))


def _scaling(reach: Reach, actions: Sequence[str]) -> Statement:
    of_dynamodb = {"StringEquals": {"application-autoscaling:service-namespace": "dynamodb"}}
    targets = reach.settings.place.arns("application-autoscaling", "scalable-target/*")
    return allow("Scaling", actions, targets, Condition=of_dynamodb)


def _service_linked_role(sid: str, reach: Reach, service: str, name: str) -> Statement:
    """AWS makes the role with the first use in an account, by the right of whoever that is."""
    resource = reach.settings.place.iam(f"role/aws-service-role/{service}/{name}")
    for_it = {"StringEquals": {"iam:AWSServiceName": service}}
    return allow(sid, ["iam:CreateServiceLinkedRole"], [resource], Condition=for_it)


def _if(wanted: bool, *statements: Statement) -> Sequence[Statement]:
    return statements if wanted else ()


def _fitted(statements: list[Statement]) -> list[Statement]:
    """As few documents as hold the statements in their order; one with many resources is spread over several."""
    documents: list[list[Statement]] = [[]]
    for statement in statements:
        for resource in statement["Resource"]:
            extended = _extended(documents[-1], statement, resource)
            if size(document(extended)) > POLICY_LIMIT:
                extended = [{**statement, "Resource": [resource]}]
                documents.append(extended)
            documents[-1] = extended
            if size(document(extended)) > POLICY_LIMIT:
                raise Refused([f"{statement['Sid']} does not fit into a policy of {POLICY_LIMIT} characters"])
    return [document(each) for each in documents]


def _extended(statements: list[Statement], statement: Statement, resource: str) -> list[Statement]:
    if statements and statements[-1]["Sid"] == statement["Sid"]:
        return [*statements[:-1], {**statement, "Resource": [*statements[-1]["Resource"], resource]}]
    return [*statements, {**statement, "Resource": [resource]}]
