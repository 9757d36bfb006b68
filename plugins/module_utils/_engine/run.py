# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all resources of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore

from .clock import Stop, SystemClock
from .progress import Progress
from .step import Outcome, Wait
from .wait import Deadline

WRITERS = 10
"""Changes sent at once; of 10 simultaneous ones AWS already throttles some (DDB-TABLE-434)."""
RESOURCES = 200
"""Resources under way at once, most of them waiting; AWS lets 250 tables with indexes be made at a time."""


@dataclass(frozen=True)
class Run:
    """How long a run goes on, how far it waits, whom it tells, who may stop it, and how much it does at once."""

    deadline: Deadline
    wait: Wait = "active"
    real: bool = True
    """False in check mode, where the run only predicts."""
    progress: Progress = field(default_factory=lambda: Progress(None, SystemClock()))
    stop: Stop = field(default_factory=Stop)
    resources: int = RESOURCES
    writing: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(WRITERS))

    def changed(self, outcomes: list[Outcome]) -> list[str]:
        """The resources that this run alone has changed; so it knows what they are like."""
        return [each.plan.resource for each in outcomes if self.real and each.changed and not each.interference]

    def overtaken(self, outcomes: list[Outcome]) -> list[str]:
        """The resources that somebody else was changing as well."""
        return [each.plan.resource for each in outcomes if each.interference]
