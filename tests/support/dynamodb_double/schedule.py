# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What will happen by itself: changes that AWS carries out after it has answered."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Schedule:
    """Events in the order of their time; while one runs, time is the event's own time."""

    def __init__(self, time: float) -> None:
        self.time = time
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = itertools.count()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.time + seconds, next(self._sequence), action))

    def run(self, now: float) -> None:
        """Carries out everything that is due."""
        while self._events and self._events[0][0] <= now + 1e-6:
            due, _unused, action = heapq.heappop(self._events)
            self.time = max(self.time, due)
            action()
        self.time = max(self.time, now)
