# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is doing, in lines for people, while it does it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from .clock import Clock
from .step import Step
from .summary import mark

CHANNEL = "TRAFFIC_TACOS_PROGRESS"
"""The environment variable in which the action plugin gives the path of the file that it reads the lines from."""
EVERY = 10.0
"""Seconds that pass at least between two lines about nothing but waiting."""


class Progress:
    """One line for each change of state, and one in ten seconds while there is none. Safe in threads."""

    def __init__(self, write: Callable[[str], None] | None, clock: Clock) -> None:
        """Without a place to write to, nothing is said and nothing is asked for."""
        self._write = write or _nowhere
        self._silent = write is None
        self._clock = clock
        self._lock = threading.Lock()
        self._said = clock.now()
        self._waiting: dict[str, tuple[Step, float]] = {}

    def waiting(self, step: Step, since: float, state: Callable[[], str]) -> None:
        """A step that AWS has admitted and not finished; state asks what AWS says of it, only when that is shown."""
        if self._silent:
            return
        with self._lock:
            first = step.resource not in self._waiting
            self._waiting[step.resource] = (step, since)
            due = self._clock.now() - self._said >= EVERY
            if not (first or due):
                return
            others = len(self._waiting) - 1
            self._said = self._clock.now()
        said = _in_parentheses(state())
        if first:
            self._write(f"{_line(step)}{said}")
        else:
            more = f", and {others} more" if others else ""
            self._write(f"  {seconds(self._clock.now() - since)} {_name(step)}{said}{more}")

    def done(self, step: Step, since: float, settled: bool) -> None:
        """A step that is in effect, or that AWS has only admitted; since is the clock when it was begun."""
        self.left(step)
        self._write(f"{_line(step)}, {'done' if settled else 'admitted'} in {seconds(self._clock.now() - since)}")

    def left(self, step: Step) -> None:
        """Nobody waits for the step any more."""
        with self._lock:
            self._waiting.pop(step.resource, None)

    def say(self, resource: str, text: str) -> None:
        """Something else that happened to a resource."""
        self._write(f"! {resource} {text}")

    def sparing(self) -> Progress:
        """The same for a run of many like steps, of which one line in ten seconds is enough."""
        return Sparing(None if self._silent else self._write, self._clock)


class Sparing(Progress):
    """Says something of the steps only once in ten seconds."""

    def waiting(self, step: Step, since: float, state: Callable[[], str]) -> None:
        if self._clock.now() - self._said >= EVERY:
            super().waiting(step, since, state)

    def done(self, step: Step, since: float, settled: bool) -> None:
        self.left(step)
        with self._lock:
            due = self._clock.now() - self._said >= EVERY
            if due:
                self._said = self._clock.now()
        if due:
            super().done(step, since, settled)


def open_channel(wanted: bool) -> Callable[[str], None] | None:
    """Where the action plugin that has started this module reads lines; None where there is none, or none is wanted.

    A channel that cannot be written to, by another user say, is none: progress never makes a run fail.
    """
    path = os.environ.get(CHANNEL, "")
    if not (wanted and path):
        return None
    try:
        return partial(_append, os.open(path, os.O_WRONLY | os.O_APPEND))
    except OSError:
        return None


def seconds(passed: float) -> str:
    """A duration as people read it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = round(passed)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _append(file: int, line: str) -> None:
    """Appending is atomic for lines as short as these, so threads need no lock; a full disk is not our failure."""
    with suppress(OSError):
        os.write(file, f"{line}\n".encode())


def _nowhere(_line: str) -> None:
    """Says nothing."""


def _line(step: Step) -> str:
    return f"{mark(step.action)} {_name(step)}"


def _name(step: Step) -> str:
    return f"{step.resource} {step.action.replace('_', ' ')} {step.subject}".rstrip()


def _in_parentheses(text: str) -> str:
    return f" ({text})" if text else ""
