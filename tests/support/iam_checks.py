# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a request on the wire to the questions that AWS asks IAM about it.

Which resources and condition keys belong to an action is AWS's Service Authorization Reference; an action that is not
in these tables is an error, so that a new call cannot pass unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.parsers import RpcV2CBORParser

from .emulator import ACCOUNT
from .iam_policies import Check
from .shaping_proxy.protocol import Request

UNASKED = {"sts:GetCallerIdentity"}
"""Needs no permission, and cannot be denied by leaving it out."""
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}
WITHOUT_RESOURCE = {
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    "cloudwatch:GetMetricStatistics",
    "dynamodb:DescribeLimits",
    "dynamodb:ListBackups",
    "dynamodb:ListImports",
    "dynamodb:ListTables",
    "iam:ListInstanceProfiles",
    "iam:ListPolicies",
    "iam:ListRoles",
    "servicequotas:GetServiceQuota",
    "tag:GetResources",
}
ON_ROLES = {
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DetachRolePolicy",
    "GetRole",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UpdateAssumeRolePolicy",
    "DeleteRolePermissionsBoundary",
}
ON_POLICIES = {
    "CreatePolicy",
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "GetPolicy",
    "GetPolicyVersion",
    "ListEntitiesForPolicy",
    "ListPolicyVersions",
    "SetDefaultPolicyVersion",
    "TagPolicy",
}
ON_PROFILES = {
    "AddRoleToInstanceProfile",
    "CreateInstanceProfile",
    "DeleteInstanceProfile",
    "GetInstanceProfile",
    "RemoveRoleFromInstanceProfile",
    "TagInstanceProfile",
}
ON_USERS = {"CreateAccessKey", "CreateUser", "PutUserPolicy"}
BY_BOUNDARY = {
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DetachRolePolicy",
    "GetRole",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
}
"""They know the condition key iam:PermissionsBoundary."""
TAGGING = {
    "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
    "dynamodb:CreateTable": "dynamodb:TagResource",
    "iam:CreateInstanceProfile": "iam:TagInstanceProfile",
    "iam:CreatePolicy": "iam:TagPolicy",
    "iam:CreateRole": "iam:TagRole",
}
"""Created with tags, a thing is tagged as well."""
SCALING_WRITES = {
    f"application-autoscaling:{name}"
    for name in (
        "DeleteScalingPolicy",
        "DeleteScheduledAction",
        "DeregisterScalableTarget",
        "PutScalingPolicy",
        "PutScheduledAction",
        "RegisterScalableTarget",
    )
}


@dataclass(frozen=True)
class Role:
    """What is known of a role: its path and its boundary."""

    path: str = "/"
    boundary: str | None = None


Roles = Callable[[str], Role]
"""Looks a role up by its name; one that is not there has the path /."""


def checks(request: Request, roles: Roles) -> list[Check]:
    """The questions about a request, each to be answered with yes. Raises NotImplementedError for an unknown action."""
    prefix = PREFIXES.get(request.service, request.service)
    action = f"{prefix}:{request.operation}"
    members = members_of(request)
    if action in UNASKED:
        return []
    asked = [Check(action, arn, context) for arn, context in _about(action, members, request.region, roles)]
    if action in TAGGING and any(name.split(".")[0] == "Tags" for name in members):
        asked += [Check(TAGGING[action], check.resource) for check in list(asked)]
    if action == "iam:AddRoleToInstanceProfile":
        arn = _iam("role", roles(members["RoleName"]).path, members["RoleName"])
        asked.append(Check("iam:PassRole", arn, {"iam:PassedToService": "ec2.amazonaws.com"}))
    return asked


def members_of(request: Request) -> dict[str, Any]:
    """The request's members; those of forms flat, as they are on the wire."""
    if request.members is not None:
        return dict(request.members)
    parser = RpcV2CBORParser()
    return dict(parser.parse_data_item(parser.get_peekable_stream_from_bytes(request.body)))


