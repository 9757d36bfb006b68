# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From plans and outcomes to what a module returns. Every domain reports in this one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .step import Conflict, Deferred, Failure, Outcome, Risk, Step

RISK_ORDER: dict[Risk, int] = {"data": 0, "availability": 1, "none": 2}


@dataclass
class Report:
    """What a writing module says at its end; noun is what its resources are called, for example C(table)."""

    noun: str
    outcomes: list[Outcome]
    failures: list[Failure] = field(default_factory=list)
    """Failed reads; those of steps are in the outcomes."""
    fail_on_deferred: bool = False

    def result(self) -> dict[str, Any]:
        """The part of a module's result that is the same in every domain."""
        return {
            "changed": any(outcome.changed for outcome in self.outcomes),
            "summary": self.summary(),
            "steps": [_step(step) for step in self._ordered(outcome.done for outcome in self.outcomes)],
            "withheld": [_step(step) for step in self._ordered(outcome.plan.withheld for outcome in self.outcomes)],
            "deferred": [_deferred(entry) for entry in self.deferred],
            "conflicts": [_conflict(entry) for entry in self.conflicts],
            "failures": [vars(entry) for entry in self._all_failures()],
            **self._times(),
        }

    @property
    def conflicts(self) -> list[Conflict]:
        return [entry for outcome in self.outcomes for entry in outcome.plan.conflicts]

    @property
    def deferred(self) -> list[Deferred]:
        """What is left to a later run: known when it was planned, or said by AWS when it was asked."""
        return [entry for outcome in self.outcomes for entry in (*outcome.plan.deferred, *outcome.deferred)]

    def message(self) -> str:
        """Why the module fails, with everything that is wrong; empty when nothing is."""
        lines = [f"{entry.resource}: {entry.message}" for entry in self.conflicts]
        if lines:
            lines.append(f"Nothing was changed in any {self.noun}.")
        lines += [_failure_line(entry) for entry in self._all_failures()]
        for outcome in self.outcomes:
            words = sorted({step.word for step in outcome.plan.withheld if step.word})
            reasons = "; ".join(step.reason for step in outcome.plan.withheld if step.word)
            if words:
                lines.append(f"{outcome.plan.resource}: not done without 'allow: [{', '.join(words)}]': {reasons}")
        if self.fail_on_deferred:
            lines += [f"{entry.resource}: deferred: {entry.reason}" for entry in self.deferred]
        return "\n".join(lines)

    def _times(self) -> dict[str, Any]:
        """When each done step was begun, in seconds after the first one, and how long it took."""
        timed = [pair for outcome in self.outcomes for pair in zip(outcome.done, outcome.times, strict=False)]
        if not timed:
            return {}
        first = min(begun for _step, (begun, _ended) in timed)
        return {
            "times": [
                {
                    "resource": step.resource,
                    "action": step.action,
                    "subject": step.subject,
                    "started": round(begun - first, 1),
                    "seconds": round(ended - begun, 1),
                }
                for step, (begun, ended) in sorted(timed, key=lambda pair: pair[1])
            ]
        }

    def _all_failures(self) -> list[Failure]:
        return self.failures + [outcome.failure for outcome in self.outcomes if outcome.failure]

    def summary(self) -> dict[str, int]:
        """How many resources are added, changed, removed and kept."""
        verbs = {"add": 0, "change": 0, "remove": 0, "keep": 0}
        for outcome in self.outcomes:
            verbs[outcome.plan.verb if outcome.changed else "keep"] += 1
        return verbs

    def _ordered(self, groups: Iterable[tuple[Step, ...]]) -> list[Step]:
        """Risky steps first, the steps of one resource in their order."""
        steps = [step for group in groups for step in group if step.writes]
        return sorted(steps, key=lambda step: RISK_ORDER[step.risk])


def _step(step: Step) -> dict[str, Any]:
    shown: dict[str, Any] = {"resource": step.resource, "action": step.action, "reason": step.reason, "risk": step.risk}
    if step.word:
        shown["allow"] = step.word
    if step.budget:
        shown["budget"] = step.budget
    if step.region:
        shown["region"] = step.region
    return {**shown, "fields": list(step.fields), "request": dict(step.request)}


def _deferred(entry: Deferred) -> dict[str, Any]:
    shown = {"resource": entry.resource, "fields": list(entry.fields), "reason": entry.reason}
    return {**shown, "until": entry.until} if entry.until else shown


def _conflict(entry: Conflict) -> dict[str, Any]:
    return {"resource": entry.resource, "fields": list(entry.fields), "message": entry.message}


def _failure_line(entry: Failure) -> str:
    said = f"{entry.resource}: {entry.action.replace('_', ' ')}: {entry.code}: {entry.message}"
    return f"{said.rstrip('.')}. {entry.hint}" if entry.hint else said
