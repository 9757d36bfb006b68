# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines of a run's progress, and where they go."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.clock import Stop, SystemClock
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.progress import (
    CHANNEL,
    Progress,
    open_channel,
    seconds,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Step

from tests.support.clock import FakeClock

INDEX = Step("ticket-users", "create_index", "it is missing", {"x": 1}, subject="by-city", until="index_active")
TABLE = Step("ticket-orders", "create_table", "it is missing", {"x": 1}, until="indexes_active")


def test_a_change_of_state_is_a_line_and_waiting_one_in_ten_seconds() -> None:
    clock, lines = FakeClock(), []
    progress = Progress(lines.append, clock)
    begun = clock.now()
    for _poll in range(50):
        progress.waiting(INDEX, begun, lambda: "CREATING, 37 % filled")
        progress.waiting(TABLE, begun, lambda: "CREATING")
        clock.sleep(0.5)
    progress.done(INDEX, begun, settled=True)
    progress.waiting(TABLE, begun, lambda: "CREATING")
    clock.sleep(10.0)
    progress.waiting(TABLE, begun, lambda: "CREATING")
    progress.done(TABLE, begun, settled=False)
    assert lines == [
        "+ ticket-users create index by-city (CREATING, 37 % filled)",
        "+ ticket-orders create table (CREATING)",
        "  10 s ticket-users create index by-city (CREATING, 37 % filled), and 1 more",
        "  20 s ticket-users create index by-city (CREATING, 37 % filled), and 1 more",
        "+ ticket-users create index by-city, done in 25 s",
        "  35 s ticket-orders create table (CREATING)",
        "+ ticket-orders create table, admitted in 35 s",
    ]


def test_a_silent_run_asks_for_nothing() -> None:
    def asked() -> str:
        raise AssertionError("AWS was asked for a line that nobody sees")

    Progress(None, FakeClock()).waiting(TABLE, 0.0, asked)


def test_of_many_like_steps_one_in_ten_seconds_is_said() -> None:
    clock, lines = FakeClock(), []
    progress = Progress(lines.append, clock).sparing()
    for number in range(30):
        begun = clock.now()
        clock.sleep(1.0)
        step = Step("ticket-users", "add_items", "are not there", {"x": 1}, subject=f"{number}")
        progress.waiting(step, begun, lambda: "2 left")
        progress.done(step, begun, settled=True)
    progress.say("ticket-users", "else")
    assert lines == [
        "+ ticket-users add items 9 (2 left)",
        "+ ticket-users add items 19 (2 left)",
        "+ ticket-users add items 29 (2 left)",
        "! ticket-users else",
    ]
    Progress(None, clock).sparing().done(INDEX, 0.0, settled=True)


def test_durations_read_well() -> None:
    found = [seconds(each) for each in (0.2, 59.4, 60, 3599, 7500)]
    assert found == ["0 s", "59 s", "1 min 0 s", "59 min 59 s", "2 h 5 min"]


def test_lines_go_to_the_file_that_the_action_plugin_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lines"
    path.touch()
    monkeypatch.setenv(CHANNEL, str(path))
    write = open_channel(True)
    assert write
    write("one")
    write("two")
    assert path.read_text() == "one\ntwo\n"


def test_no_channel_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_channel(True) is None
    monkeypatch.setenv(CHANNEL, str(tmp_path / "missing"))
    assert open_channel(True) is None
    (tmp_path / "missing").touch()
    assert open_channel(False) is None


def test_a_signal_wakes_whoever_sleeps_and_the_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    stop = Stop()
    with stop.on_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        SystemClock(stop).sleep(60)
        assert (stop.wanted, stop.signal) == (True, "SIGTERM")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, "a second one ends the process"
    assert signal.getsignal(signal.SIGTERM) is before