def _about(action: str, members: Mapping[str, Any], region: str, roles: Roles) -> Iterator[tuple[str, dict[str, str]]]:
    """The resources of a request, each with its condition keys."""
    service, operation = action.split(":")
    if action in WITHOUT_RESOURCE:
        yield "*", {}
    elif action in SCALING_WRITES:
        context = {"application-autoscaling:service-namespace": members["ServiceNamespace"]}
        yield _arn("application-autoscaling", region, "scalable-target/0ec5abcd"), context
    elif service == "dynamodb":
        yield from ((arn, {}) for arn in _of_dynamodb(members, region))
    elif service == "cloudwatch":
        yield from ((arn, {}) for arn in _alarms(operation, members, region))
    elif service == "kms":
        yield _key(members["KeyId"], region)
    elif action == "sts:AssumeRole":
        yield members["RoleArn"], {}
    elif service == "iam":
        yield _of_iam(operation, members, roles)
    else:
        raise NotImplementedError(action)


def _of_dynamodb(members: Mapping[str, Any], region: str) -> list[str]:
    """The resources; a restore is asked about its source as well, an import only about its table."""
    if "TableCreationParameters" in members:
        return [_table(members["TableCreationParameters"], region)]
    named = [members[name] for name in ("BackupArn", "ImportArn", "SourceTableArn") if name in members]
    tables = [members[name] for name in ("SourceTableName", "TargetTableName") if name in members]
    return named + [_table({"TableName": name}, region) for name in tables] or [_table(members, region)]


def _table(members: Mapping[str, Any], region: str) -> str:
    if "ResourceArn" in members:
        return str(members["ResourceArn"])
    name = members["TableName"]
    arn = name if name.startswith("arn:") else _arn("dynamodb", region, f"table/{name}")
    return f"{arn}/index/{members['IndexName']}" if members.get("IndexName") else arn


def _alarms(operation: str, members: Mapping[str, Any], region: str) -> list[str]:
    """Describing alarms is asked about all of them, whatever names are given."""
    if operation == "DescribeAlarms":
        return [_arn("cloudwatch", region, "alarm:*")]
    if operation == "PutMetricAlarm":
        return [_arn("cloudwatch", region, f"alarm:{members['AlarmName']}")]
    if operation == "DeleteAlarms":
        listed = members.get("AlarmNames") or [
            members[name] for name in members if name.startswith("AlarmNames.member.")
        ]
        return [_arn("cloudwatch", region, f"alarm:{name}") for name in listed]
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return [members["ResourceARN"]]
    raise NotImplementedError(operation)


def _key(key: str, region: str) -> tuple[str, dict[str, str]]:
    alias = key.rpartition(":")[2]
    if alias.startswith("alias/"):
        return _arn("kms", region, "key/0123abcd"), {"kms:RequestAlias": alias}
    return key if key.startswith("arn:") else _arn("kms", region, f"key/{key}"), {}


def _of_iam(operation: str, members: Mapping[str, Any], roles: Roles) -> tuple[str, dict[str, str]]:
    if operation in ON_ROLES:
        return _of_role(operation, members, roles)
    if operation in ON_POLICIES:
        name = members.get("PolicyName", "")
        return members.get("PolicyArn") or _iam("policy", members.get("Path", "/"), name), {}
    if operation in ON_USERS:
        return _iam("user", members.get("Path", "/"), members["UserName"]), {}
    if operation == "CreateServiceLinkedRole":
        service = members["AWSServiceName"]
        return _iam("role", f"/aws-service-role/{service}/", "AWSServiceRoleForIt"), {"iam:AWSServiceName": service}
    if operation in ON_PROFILES:
        # A profile has its role's name and path
        name = members["InstanceProfileName"]
        return _iam("instance-profile", members.get("Path") or roles(name).path, name), {}
    raise NotImplementedError(operation)


def _of_role(operation: str, members: Mapping[str, Any], roles: Roles) -> tuple[str, dict[str, str]]:
    name = members["RoleName"]
    role = Role() if operation == "CreateRole" else roles(name)
    context = {"iam:PolicyARN": members["PolicyArn"]} if "PolicyArn" in members else {}
    boundary = members.get("PermissionsBoundary") or role.boundary
    if operation in BY_BOUNDARY and boundary:
        context["iam:PermissionsBoundary"] = boundary
    return _iam("role", members.get("Path") or role.path, name), context


def _arn(service: str, region: str, resource: str) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def _iam(kind: str, path: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}{path}{name}"
