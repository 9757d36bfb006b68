# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs on one account of the strict double, whose calls alternate as a seed says."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome

from .account import Account
from .interruptions import Entry, InterruptedAws

PATIENCE = 20.0
"""Real seconds after which a run that waits for its turn is taken for stuck."""


class Turns:
    """Whose call is next; each run that has not ended gets its turns."""

    def __init__(self, runs: int, seed: int) -> None:
        self._random = random.Random(seed)
        self._alive = list(range(runs))
        self._changed = threading.Condition()
        self._whose = self._random.choice(self._alive)

    def wait_for(self, run: int) -> None:
        """Waits until it is this run's turn."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._whose == run, PATIENCE), "nobody goes on"

    def give_on(self) -> None:
        """Lets the seed say who is next."""
        with self._changed:
            if self._alive:
                self._whose = self._random.choice(self._alive)
            self._changed.notify_all()

    def leave(self, run: int) -> None:
        """A run that has ended needs no turns."""
        with self._changed:
            self._alive.remove(run)
        self.give_on()


class Seat(InterruptedAws):
    """One run's way to the shared account: a call at a time, when it is its turn."""

    def __init__(self, shared: InterruptedAws, turns: Turns, run: int) -> None:
        super().__init__()
        self.clock, self.dynamodb = shared.clock, shared.dynamodb
        self._handlers = shared._handlers
        self.accepted = shared.accepted
        self._turns, self._run, self._one = turns, run, threading.Lock()

    def answer(self, service: str, operation: str, request: Entry) -> Entry:
        with self._one:  # of the threads of one run
            self._turns.wait_for(self._run)
            try:
                return super().answer(service, operation, request)
            finally:
                self._turns.give_on()


def deploy_at_once(account: Account, *wanted: list[Entry], seed: int) -> list[list[Outcome]]:
    """Reads, plans and applies what each run wants, all runs at the same time; the outcomes of each."""
    turns = Turns(len(wanted), seed)
    shared: Any = account.aws

    def run(number: int) -> list[Outcome]:
        own = Account(Seat(shared, turns, number))
        try:
            return own.apply(own.plan(*wanted[number]))
        finally:
            turns.leave(number)

    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(run, range(len(wanted))))
