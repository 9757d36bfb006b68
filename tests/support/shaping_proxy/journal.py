# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came through the proxy: every AWS request, how it ended, and how many were under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Entry:
    """One request and its end."""

    time: float
    service: str
    operation: str
    region: str
    in_flight: int
    """How many requests were under way when it came, itself included."""
    request: Any = None
    """The members of a request in JSON or of a form; None of other protocols."""
    status: int = 0
    """The HTTP status; 0 when there was no answer, or half of one."""
    code: str = ""
    message: str = ""
    seconds: float = 0.0
    fault: str = ""
    """The kind of the injected fault, if there was one."""
    by_rules: bool = False
    carried_out: bool = False
    """Whether it was done, even if nobody got the answer."""

    @property
    def refused(self) -> bool:
        """Whether AWS's rules refused it (and not an injected fault)."""
        return self.by_rules and self.status >= 400 and not self.fault


class Journal:
    """The entries since it was emptied, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._in_flight = 0

    @contextmanager
    def under_way(self, entry: Entry) -> Iterator[Entry]:
        """Counts a request as under way and keeps its entry."""
        with self._lock:
            self._in_flight += 1
            entry.in_flight = self._in_flight
            self._entries.append(entry)
        try:
            yield entry
        finally:
            with self._lock:
                self._in_flight -= 1

    def clear(self) -> None:
        with self._lock:
            self._entries = []

    def entries(self, service: str | None = None, operation: str | None = None) -> list[Entry]:
        """The entries of one service, of one operation, or all."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if service in (None, entry.service) and operation in (None, entry.operation)
            ]

    @property
    def refused(self) -> list[Entry]:
        """What the rules refused."""
        return [entry for entry in self.entries() if entry.refused]

    @property
    def most_in_flight(self) -> int:
        """How many requests were under way at once, at most."""
        return max((entry.in_flight for entry in self.entries()), default=0)
