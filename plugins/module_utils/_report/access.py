# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: roles as the report shows them, and how they reach tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
SERVICES = {
    "ec2.amazonaws.com": "EC2",
    "ecs-tasks.amazonaws.com": "ECS tasks",
    "pods.eks.amazonaws.com": "EKS Pod Identity",
    "lambda.amazonaws.com": "Lambda",
}
"""How people call AWS's service principals."""


def shown_role(role: Mapping[str, Any]) -> dict[str, Any]:
    """A role of the filter access_roles (or one that is shown already) with who may assume it and what it may do."""
    if "may" in role:
        return dict(role)
    statements = [each for policy in role.get("policies") or [] for each in _statements(policy.get("document"))]
    return {
        "name": role.get("name", ""),
        "description": role.get("description") or "",
        "path": role.get("path") or "/",
        "trusted_by": sorted({name for each in _statements(role.get("trust")) for name in _principals(each)}),
        "policies": [policy.get("name", "") for policy in role.get("policies") or []],
        "managed_policies": role.get("managed_policies") or [],
        "permissions_boundary": role.get("permissions_boundary") or "",
        "instance_profile": bool(role.get("instance_profile")),
        "may": [_allowed(each) for each in statements if each.get("Effect") == "Allow"],
    }


def _statements(document: Any) -> list[Mapping[str, Any]]:
    found = document.get("Statement") if isinstance(document, Mapping) else None
    return [each for each in _listed(found) if isinstance(each, Mapping)]


def _allowed(statement: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "actions": _listed(statement.get("Action")),
        "resources": _listed(statement.get("Resource")),
    }
    return {**shown, "condition": statement["Condition"]} if statement.get("Condition") else shown


def _principals(statement: Mapping[str, Any]) -> Iterable[str]:
    principal = statement.get("Principal")
    if isinstance(principal, Mapping):
        for names in principal.values():
            yield from (str(name) for name in _listed(names))
    elif principal:
        yield str(principal)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def trusted(principal: str) -> str:
    """Who may assume a role, in words: a service, a cluster's pods, an account's principal."""
    if ":oidc-provider/" in principal:
        return "EKS service account"
    if principal in SERVICES:
        return SERVICES[principal]
    return principal.rpartition(":")[2] if principal.startswith("arn:") else principal


def reached(role: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The tables, of these names in AWS, that a shown role may use: C(write) or C(read)."""
    exact: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for grant in role.get("may") or []:
        level = "write" if any(_writes(str(action)) for action in grant["actions"]) else "read"
        if not any(str(action).startswith(("dynamodb:", "*")) for action in grant["actions"]):
            continue
        for resource in grant["resources"]:
            table = _table(str(resource))
            found = patterns if "*" in table or "?" in table else exact
            if table and found.get(table) != "write":
                found[table] = level
    return {name: level for name in names if (level := _level(name, exact, patterns))}


def _level(name: str, exact: Mapping[str, str], patterns: Mapping[str, str]) -> str:
    levels = [exact.get(name, ""), *(level for pattern, level in patterns.items() if fnmatchcase(name, pattern))]
    return max(levels)  # "write" > "read" > ""


def _writes(action: str) -> bool:
    service, _colon, call = action.partition(":")
    return action == "*" or (service == "dynamodb" and any(fnmatchcase(write, call) for write in WRITES))


def _table(resource: str) -> str:
    """The table's name in an ARN, or a pattern of names; empty for all else, an index too."""
    if resource == "*":
        return "*"
    name = resource.partition(":table/")[2]
    return "" if "/" in name else name


def beside_tables(role: Mapping[str, Any]) -> list[str]:
    """What else a shown role may do, action by action."""
    actions = [str(action) for grant in role.get("may") or [] for action in grant["actions"]]
    return list(dict.fromkeys(action for action in actions if not action.startswith("dynamodb:")))
