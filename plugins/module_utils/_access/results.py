# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What access_info returns: the common report of a plan, with the parts that differ instead of requests."""

from __future__ import annotations

from typing import Any

from .._engine.report import Report
from .._engine.step import Failure, predict
from .model import Change

PLURALS = {"policy": "policies", "role": "roles", "instance_profile": "instance_profiles"}


class Comparison(Report):
    """A report of what is to be done. It changes nothing."""

    def __init__(self, noun: str, changes: list[Change], failures: list[Failure]) -> None:
        super().__init__(noun, predict([change.plan for change in changes]), failures)
        self._kinds = [change.kind for change in changes]
        # An instance profile has its role's name, so that a name alone does not tell them apart
        self._differing = {(step.resource, step.action): change for change in changes for step in change.plan.steps}

    def result(self) -> dict[str, Any]:
        found = super().result()
        steps = [self._shown(step) for step in found["steps"]]
        return {**found, "changed": False, "steps": steps, "summaries": self._summaries()}

    def diff(self) -> list[dict[str, Any]]:
        """What C(--diff) shows, one entry for each step."""
        return [
            {
                "before_header": f"{name} (now)",
                "after_header": f"{name} (declared)",
                "before": dict(change.before),
                "after": dict(change.after),
            }
            for (name, _action), change in self._differing.items()
        ]

    def _summaries(self) -> dict[str, dict[str, int]]:
        """The summary of each kind by itself."""
        counted = {}
        for kind, plural in PLURALS.items():
            outcomes = [outcome for outcome, of in zip(self.outcomes, self._kinds, strict=True) if of == kind]
            if outcomes:
                counted[plural] = Report(self.noun, outcomes).summary()
        return counted

    def _shown(self, step: dict[str, Any]) -> dict[str, Any]:
        change = self._differing[step["resource"], step["action"]]
        shown = {name: value for name, value in step.items() if name != "request"}
        return {**shown, "before": dict(change.before), "after": dict(change.after)}
