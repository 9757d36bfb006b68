# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource policies as documents: what AWS accepts, and what it makes of them (rules 3.8 and 8)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from .faults import AwsFault, invalid, validation
from .model import Json

LARGEST = 20480
OLD_VERSION = "2008-10-17"
VERSIONS = (OLD_VERSION, "2012-10-17")
ORDER = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
EFFECTS = {"allow": "Allow", "deny": "Deny"}
PRINCIPAL = re.compile(r"arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/.+)")
SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")


def canonical(text: str, unknown_principals: Collection[str] = ()) -> tuple[bool, str]:
    """Whether a document names its version, and how AWS reads it back; refused when AWS refuses it."""
    if len(text.encode()) > LARGEST:  # T-356: with white space
        raise invalid(f"Maximum policy size of {LARGEST} bytes exceeded")
    document = _parsed(text)
    statements = [_statement(statement) for statement in _list(document["Statement"])]
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(set(sids)) < len(sids):
        raise _bad("Statement IDs (SID) in a single policy must be unique.")
    for statement in statements:
        _check_principals(statement, unknown_principals)
    versioned = "Version" in document
    parts: Json = {"Version": document.get("Version", OLD_VERSION)}
    if "Id" in document:
        parts["Id"] = document["Id"]
    return versioned, json.dumps({**parts, "Statement": statements}, separators=(",", ":"))


def locks_out(text: str, account_id: str) -> bool:
    """Whether a canonical document keeps the account from changing it again (T-210)."""
    everybody = {"*", f"arn:aws:iam::{account_id}:root"}
    for statement in json.loads(text)["Statement"]:
        actions = {action.lower() for action in _list(statement.get("Action", []))}
        denied = statement["Effect"] == "Deny" and actions & {"*", "dynamodb:*", "dynamodb:putresourcepolicy"}
        if denied and "Condition" not in statement and everybody & set(principals(statement)):
            return True
    return False


def principals(statement: Json) -> list[str]:
    """The AWS principals of a statement."""
    given = statement.get("Principal", {})
    return [given] if isinstance(given, str) else list(_list(given.get("AWS", [])))


def _parsed(text: str) -> Json:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _bad("Syntax errors in policy.") from error
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), dict | list):
        raise _bad("Missing required field Statement")
    if not document["Statement"] or set(document) - {"Version", "Id", "Statement"}:
        raise _bad("Syntax errors in policy.")
    if document.get("Version", OLD_VERSION) not in VERSIONS:
        raise _bad("Unsupported Version")
    return document


def _statement(given: Any) -> Json:
    """A statement with its members in AWS's order and with lists of one as strings (T-351 to T-353)."""
    if not isinstance(given, dict) or set(given) - set(ORDER):
        raise _bad("Syntax errors in policy.")
    effect = EFFECTS.get(str(given.get("Effect")).lower())
    if effect is None:
        raise _bad(f"Invalid effect: {given.get('Effect')}")
    for member in ("Principal", "Action", "Resource"):
        if (member in given) == (f"Not{member}" in given):
            raise _bad(f"Missing required field {member}")
    statement = {name: given[name] for name in ORDER if name in given}
    for name in {"Action", "NotAction", "Resource", "NotResource"} & set(statement):
        statement[name] = _one_or_many(_list(statement[name]))
    for name in {"Principal", "NotPrincipal"} & set(statement):
        statement[name] = _principal(statement[name])
    return {**statement, "Effect": effect}


def _principal(given: Any) -> Any:
    """Account ids become root ARNs, and the same principal twice becomes one (T-352 T-355)."""
    if given == "*":
        return given
    if not isinstance(given, dict) or not given:
        raise invalid("Invalid principal in policy document.")
    return {kind: _one_or_many(dict.fromkeys(map(_arn, _list(names)))) for kind, names in given.items()}


def _arn(name: Any) -> str:
    if not isinstance(name, str):
        raise invalid("Invalid principal in policy document.")
    return f"arn:aws:iam::{name}:root" if re.fullmatch(r"\d{12}", name) else name


def _check_principals(statement: Json, unknown: Collection[str]) -> None:
    """T-211 T-356."""
    for name in (*principals(statement), *principals({"Principal": statement.get("NotPrincipal", {})})):
        if name in unknown or (name != "*" and not PRINCIPAL.fullmatch(name)):
            raise invalid("Invalid principal in policy document.")
    services = statement.get("Principal", {})
    for name in _list(services.get("Service", [])) if isinstance(services, dict) else []:
        if not SERVICE.fullmatch(name):
            raise invalid("Invalid principal in policy document.")
    if statement["Effect"] == "Allow" and "*" in principals(statement) and "Condition" not in statement:
        raise validation(
            "Resource-based policy grants unbounded access in one or more elements. "
            "Please revise the policy to ensure least-privilege form of access"
        )


def _one_or_many(names: Iterable[Any]) -> Any:
    found = list(names)
    if not found:
        raise _bad("Syntax errors in policy.")
    return found[0] if len(found) == 1 else found


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _bad(what: str) -> AwsFault:
    return invalid(f"Invalid policy document: {what}")
