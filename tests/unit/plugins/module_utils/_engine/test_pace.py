# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pace of calls: none while nothing is throttled, then what AWS takes."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.pace import LIMITS, Lane, Pace

from tests.support.clock import FakeClock


class Bucket:
    """A limiter as AWS has it: so many calls a second, after a burst of as many."""

    def __init__(self, clock: FakeClock, rate: float) -> None:
        self._clock, self._rate, self._tokens, self._at = clock, rate, rate, clock.now()

    def throttles(self) -> bool:
        now = self._clock.now()
        self._tokens = min(self._rate, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1.0:
            return True
        self._tokens -= 1.0
        return False


def calls(lane: Lane, clock: FakeClock, bucket: Bucket | None, number: int) -> tuple[float, int]:
    """Seconds that so many calls take, each repeated at once while it is throttled, and how many were throttled."""
    begun, throttled, left = clock.now(), 0, number
    while left:
        lane.enter()
        refused = bucket is not None and bucket.throttles()
        lane.leave(refused)
        throttled += refused
        left -= not refused
    return clock.now() - begun, throttled


def test_nothing_is_slower_where_nothing_throttles() -> None:
    clock = FakeClock()
    assert calls(Lane(clock, 10.0), clock, None, 5000) == (0.0, 0)


@pytest.mark.parametrize("limit", sorted(set(LIMITS.values())))
def test_a_documented_limit_is_kept_at_its_own_pace(limit: float) -> None:
    """1,000 calls, the first of them in a burst."""
    clock = FakeClock()
    seconds, throttled = calls(Lane(clock, limit), clock, Bucket(clock, limit), 1000)
    assert seconds <= 1000 / limit * 1.05
    assert throttled <= 10


@pytest.mark.parametrize("rate", [2.0, 7.0, 40.0])
def test_an_unknown_limit_is_found(rate: float) -> None:
    clock = FakeClock()
    seconds, throttled = calls(Lane(clock), clock, Bucket(clock, rate), 600)
    assert seconds <= 600 / rate * 1.5
    assert throttled <= 600 * 0.2


def test_a_pace_is_given_up_once_it_is_no_longer_needed() -> None:
    clock = FakeClock()
    lane = Lane(clock)
    calls(lane, clock, Bucket(clock, 5.0), 50)
    assert lane.rate
    calls(lane, clock, None, 20000)
    assert lane.rate is None


def test_reads_go_alone_and_changes_together() -> None:
    pace = Pace(FakeClock())
    assert pace.lane("dynamodb", "CreateTable") is pace.lane("dynamodb", "UpdateTable")
    assert pace.lane("dynamodb", "DescribeTable") is not pace.lane("dynamodb", "DescribeTimeToLive")
    assert pace.lane("dynamodb", "TagResource") is not pace.lane("dynamodb", "UpdateTable")
    assert pace.lane("dynamodb", "CreateTable") is not pace.lane("cloudwatch", "PutMetricAlarm")


def test_what_an_answer_leaves_undone_is_throttled_too() -> None:
    """BatchWriteItem and BatchGetItem say so in an answer that is no error."""
    pace, handlers = Pace(FakeClock()), dict[str, Any]()
    events = SimpleNamespace(register=handlers.__setitem__)
    service = SimpleNamespace(service_id=SimpleNamespace(hyphenize=lambda: "dynamodb"))
    pace.attach(SimpleNamespace(meta=SimpleNamespace(service_model=service, events=events)), "dynamodb")
    answered = handlers["response-received.dynamodb"]
    answered("response-received.dynamodb.BatchWriteItem", parsed_response={"UnprocessedItems": {}})
    answered("response-received.dynamodb.BatchGetItem", parsed_response=None)
    assert pace.lane("dynamodb", "BatchWriteItem").rate is None
    answered("response-received.dynamodb.BatchWriteItem", parsed_response={"UnprocessedItems": {"t": [{}]}})
    assert pace.lane("dynamodb", "BatchWriteItem").rate == 1.0
    answered("response-received.dynamodb.BatchGetItem", parsed_response={"UnprocessedKeys": {"t": {}}})
    assert pace.lane("dynamodb", "BatchGetItem").rate == 1.0
    assert pace.lane("dynamodb", "UpdateTable").rate is None


def test_a_lane_is_safe_in_threads() -> None:
    """Each call has a turn of its own."""
    clock = FakeClock()
    lane = Lane(clock, 10.0)
    lane.leave(True)
    begun = clock.now()
    threads = [threading.Thread(target=lane.enter) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() - begun == pytest.approx(1.9)
