# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to what is there. boto3 gives documents decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .model import Policy, Profile, Role


def policy_of(answer: Mapping[str, Any], version: Mapping[str, Any]) -> Policy:
    """A policy from GetPolicy and the answer of GetPolicyVersion, which is empty where nobody asked for it."""
    return Policy(
        name=answer["PolicyName"],
        path=answer.get("Path", "/"),
        document=version.get("Document", {}),
        tags=tags_of(answer),
        description=answer.get("Description") or "",
    )


def role_of(answer: Mapping[str, Any], attached: Sequence[Mapping[str, Any]]) -> Role:
    return Role(
        name=answer["RoleName"],
        path=answer.get("Path", "/"),
        trust=answer.get("AssumeRolePolicyDocument", {}),
        attached=frozenset(policy["PolicyArn"] for policy in attached),
        tags=tags_of(answer),
        boundary=(answer.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn") or None,
        description=answer.get("Description") or "",
    )


def profile_of(answer: Mapping[str, Any]) -> Profile:
    roles = answer.get("Roles") or []
    return Profile(
        name=answer["InstanceProfileName"],
        path=answer.get("Path", "/"),
        role=roles[0]["RoleName"] if roles else None,
        tags=tags_of(answer),
    )


def users_of(answer: Mapping[str, Any]) -> list[str]:
    """Those whom a policy is attached to, or bounds, from one page of ListEntitiesForPolicy."""
    return [
        *(f"role/{role['RoleName']}" for role in answer.get("PolicyRoles") or ()),
        *(f"user/{user['UserName']}" for user in answer.get("PolicyUsers") or ()),
        *(f"group/{group['GroupName']}" for group in answer.get("PolicyGroups") or ()),
    ]


def tags_of(answer: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags") or ()}
