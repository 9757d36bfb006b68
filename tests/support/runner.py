# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: ansible-runner in a private data directory, with the collection that the project asks for."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner
import yaml

from .credentials import leaks
from .emulator import ACCOUNT, Emulator
from .playbooks import writes
from .tarball import install

HOSTS = {"dev-ap-northeast-2": "ap-northeast-2", "dev-us-east-1": "us-east-1"}
WRAPPERS = ("plan", "site", "audit")
WRAPPER = """---
- name: Of the collection
  ansible.builtin.import_playbook: traffic_tacos.dynamodb.{}
"""
OWN_TASK = """---
- name: A task of the project itself
  hosts: dynamodb
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - name: Look at the tables
      traffic_tacos.dynamodb.tables_info:
        name: "{{ dynamodb_name }}"
        account_id: "{{ dynamodb_account_id }}"
        region: "{{ dynamodb_region }}"
        owned: true
        endpoint_url: "{{ dynamodb_endpoint_url }}"
        access_key: "{{ login.access_key }}"
        secret_key: "{{ login.secret_key }}"
        session_token: "{{ login.session_token }}"
      register: found

    - name: Show all that came back
      ansible.builtin.debug:
        var: found
"""
SETTINGS = {"idle_timeout": 300, "job_timeout": 600}
LEFT = ("artifacts", "home", "inventory", "project")


@dataclass(frozen=True)
class Job:
    """What a job leaves, which is all that AWX knows of it, and what it wrote to AWS."""

    folder: Path
    writes: list[str]

    @property
    def ended(self) -> tuple[str, int]:
        """Its status and its return code."""
        return (self.folder / "status").read_text(), int((self.folder / "rc").read_text())

    @property
    def output(self) -> str:
        return (self.folder / "stdout").read_text()

    @property
    def events(self) -> list[dict[str, Any]]:
        paths = sorted(self.folder.glob("job_events/*.json"), key=lambda path: int(path.name.partition("-")[0]))
        return [json.loads(path.read_text()) for path in paths]

    @property
    def artifacts(self) -> dict[str, Any]:
        """What AWX keeps as the job's artifacts, and gives to the next jobs of a workflow as extra variables."""
        (stats,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        found: dict[str, Any] = stats["event_data"]["artifact_data"]
        return found


class PrivateData:
    """A private data directory: a project of short wrappers, an inventory of two regions, and their settings."""

    def __init__(self, folder: Path, emulator: Emulator, tarball: Path, **variables: Any) -> None:
        self.folder = folder
        self.emulator = emulator
        self.collections = folder / "requirements_collections"
        for name in ("env", "home", "inventory/group_vars", "project/collections", "requirements_collections"):
            (folder / name).mkdir(parents=True)
        self._write_project(tarball)
        hosts = {host: {"dynamodb_region": region} for host, region in HOSTS.items()}
        self._write("inventory/hosts.yml", {"dynamodb": {"children": {"dev": {"hosts": hosts}}}})
        given = {"dynamodb_account_id": ACCOUNT, "dynamodb_endpoint_url": emulator.endpoint, **variables}
        self._write("inventory/group_vars/dev.yml", given)
        self.installed = install(self.collections, "-r", str(folder / "project/collections/requirements.yml"))

    def run(
        self,
        ident: str,
        playbook: str,
        *,
        envvars: dict[str, str] | None = None,
        extravars: dict[str, Any] | None = None,
        **options: Any,
    ) -> Job:
        """Runs a playbook of the project; envvars are a credential's, options ansible-runner's."""
        shutil.rmtree(self.folder / "env")  # ansible-runner keeps in it what it was called with
        (self.folder / "env").mkdir()
        self._write("env/envvars", {**self._environment(), **(envvars or {})})
        self._write("env/extravars", extravars or {})
        self._write("env/settings", SETTINGS)
        self.emulator.forget()
        ansible_runner.run(private_data_dir=str(self.folder), ident=ident, playbook=playbook, quiet=True, **options)
        return Job(self.folder / "artifacts" / ident, writes(self.emulator))

    def leaks(self) -> dict[str, list[str]]:
        """Where secrets are in what jobs leave; given is what stands in env alone.

        ansible-runner itself notes the environment that it was given in the file command. It stays where the job ran.
        """
        left = (path for name in LEFT for path in (self.folder / name).rglob("*") if path.is_file())
        texts = {path: path.read_text(errors="replace") for path in left if path.name != "command"}
        return {str(path.relative_to(self.folder)): found for path, text in texts.items() if (found := leaks(text))}

    def _write_project(self, tarball: Path) -> None:
        for name in WRAPPERS:
            (self.folder / f"project/{name}.yml").write_text(WRAPPER.format(name))
        (self.folder / "project/own.yml").write_text(OWN_TASK)
        wanted = {"collections": [{"name": str(tarball), "type": "file"}]}
        self._write("project/collections/requirements.yml", wanted)

    def _environment(self) -> dict[str, str]:
        """With the project's collections first, and a home of its own; no login is in it."""
        nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), "/dev/null")
        return {
            **nothing,
            "AWS_EC2_METADATA_DISABLED": "true",
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "HOME": str(self.folder / "home"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def _write(self, path: str, content: object) -> None:
        (self.folder / path).write_text(yaml.safe_dump(content))
