# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the deployer may do with roles, policies and instance profiles, so that it gains nothing for itself by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .documents import Place, Statement, allow
from .grants import POLICY_READS, POLICY_REMOVAL, POLICY_WRITES, ROLE_READS, ROLE_WRITES

Entry = Mapping[str, Any]


def reading_roles(place: Place, estate: str) -> list[Statement]:
    """Names are looked for at any path: IAM takes what is absent to be at C(/), and a neighbour's name may collide."""
    return [
        allow("ReadRoles", ROLE_READS, _named(place, "role", estate)),
        allow("ReadPolicies", POLICY_READS, _named(place, "policy", estate)),
        allow("ReadProfiles", ["iam:GetInstanceProfile"], _named(place, "instance-profile", estate)),
    ]


def changing_roles(place: Place, roles: Sequence[Entry]) -> list[Statement]:
    """Only the estate's own names; only its own policies on its roles; with the boundary where one is declared."""
    policies = _policies(place, roles)
    profiles = [role for role in roles if role["instance_profile"]]
    return [
        *([allow("ChangePolicies", [*POLICY_WRITES, *POLICY_REMOVAL], policies)] if policies else []),
        *([allow("ChangeRoles", ROLE_WRITES, _roles(place, roles))] if roles else []),
        *_creations(place, roles),
        *(statement for number, role in enumerate(roles) for statement in _attachments(place, number, role)),
        *(_profiles(place, profiles) if profiles else []),
    ]


def removing_roles(place: Place, roles: Sequence[Entry]) -> list[Statement]:
    policies = _policies(place, roles)
    profiles = [role for role in roles if role["instance_profile"]]
    detach = {"ArnEquals": {"iam:PolicyARN": _attachable(place, roles)}}
    removal = ["iam:DeleteRole", "iam:ListRolePolicies", "iam:ListInstanceProfilesForRole"]
    found = [allow("FindAll", ["iam:ListRoles", "iam:ListInstanceProfiles"], ["*"])]
    if roles:
        found.append(allow("DeleteRoles", removal, _roles(place, roles)))
        found.append(allow("Detach", ["iam:DetachRolePolicy"], _roles(place, roles), Condition=detach))
    if policies:
        found.append(allow("DeletePolicies", POLICY_REMOVAL, policies))
    if profiles:
        actions = ["iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"]
        found.append(allow("DeleteProfiles", actions, _roles(place, profiles, "instance-profile")))
    return found


def _creations(place: Place, roles: Sequence[Entry]) -> list[Statement]:
    """A role is created without a boundary only where none is declared; nobody may take one away."""
    bounds = dict.fromkeys(role["permissions_boundary"] or "" for role in roles)
    found = []
    for number, boundary in enumerate(bounds):
        of = [role for role in roles if (role["permissions_boundary"] or "") == boundary]
        actions = ["iam:CreateRole", *(["iam:PutRolePermissionsBoundary"] if boundary else [])]
        found.append(allow(f"CreateRoles{number}", actions, _roles(place, of), **_bound({}, boundary)))
    return found


def _attachments(place: Place, number: int, role: Entry) -> list[Statement]:
    """Each role takes its own policies and no others, whoever else may write them."""
    attachable = _attachable(place, [role])
    if not attachable:
        return []
    condition = {"ArnEquals": {"iam:PolicyARN": attachable}}
    arns = _roles(place, [role])
    return [
        allow(f"Attach{number}", ["iam:AttachRolePolicy"], arns, **_bound(condition, role["permissions_boundary"])),
        allow(f"Detach{number}", ["iam:DetachRolePolicy"], arns, Condition=condition),
    ]


def _bound(condition: Entry, boundary: str | None) -> dict[str, Any]:
    bound = {"StringEquals": {"iam:PermissionsBoundary": boundary}} if boundary else {}
    return {"Condition": {**condition, **bound}} if condition or bound else {}


def _profiles(place: Place, roles: Sequence[Entry]) -> list[Statement]:
    """Putting a role into a profile passes it to EC2."""
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com"
    actions = [
        "iam:CreateInstanceProfile",
        "iam:AddRoleToInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
    ]
    passed = {"StringEquals": {"iam:PassedToService": f"ec2.{suffix}"}}
    return [
        allow("ChangeProfiles", actions, _roles(place, roles, "instance-profile")),
        allow("PassToEc2", ["iam:PassRole"], _roles(place, roles), Condition=passed),
    ]


def _named(place: Place, kind: str, estate: str) -> list[str]:
    return [place.iam(f"{kind}/{estate}-*"), place.iam(f"{kind}/*/{estate}-*")]


def _roles(place: Place, roles: Sequence[Entry], kind: str = "role") -> list[str]:
    return [place.iam(f"{kind}{role['path']}{role['name']}") for role in roles]


def _policies(place: Place, roles: Sequence[Entry]) -> list[str]:
    return [place.iam(f"policy{role['path']}{policy['name']}") for role in roles for policy in role["policies"]]


def _attachable(place: Place, roles: Sequence[Entry]) -> list[str]:
    """The roles' own policies, and the further ones that they are declared with."""
    return list(dict.fromkeys([*_policies(place, roles), *(arn for role in roles for arn in role["managed_policies"])]))
