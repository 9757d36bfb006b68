# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run that is a fork of a process which has imported Ansible is the same as one that starts afresh."""

from __future__ import annotations

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support.ansible_programs import Server, Servers, run

PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: What the run finds
      ansible.builtin.debug:
        msg: "{{ lookup('env', 'GREETING') }} {{ lookup('pipe', 'pwd') }} {{ lookup('env', 'ONLY_NOW') | length }}"
    - name: A file
      ansible.builtin.copy: {dest: "{{ playbook_dir }}/made", content: "{{ word | default('nothing') }}", mode: "0600"}
    - name: The end
      ansible.builtin.fail: {msg: That was it}
      when: fails | default(false) | bool
"""
FORKS = pytest.mark.skipif(sys.platform != "linux", reason="forks are safe on Linux only")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
    return tmp_path


def played(folder: Path, *arguments: str, **env: str) -> CompletedProcess[str]:
    settings = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOME": str(folder / "home"), **env}
    hosts = ["--inventory=localhost,", "--connection=local"]
    return run("ansible-playbook", *hosts, "play.yml", *arguments, env=settings, cwd=folder)


@FORKS
def test_the_first_run_is_like_every_further_one(folder: Path) -> None:
    cold, second, third = (played(folder, GREETING=word) for word in ("hello", "hello", "good bye"))
    assert cold.returncode == second.returncode == third.returncode == 0
    assert f"hello {folder} 0" in cold.stdout
    assert second.stdout == cold.stdout.replace("changed: [", "ok: [").replace("changed=1", "changed=0")
    assert third.stdout == second.stdout.replace("hello", "good bye")
    assert cold.stderr == second.stderr == third.stderr
    failed = played(folder, "--extra-vars=fails=true", ONLY_NOW="x")
    assert (failed.returncode, "That was it" in failed.stdout, " 1\n" in failed.stdout) == (2, True, False)
    assert re.search(rf"{folder} 1\b", failed.stdout)
    refused = played(folder, "--no-such-option")
    assert (refused.returncode, "unrecognized arguments" in refused.stderr) == (2, True)
    assert list((folder / "home/tmp").iterdir()) == [], "each has removed its own files"


@FORKS
def test_runs_at_once_do_not_meet(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda word: played(folder, "--check", GREETING=word), ["a", "bb", "ccc", "dddd"]))
    assert [re.search(r'"msg": "(\w+) ', done.stdout)[1] for done in runs] == ["a", "bb", "ccc", "dddd"]


@FORKS
def test_runs_that_find_other_settings_have_another_server(folder: Path) -> None:
    servers = Servers()
    settings = {"ANSIBLE_NOCOLOR": "1", "AWS_REGION": "us-east-1"}
    assert servers.of(settings, "/") is None
    first = servers.of({**settings, "AWS_REGION": "eu-west-1"}, "/")
    assert isinstance(first, Server)
    assert servers.of(settings, "/") is first
    assert servers.of(settings, str(folder)) is None
    assert servers.of({**settings, "ANSIBLE_NOCOLOR": "0"}, "/") is None
    assert first.stop() == 0
