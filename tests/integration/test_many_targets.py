# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The example of 24 targets: three environments in four regions of two accounts, in one run and in slices."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support import ansible_programs
from tests.support.emulator import Emulator
from tests.support.estate_state import State, end_state
from tests.support.playbooks import ROOT, SETTINGS, ended, start, writes
from tests.support.targets import (
    ACCOUNTS,
    ENVIRONMENTS,
    EXAMPLE,
    REGIONS,
    SMALL,
    TARGETS,
    deploy,
    listed,
    login,
    of_estate,
    slices,
    states,
)

WHO = """
- hosts: dynamodb
  connection: local
  gather_facts: false
  vars_files: ["%s"]
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - ansible.builtin.set_fact:
        who: "{{ [iam_account_id, iam_name, iam_region, dynamodb_profile, iam_regions, iam_write] }}"
    - ansible.builtin.copy:
        content: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'who'))) | to_json }}"
        dest: "{{ playbook_dir }}/who.json"
      run_once: true
"""
"""What the role iam makes of each target's variables."""


def who(folder: Path) -> dict[str, list[Any]]:
    (folder / "who.yml").write_text(WHO % (ROOT / "roles/iam/defaults/main.yml"), encoding="utf-8")
    arguments, settings = [f"--inventory={EXAMPLE}", folder / "who.yml"], {**os.environ, **SETTINGS}
    played = ended(ansible_programs.start("ansible-playbook", *arguments, env=settings, cwd="/", often=True))
    assert played.returncode == 0, played.output
    found: dict[str, list[Any]] = json.loads((folder / "who.json").read_text())
    return found


def test_each_target_is_one_environment_in_one_region_of_one_account(tmp_path: Path) -> None:
    groups = listed()
    assert groups["_meta"]["hostvars"].keys() == {target.host for target in TARGETS}
    for group in (*ACCOUNTS, *ENVIRONMENTS, *REGIONS):
        members = {target.host for target in TARGETS if group in target}
        assert set(groups[group.replace("-", "_")]["hosts"]) == members
    found = who(tmp_path)
    writers = Counter((account, name) for account, name, *_rest, write in found.values() if write)
    assert writers == Counter((account, f"ticket-{each}") for account in ACCOUNTS.values() for each in ENVIRONMENTS)
    for target in TARGETS:
        first = target.region == REGIONS[0]
        account = ACCOUNTS[target.account]
        expected = [account, target.name, target.region, target.account, list(REGIONS), first]
        assert found[target.host] == expected


class Deployed(NamedTuple):
    """An emulator with all targets, and what was called for that."""

    emulator: Emulator
    calls: Counter[str]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Emulator(tmp_path_factory.mktemp("targets")) as emulator:
        played = deploy(emulator)
        assert played.returncode == 0, played.output
        yield Deployed(emulator, Counter(emulator.operations()))


def check(state: State, account: str, region: str, environment: str) -> None:
    """One estate in one place: its own names, tags, protection and alarms; roles for all regions of its account."""
    name, tables = f"ticket-{environment}", state["tables"]
    assert tables.keys() == {f"{name}-users"}
    own = {"Estate": name, "Environment": environment, "Project": "traffic-tacos"}
    assert tables[f"{name}-users"]["tags"].items() >= own.items()
    assert tables[f"{name}-users"]["protected"] is (environment == "prod")
    assert state["alarms"].keys() == {f"{name}-users-{kind}-throttle" for kind in ("read", "write")}
    for alarm in state["alarms"].values():
        assert alarm["AlarmActions"] == [f"arn:aws:sns:{region}:{account}:on-call"]
    assert state["roles"].keys() == {f"{name}-dynamodb-{kind}-role" for kind in ("application", "readonly")}
    assert state["policies"].keys() == {f"{name}-dynamodb-{kind}-policy" for kind in ("access", "readonly")}
    covered = {f"arn:aws:dynamodb:{each}:{account}:table/{name}-users" for each in REGIONS}
    for policy in state["policies"].values():
        assert policy["versions"] == 1
        named = {arn for statement in policy["document"]["Statement"] for arn in statement["Resource"]}
        assert {arn for arn in named if "/index/" not in arn} == covered


def test_every_account_and_region_has_its_own_and_iam_is_written_once(deployed: Deployed) -> None:
    for (account, region), state in states(deployed.emulator).items():
        assert len(state["tables"]) == len(ENVIRONMENTS)
        for environment in ENVIRONMENTS:
            check(of_estate(state, f"ticket-{environment}"), ACCOUNTS[account], region, environment)
    assert not any(end_state(deployed.emulator).values()), "nothing is where the deployer itself is"
    wanted = {"CreateTable": len(TARGETS), "CreateRole": 12, "CreatePolicy": 12, "AttachRolePolicy": 12}
    assert {call: deployed.calls[call] for call in wanted} == wanted


def test_a_second_run_changes_nothing(deployed: Deployed) -> None:
    deployed.emulator.forget()
    again = deploy(deployed.emulator)
    assert again.returncode == 0, again.output
    assert re.findall(r"changed=(\d+)", again.output) == ["0"] * len(TARGETS)
    assert writes(deployed.emulator) == []


def test_slices_at_once_end_in_the_same_state(deployed: Deployed, emulator: Emulator, tmp_path: Path) -> None:
    hosts = [target.host for target in TARGETS if target[:2] == ("tacos", "dev")]
    paths = slices(tmp_path, hosts, 2)
    jobs = [start(emulator, "site", "--forks=2", inventory=path, env=login(emulator), **SMALL) for path in paths]
    played = [ended(job) for job in jobs]
    assert [each.returncode for each in played] == [0, 0], [each.output for each in played]
    calls = Counter(emulator.operations())
    assert [calls[call] for call in ("CreateTable", "CreateRole", "CreatePolicy")] == [len(hosts), 2, 2]
    expected = {where: of_estate(state, "ticket-dev") for where, state in states(deployed.emulator, "tacos").items()}
    assert states(emulator, "tacos") == expected
    assert not any(any(state.values()) for state in states(emulator, "partner").values())
