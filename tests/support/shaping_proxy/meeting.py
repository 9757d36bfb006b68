# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs that come to the same call: neither goes on before the other one is there."""

from __future__ import annotations

import threading
from typing import Any

from .journal import Entry

PATIENCE = 300
"""Seconds."""


class Meeting:
    """Holds the first request of an operation with these members until the same comes once more."""

    def __init__(self, operation: str, **members: Any) -> None:
        self._operation = operation
        self._members = members.items()
        self._both = threading.Barrier(2, timeout=PATIENCE)
        self._lock = threading.Lock()
        self._came = 0

    @property
    def held(self) -> bool:
        """Whether both have come."""
        return self._came >= 2

    def attend(self, entry: Entry) -> None:
        if entry.operation != self._operation or not self._members <= (entry.request or {}).items():
            return
        with self._lock:
            self._came += 1
            late = self._came > 2
        if not late:
            self._both.wait()
