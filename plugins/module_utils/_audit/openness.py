# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the statements of a policy or of a trust let in, beside the account itself: pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .plain import listed, mappings, part, text, texts

ACCOUNT = re.compile(r"^(?:arn:[^:]*:[^:]*:[^:]*:)?(\d{12})(?::|$)")
ACCOUNT_KEYS = frozenset({"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner"})
ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn"})
OTHER_KEYS = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:userid"}
)
"""Condition keys that say who is let in; any other one (an address, a time) does not keep strangers out."""


class Open(NamedTuple):
    """Somebody outside of the account whom a statement lets in."""

    anybody: bool
    who: str
    sid: str


def statements(document: Any) -> list[Mapping[str, Any]]:
    """The statements of a document, of whatever form."""
    return mappings(part(document, "Statement"))


def allowing(document: Any) -> list[Mapping[str, Any]]:
    return [statement for statement in statements(document) if statement.get("Effect") == "Allow"]


def outsiders(document: Any, account_id: str) -> Iterator[Open]:
    """Who is let in, without AWS's services and without identity providers."""
    for statement in allowing(document):
        conditions = _narrowing(statement)
        if any(_own(key, values, account_id) for key, values in conditions):
            continue
        sid = text(statement.get("Sid")) or "without Sid"
        for principal in _principals(statement):
            if principal == "*" and conditions:
                shown = "; ".join(f"{key} {', '.join(values)}" for key, values in conditions)
                yield Open(False, f"everybody with {shown}", sid)
            elif principal == "*":
                yield Open(True, "everybody", sid)
            elif _account_of(principal) != account_id:
                yield Open(False, principal, sid)


def _principals(statement: Mapping[str, Any]) -> list[str]:
    """Accounts, roles and users; C(*) for everybody, which is also everybody but some."""
    if "NotPrincipal" in statement:
        return ["*"]
    principal = statement.get("Principal")
    return texts(principal.get("AWS")) if isinstance(principal, Mapping) else ["*"] * ("*" in listed(principal))


def _account_of(principal: str) -> str:
    found = ACCOUNT.match(principal)
    return found[1] if found else ""


def _narrowing(statement: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The conditions that say who is let in; one that holds without its key, or for everything, says nothing."""
    conditions = statement.get("Condition")
    found = []
    for operator, tests in conditions.items() if isinstance(conditions, Mapping) else ():
        name = text(operator).lower()
        if "not" in name or name.endswith("ifexists") or name == "null" or not isinstance(tests, Mapping):
            continue
        for key, given in tests.items():
            values = texts(given)
            known = text(key).lower() in ACCOUNT_KEYS | ARN_KEYS | OTHER_KEYS
            if known and values and "*" not in values:
                found.append((text(key), values))
    return found


def _own(key: str, values: list[str], account_id: str) -> bool:
    """Whether a condition leaves only the account itself."""
    if key.lower() in ACCOUNT_KEYS:
        return all(value == account_id for value in values)
    return key.lower() in ARN_KEYS and all(_account_of(value) == account_id for value in values)
