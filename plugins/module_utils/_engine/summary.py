# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One readable summary of what all domains plan or did: counts first, then what is risky, then every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .foresight import foresight_lines

VERBS = ("add", "change", "remove")
MARKS = {"create": "+", "add": "+", "delete": "-", "remove": "-"}
Result = Mapping[str, Any]
FAILED: Mapping[str, int] = {}


def summary_lines(results: Mapping[str, Result], planned: bool) -> list[str]:
    """The lines for people; results are what the modules returned, by domain (tables, iam, alarms)."""
    lines = [_count_line(kind, counts, planned) for kind, counts in _counts(results).items()]
    lines += foresight_lines(results, planned)
    steps = [step for result in results.values() for step in result.get("steps", ())]
    risky = [step for step in steps if step["risk"] != "none"]
    if risky:
        lines += ["", "Risky steps", *(_step_line(step) for step in risky)]
    if len(steps) > len(risky):
        lines += ["", "Steps", *(_step_line(step) for step in steps if step["risk"] == "none")]
    lines += _section("Withheld without a word in the entry's allow list", results, "withheld", _withheld_line)
    lines += _section("Accepted by AWS only later", results, "deferred", _deferred_line)
    lines += _section("Refused", results, "conflicts", _note("message"))
    lines += _section("Changed by somebody else meanwhile", results, "replanned", _note("reason"))
    undeclared = [name for result in results.values() for name in result.get("undeclared", ())]
    if undeclared:
        lines += ["", "Tables of this estate that nobody declares, left alone", *undeclared]
    again = [entry for result in results.values() for entry in result.get("recreated", ())]
    if again:
        lines += ["", "Created again by somebody, under another id"]
        lines += [f"{entry['resource']} (declared {entry['declared']}, found {entry['found']})" for entry in again]
    return lines


def mark(action: str) -> str:
    """+ for what adds something, - for what removes it, ~ for all else."""
    return MARKS.get(action.split("_", maxsplit=1)[0], "~")


def _counts(results: Mapping[str, Result]) -> dict[str, Mapping[str, int]]:
    """Counts by kind of resource: those of a domain, or of each kind that the domain tells apart."""
    counts: dict[str, Mapping[str, int]] = {}
    for domain, result in results.items():
        counts.update(result.get("summaries") or {domain: result.get("summary") or FAILED})
    return counts


def _count_line(kind: str, counts: Mapping[str, int], planned: bool) -> str:
    if not counts:
        return f"{kind.replace('_', ' '):<18}not done, see the failures"
    words = ("to add", "to change", "to remove") if planned else ("added", "changed", "removed")
    parts = [f"{counts.get(verb, 0)} {word}" for verb, word in zip(VERBS, words, strict=True)]
    return f"{kind.replace('_', ' '):<18}{', '.join(parts)}, {counts.get('keep', 0)} unchanged"


def _step_line(step: Mapping[str, Any]) -> str:
    """Without a colon, which would make the YAML of the output quote the line."""
    action = str(step["action"])
    risk = f" [{step['risk']}]" if step["risk"] != "none" else ""
    budget = f" [{step['budget']}]" if step.get("budget") else ""
    return f"{mark(action)} {step['resource']} {action.replace('_', ' ')}{risk}{budget} ({step['reason']})"


def _withheld_line(step: Mapping[str, Any]) -> str:
    word = f" needs {step['allow']}" if "allow" in step else " depends on it"
    return _step_line(step) + word


def _deferred_line(entry: Mapping[str, Any]) -> str:
    until = f" until {entry['until']}" if entry.get("until") else ""
    return f"{entry['resource']}{until} ({entry['reason']})"


def _note(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda entry: f"{entry['resource']} ({entry[key]})"


def _section(title: str, results: Mapping[str, Result], key: str, line: Callable[[Result], str]) -> list[str]:
    shown = [line(entry) for result in results.values() for entry in result.get(key, ())]
    return ["", title, *shown] if shown else []
