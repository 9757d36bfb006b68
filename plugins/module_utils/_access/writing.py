# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the tasks that write roles and policies, which are amazon.aws's: in our words, without tracebacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

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


def passes(result: Mapping[str, Any]) -> bool:
    """Whether all that failed in a task, or in the items of its loop, is worth another try.

    So is a module that ended without a word, in a traceback: amazon.aws's do where an answer is cut short, and to an
    until, ansible-core does not show the text of that. What AWS refused has its code in error, even there.
    """
    failed = _failed(result)
    return bool(failed) and all(_wordless(item) or PASSING.search(_said(item)) for item in failed)


def write_failures(result: Mapping[str, Any]) -> list[str]:
    """What could not be written, one line for each role, policy or instance profile, and why."""
    return [_line(item) for item in _failed(result)]


def _failed(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [item for item in result.get("results") or [result] if item.get("failed")]


def _wordless(item: Mapping[str, Any]) -> bool:
    return not item.get("msg") and not item.get("error")


def _line(item: Mapping[str, Any]) -> str:
    name = (item.get("iam_item") or {}).get("name") or "IAM"
    return f"{name}: {' '.join(_words(item)).rstrip('.: ')}. {RERUN}"


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
