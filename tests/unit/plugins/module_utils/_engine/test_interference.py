# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run does when somebody else changes what it was planned for, or wants it to stop, or not to wait."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import (
    Conflict,
    Outcome,
    ResourcePlan,
    Step,
    predict,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline

from tests.support.clock import FakeClock
from tests.support.steps import FakeGateway, error, step

FIRST = ResourcePlan("a", "add", (step("a", "one"), step("a", "two")))
BUSY = Step("a", "await", "it is being changed", until="quiet")


def run(gateway: FakeGateway, plan: ResourcePlan, later: Iterable[ResourcePlan], **settings: object) -> Outcome:
    """The outcome of a plan, for which those given later are the answers to planning again."""
    plans = iter(later)
    settings = {"deadline": Deadline.after(FakeClock(), 600.0), **settings}
    (outcome,) = apply([plan], gateway, Run(**settings), lambda _name: next(plans))  # type: ignore[arg-type]
    return outcome


def actions(outcome: Outcome) -> list[str]:
    return [each.action for each in outcome.done]


@pytest.mark.parametrize("kind", ["permanent", "absent"])
def test_a_refusal_is_a_failure_only_when_the_same_is_still_wanted(kind: str) -> None:
    gateway = FakeGateway({"one": [error("ResourceInUseException", kind)]})
    outcome = run(gateway, FIRST, [FIRST])
    assert (actions(outcome), outcome.failure and outcome.failure.code) == ([], "ResourceInUseException")
    assert outcome.interference == ()


def test_what_somebody_else_has_done_is_not_done_again() -> None:
    gateway = FakeGateway({"one": [error("ResourceInUseException", "permanent")]})
    outcome = run(gateway, FIRST, [ResourcePlan("a", "change", (step("a", "two"),))])
    assert (actions(outcome), outcome.failure, outcome.plan.verb) == (["two"], None, "change")
    assert outcome.interference == ("one was refused (no): read and planned again",)


def test_a_change_of_somebody_else_is_waited_for_and_then_looked_at() -> None:
    gateway = FakeGateway(questions=2)
    outcome = run(gateway, ResourcePlan("a", "change", (BUSY, step("a", "one"))), [ResourcePlan("a")])
    assert (actions(outcome), outcome.failure, outcome.changed) == ([], None, False)
    assert outcome.interference == ("it is being changed: read and planned again",)


def test_a_call_that_has_to_wait_is_planned_again_each_time() -> None:
    busy = error("ResourceInUseException", "wait")
    gateway = FakeGateway({"one": [busy, busy]}, questions=0)
    outcome = run(gateway, FIRST, [FIRST, ResourcePlan("a", "change", (BUSY, step("a", "two"))), FIRST])
    assert (actions(outcome), outcome.failure) == (["one", "two"], None)
    assert [action for _resource, action in gateway.sent] == ["one", "one", "one", "two"]


def test_a_call_that_is_throttled_for_long_is_looked_at_before_it_is_made_again() -> None:
    throttled = error("ThrottlingException", "retry")
    gateway = FakeGateway({"one": [throttled] * 100})
    outcome = run(gateway, FIRST, [FIRST, ResourcePlan("a", "change", (step("a", "two"),))])
    assert (actions(outcome), outcome.failure) == (["two"], None)
    assert outcome.interference == ("one was refused (no): read and planned again",)


def test_a_call_that_is_throttled_without_end_is_a_failure() -> None:
    gateway = FakeGateway({"one": [error("ThrottlingException", "retry")] * 1000})
    clock = FakeClock()
    begun = clock.now()
    outcome = run(gateway, FIRST, [FIRST] * 100, deadline=Deadline.after(clock, 600.0))
    assert outcome.failure is not None
    assert outcome.failure.code == "ThrottlingException"
    assert 50 < clock.now() - begun < 80


@pytest.mark.parametrize(("kind", "sent"), [("permanent", 2), ("retry", 100)])
def test_a_refusal_after_a_step_that_is_put_off_ends(kind: str, sent: int) -> None:
    gateway = FakeGateway({"one": [error("Budget", "deferred")] * 1000, "two": [error("No", kind)] * 1000})
    outcome = run(gateway, FIRST, [FIRST] * 1000, deadline=Deadline.after(FakeClock(), 3600.0))
    assert outcome.failure is not None
    assert outcome.failure.code == "No"
    assert len(outcome.deferred) == 1
    assert len(gateway.sent) <= sent


def test_what_has_become_impossible_fails_with_the_reason() -> None:
    gateway = FakeGateway({"one": [error("ValidationException", "permanent")]})
    conflict = Conflict("a", ("key",), "this needs a new table")
    outcome = run(gateway, FIRST, [ResourcePlan("a", conflicts=(conflict,))])
    assert outcome.failure is not None
    assert outcome.failure.code == "Conflict"
    assert "this needs a new table" in outcome.failure.message


def test_the_error_is_the_first_one_when_nothing_can_be_read() -> None:
    gateway = FakeGateway({"one": [error("ValidationException", "permanent")]})

    def unreadable(_name: str) -> ResourcePlan:
        raise error("AccessDenied", "permanent")

    (outcome,) = apply([FIRST], gateway, Run(Deadline.after(FakeClock(), 600.0)), unreadable)
    assert outcome.failure is not None
    assert outcome.failure.code == "ValidationException"


SETTLING = ResourcePlan(
    "a", "add", (step("a", "one", until="made"), step("a", "two"), step("a", "three", until="made"))
)


def test_a_run_that_waits_for_nothing_leaves_the_rest_to_a_later_one() -> None:
    gateway = FakeGateway(questions=10**9)
    outcome = run(gateway, SETTLING, [], wait="none")
    assert outcome == predict([SETTLING], "none")[0]
    assert actions(outcome) == ["one"]
    assert [entry.reason for entry in outcome.plan.deferred] == [
        "because (it waits for: one; this run waits for nothing)"
    ] * 2


def test_nor_does_it_wait_for_somebody_elses_change() -> None:
    gateway = FakeGateway({"one": [error("ResourceInUseException", "wait")]}, questions=10**9)
    assert actions(run(gateway, ResourcePlan("a", "change", (BUSY, step("a", "one"))), [], wait="none")) == []
    outcome = run(gateway, FIRST, [], wait="none")
    assert (actions(outcome), outcome.failure) == ([], None)
    assert [entry.reason for entry in outcome.deferred] == ["because (no)", "because (no)"]


def test_until_all_is_admitted_only_the_next_call_is_waited_for() -> None:
    gateway = FakeGateway(questions=3)
    outcome = run(gateway, SETTLING, [], wait="admitted")
    assert (actions(outcome), outcome.failure) == (["one", "two", "three"], None)
    assert gateway.questions == -1


def test_a_stopped_run_sends_nothing_more_and_says_where_it_is() -> None:
    class Stopping(FakeGateway):
        def send(self, step: Step) -> None:
            super().send(step)
            stopping.stop.request("SIGTERM")

    stopping = Run(Deadline.after(FakeClock(), 600.0))
    plans = [FIRST, ResourcePlan("b", "add", (step("b", "one"),))]
    gateway = Stopping()
    outcomes = apply(plans, gateway, Run(stopping.deadline, stop=stopping.stop, resources=1))
    assert gateway.sent == [("a", "one")]
    assert [outcome.failure and outcome.failure.code for outcome in outcomes] == ["Stopped", "Stopped"]
    assert outcomes[0].failure is not None
    assert outcomes[0].failure.message == "stopped by SIGTERM before this step"
