# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What could not be seen is a finding, too: one for each permission, however many resources it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._engine.errors import DENIED_CODES, AwsError


def is_denied(error: AwsError) -> bool:
    """Whether the caller may not make the call; everything else is a failure."""
    return error.code in DENIED_CODES


def unseen(errors: Iterable[AwsError], consequence: str) -> list[dict[str, Any]]:
    """The findings of denied calls; consequence says what is not known because of them."""
    denied: dict[str, list[AwsError]] = {}
    for error in errors:
        denied.setdefault(error.permission, []).append(error)
    return [_finding(permission, found, consequence) for permission, found in sorted(denied.items())]


def _finding(permission: str, errors: list[AwsError], consequence: str) -> dict[str, Any]:
    first, more = errors[0], len({error.subject for error in errors}) - 1
    others = f", and for {more} more" if more else ""
    return {
        "id": "unseen.permission",
        "severity": "medium",
        "resource": first.subject,
        "found": f"{permission} was denied for {first.subject}{others}: {consequence}",
        "expected": f"{permission} is allowed",
        "mend": f"Allow the caller {permission}, then run this again.",
    }
