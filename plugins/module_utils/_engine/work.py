# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One resource's plan, while it is carried out: its steps in their order, refusals, and what others do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from .errors import AwsError, failure_of
from .run import Run
from .step import Deferred, Outcome, ResourcePlan, Step, share
from .wait import Deadline, intervals, poll

RETRY_SECONDS = 60.0
"""How long one call is repeated that AWS refuses for a passing reason."""
LOOK_SECONDS = 10.0
"""How long it is repeated without a look at whether somebody else has made it meanwhile."""
LAG_SECONDS = 60.0
"""How long something that was written is looked for; what cannot be read then has been written over by somebody."""
STALE_SECONDS = 60.0
"""The age of a plan from which on it is compared with a new one before anything of it is sent."""
READABLE = "_readable"
"""How the conditions are called that say no more than that reads have caught up with a write."""

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


class Work:
    """One resource's plan, while it is carried out."""

    def __init__(self, plan: ResourcePlan, gateway: Gateway, run: Run, planned: float, again: PlanAgain | None) -> None:
        """planned is the time, on the run's clock, at which the plan was made."""
        self._plan = plan
        self._gateway = gateway
        self._run = run
        self._again = again
        self._done: list[Step] = []
        self._times: list[tuple[float, float]] = []
        self._deferred: list[Deferred] = []
        self._put_off: set[str] = set()
        self._put_off_calls: list[tuple[object, ...]] = []
        self._interference: list[str] = []
        self._intervals = intervals()
        self._planned = planned
        self._refused: tuple[Step, float] | None = None

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
        if self._is_put_off(step):
            return later
        moved = self._moved(step)
        if moved:
            return self._adopt(moved, "somebody else changed it meanwhile")
        try:
            waited = self._do(step, bool(later))
        except AwsError as error:
            if error.kind == "deferred":
                self._put_off |= {step.concern} - {""}
                self._put_off_calls.append(_call(step))
                self._defer(step, error)
                return later
            return self._after(error, step, later)
        self._intervals, self._refused = intervals(), None
        if step.writes or not waited or not self._again:
            return later
        return self._adopt(self._fresh(self._again), step.reason)

    def _is_put_off(self, step: Step) -> bool:
        """Whether AWS takes it later only, which a new plan does not know."""
        return step.concern in self._put_off or _call(step) in self._put_off_calls

    def _moved(self, step: Step) -> ResourcePlan | None:
        """A new plan where a step that endangers something, or was planned long ago, is no longer part of it.

        AWS has no calls with a condition, so this is as near as one can come to changing only what one has seen. What
        belongs to a concern that is begun is finished as it was planned.
        """
        clock = self._run.deadline.clock
        stale = not self._done and clock.now() - self._planned > STALE_SECONDS
        begun = step.concern and step.concern in {done.concern for done in self._done}
        if not self._again or begun or not (step.writes and (stale or step.risk != "none")):
            return None
        fresh = self._fresh(self._again)
        self._planned = clock.now()
        return None if _call(step) in map(_call, fresh.steps) else fresh

    def _do(self, step: Step, more: bool) -> bool:
        """Sends a step, and waits for what must hold before the next one, or at the end if the run waits for ends.

        Returns whether it has waited.
        """
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
        return waits

    def _send(self, step: Step) -> bool:
        """Sends a step, again while AWS refuses it for a reason that passes by itself; false if it was so already."""
        deadline = self._run.deadline
        patience = Deadline.after(deadline.clock, LOOK_SECONDS if self._again else RETRY_SECONDS)
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

        if poll(settled, self._patience(step)):
            return
        what = f"{step.until.replace('_', ' ')} {step.subject}".strip()
        if self._run.deadline.passed:
            raise AwsError("Timeout", f"the wait timeout passed while waiting for: {what}", step.action, step.resource)
        done = step.action.replace("_", " ")
        self._interference.append(f"{done} is done, and somebody has written something else since")
        self._run.progress.say(step.resource, self._interference[-1])

    def _patience(self, step: Step) -> Deadline:
        clock, at = self._run.deadline.clock, self._run.deadline.at
        return Deadline(clock, min(at, clock.now() + LAG_SECONDS) if step.until.endswith(READABLE) else at)

    def _check_stop(self, step: Step, when: str) -> None:
        if self._run.stop.wanted:
            message = f"stopped by {self._run.stop.signal} {when} this step"
            raise AwsError("Stopped", message, step.action, step.resource)

    def _after(self, error: AwsError, step: Step, later: list[Step]) -> list[Step]:
        """What is left to do after a refusal. Raises the error where nothing can be.

        The resource is planned again, and only a new plan that begins with the very same call makes the refusal a
        failure, or, where AWS has only asked to wait, a reason to try once more.
        """
        waiting = error.kind == "wait" or self._passing(error, step)
        ended = error.kind == "failed" or error.code in ("Timeout", "Stopped")
        if ended or self._run.deadline.passed or not (waiting or self._again):
            raise error
        if error.kind == "wait" and self._run.wait == "none":
            for put_off in (step, *later):
                self._defer(put_off, error)
            return []
        if self._again is None:
            return self._later(error, [step, *later])
        return self._look(self._again, error, [step, *later], waiting)

    def _look(self, again: PlanAgain, error: AwsError, steps: list[Step], waiting: bool) -> list[Step]:
        """The steps of a new plan, or the same ones after some time. Raises the error where it stays."""
        try:
            fresh = self._fresh(again, error)
        except AwsError as failed:
            if failed is error and waiting:  # Who is throttled may not get to look either
                return self._later(error, steps)
            raise
        step = steps[0]
        left = [each for each in fresh.steps if not self._is_put_off(each)]
        if not left or _call(left[0]) != _call(step):
            return self._adopt(fresh, f"{step.action.replace('_', ' ')} was refused ({error.message})")
        if not waiting:
            raise error
        return self._later(error, left)

    def _passing(self, error: AwsError, step: Step) -> bool:
        """Whether AWS may yet take a call that it refuses for a passing reason."""
        now = self._run.deadline.clock.now()
        if error.kind != "retry" or not self._again:
            return False
        if self._refused is None or _call(self._refused[0]) != _call(step):
            self._refused = (step, now)
        return now - self._refused[1] < RETRY_SECONDS - LOOK_SECONDS

    def _later(self, error: AwsError, steps: list[Step]) -> list[Step]:
        """The same steps, after some time."""
        self._run.progress.waiting(steps[0], self._run.deadline.clock.now(), lambda: error.message)
        self._run.deadline.sleep(next(self._intervals))
        return steps

    def _fresh(self, again: PlanAgain, error: AwsError | None = None) -> ResourcePlan:
        """A new plan; where it cannot be made, the error that it was to answer is raised."""
        try:
            fresh = share(again(self._plan.resource), self._run.wait)
        except AwsError as failed:
            raise error or failed from failed
        if fresh.conflicts:
            message = "; ".join(conflict.message for conflict in fresh.conflicts)
            raise AwsError("Conflict", f"somebody else changed it meanwhile, and now {message}", "plan", fresh.resource)
        return fresh

    def _adopt(self, fresh: ResourcePlan, why: str) -> list[Step]:
        """Goes on with a new plan, and says so."""
        self._planned = self._run.deadline.clock.now()
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
