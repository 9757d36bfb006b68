# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people see while the module tables works, and what a signal does to it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import ansible_runner
import pytest

from tests.support.ansible_programs import path_of, run
from tests.support.dynamodb_double import Settings
from tests.support.emulator import ACCOUNT, REGION
from tests.support.modules import command
from tests.support.shaping_proxy import ShapingProxy

SLOW = Settings(speed=5)
USERS: dict[str, Any] = {"name": "users", "hash_key": "id"}
ORDERS: dict[str, Any] = {"name": "orders", "hash_key": "id", "ttl_enabled": True, "ttl_attribute": "ttl"}
ELSEWHERE = """
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = "name: elsewhere\\nshort_description: as if over a network\\ndescription: [none]\\nauthor: [none]"


class Connection(Local):
    transport = "elsewhere"
"""
STATES = [
    "[localhost] + ticket-orders create table (CREATING)",
    "[localhost] + ticket-orders create table, done in N s",
    "[localhost] ~ ticket-orders enable point in time recovery, done in N s",
    "[localhost] ~ ticket-orders enable ttl, done in N s",
    "[localhost] ~ ticket-orders finish table (ACTIVE)",
    "[localhost] ~ ticket-orders finish table, done in N s",
]


def deployed(proxy: ShapingProxy, *flags: str, env: dict[str, str] | None = None, **options: Any) -> Any:
    arguments, environment = command(proxy, "tables", *flags, **{"tables": [ORDERS], **options})
    return run(*arguments, env={**environment, **(env or {})})


def lines(text: str) -> list[str]:
    return [re.sub(r"\d+ s$", "N s", line) for line in text.splitlines() if line.startswith("[localhost]")]


def test_each_change_of_state_is_a_line_beside_the_result(proxy: ShapingProxy) -> None:
    proxy.reset(SLOW)
    done = deployed(proxy, env={"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"})
    assert lines(done.stderr) == STATES
    assert lines(done.stdout) == []
    assert lines(deployed(proxy).stderr) == [], "nothing changes"


def test_nothing_is_shown_that_nobody_wants_or_nobody_can_see(proxy: ShapingProxy, tmp_path: Path) -> None:
    proxy.reset(SLOW)
    assert lines(deployed(proxy, "--check").stderr) == []
    assert lines(deployed(proxy, progress=False).stderr) == []
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    away = deployed(
        proxy, "-e", "ansible_connection=elsewhere", env={"ANSIBLE_CONNECTION_PLUGINS": str(tmp_path)}, tables=[USERS]
    )
    assert "CHANGED" in away.stdout, away
    assert lines(away.stderr) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_between_two_calls_and_says_where(proxy: ShapingProxy, number: signal.Signals) -> None:
    proxy.reset(SLOW)
    arguments, environment = command(proxy, "tables", tables=[ORDERS, USERS])
    argv, pipe = [path_of(arguments[0]), *arguments[1:]], subprocess.PIPE
    started = subprocess.Popen(argv, env=environment, stdout=pipe, stderr=pipe, text=True)
    while len(proxy.journal.entries(operation="CreateTable")) < 2:
        time.sleep(0.05)
    started.send_signal(number)
    _out, said = started.communicate(timeout=60)
    proxy.journal.clear()
    assert f"[localhost] ! {number.name} 0 finished, 2 begun, 0 not begun" in lines(said)
    assert f"[localhost] ! ticket-users stopped by {number.name} while waiting for this step: create_table" in lines(
        said
    )
    time.sleep(1.5)
    assert proxy.journal.entries() == [], "nobody goes on"
    again = deployed(proxy, tables=[ORDERS, USERS])
    assert again.returncode == 0, again
    assert "CHANGED" not in deployed(proxy, tables=[ORDERS, USERS]).stdout


def test_the_lines_are_events_of_ansible_runner(proxy: ShapingProxy, tmp_path: Path) -> None:
    """As AWX shows them."""
    proxy.reset(SLOW)
    (tmp_path / "project").mkdir()
    options = {"name": "ticket", "account_id": ACCOUNT, "region": REGION, "tables": [ORDERS]}
    task = {"name": "Deploy", "traffic_tacos.dynamodb.tables": options}
    play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}]
    (tmp_path / "project/play.yml").write_text(json.dumps(play))
    _arguments, environment = command(proxy, "tables")
    outcome = ansible_runner.run(private_data_dir=str(tmp_path), playbook="play.yml", quiet=True, envvars=environment)
    assert outcome.status == "successful"
    shown = "\n".join(event["stdout"] for event in outcome.events)
    assert lines(shown) == STATES
