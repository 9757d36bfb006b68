# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What access_info returns: the common report of a plan, with the parts that differ instead of requests."""

from __future__ import annotations

from typing import Any

from .._engine.report import Report
from .._engine.step import Failure, predict
from .model import Change


class Comparison(Report):
    """A report of what is to be done. It changes nothing."""

    def __init__(self, noun: str, changes: list[Change], failures: list[Failure]) -> None:
        super().__init__(noun, predict([change.plan for change in changes]), failures)
        # An instance profile has its role's name, so that a name alone does not tell them apart
        self._differing = {(step.resource, step.action): change for change in changes for step in change.plan.steps}

    def result(self) -> dict[str, Any]:
        found = super().result()
        return {**found, "changed": False, "steps": [self._shown(step) for step in found["steps"]]}

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

    def _shown(self, step: dict[str, Any]) -> dict[str, Any]:
        change = self._differing[step["resource"], step["action"]]
        shown = {name: value for name, value in step.items() if name != "request"}
        return {**shown, "before": dict(change.before), "after": dict(change.after)}
