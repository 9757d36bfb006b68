# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Applying, waiting and reporting, without any AWS."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply, spread
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.client import region_problems
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import (
    Conflict,
    Deferred,
    Failure,
    Outcome,
    ResourcePlan,
    Step,
    predict,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline, intervals, poll

from tests.support.clock import FakeClock
from tests.support.steps import FakeGateway, error, step


def run(gateway: FakeGateway, *plans: ResourcePlan, seconds: float = 600.0) -> list[Outcome]:
    return apply(list(plans), gateway, Run(Deadline.after(FakeClock(), seconds), resources=4))


def test_the_steps_of_a_resource_keep_their_order_and_a_failure_stops_only_its_own() -> None:
    gateway = FakeGateway({"bad": [error("ValidationException", "permanent")]})
    plans = [
        ResourcePlan("a", "change", (step("a", "one"), step("a", "bad"), step("a", "two"))),
        ResourcePlan("b", "add", (step("b", "one"), step("b", "two"))),
        ResourcePlan("c"),
    ]
    a, b, c = run(gateway, *plans)
    assert ([each.action for each in a.done], a.failure and a.failure.code) == (["one"], "ValidationException")
    assert ([each.action for each in b.done], b.failure) == (["one", "two"], None)
    assert (c.done, c.changed) == ((), False)
    assert [action for resource, action in gateway.sent if resource == "a"] == ["one", "bad"]


def test_a_conflict_anywhere_stops_everything_before_it_starts_and_the_prediction_says_so() -> None:
    plans = [
        ResourcePlan("a", "add", (step("a", "one"),)),
        ResourcePlan("b", conflicts=(Conflict("b", ("key",), "needs a new one"),)),
    ]
    gateway = FakeGateway()
    assert run(gateway, *plans) == predict(plans)
    assert gateway.sent == []
    assert "Nothing was changed in any thing." in Report("thing", predict(plans)).message()


def test_a_wait_is_no_change() -> None:
    wait = Step("a", "await", "it is busy", until="quiet")
    (outcome,) = run(FakeGateway(questions=3), ResourcePlan("a", "change", (wait,)))
    assert (outcome.changed, outcome.failure) == (False, None)


@pytest.mark.parametrize(("kind", "tries"), [("retry", 5), ("wait", 5), ("permanent", 1), ("absent", 1)])
def test_only_what_passes_is_tried_again(kind: str, tries: int) -> None:
    gateway = FakeGateway({"one": [error("Busy", kind) for _number in range(4)]})
    run(gateway, ResourcePlan("a", "add", (step("a", "one"),)))
    assert len(gateway.sent) == tries


def test_waiting_ends_with_the_deadline() -> None:
    gateway = FakeGateway(questions=10**9)
    (outcome,) = run(gateway, ResourcePlan("a", "add", (step("a", "one", until="quiet"),)), seconds=30)
    assert outcome.failure is not None
    assert (outcome.failure.code, [each.action for each in outcome.done]) == ("Timeout", ["one"])


def test_polling_starts_quickly_and_grows_and_never_oversleeps() -> None:
    pauses = intervals()
    assert [round(next(pauses), 2) for _number in range(4)] == [0.5, 0.75, 1.12, 1.69]
    assert max(next(pauses) for _number in range(50)) == 15.0
    clock = FakeClock()
    start = clock.now()
    assert poll(lambda: False, Deadline.after(clock, 20.0)) is False
    assert clock.now() - start == 20.0


def test_work_is_spread_over_no_more_threads_than_allowed() -> None:
    barrier, seen = threading.Barrier(3), set()

    def work(number: int) -> int:
        barrier.wait(5)
        seen.add(threading.get_ident())
        return number * 2

    assert spread(work, range(9), 3) == [number * 2 for number in range(9)]
    assert len(seen) == 3


def test_a_signal_that_comes_to_another_thread_is_met_before_the_work_is_done() -> None:
    """Only the main thread runs handlers, and a signal does not wake it there."""
    met: list[float] = []
    begun = time.monotonic()

    def work(number: int) -> None:
        time.sleep(0.2)
        if number:
            signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        time.sleep(1.6)

    before = signal.signal(signal.SIGUSR1, lambda *_: met.append(time.monotonic()))
    try:
        spread(work, range(2), 2)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert met[0] - begun < 1.5


def test_what_is_not_begun_when_one_fails_is_not_done() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        done.append(number)
        if not number:
            raise KeyError
        time.sleep(0.05)

    with pytest.raises(KeyError):
        spread(work, range(99), 2)
    assert len(done) < 9


def test_the_report_puts_risky_steps_first_and_names_the_words() -> None:
    risky = Step("a", "drop", "old", {"x": 1}, risk="data", word="drop_it")
    plan = ResourcePlan(
        "a", "change", (step("a", "one"),), withheld=(risky,), deferred=(Deferred("a", ("f",), "later"),)
    )
    report = Report("thing", [Outcome(plan, plan.steps)], [Failure("b", "service:Read", "Denied", "no", "Ask.")])
    result = report.result()
    assert result["changed"] is True
    assert result["summary"] == {"add": 0, "change": 1, "remove": 0, "keep": 0}
    assert result["withheld"][0]["allow"] == "drop_it"
    assert report.message().splitlines() == [
        "b: service:Read: Denied: no. Ask.",
        "a: not done without 'allow: [drop_it]': old",
    ]
    done = Outcome(ResourcePlan("a", "change", (step("a", "one"), risky)), (step("a", "one"), risky))
    assert [each["action"] for each in Report("thing", [done]).result()["steps"]] == ["drop", "one"]


REGIONS = [
    ("ap-northeast-2", "ap-northeast-2", None, ""),
    ("us-gov-west-1", "us-gov-west-1", None, ""),
    ("ap-northeast-2", "ap-northeast-2", "http://127.0.0.1:4566", ""),
    ("ap-northeast-2", "ap-northeast-2", "https://dynamodb.ap-northeast-2.amazonaws.com", ""),
    ("Seoul", "Seoul", None, "is not the name of a region"),
    ("", None, None, "is not the name of a region"),
    ("us-east-1", "us-east-2", None, "meant for us-east-1, but the calls would go to us-east-2"),
    ("us-east-1", "us-east-1", "https://dynamodb.us-east-2.amazonaws.com", "but endpoint_url goes to us-east-2"),
]


@pytest.mark.parametrize(("wanted", "used", "endpoint", "problem"), REGIONS)
def test_the_region_is_the_one_that_is_meant(wanted: str, used: str | None, endpoint: str | None, problem: str) -> None:
    found = region_problems(wanted, used, endpoint)
    assert bool(found) == bool(problem)
    assert problem in "".join(found)
