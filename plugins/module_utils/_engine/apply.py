# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying plans: resources side by side, the steps of one resource in their order, failures gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from .errors import AwsError
from .step import Deferred, Failure, Outcome, ResourcePlan, Step, impossible
from .wait import Deadline, intervals, poll

RETRY_SECONDS = 60.0
"""How long one call is repeated that AWS refuses for a passing reason."""

Given = TypeVar("Given")
Result = TypeVar("Result")


class Gateway(Protocol):
    """What a domain offers to the applier."""

    def send(self, step: Step) -> None:
        """Makes the step's one AWS call; raises AwsError."""

    def holds(self, step: Step) -> bool:
        """Whether the step's until holds by now; raises AwsError."""


def spread(work: Callable[[Given], Result], items: Iterable[Given], workers: int) -> list[Result]:
    """Does the work for every item on a bounded pool; results in the items' order."""
    given = list(items)
    if len(given) < 2:
        return [work(item) for item in given]
    with ThreadPoolExecutor(max_workers=min(workers, len(given))) as pool:
        return list(pool.map(work, given))


def apply(plans: list[ResourcePlan], gateway: Gateway, deadline: Deadline, workers: int) -> list[Outcome]:
    """Carries out the plans; a failure stops only its resource, a conflict stops all before they start."""
    busy = [] if impossible(plans) else [plan for plan in plans if plan.steps]
    outcomes = {outcome.plan.resource: outcome for outcome in spread(_runner(gateway, deadline), busy, workers)}
    return [outcomes.get(plan.resource, Outcome(plan)) for plan in plans]


def _runner(gateway: Gateway, deadline: Deadline) -> Callable[[ResourcePlan], Outcome]:
    def run(plan: ResourcePlan) -> Outcome:
        done: list[Step] = []
        deferred: list[Deferred] = []
        put_off: set[str] = set()
        for step in plan.steps:
            if step.concern in put_off:
                continue
            try:
                if step.writes and _send(step, gateway, deadline):
                    done.append(step)
                _settle(step, gateway, deadline)
            except AwsError as error:
                if error.kind != "deferred":
                    failure = failure_of(error, step.resource, step.action)
                    return Outcome(plan, tuple(done), failure, tuple(deferred))
                put_off |= {step.concern} - {""}
                deferred.append(Deferred(step.resource, step.fields, f"{step.reason} ({error.message})", error.until))
        return Outcome(plan, tuple(done), None, tuple(deferred))

    return run


def failure_of(error: AwsError, resource: str, action: str) -> Failure:
    """A failed call, as it is reported."""
    return Failure(resource, action, error.code, error.message, error.hint)


def _send(step: Step, gateway: Gateway, deadline: Deadline) -> bool:
    """Sends a step, again and again while AWS refuses it for a reason that passes; false if it was so already."""
    patience = Deadline.after(deadline.clock, RETRY_SECONDS)
    for interval in intervals():
        try:
            gateway.send(step)
            return True
        except AwsError as error:
            if error.kind == "settled":
                return False
            waiting = error.kind == "wait" and not deadline.passed
            retrying = error.kind == "retry" and not (patience.passed or deadline.passed)
            if not (waiting or retrying):
                raise
            deadline.sleep(interval)
    return False


def _settle(step: Step, gateway: Gateway, deadline: Deadline) -> None:
    """Waits for what must hold before the resource's next step."""
    if step.until and not poll(lambda: _holds(step, gateway), deadline):
        what = f"{step.until.replace('_', ' ')} {step.subject}".strip()
        raise AwsError("Timeout", f"the wait timeout passed while waiting for: {what}", step.action, step.resource)


def _holds(step: Step, gateway: Gateway) -> bool:
    """Whether the step has settled; a question that AWS does not answer just now counts as no."""
    try:
        return gateway.holds(step)
    except AwsError as error:
        if error.kind == "retry":
            return False
        raise
