# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying plans: resources side by side, the steps of one resource in their order, failures gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol, TypeVar

from .errors import AwsError
from .run import Run
from .step import Deferred, Failure, Outcome, ResourcePlan, Step, impossible
from .wait import Deadline, intervals, poll

RETRY_SECONDS = 60.0
"""How long one call is repeated that AWS refuses for a passing reason."""

Given = TypeVar("Given")
Result = TypeVar("Result")
PlanAgain = Callable[[str], ResourcePlan]
"""Reads one resource, by its name, and plans it anew. Raises AwsError."""


class Gateway(Protocol):
    """What a domain offers to the applier."""

    def send(self, step: Step) -> None:
        """Makes the step's one AWS call; raises AwsError."""

    def holds(self, step: Step) -> bool:
        """Whether the step's until holds by now; raises AwsError."""

    def state(self, step: Step) -> str:
        """What AWS says of a step that it has admitted, in a word or two for people; empty when it does not."""


def spread(work: Callable[[Given], Result], items: Iterable[Given], workers: int) -> list[Result]:
    """Does the work for every item on a bounded pool; results in the items' order."""
    given = list(items)
    if len(given) < 2:
        return [work(item) for item in given]
    with ThreadPoolExecutor(max_workers=min(workers, len(given))) as pool:
        return list(pool.map(work, given))


def apply(plans: list[ResourcePlan], gateway: Gateway, run: Run, again: PlanAgain | None = None) -> list[Outcome]:
    """Carries out the plans; a failure stops only its resource, a conflict stops all before they start.

    Where a resource turns out to be another than the one that was planned for, because somebody else changed it
    meanwhile, again gives its new plan.
    """
    shares = [run.share(plan) for plan in plans]
    busy = [] if impossible(plans) else [plan for plan in shares if plan.steps]
    done = spread(lambda plan: _Work(plan, gateway, run, again).outcome(), busy, run.resources)
    outcomes = {outcome.plan.resource: outcome for outcome in done}
    if run.stop.wanted:
        _say_where(run, done)
    return [outcomes.get(plan.resource, Outcome(plan)) for plan in shares]


def failure_of(error: AwsError, resource: str, action: str) -> Failure:
    """A failed call, as it is reported."""
    return Failure(resource, action, error.code, error.message, error.hint)


def _say_where(run: Run, outcomes: list[Outcome]) -> None:
    """Where a run was stopped: each resource that was begun and is not finished, and how many were not begun."""
    stopped = [outcome for outcome in outcomes if outcome.failure and outcome.failure.code == "Stopped"]
    begun = [outcome for outcome in stopped if outcome.done]
    for outcome in begun:
        if outcome.failure:
            run.progress.say(outcome.plan.resource, f"{outcome.failure.message}: {outcome.failure.action}")
    counts = f"{len(outcomes) - len(stopped)} finished, {len(begun)} begun, {len(stopped) - len(begun)} not begun"
    run.progress.say(run.stop.signal, counts)


