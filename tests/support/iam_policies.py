# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IAM's decision about one request, with conditions, as no emulator makes it: allowed, or not.

Covers what the collection's documents say; whatever else a document says (another operator, a policy variable,
NotAction) is an error, so that nothing passes which was not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Document = Mapping[str, Any]
Values = str | Sequence[str]
MEMBERS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


@dataclass(frozen=True)
class Check:
    """One question: may the caller do this with that? context are the condition keys that the request has."""

    action: str
    resource: str
    context: Mapping[str, Values] = field(default_factory=dict)


def allowed(check: Check, documents: Iterable[Document], boundary: Document | None = None) -> bool:
    """Whether the identity's documents allow it, within its boundary; a Deny anywhere decides."""
    identity = [statement for policy in documents for statement in policy["Statement"]]
    limits = [identity] if boundary is None else [identity, boundary["Statement"]]
    return all(_says(statements, check) for statements in limits)


def trusted(trust: Document, kind: str, name: str, check: Check) -> bool:
    """Whether a role's trust document lets a principal of this kind (Service, AWS, Federated) assume it."""
    named = [statement for statement in trust["Statement"] if name in _listed(statement["Principal"].get(kind, []))]
    return _says([{**statement, "Resource": "*"} for statement in named], check)


def _says(statements: Iterable[Document], check: Check) -> bool:
    effects = {statement["Effect"] for statement in statements if _matches(statement, check)}
    return effects == {"Allow"}


def _matches(statement: Document, check: Check) -> bool:
    unknown = statement.keys() - MEMBERS
    if unknown:
        raise NotImplementedError(f"{sorted(unknown)} in a statement")
    actions = [pattern.lower() for pattern in _listed(statement["Action"])]
    return (
        any(_like(check.action.lower(), pattern) for pattern in actions)
        and any(_like(check.resource, pattern) for pattern in _listed(statement["Resource"]))
        and all(
            _holds(operator, _of(check.context, key), _listed(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, found: list[str] | None, wanted: list[str]) -> bool:
    """A key that the request does not have fulfils none of these operators."""
    several = operator.startswith("ForAnyValue:")
    compare = OPERATORS.get(operator.removeprefix("ForAnyValue:"))
    if compare is None:
        raise NotImplementedError(f"the operator {operator}")
    if found is None or (len(found) != 1 and not several):
        return False
    return any(compare(value, pattern) for value in found for pattern in wanted)


def _of(context: Mapping[str, Values], key: str) -> list[str] | None:
    """Keys are compared without regard to case."""
    found = [values for name, values in context.items() if name.lower() == key.lower()]
    return _listed(found[0]) if found else None


def _listed(values: Values) -> list[str]:
    return [values] if isinstance(values, str) else list(values)


def _like(text: str, pattern: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    if "${" in pattern:
        raise NotImplementedError(f"a policy variable: {pattern}")
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _arn_like(text: str, pattern: str) -> bool:
    """The six parts of an ARN are compared one by one."""
    one, other = text.split(":", 5), pattern.split(":", 5)
    return len(one) == len(other) == 6 and all(_like(*parts) for parts in zip(one, other, strict=True))


OPERATORS = {
    "StringEquals": str.__eq__,
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
}
