# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the access domain is about: policies, roles, instance profiles, and the names that they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._engine.step import ResourcePlan

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Policy:
    """A customer managed policy."""

    name: str
    path: str
    document: Document
    tags: Mapping[str, str]
    description: str = ""


@dataclass(frozen=True)
class Role:
    """A role with the ARNs of the managed policies that are attached to it."""

    name: str
    path: str
    trust: Document
    attached: frozenset[str]
    tags: Mapping[str, str]
    boundary: str | None = None
    description: str = ""


@dataclass(frozen=True)
class Profile:
    """An instance profile, and the one role that it can hold."""

    name: str
    path: str
    role: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Access:
    """Policies by ARN, roles and instance profiles by name."""

    policies: Mapping[str, Policy] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)


@dataclass(frozen=True)
class Observed:
    """What is there: of the declared things, and of those that may be ours by their names."""

    access: Access = field(default_factory=Access)
    arns: Mapping[str, str] = field(default_factory=dict)
    """The ARN of each customer managed policy of the account, by its name, which is unique whatever its path."""
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """To whom an undeclared policy is attached, by its ARN: C(role/NAME), C(user/NAME), C(group/NAME)."""


@dataclass(frozen=True)
class Change:
    """What shall happen to one resource, with the parts of it that differ, before and after."""

    kind: str
    """C(policy), C(role) or C(instance_profile)."""
    plan: ResourcePlan
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def application_role(estate: str) -> str:
    return f"{estate}-dynamodb-application-role"


def readonly_role(estate: str) -> str:
    return f"{estate}-dynamodb-readonly-role"


def service_role(estate: str, service: str) -> str:
    return f"{estate}-{service}-service-role"


def role_arn(partition: str, account_id: str, path: str, name: str) -> str:
    return f"arn:{partition}:iam::{account_id}:role{path}{name}"


def policy_arn(partition: str, account_id: str, path: str, name: str) -> str:
    return f"arn:{partition}:iam::{account_id}:policy{path}{name}"
