# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""tools/molecule, on scenarios that should not pass: each fails it, with the reason, and no emulator is left."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120
SHARED = ("config.yml", "ansible.cfg", "verify.yml", "tasks", "default")
PLAY = "- name: Converge\n  hosts: local\n  connection: local\n  gather_facts: false\n  tasks: {tasks}\n"
OWN = "ansible:\n  playbooks:\n    converge: ${{MOLECULE_SCENARIO_DIRECTORY}}/converge.yml\n{more}"
SEQUENCE = "scenario:\n  test_sequence: [create, {steps}, destroy]\n"
WITNESS = "import boto3\n\nassert boto3.client('dynamodb').list_tables()['TableNames'] == {names}\n"
SLEEP = "[{{name: Sleep, ansible.builtin.command: {{argv: [sh, -c, 'sleep 600; : {checkout}']}}}}]"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the machinery of the scenarios, and without the scenarios."""
    for name in ("galaxy.yml", "roles", "inventories"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "extensions/molecule").mkdir(parents=True)
    for name in SHARED:
        source = ROOT / "extensions/molecule" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / "extensions/molecule" / name)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/molecule", tmp_path / "tools")
    return tmp_path


def add(checkout: Path, name: str, steps: str, witness: str = "", tasks: str = "[]") -> None:
    folder = checkout / "extensions/molecule" / name
    folder.mkdir()
    (folder / "molecule.yml").write_text(OWN.format(more=SEQUENCE.format(steps=steps)))
    (folder / "converge.yml").write_text(PLAY.format(tasks=tasks))
    (folder / "verify.py").write_text(witness or WITNESS.format(names=[]))


@contextmanager
def started(checkout: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "VENV": sys.prefix}
    pipe = subprocess.PIPE
    tool = subprocess.Popen(
        [checkout / "tools/molecule"], env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield tool
    finally:
        tool.terminate()
        tool.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def running(checkout: Path) -> list[str]:
    """The processes whose command lines name the checkout."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(checkout) in line]


def test_what_failed_or_was_not_verified_fails_it(checkout: Path) -> None:
    add(checkout, "good", "converge, verify")
    add(checkout, "wrong", "verify", witness=WITNESS.format(names=["a-table"]))
    add(checkout, "unverified", "converge")
    add(checkout, "half", "verify, side_effect")
    add(checkout, "early", "verify", witness="raise SystemExit(3)\n")
    with started(checkout) as tool:
        output, _unused = tool.communicate(timeout=PATIENCE)
    assert tool.returncode == 1, output
    outcomes = dict(re.findall(r"^(\w+) +\d+ s  (.+)$", output, re.MULTILINE))
    assert outcomes == {
        "good": "passed",
        "wrong": "failed: verify",
        "unverified": "failed: its verify.py was not run",
        "half": "failed: a playbook of its sequence is missing",
        "early": "failed: verify",
    }
    assert "AssertionError" in output, "the reason is shown"
    assert running(checkout) == []
    assert list((checkout / ".cache").iterdir()) == []


def test_an_interrupted_run_leaves_nothing_behind(checkout: Path) -> None:
    add(checkout, "slow", "converge, verify", tasks=SLEEP.format(checkout=checkout))
    with started(checkout) as tool:
        wait_until(lambda: any("sleep 600" in line for line in running(checkout)))
        tool.send_signal(signal.SIGTERM)
        output, _unused = tool.communicate(timeout=PATIENCE)
    assert tool.returncode == 128 + signal.SIGTERM, output
    wait_until(lambda: running(checkout) == [])
    assert list((checkout / ".cache").iterdir()) == []
