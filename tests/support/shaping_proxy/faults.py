# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a network and of an overloaded service, by chance, but by the same chance in every run."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["throttling", "error", "unavailable", "refusal", "reset", "timeout", "truncated"]
BEFORE: frozenset[Kind] = frozenset({"throttling", "error", "unavailable", "refusal"})
"""The kinds that answer in AWS's stead; nothing is carried out."""


@dataclass
class Fault:
    """What may happen to some requests instead of their answer."""

    kind: Kind
    probability: float = 1.0
    service: str | None = None
    """Of one service only, by the name in the credentials' scope: dynamodb, iam, monitoring, sts."""
    operation: str | None = None
    count: int | None = None
    """How often, at most."""
    skip: int = 0
    """How many matching requests are spared first."""
    applied: bool | None = None
    """Whether a reset, timed-out or truncated request was carried out; a truncated one always was."""
    delay: float = 1.0
    """Seconds until a timed-out connection is closed without an answer."""
    code: str = "ResourceInUseException"
    """The error of a refusal."""
    message: str = "Attempt to change a resource which is still in use"
    when: Callable[[Any], bool] = lambda _request: True
    """Looks at the members of a request in JSON or of a form (None of other protocols)."""

    @property
    def carried_out(self) -> bool:
        return self.kind not in BEFORE and (self.kind == "truncated" or bool(self.applied))

    def answer(self, service: str) -> tuple[int, str, str]:
        """Status, code and message of the kinds that answer."""
        if self.kind == "throttling":
            return 400, "ThrottlingException" if service == "dynamodb" else "Throttling", "Rate exceeded"
        if self.kind == "error":
            return 500, "InternalServerError", "The request processing has failed because of an unknown error"
        if self.kind == "unavailable":
            return 503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."
        return 400, self.code, self.message


class FaultPlan:
    """The faults in force, asked for every request; the first that matches and is drawn happens."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self.replace(seed=seed)

    def replace(self, *faults: Fault, seed: int = 0) -> None:
        """Puts other faults in force, and starts the generator again."""
        with self._lock:
            self._faults = list(faults)
            self._random = random.Random(seed)

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def due(self, service: str, operation: str, request: Any) -> Fault | None:
        """The fault that happens to a request, if one does."""
        with self._lock:
            return next((fault for fault in self._faults if self._drawn(fault, service, operation, request)), None)

    def _drawn(self, fault: Fault, service: str, operation: str, request: Any) -> bool:
        if fault.service not in (None, service) or fault.operation not in (None, operation):
            return False
        if fault.count == 0 or not fault.when(request):
            return False
        if fault.skip:
            fault.skip -= 1
            return False
        drawn = self._random.random() < fault.probability
        if drawn and fault.count is not None:
            fault.count -= 1
        return drawn
