# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time, and the wish to stop, as things that can be replaced in tests."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

STOPPING = (signal.SIGTERM, signal.SIGINT)


class Clock(Protocol):
    """Monotonic seconds, and sleeping."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Stop:
    """Whether somebody wants the run to end: calls under way are finished, no further one is begun."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.signal = ""
        """The name of the signal that said so; empty until then."""

    @property
    def wanted(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        """Sleeps, but not beyond the moment of the wish."""
        self._event.wait(seconds)

    def request(self, signal_name: str) -> None:
        self.signal = signal_name
        self._event.set()

    @contextmanager
    def on_signals(self) -> Iterator[Stop]:
        """SIGTERM and SIGINT are the wish; a second one ends the process as it always does. Main thread only."""
        before = {number: signal.signal(number, self._receive) for number in STOPPING}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _receive(self, number: int, _frame: Any) -> None:
        for other in STOPPING:
            signal.signal(other, signal.SIG_DFL)
        self.request(signal.Signals(number).name)


class SystemClock:
    """The machine's clock, whose sleepers wake when the run is to stop."""

    def __init__(self, stop: Stop | None = None) -> None:
        self._stop = stop or Stop()

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)
