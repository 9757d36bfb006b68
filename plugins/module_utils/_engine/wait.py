# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting: polls quickly at first, more slowly later, never beyond the run's one deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .clock import Clock

FIRST_INTERVAL = 0.5
GROWTH = 1.5
LONGEST_INTERVAL = 15.0


@dataclass(frozen=True)
class Deadline:
    """The moment, on the clock, at which a run stops waiting."""

    clock: Clock
    at: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> Deadline:
        return cls(clock, clock.now() + seconds)

    @property
    def passed(self) -> bool:
        return self.clock.now() >= self.at

    def sleep(self, seconds: float) -> None:
        """Sleeps, but not past the deadline."""
        self.clock.sleep(max(0.0, min(seconds, self.at - self.clock.now())))


def intervals() -> Iterator[float]:
    """Seconds between polls: 0.5, 0.75, 1.1, ... up to 15."""
    interval = FIRST_INTERVAL
    while True:
        yield interval
        interval = min(interval * GROWTH, LONGEST_INTERVAL)


def poll(holds: Callable[[], bool], deadline: Deadline) -> bool:
    """Asks until the condition holds (true) or the deadline has passed (false)."""
    for interval in intervals():
        if holds():
            return True
        if deadline.passed:
            return False
        deadline.sleep(interval)
    return False
