# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that passes only when somebody sleeps."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When tests begin unless they say otherwise: a Monday morning, 15 hours before the UTC day ends."""


class FakeClock:
    """Virtual seconds since the epoch; sleeping moves them on and takes no time."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start.timestamp()
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += max(0.0, seconds)
