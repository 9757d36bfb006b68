# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit could not look at: nothing is known of it, which is a finding of its own.

A gap is C({permission, code, message, hint, subjects}): one call that did not work, on one or on many resources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from .._engine.errors import DENIED_CODES
from .model import Audit, Hit, Rule
from .plain import part, some, text, texts

UNSUPPORTED = frozenset(
    {
        "400",
        "404",
        "405",
        "500",
        "501",
        "InternalFailure",
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "ResponseParserError",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
    }
)
"""What emulators answer to calls that they do not know."""


MESSAGE = 300
"""Characters of an error that are shown: an emulator answers with a whole page."""


def kind_of(gap: Any) -> str:
    code = text(part(gap, "code"))
    if part(gap, "domain"):
        return "comparison"
    return "permission" if code in DENIED_CODES else "service" if code in UNSUPPORTED else "failure"


def unseen(kind: str, audit: Audit, gap: Any) -> Iterator[Hit]:
    if kind_of(gap) != kind:
        return
    subjects = texts(part(gap, "subjects"))
    permission, message = text(part(gap, "permission")), text(part(gap, "message")).partition("\n")[0][:MESSAGE]
    yield Hit(
        subjects[0] if len(subjects) == 1 else audit.name,
        f"{permission} on {some(subjects) or 'the account'}: {text(part(gap, 'code'))}: {message}",
        "the audit can look at it",
        (kind != "service" and text(part(gap, "hint"))) or MENDS[kind].format(permission=permission),
    )


MENDS = {
    "comparison": "Run traffic_tacos.dynamodb.plan, which says why, and mend that first.",
    "permission": "Allow {permission} in the policy of the audit's credentials.",
    "service": "Nothing, on an emulator; on AWS look at endpoint_url: what answers there does not know {permission}.",
    "failure": "Run the audit again; what stays is AWS's answer to {permission}.",
}


def gathered(failures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Gaps of failures (resource, action, code, message, hint): one for each call and code, whatever the number."""
    gaps: dict[tuple[str, str], dict[str, Any]] = {}
    for failure in failures:
        permission, code = text(part(failure, "action")), text(part(failure, "code"))
        known = {"permission": permission, "code": code, "message": text(part(failure, "message")), "subjects": []}
        gap = gaps.setdefault((permission, code), known)
        subject = text(part(failure, "resource"))
        if subject not in gap["subjects"]:
            gap["subjects"].append(subject)
        if len(gap["subjects"]) == 1:
            gap["hint"] = text(part(failure, "hint"))
    return [gap if len(gap["subjects"]) == 1 else {**gap, "hint": ""} for gap in gaps.values()]


def gaps_of(comparisons: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The comparisons that say nothing at all, and why."""
    return [
        {
            "domain": domain,
            "subjects": [domain],
            "permission": "the comparison",
            "code": "no result",
            "message": text(part(result, "msg")) or "it did not run",
        }
        for domain, result in comparisons.items()
        if part(result, "steps") is None
    ]


RULES = (
    Rule(
        "unseen.comparison",
        "high",
        "unseen",
        "A comparison has no result, so that no drift of it is known",
        partial(unseen, "comparison"),
    ),
    Rule(
        "unseen.permission",
        "medium",
        "unseen",
        "The credentials may not look at something",
        partial(unseen, "permission"),
    ),
    Rule("unseen.failure", "medium", "unseen", "A call failed for another reason", partial(unseen, "failure")),
    Rule(
        "unseen.service",
        "info",
        "unseen",
        "What answers does not know the call (an emulator)",
        partial(unseen, "service"),
    ),
)
