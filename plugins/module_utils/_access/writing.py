# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What amazon.aws's modules are told to write, and what became of it: in our words, without tracebacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

POLICY = "amazon.aws.iam_managed_policy"
ROLE = "amazon.aws.iam_role"
PROFILE = "amazon.aws.iam_instance_profile"

PASSING = re.compile(
    r"ConcurrentModification|ServiceFailure|InternalServerError|\(5\d\d\)"
    r"|Connection ?(was )?(Closed|closed|reset)|[Tt]imed? ?out"
    r"|[Uu]nable to parse response|IncompleteRead|Invalid principal|InstanceSessionsPerInstanceProfile"
    r"|\((DeleteConflict|EntityAlreadyExists|EntityTemporarilyUnmodifiable|NoSuchEntity)\)"
)
"""What is over in a moment: the same task once more may work. A principal or a policy that was created just now is not
known everywhere yet (features.md, pain 17). A creation whose answer was lost, or that another run was a moment earlier
with, meets what it was to create (a profile has room for one role); the next attempt compares with that. Throttling and
an unavailable service are not among them: amazon.aws has then tried each call eleven times, for some five minutes."""
RERUN = "Nothing is lost: what was written stays, and a rerun goes on from here."
CREDENTIALS = re.compile(r"ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch|AccessDenied")


@dataclass(frozen=True)
class Write:
    """One call of a module."""

    module: str
    name: str
    """Of the role, policy or instance profile."""
    arguments: Mapping[str, Any]


def stages(access: Mapping[str, Any]) -> list[list[Write]]:
    """What access_info says differs, in the order in which it can be written, stage by stage: a role needs its
    policies, a profile its role; what goes, goes the other way round."""
    made = (("policies", POLICY), ("roles", ROLE), ("instance_profiles", PROFILE))
    gone = tuple((f"unwanted_{kind}", module) for kind, module in reversed(made))
    return [
        [_write(module, item, state) for item in access.get(kind) or ()]
        for kinds, state in ((made, "present"), (gone, "absent"))
        for kind, module in kinds
    ]


APART: dict[str, Any] = {"create_instance_profile": False, "delete_instance_profile": False}
"""A role and the profile of its name are two things; what amazon.aws does by itself about that is on its way out."""
FIXED: dict[str, dict[str, Any]] = {
    POLICY: {"purge_tags": False, "only_version": True},
    ROLE: {"purge_tags": False, "wait": False, **APART},
    PROFILE: {"purge_tags": False},
}
RENAMED = {"trust": "assume_role_policy_document"}


def _write(module: str, item: Mapping[str, Any], state: str) -> Write:
    if state == "absent":
        arguments = {"name": item["name"], **(APART if module == ROLE else {})}
    else:
        given = {RENAMED.get(name, name): value for name, value in item.items() if value is not None and value != ""}
        arguments = {**given, **FIXED[module]}
    return Write(module, item["name"], {**arguments, "state": state})


def passes(result: Mapping[str, Any]) -> bool:
    """Whether a module failed for a reason that is worth another try.

    So is one that ended without a word, in a traceback: amazon.aws's do where an answer is cut short. What AWS refused
    has its code in error, even there.
    """
    wordless = not result.get("msg") and not result.get("error")
    return bool(result.get("failed")) and (wordless or bool(PASSING.search(_said(result))))


def failure_line(name: str, result: Mapping[str, Any]) -> str:
    """Why a role, policy or instance profile could not be written."""
    return f"{name}: {' '.join(_words(result)).rstrip('.: ')}. {RERUN}"


def _words(item: Mapping[str, Any]) -> Iterator[str]:
    # What follows the first line of a parser's error is the answer itself
    message = re.split(r"\n|\bb'<", str(item.get("msg") or ""), maxsplit=1)[0]
    error = _last_line(str(item.get("exception") or item.get("module_stderr") or ""))
    yield " ".join(message.split())
    if error and error not in message and (not message or "traceback" in _said(item).lower()):
        yield f"({error})"
    if CREDENTIALS.search(_said(item)):
        yield "(see playbook permissions.yml for what the caller must be allowed)"


def _last_line(text: str) -> str:
    """What a traceback ends with: the error itself."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and line.strip() != "(traceback unavailable)"]
    return lines[-1] if lines else ""


def _said(result: Mapping[str, Any]) -> str:
    error = result.get("error")
    code = f"({error.get('code')})" if isinstance(error, Mapping) else error
    said = (result.get(key) for key in ("msg", "exception", "module_stderr", "module_stdout"))
    return " ".join(str(text or "") for text in (*said, code))
