# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly was planned, as a digest that somebody can approve, and whether it is still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

SHOWN = 12
"""Characters of a request's hash that tell people that it is another one."""


def approval(results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The digest of a host's plan, and its steps, each in one line that ends with the hash of its exact request.

    The results are what the modules returned, by domain. Reasons, times and the state that is there are no part of it:
    the same calls in the same order have the same digest.
    """
    steps = [f"{domain} {what} {_hash(request)}" for domain, what, request in _calls(results)]
    return {"digest": hashlib.sha256("\n".join(steps).encode()).hexdigest(), "steps": [_short(step) for step in steps]}


def approval_problems(planned: Mapping[str, Any], approved: object, host: str) -> list[str]:
    """Why a host's plan is not the approved one; nothing when it is.

    Approved is a digest, or by host what approval gave for it.
    """
    entry = approved.get(host) if isinstance(approved, Mapping) else approved
    known: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"digest": entry}
    if not known.get("digest"):
        return [f"no plan of {host} is approved"]
    if known["digest"] == planned["digest"]:
        return []
    lines = [f"the plan that is approved has the digest {known['digest']}, now it is {planned['digest']}"]
    before, now = list(known.get("steps") or ()), list(planned["steps"])
    if "steps" not in known:
        return lines + [f"planned now: {step}" for step in now]
    lines += [f"not approved: {step}" for step in now if step not in before]
    lines += [f"approved, and no longer planned: {step}" for step in before if step not in now]
    return lines if len(lines) > 1 else [*lines, "the same steps, in another order"]


def _calls(results: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Domain, what is done to which resource, and the exact request, in the order of the plan."""
    for domain in sorted(results):
        result = results[domain]
        for kind, items in sorted((result.get("access") or {}).items()):
            yield from ((domain, f"{item['name']} {kind}", item) for item in items)
        if "access" not in result:
            for step in result.get("steps", ()):
                where = f" in {step['region']}" if step.get("region") else ""
                yield domain, f"{step['resource']} {step['action']}{where}", step["request"]


def _hash(request: object) -> str:
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _short(step: str) -> str:
    return step[: len(step) - 64 + SHOWN]
