# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast calls are sent: freely until AWS throttles them, then at the pace that it takes."""

from __future__ import annotations

import threading
from typing import Any

from .clock import Clock

THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
LEFT = ("UnprocessedItems", "UnprocessedKeys")
"""What an answer leaves undone where AWS throttles only a part of a request."""
LIMITS = {
    "DescribeContinuousBackups": 10.0,
    "ListTagsOfResource": 10.0,
    "TagResource": 5.0,
    "UntagResource": 5.0,
}
"""Calls a second that the DynamoDB API reference allows one account; of the others it says nothing."""
ALONE = ("Batch", "Describe", "Get", "List")
"""How operations begin that AWS counts each by itself."""
FLOOR = 0.5
GROWTH = 1.05
CUT = 0.7
FREE = 200.0
"""A pace beyond which there is no use in keeping one."""
PATIENCE = 1.0
"""Seconds between two changes of a pace: what was sent before a cut says nothing about it."""


class Lane:
    """The calls that AWS counts together. Safe in threads."""

    def __init__(self, clock: Clock, limit: float | None = None) -> None:
        self._clock = clock
        self._limit = limit
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._next = 0.0
        self._changed = 0.0
        self._accepted: list[float] = []

    @property
    def rate(self) -> float | None:
        """Calls a second; None while AWS has not throttled any."""
        return self._rate

    def enter(self) -> None:
        """Waits for this call's turn."""
        with self._lock:
            if self._rate is None:
                return
            now = self._clock.now()
            turn = max(self._next, now)
            self._next = turn + 1.0 / self._rate
        self._clock.sleep(turn - now)

    def leave(self, throttled: bool) -> None:
        """Learns from a call's answer."""
        with self._lock:
            now = self._clock.now()
            if throttled:
                self._slow_down(now)
            elif self._rate is None:
                self._accepted = [moment for moment in self._accepted[-round(FREE) :] if now - moment < 1.0] + [now]
            elif now - self._changed >= PATIENCE:
                self._speed_up(now)

    def _slow_down(self, now: float) -> None:
        """To what AWS has accepted in the last second when it is the first time, by a third later."""
        if self._rate is None:
            lately = float(sum(now - moment < 1.0 for moment in self._accepted))
            self._rate = self._limit or max(lately / 2, 1.0)
            self._next = now
        elif now - self._changed < PATIENCE:
            return
        else:
            self._rate = max(self._rate * CUT, FLOOR)
        self._changed = now

    def _speed_up(self, now: float) -> None:
        rate = (self._rate or FREE) * GROWTH
        self._rate = min(rate, self._limit) if self._limit else rate
        self._changed = now
        if self._rate > FREE:
            self._rate = None


class Pace:
    """The lanes of one run; attached to a client, it sees every attempt of every call, botocore's own retries too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[tuple[str, str], Lane] = {}

    def lane(self, service: str, operation: str) -> Lane:
        """Reads and writes of items go each by itself, changes of a service together (T-434) but those with a limit."""
        limit = LIMITS.get(operation) if service == "dynamodb" else None
        alone = limit or operation.startswith(ALONE)
        name = (service, operation if alone else "changes")
        with self._lock:
            return self._lanes.setdefault(name, Lane(self._clock, limit))

    def attach(self, client: Any, service: str) -> None:
        """Paces all calls of a botocore client."""
        prefix = client.meta.service_model.service_id.hyphenize()

        def before_send(event_name: str, **_more: Any) -> None:
            self.lane(service, event_name.rpartition(".")[2]).enter()

        def response_received(event_name: str, parsed_response: Any, **_more: Any) -> None:
            answer = parsed_response or {}
            code = (answer.get("Error") or {}).get("Code")
            throttled = code in THROTTLED or any(answer.get(member) for member in LEFT)
            self.lane(service, event_name.rpartition(".")[2]).leave(throttled)

        client.meta.events.register(f"before-send.{prefix}", before_send)
        client.meta.events.register(f"response-received.{prefix}", response_received)
