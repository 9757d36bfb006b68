# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module in a fork of Ansible's process returns and shows what it does when Ansible starts it the usual way."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.modules import Run, run_module

USERS: dict[str, Any] = {"name": "users", "hash_key": "id"}
CHANGED = {**USERS, "global_secondary_indexes": [{"name": "by-mail", "hash_key": "mail"}], "tags": {"Team": "a"}}
FORKED = "in a process of its own"
USUAL = "AnsiballZ_"
ACTION = "ansible_collections.traffic_tacos.dynamodb.plugins.action.tables"
LOADED = f"""
import importlib, sys
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
importlib.import_module("{ACTION}")
print(*sys.modules)
"""


def both_ways(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, *flags: str, **options: Any) -> list[Run]:
    runs = []
    for keep, sign in (("0", FORKED), ("1", USUAL)):
        monkeypatch.setenv("ANSIBLE_KEEP_REMOTE_FILES", keep)
        run = run_module(emulator, "tables", "-vvv", *flags, **options)
        assert sign in run.output
        runs.append(run)
    return runs


def plain(run: Run) -> str:
    """The result and what else Ansible says of it, without times and places."""
    said = [line for line in run.output.splitlines() if line.startswith("[")]
    return re.sub(r"\d+\.\d+|\d+ s|/[\w./-]+", "", f"{run.result} {said}")


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        (("--check", "--diff"), {"tables": [CHANGED]}),
        ((), {"tables": [USERS]}),
        ((), {"tables": [{**USERS, "hash_key": "other"}]}),
        ((), {"tables": [{**USERS, "hash_key": ""}, {"name": "a table"}]}),
        ((), {"tables": [{"name": "users", "hash": "id"}]}),
        ((), {"tables": [USERS], "account_id": "210987654321"}),
        ((), {"tables": [USERS], "region": ""}),
    ],
    ids=["plan", "converged", "conflict", "refused", "not an option", "other account", "no region"],
)
def test_both_ways_are_the_same(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], options: dict[str, Any]
) -> None:
    emulator.reset()
    run_module(emulator, "tables", tables=[USERS, {"name": "nobodys", "hash_key": "id"}])
    forked, usual = both_ways(emulator, monkeypatch, *flags, **options)
    assert forked.failed is usual.failed
    assert plain(forked) == plain(usual)


def test_what_templates_use_is_there_before_ansible_forks() -> None:
    """Ansible imports an action in the process that it forks for each task of each host."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert f"{ACTION.removesuffix('.action.tables')}.filter.estate_tables" in loaded
    for kind in ("filter", "test"):
        assert any(name.startswith(f"ansible.plugins.{kind}.core") for name in loaded)
