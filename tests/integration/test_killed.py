# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole playbooks that are ended in the middle of their work: the next run goes on from there."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from tests.support.dynamodb_double import Settings
from tests.support.emulator import ACCOUNT, REGION
from tests.support.estate_state import end_state
from tests.support.fault_trials import SMALL, done_twice, undisturbed
from tests.support.playbooks import Played, ended, play, start, writes
from tests.support.processes import descendants
from tests.support.shaping_proxy import ShapingProxy

SLOW = Settings(speed=30)
USERS, ORDERS = SMALL["dynamodb_tables"]
BY_MAIL = {"name": "by-mail", "hash_key": "mail"}
AFTER = {**SMALL, "dynamodb_tables": [{**USERS, "global_secondary_indexes": [BY_MAIL]}, ORDERS]}


def killed(proxy: ShapingProxy, number: signal.Signals, call: str, playbook: str = "site", **variables: Any) -> Played:
    """A playbook that gets a signal as soon as this call has been carried out.

    SIGTERM goes to ansible-playbook alone, as from kill, SIGINT to its process group, as from a terminal, and SIGKILL
    to everything, as when the machine goes down.
    """
    before = len(carried_out(proxy, call))
    started = start(proxy, playbook, **variables)
    while len(carried_out(proxy, call)) == before:
        assert started.poll() is None, f"it ended before {call}: {ended(started).output}"
        time.sleep(0.01)
    if number == signal.SIGINT:
        os.killpg(started.pid, number)
    for process in descendants(started.pid) if number == signal.SIGKILL else []:
        os.kill(process, number)
    if number != signal.SIGINT:
        started.send_signal(number)
    played = ended(started)
    assert played.returncode != 0, played.output
    return played


def carried_out(proxy: ShapingProxy, operation: str) -> list[Any]:
    return [entry for entry in proxy.journal.entries(operation=operation) if entry.carried_out]


def indexes(proxy: ShapingProxy) -> dict[str, str]:
    """The table's indexes, when none is being made any more."""
    found = {"": "CREATING"}
    while "CREATING" in found.values():
        time.sleep(0.1)
        there = end_state(proxy)["tables"]["ticket-users"]["indexes"]
        found = {name: index["IndexStatus"] for name, index in there.items()}
    return found


def test_a_deployment_that_is_killed_again_and_again_is_finished(proxy: ShapingProxy) -> None:
    """While it makes tables, roles and alarms; each run finds what the one before has made."""
    expected = undisturbed(proxy, **SMALL)
    proxy.reset(SLOW)
    killed(proxy, signal.SIGKILL, "CreateTable", **SMALL)
    killed(proxy, signal.SIGINT, "UpdateTimeToLive", **SMALL)
    killed(proxy, signal.SIGTERM, "CreateRole", **SMALL)
    killed(proxy, signal.SIGKILL, "PutMetricAlarm", **SMALL)
    last = play(proxy, "site", **SMALL)
    assert last.returncode == 0, last.output
    assert done_twice(proxy) == []
    assert end_state(proxy) == expected

    proxy.forget()
    again = play(proxy, "site", **SMALL)
    assert (again.returncode, again.steps, writes(proxy)) == (0, [], [])


def test_a_change_and_a_teardown_that_are_killed_are_finished(proxy: ShapingProxy) -> None:
    proxy.reset(SLOW)
    assert play(proxy, "site", **SMALL).returncode == 0
    killed(proxy, signal.SIGKILL, "UpdateTable", **AFTER)
    last = play(proxy, "site", **AFTER)
    assert last.returncode == 0, last.output
    assert indexes(proxy) == {"by-mail": "ACTIVE"}
    assert len(carried_out(proxy, "UpdateTable")) == 1

    meant = {**AFTER, "dynamodb_teardown": f"ticket@{ACCOUNT}/{REGION}"}
    killed(proxy, signal.SIGTERM, "DeleteAlarms", "teardown", **meant)
    killed(proxy, signal.SIGKILL, "DetachRolePolicy", "teardown", **meant)
    killed(proxy, signal.SIGINT, "DeleteTable", "teardown", **meant)
    gone = play(proxy, "teardown", **meant)
    assert gone.returncode == 0, gone.output
    assert end_state(proxy) == {kind: {} for kind in end_state(proxy)}
    assert done_twice(proxy) == []
