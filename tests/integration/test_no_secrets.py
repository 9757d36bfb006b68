# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Credentials, however they are given, are in nothing that a run shows, writes or leaves, not even at -vvv."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.modules import ANSIBLE, command
from tests.support.playbooks import play

SECRET = "wJalrXUtnFEMIsecretK7MDENGsecretbPxRfiCY"
TOKEN = "IQoJb3JpZ2luX2VjEtokenAAaDGFwLXNvdXRoZWFzdC0xtoken"
NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
KEYS = dict(zip(NAMES, ("AKIAIOSFODNN7EXAMPLE", SECRET, TOKEN), strict=True))
UNSET = dict.fromkeys(NAMES, "")
USERS = {"name": "users", "hash_key": "pk"}
SMALL: dict[str, Any] = {"dynamodb_tables": [USERS], "dynamodb_services": []}


@dataclass(frozen=True)
class Place:
    """A folder for all that a run leaves: its home, its temporary files, its log, its artifacts."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        for name in ("home", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        return {
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "ANSIBLE_HOME": str(self.folder / "home/.ansible"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp/local"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "tmp/remote"),
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_SHOW_CUSTOM_STATS": "true",
            # The options of modules, as older releases of ansible-core always show them
            "ANSIBLE_INJECT_INVOCATION": "true",
        }

    def temporary(self) -> list[Path]:
        """The files that are left where temporary ones are made."""
        return [path for name in ("home", "tmp") for path in (self.folder / name).rglob("*") if path.is_file()]

    def leaks(self, output: str) -> list[str]:
        """The lines, with where they stand, that hold a secret, plain or in base64."""
        files = {str(path): path for path in self.folder.rglob("*") if path.is_file() and path.name != "config"}
        texts = {"output": output, **{name: path.read_text(errors="replace") for name, path in files.items()}}
        secrets = [form for secret in (SECRET, TOKEN) for form in (secret, base64.b64encode(secret.encode()).decode())]
        return [
            f"{name}: {line[:300]}"
            for name, text in texts.items()
            for line in text.splitlines()
            if any(secret in line for secret in secrets)
        ]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def way(name: str, place: Place) -> dict[str, Any]:
    """The arguments of play that give the credentials in one of the ways."""
    if name == "variables":
        return {"env": place.env, "dynamodb_profile": "", "dynamodb_environment": KEYS}
    if name == "environment":
        return {"env": {**place.env, **KEYS}, "dynamodb_profile": "", "dynamodb_environment": {}}
    lines = [f"{key.lower()} = {value}" for key, value in KEYS.items()]
    (place.folder / "config").write_text("\n".join(["[profile secret]", *lines]))
    files = {"AWS_CONFIG_FILE": str(place.folder / "config"), "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", **UNSET}
    return {"env": place.env, "dynamodb_profile": "secret", "dynamodb_environment": files}


@pytest.mark.parametrize("name", ["variables", "environment", "profile"])
def test_a_check_of_all_domains_in_which_one_fails(emulator: Emulator, place: Place, name: str) -> None:
    given = way(name, place)
    failed = play(emulator, "site", "-vvv", "--check", "--diff", dynamodb_alarm_actions=["somebody"], **given, **SMALL)
    assert failed.returncode != 0
    assert "'somebody' is not an ARN" in " ".join(failed.output.split())
    assert "1 to add" in failed.output, "the other domains were looked at"
    assert "EXEC" in failed.output and "secret_key" in failed.output, "commands and options are shown"
    assert place.leaks(failed.output) == []
    assert place.temporary() == []


def test_a_plan_in_a_file(emulator: Emulator, place: Place) -> None:
    plan = str(place.folder / "plan.json")
    planned = play(emulator, "plan", "-vvv", dynamodb_plan_path=plan, **way("variables", place), **SMALL)
    assert planned.returncode == 0, planned.output
    assert place.leaks(planned.output) == []
    assert (Path(plan).exists(), place.temporary()) == (True, [])


def test_a_deployment_that_fails_in_part(emulator: Emulator, place: Place) -> None:
    """Tables and roles are written, with progress, the alarms are refused, and the outputs go into a file."""
    outputs = str(place.folder / "outputs.json")
    more = {"outputs_path": outputs, "dynamodb_alarm_actions": ["somebody"], **way("variables", place), **SMALL}
    failed = play(emulator, "site", "-vvv", "--diff", **more)
    assert failed.returncode != 0
    assert "'somebody' is not an ARN" in " ".join(failed.output.split())
    assert "create table, done" in failed.output
    assert "2 added" in failed.output, "roles"
    assert place.leaks(failed.output) == []
    assert (Path(outputs).exists(), place.temporary()) == (True, [])


@pytest.mark.parametrize("account", ["137406935518", "210987654321"], ids=["works", "fails"])
def test_options_of_a_module(emulator: Emulator, place: Place, account: str) -> None:
    options = {"access_key": KEYS["AWS_ACCESS_KEY_ID"], "secret_key": SECRET, "session_token": TOKEN}
    arguments, environment = command(
        emulator, "tables", "-vvv", "--diff", tables=[USERS], account_id=account, **options
    )
    environment |= {**UNSET, **place.env}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert ("CHANGED" in done.stdout) is (account == "137406935518"), done
    assert "secret_key" in done.stdout, "the options are shown"
    assert place.leaks(done.stdout + done.stderr) == []
    assert place.temporary() == []


def test_the_search_finds_what_ansible_itself_would_show(emulator: Emulator, place: Place) -> None:
    """Keys in the keyword environment, which our playbooks avoid for this reason, and files that somebody keeps."""
    task = {"traffic_tacos.dynamodb.tables_info": {"name": "ticket", "account_id": "137406935518", "owned": True}}
    tasks = [{**task, "environment": KEYS}]
    playbook = place.folder / "play.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    done = subprocess.run(
        [str(ANSIBLE.with_name("ansible-playbook")), "-vvv", str(playbook)],
        env={**os.environ, **emulator.env, **place.env, "ANSIBLE_KEEP_REMOTE_FILES": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    playbook.unlink()
    leaks = place.leaks(done.stdout + done.stderr)
    assert any(line.startswith("output: ") and "EXEC" in line for line in leaks)
    assert any("ansible.log: " in line for line in leaks)
    assert place.temporary() != []
