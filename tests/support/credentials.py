# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Made-up secrets, the ways in which they can be given, and a search for them in all that a run leaves behind."""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .ansible_programs import run
from .emulator import ACCOUNT, REGION, Emulator

ACCESS_KEY = "AKIALEAKTESTLEAKTEST"
SECRET = "leak/secret+Zq7KpVw2mXb9LcRt4NsYd6HgJf1"
TOKEN = 'leak/token+"quoted"=&Fw8QzTn5BvKx3MrPd7LsYc2HgJq9=='
SECRETS = {"secret key": SECRET, "session token": TOKEN}
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
NONE = dict.fromkeys(KEYS, "")
OPTIONS = {"access_key": ACCESS_KEY, "secret_key": SECRET, "session_token": TOKEN}
PROFILE = f"""
[profile leaktest]
aws_access_key_id = {ACCESS_KEY}
aws_secret_access_key = {SECRET}
aws_session_token = {TOKEN}
"""


def forms(secret: str) -> set[str]:
    """A secret as it is, and as it looks within JSON, an address, a repr or base64."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        urllib.parse.quote(secret),
        urllib.parse.quote(secret, safe=""),
        repr(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    }


def leaks(text: str) -> list[str]:
    """The names of the secrets that a text holds in any form."""
    return [name for name, secret in SECRETS.items() if any(form in text for form in forms(secret))]


@dataclass(frozen=True)
class Traced:
    """A run, and everything that it left."""

    returncode: int
    output: str
    folder: Path

    def leaks(self) -> dict[str, list[str]]:
        """Where secrets are: in the output, and in files by their path."""
        texts = {"output": self.output}
        for path in self.folder.rglob("*"):
            if path.is_file():
                texts[str(path.relative_to(self.folder))] = path.read_text(errors="replace")
        return {place: found for place, text in texts.items() if (found := leaks(text))}


class Workplace:
    """A folder that takes all that Ansible writes, with an inventory that knows no credentials."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.given = folder / "given"
        self.left = folder / "left"
        self.written = self.left / "written"
        for path in (self.given, self.written, *(self.left / name for name in ("local", "remote", "tmp", "home"))):
            path.mkdir(parents=True)
        (self.given / "aws.cfg").write_text(PROFILE)
        (self.given / "hosts.json").write_text(json.dumps({"dynamodb": {"hosts": {"here": self._variables()}}}))

    def _variables(self) -> dict[str, Any]:
        return {
            "dynamodb_account_id": ACCOUNT,
            "dynamodb_region": REGION,
            "dynamodb_endpoint_url": self.emulator.endpoint,
            "dynamodb_tables": [{"name": "users", "hash_key": "id"}],
            "dynamodb_services": [],
        }

    def way(self, way: str) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        """The environment, the playbooks' variables and the module's options of one way to give credentials."""
        config = str(self.given / "aws.cfg")
        return {
            "environment": (KEYS, {}, {}),
            "profile": ({**NONE, "AWS_CONFIG_FILE": config}, {"dynamodb_profile": "leaktest"}, {"profile": "leaktest"}),
            "variables": (NONE, {"dynamodb_environment": KEYS}, {}),
            "options": (NONE, {}, OPTIONS),
        }[way]

    def play(self, playbook: str, *flags: str, way: str, **variables: Any) -> Traced:
        """Without roles unless they are given: each of them costs a process."""
        environment, settings, _unused = self.way(way)
        (self.given / "vars.json").write_text(json.dumps({"iam_roles": [], **settings, **variables}))
        files = ["--inventory", str(self.given / "hosts.json"), "--extra-vars", f"@{self.given / 'vars.json'}"]
        return self._run("ansible-playbook", environment, f"traffic_tacos.dynamodb.{playbook}", *files, *flags)

    def module(self, *flags: str, way: str, keep: bool = False, **of_task: Any) -> Traced:
        """The module tables alone; keep leaves Ansible's files where they are; of_task are further keywords."""
        environment, _unused, options = self.way(way)
        environment = {**environment, **({"ANSIBLE_KEEP_REMOTE_FILES": "1"} if keep else {})}
        where = {"name": "ticket", "account_id": ACCOUNT, "region": REGION, "endpoint_url": self.emulator.endpoint}
        arguments = {**where, "tables": [{"name": "users", "hash_key": "id"}], **options}
        task = {"traffic_tacos.dynamodb.tables": arguments, "register": "found", **of_task}
        show = {"ansible.builtin.debug": {"var": "found"}}
        play = {"hosts": "dynamodb", "connection": "local", "gather_facts": False, "tasks": [task, show]}
        (self.given / "play.json").write_text(json.dumps([play]))
        inventory = ["--inventory", str(self.given / "hosts.json")]
        return self._run("ansible-playbook", environment, str(self.given / "play.json"), *inventory, *flags)

    def _run(self, program: str, environment: dict[str, str], *arguments: str) -> Traced:
        own = {
            "HOME": str(self.left / "home"),
            "TMPDIR": str(self.left / "tmp"),
            "ANSIBLE_LOCAL_TEMP": str(self.left / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.left / "remote"),
            "ANSIBLE_LOG_PATH": str(self.left / "written/ansible.log"),
            "ANSIBLE_SHOW_CUSTOM_STATS": "1",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_CONFIG_FILE": "/dev/null",
        }
        everything = {name: value for name, value in {**os.environ, **own, **environment}.items() if value}
        done = run(program, *arguments, env=everything, cwd="/")
        return Traced(done.returncode, done.stdout + done.stderr, self.left)