class _Work:
    """One resource's plan, while it is carried out."""

    def __init__(self, plan: ResourcePlan, gateway: Gateway, run: Run, again: PlanAgain | None) -> None:
        self._plan = plan
        self._gateway = gateway
        self._run = run
        self._again = again
        self._done: list[Step] = []
        self._times: list[tuple[float, float]] = []
        self._deferred: list[Deferred] = []
        self._put_off: set[str] = set()
        self._interference: list[str] = []
        self._intervals = intervals()

    def outcome(self) -> Outcome:
        failure = None
        steps = list(self._plan.steps)
        while steps and failure is None:
            step = steps.pop(0)
            try:
                steps = self._turn(step, steps)
            except AwsError as error:
                failure = failure_of(error, step.resource, step.action)
                self._run.progress.left(step)
        met, times = tuple(self._interference), tuple(self._times)
        return Outcome(self._plan, tuple(self._done), failure, tuple(self._deferred), met, times)

    def _turn(self, step: Step, later: list[Step]) -> list[Step]:
        """Does one step; returns those that are left then. Raises AwsError."""
        if step.concern in self._put_off:
            return later
        try:
            self._do(step, bool(later))
        except AwsError as error:
            if error.kind == "deferred":
                self._put_off |= {step.concern} - {""}
                self._defer(step, error)
                return later
            return self._after(error, step, later)
        self._intervals = intervals()
        if step.writes or not self._again:
            return later
        return self._adopt(self._fresh(None), step.reason)

    def _do(self, step: Step, more: bool) -> None:
        """Sends a step, and waits for what must hold before the next one, or at the end if the run waits for ends."""
        begun = self._run.deadline.clock.now()
        sent = step.writes and self._send(step)
        if sent:
            self._done.append(step)
            self._times.append((begun, self._run.deadline.clock.now()))
        waits = bool(step.until) and (more or self._run.wait == "active")
        if waits:
            self._settle(step, begun)
        if sent:
            self._times[-1] = (begun, self._run.deadline.clock.now())
            self._run.progress.done(step, begun, settled=waits or not step.until)

    def _send(self, step: Step) -> bool:
        """Sends a step, again while AWS refuses it for a reason that passes by itself; false if it was so already."""
        deadline = self._run.deadline
        patience = Deadline.after(deadline.clock, RETRY_SECONDS)
        for interval in intervals():
            self._check_stop(step, "before")
            try:
                with self._run.writing:
                    self._gateway.send(step)
                return True
            except AwsError as error:
                if error.kind == "settled":
                    return False
                if error.kind != "retry" or patience.passed or deadline.passed:
                    raise
                deadline.sleep(interval)
        return False

    def _settle(self, step: Step, begun: float) -> None:
        """Waits until the step's until holds."""

        def settled() -> bool:
            if _holds(step, self._gateway):
                return True
            self._check_stop(step, "while waiting for")
            self._run.progress.waiting(step, begun, lambda: self._gateway.state(step))
            return False

        if not poll(settled, self._run.deadline):
            what = f"{step.until.replace('_', ' ')} {step.subject}".strip()
            raise AwsError("Timeout", f"the wait timeout passed while waiting for: {what}", step.action, step.resource)

    def _check_stop(self, step: Step, when: str) -> None:
        if self._run.stop.wanted:
            message = f"stopped by {self._run.stop.signal} {when} this step"
            raise AwsError("Stopped", message, step.action, step.resource)

    def _after(self, error: AwsError, step: Step, later: list[Step]) -> list[Step]:
        """What is left to do after a refusal. Raises the error where nothing can be.

        The resource is planned again, and only a new plan that begins with the very same call makes the refusal a
        failure, or, where AWS has only asked to wait, a reason to try once more.
        """
        waiting = error.kind == "wait"
        if error.code in ("Timeout", "Stopped") or self._run.deadline.passed or not (waiting or self._again):
            raise error
        if waiting and self._run.wait == "none":
            for put_off in (step, *later):
                self._defer(put_off, error)
            return []
        if self._again is None:
            return self._later(error, [step, *later])
        fresh = self._fresh(error)
        if not fresh.steps or _call(fresh.steps[0]) != _call(step):
            return self._adopt(fresh, f"{step.action.replace('_', ' ')} was refused ({error.message})")
        if not waiting:
            raise error
        return self._later(error, list(fresh.steps))

    def _later(self, error: AwsError, steps: list[Step]) -> list[Step]:
        """The same steps, after some time."""
        self._run.progress.waiting(steps[0], self._run.deadline.clock.now(), lambda: error.message)
        self._run.deadline.sleep(next(self._intervals))
        return steps

    def _fresh(self, error: AwsError | None) -> ResourcePlan:
        """A new plan; where it cannot be made, the error that it was to answer is raised."""
        assert self._again is not None  # noqa: S101
        try:
            fresh = self._run.share(self._again(self._plan.resource))
        except AwsError as failed:
            raise error or failed from failed
        if fresh.conflicts:
            message = "; ".join(conflict.message for conflict in fresh.conflicts)
            raise AwsError("Conflict", f"somebody else changed it meanwhile, and now {message}", "plan", fresh.resource)
        return fresh

    def _adopt(self, fresh: ResourcePlan, why: str) -> list[Step]:
        """Goes on with a new plan, and says so."""
        self._plan = replace(fresh, verb=self._plan.verb if self._done else fresh.verb)
        self._interference.append(f"{why}: read and planned again")
        self._run.progress.say(fresh.resource, self._interference[-1])
        return list(fresh.steps)

    def _defer(self, step: Step, error: AwsError) -> None:
        reason = f"{step.reason} ({error.message})"
        self._deferred.append(Deferred(step.resource, step.fields, reason, error.until))


def _call(step: Step) -> tuple[object, ...]:
    return step.action, step.subject, step.request


def _holds(step: Step, gateway: Gateway) -> bool:
    """Whether the step has settled; a question that AWS does not answer just now counts as no."""
    try:
        return gateway.holds(step)
    except AwsError as error:
        if error.kind == "retry":
            return False
        raise
