# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An account in the strict double in which a run is killed, refused or overtaken by another one at any of its calls."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.account import COOL_DOWN, Account, CountingAws, comparable
from tests.support.dynamodb_double import WRITES
from tests.support.tables import params

Entry = dict[str, Any]
Moment = Literal["before", "after"]
REPEATABLE = {
    "DisableKinesisStreamingDestination",
    "PutResourcePolicy",
    "PutScalingPolicy",
    "PutScheduledAction",
    "RegisterScalableTarget",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
}
"""Calls that say what shall be: the same one once more changes nothing, and AWS accepts it."""


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class InterruptedAws(CountingAws):
    """The double, in which something happens at one of a run's calls; it keeps what was accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted: list[tuple[str, str]] = []
        self._count = 0
        self._at = 0
        self._happens: Callable[[], None] | None = None
        self._moment: Moment = "before"
        self._only_writes = True
        self.coming = ""
        """The operation that is being asked for."""

    def heal(self) -> None:
        """Ends all injected faults."""
        self._injections.clear()

    def at(self, number: int, moment: Moment, happens: Callable[[], None], only_writes: bool = True) -> None:
        """Lets something happen at the call of this number (from 1) from now on."""
        self._count, self._at, self._moment, self._happens = 0, number, moment, happens
        self._only_writes = only_writes

    def answer(self, service: str, operation: str, request: Entry) -> Entry:
        self.coming = operation
        due = self._due_now(operation)
        if due and self._moment == "before":
            due()
        answer = super().answer(service, operation, request)
        if operation in WRITES:
            self.accepted.append((operation, json.dumps(request, sort_keys=True)))
        if due and self._moment == "after":
            due()
        return answer

    def _due_now(self, operation: str) -> Callable[[], None] | None:
        if self._happens is None or (self._only_writes and operation not in WRITES):
            return None
        self._count += 1
        if self._count != self._at:
            return None
        happens, self._happens = self._happens, None
        return happens

    def twice(self) -> list[str]:
        """What was accepted more than once though it was to be done once."""
        counts = Counter(call for call in self.accepted if call[0] not in REPEATABLE)
        return [f"{operation} {request}" for (operation, request), count in counts.items() if count > 1]


def fresh(before: list[Entry]) -> Account:
    """An account with these tables, all budgets unused."""
    account = Account(InterruptedAws())
    if before:
        account.converge(*before)
        account.aws.clock.sleep(24 * COOL_DOWN)
    account.aws.accepted.clear()  # type: ignore[attr-defined]
    return account


def state(account: Account, entries: list[Entry]) -> dict[str, Any]:
    """What is there of these tables, in the comparable form."""
    return comparable(account.read(parse(params(*entries))))


def undisturbed(before: list[Entry], after: list[Entry]) -> tuple[dict[str, Any], int, int]:
    """The end state of a deployment that nothing disturbs, and the number of its writes and of all its calls."""
    account = fresh(before)
    account.aws.calls.clear()
    account.converge(*after)
    writes, calls = len(account.aws.writes), len(account.aws.calls)
    return state(account, after), writes, calls
