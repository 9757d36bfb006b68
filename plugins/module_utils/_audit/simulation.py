# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM is asked about each role: what it must be able to do, and what it must not. Pure.

The musts are the declared statements themselves; what must not be is everything else that one can do to a table, on
the role's own tables and on others.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._access.grants import ITEM_ACTIONS
from .._tables.names import table_arn
from .model import Audit, Hit, Rule
from .openness import allowing
from .plain import mappings, part, some, text, texts

OTHER_ACTIONS = (
    "dynamodb:DescribeTable",
    "dynamodb:DeleteTable",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTimeToLive",
    "dynamodb:PutResourcePolicy",
    "dynamodb:TagResource",
)
EXPANDED = {
    "kms:ReEncrypt*": ("kms:ReEncryptFrom", "kms:ReEncryptTo"),
    "kms:GenerateDataKey*": ("kms:GenerateDataKey",),
}
"""A simulation knows no wildcard in an action."""
TOGETHER = 20
"""Resources in one question."""


@dataclass(frozen=True)
class Question:
    """Whether a role may do these things on these resources, and what the answer should be."""

    role: str
    arn: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    allowed: bool
    context: tuple[tuple[str, str], ...] = ()
    """Condition keys with their values."""

    @property
    def request(self) -> dict[str, Any]:
        entries = [
            {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in self.context
        ]
        return {
            "PolicySourceArn": self.arn,
            "ActionNames": list(self.actions),
            "ResourceArns": list(self.resources),
            **({"ContextEntries": entries} if entries else {}),
        }


def questions(audit: Audit, role: Mapping[str, Any], arn: str) -> list[Question]:
    """All that is asked about a role, an entry as the filter access_roles makes it."""
    declared = [each for policy in mappings(role.get("policies")) for each in allowing(part(policy, "document"))]
    name = text(role.get("name"))
    found: list[Question] = []
    for statement in declared:
        context = _context(statement)
        if context is not None:
            resources = [_example(resource) for resource in texts(statement.get("Resource"))]
            found += _asked(Question(name, arn, _actions(statement), (), True, context), resources)
    if role.get("managed_policies"):
        return found  # what further policies allow is the user's choice
    return found + _forbidden(audit, Question(name, arn, (), (), False), declared)


def _forbidden(audit: Audit, base: Question, declared: list[Mapping[str, Any]]) -> list[Question]:
    everything = (*ITEM_ACTIONS, *OTHER_ACTIONS)
    allowed: dict[str, set[str]] = {}
    for statement in declared:
        for resource in texts(statement.get("Resource")):
            allowed.setdefault(resource, set()).update(_actions(statement))
    # A table that nobody declares, so that a wildcard in the place of names is found where every table is a role's own
    names = [*sorted(audit.tables), f"{audit.name}-not-declared-by-anybody"]
    arns = [table_arn(audit.region, audit.account_id, name) for name in names]
    groups: dict[tuple[str, ...], list[str]] = {}
    for arn in arns:
        actions = tuple(action for action in everything if action not in allowed.get(arn, ()))
        groups.setdefault(actions, []).append(arn)
    return [
        each
        for actions, resources in groups.items()
        for each in _asked(Question(base.role, base.arn, actions, (), False), resources)
    ]


def _asked(base: Question, resources: list[str]) -> list[Question]:
    """The question about these resources, some at a time."""
    if not base.actions:
        return []
    return [
        Question(
            base.role, base.arn, base.actions, tuple(resources[start : start + TOGETHER]), base.allowed, base.context
        )
        for start in range(0, len(resources), TOGETHER)
    ]


def _actions(statement: Mapping[str, Any]) -> tuple[str, ...]:
    found = [each for action in texts(statement.get("Action")) for each in EXPANDED.get(action, (action,))]
    return tuple(action for action in found if "*" not in action)


def _example(resource: str) -> str:
    """A resource that a pattern stands for."""
    return resource.replace("*", "any")


def _context(statement: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """What makes the statement's conditions hold; None where they are of a kind that cannot be made to hold here."""
    condition = statement.get("Condition")
    if not condition:
        return ()
    if not isinstance(condition, Mapping) or set(condition) != {"StringEquals"}:
        return None
    tests = condition["StringEquals"]
    if not isinstance(tests, Mapping) or not all(texts(values) for values in tests.values()):
        return None
    return tuple((text(key), texts(values)[0]) for key, values in tests.items())


def answered(question: Question, results: Iterable[Any]) -> dict[str, Any]:
    """An answer, as the rules take it: C({role, allowed, results}) with C({action, resource, decision, why})."""
    found = []
    for result in mappings(list(results)):
        of_resources = mappings(result.get("ResourceSpecificResults"))
        for each in of_resources or [result]:
            decision = text(each.get("EvalResourceDecision") or each.get("EvalDecision"))
            missing = each.get("MissingContextValues") or (not of_resources and result.get("MissingContextValues"))
            if decision and not missing:
                found.append(
                    {
                        "action": text(result.get("EvalActionName")),
                        "resource": text(each.get("EvalResourceName")),
                        "decision": decision,
                        "why": _why(each, result),
                    }
                )
    return {"role": question.role, "allowed": question.allowed, "results": found}


def _why(each: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    boundary = [
        part(holder, "PermissionsBoundaryDecisionDetail", "AllowedByPermissionsBoundary") for holder in (each, result)
    ]
    if False in boundary:
        return "the permissions boundary does not allow it"
    if part(result, "OrganizationsDecisionDetail", "AllowedByOrganizations") is False:
        return "a policy of the organization does not allow it"
    return ""


def wrong(allowed: bool, _audit: Audit, answer: Any) -> Iterator[Hit]:
    """One hit for each action that was answered otherwise than it should be."""
    if part(answer, "allowed") is not allowed:
        return
    grouped: dict[tuple[str, str], list[str]] = {}
    for result in mappings(part(answer, "results")):
        decision = text(result.get("decision"))
        if (decision == "allowed") is not allowed:
            why = text(result.get("why")) or decision
            grouped.setdefault((text(result.get("action")), why), []).append(text(result.get("resource")))
    for (action, why), resources in grouped.items():
        yield Hit(
            text(part(answer, "role")),
            f"it {'may not' if allowed else 'may'} {action} on {some(resources)} ({why})",
            "allowed, as declared" if allowed else "not allowed",
            "Deploy with traffic_tacos.dynamodb.site; then look for a boundary, a policy of the organization or a Deny."
            if allowed
            else "Detach the policy that allows it: aws iam list-attached-role-policies, list-role-policies.",
        )


RULES = (
    Rule(
        "permissions.simulation.denied",
        "high",
        "simulation",
        "A role cannot do what it is declared to do",
        partial(wrong, True),
    ),
    Rule(
        "permissions.simulation.allowed",
        "high",
        "simulation",
        "A role can do to tables what nobody declares",
        partial(wrong, False),
    ),
)
