# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan will take, in lines for people: time, budgets, quotas. Data as every domain returns it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

UNITS = ((1, "second"), (60, "minute"), (3600, "hour"), (86400, "day"))
NAMED = 3
"""Names in one line; the others are counted."""
LABEL = 18
WORDS = {"near": "which is near", "unsure": "which may be too many"}
Result = Mapping[str, Any]


def foresight_lines(results: Mapping[str, Result], planned: bool) -> list[str]:
    """Below the counts of a summary; nothing where nothing is to be done."""
    lines = [line for domain, result in results.items() for line in _time(domain, result, planned)]
    lines += [f"{'budgets':<{LABEL}}{text}" for text in _budgets(results)]
    return lines + [f"{'quotas':<{LABEL}}{text}" for text in _quotas(results, planned)]


def span(low: float, high: float) -> str:
    """A time between two, for people; both in seconds."""
    size, unit = next((pair for pair in reversed(UNITS) if high >= 2 * pair[0]), UNITS[0])
    least, most = round(low / size), max(round(high / size), 1)
    named = unit if most == 1 else f"{unit}s"
    if least == most:
        return f"about {most} {named}"
    return f"{least} to {most} {named}" if least else f"up to {most} {named}"


def _time(domain: str, result: Result, planned: bool) -> Iterator[str]:
    expected = result.get("expected_seconds")
    if not expected:
        return
    range_of = span(expected["low"], expected["high"])
    if planned:
        steps = f"{expected['steps']} step{'' if expected['steps'] == 1 else 's'}"
        yield f"{'expected':<{LABEL}}{range_of} for the {domain} (slowest is {expected['slowest']}, {steps})"
        return
    ends = [step["started"] + step["seconds"] for step in result.get("times", ())]
    if ends:
        yield f"{'took':<{LABEL}}{max(ends):.0f} s for the {domain} ({range_of} are expected on AWS)"


def _budgets(results: Mapping[str, Result]) -> list[str]:
    """One line for each kind of budget and how much of it is used."""
    found: dict[str, list[str]] = {}
    for result in results.values():
        for entry in result.get("budgets", ()):
            before = entry.get("before", 0)
            numbers = f"{before + entry['spent']} of {entry['of']}" if entry["of"] else str(entry["spent"])
            earlier = f" ({before} of them before)" if before else ""
            text = f"{numbers} {entry['what']} {entry['window']}".rstrip() + earlier
            found.setdefault(text, []).append(str(entry["resource"]))
    return [f"{text} of {_named(names)}" for text, names in found.items()]


def _named(names: list[str]) -> str:
    if len(names) <= NAMED + 1:
        return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


def _quotas(results: Mapping[str, Result], planned: bool) -> list[str]:
    """A plan says of each quota that has a code how much is used; any that is near is said afterwards, too.

    One that is exceeded is a conflict.
    """
    entries = [entry for result in results.values() for entry in result.get("quotas", ())]
    fitting = [entry for entry in entries if planned and entry["state"] == "fits" and entry["code"]]
    return [str(entry["said"]) for entry in fitting] + [
        f"{entry['said']}, {WORDS[entry['state']]} ({entry['resource']})"
        for entry in entries
        if entry["state"] in WORDS
    ]
