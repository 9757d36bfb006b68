# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying plans: resources side by side, the steps of one resource in their order, failures gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from .errors import AwsError, failure_of
from .run import Run
from .step import Failure, Outcome, ResourcePlan, impossible, share
from .work import Gateway, PlanAgain, Work

Given = TypeVar("Given")
Result = TypeVar("Result")
LONGEST_WAIT = 1.0
"""Seconds."""


def spread(work: Callable[[Given], Result], items: Iterable[Given], workers: int) -> list[Result]:
    """Does the work for every item on a bounded pool; results in the items' order."""
    given = list(items)
    if len(given) < 2:
        return [work(item) for item in given]
    with ThreadPoolExecutor(max_workers=min(workers, len(given))) as pool:
        futures = [pool.submit(work, item) for item in given]
        try:
            return [_result(future) for future in futures]
        finally:
            for future in futures:
                future.cancel()


def _result(future: Future[Result]) -> Result:
    """What a future gives. A signal that comes just before a wait is met after it, so no wait is long."""
    while wait([future], LONGEST_WAIT).not_done:
        pass
    return future.result()


def gather(
    read: Callable[[Given], Result], items: Iterable[Given], workers: int
) -> tuple[list[Result], list[AwsError]]:
    """Reads side by side on a bounded pool; what AWS refuses is gathered, and hides nothing of the others."""

    def attempt(item: Given) -> Result | AwsError:
        try:
            return read(item)
        except AwsError as error:
            return error

    answers = spread(attempt, items, workers)
    errors = [answer for answer in answers if isinstance(answer, AwsError)]
    return [answer for answer in answers if not isinstance(answer, AwsError)], errors


def read_each(
    read: Callable[[Given], Result], items: Iterable[Given], workers: int, failures: list[Failure]
) -> list[Result]:
    """The same, where what AWS refuses is one more of the failures that are reported."""
    found, errors = gather(read, items, workers)
    failures += [failure_of(error, error.subject, error.permission) for error in errors]
    return found


def apply(plans: list[ResourcePlan], gateway: Gateway, run: Run, again: PlanAgain | None = None) -> list[Outcome]:
    """Carries out the plans; a failure stops only its resource, a conflict stops all before they start.

    Where a resource turns out to be another than the one that was planned for, because somebody else changed it
    meanwhile, again gives its new plan.
    """
    shares = [share(plan, run.wait) for plan in plans]
    planned = run.deadline.clock.now()
    busy = [] if impossible(plans) else [plan for plan in shares if plan.steps]
    done = spread(lambda plan: Work(plan, gateway, run, planned, again).outcome(), busy, run.resources)
    outcomes = {outcome.plan.resource: outcome for outcome in done}
    if run.stop.wanted:
        _say_where(run, done)
    return [outcomes.get(plan.resource, Outcome(plan)) for plan in shares]


def _say_where(run: Run, outcomes: list[Outcome]) -> None:
    """Where a run was stopped: each resource that was begun and is not finished, and how many were not begun."""
    stopped = [outcome for outcome in outcomes if outcome.failure and outcome.failure.code == "Stopped"]
    begun = [outcome for outcome in stopped if outcome.done]
    for outcome in begun:
        if outcome.failure:
            run.progress.say(outcome.plan.resource, f"{outcome.failure.message}: {outcome.failure.action}")
    counts = f"{len(outcomes) - len(stopped)} finished, {len(begun)} begun, {len(stopped) - len(begun)} not begun"
    run.progress.say(run.stop.signal, counts)
