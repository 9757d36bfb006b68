# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of a table: the steps of one concern, and how a step is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._engine.step import Deferred, Step
from .argspec import ALLOW
from .order import BUDGETS


@dataclass(frozen=True)
class Change:
    """One concern's steps: all of them are done, or none."""

    steps: tuple[Step, ...]
    deferred: tuple[Deferred, ...] = ()

    @property
    def tied(self) -> tuple[Step, ...]:
        """The steps, with a common concern where there are several, so that AWS's putting one off puts all off."""
        if len(self.steps) < 2:
            return self.steps
        concern = f"{self.steps[0].action} {self.steps[0].subject}"
        return tuple(replace(each, concern=concern) for each in self.steps)

    @property
    def words(self) -> frozenset[str]:
        """The words that the user must have given."""
        return frozenset(step.word for step in self.steps if step.word)


def step(table: str, action: str, reason: str, request: Mapping[str, Any], word: str = "", **more: Any) -> Step:
    """A step on a table, with the risk that belongs to the word it needs, and the budget of its action."""
    known = {"risk": ALLOW[word] if word else "none", "budget": BUDGETS.get(action, "")}
    return Step(table, action, reason, request, word=word, **{**known, **more})
