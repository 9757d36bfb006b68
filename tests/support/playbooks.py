# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection's playbooks, run by ansible-playbook against an emulator with the local inventory."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import yaml

from . import ansible_programs
from .ansible_programs import AT_IMPORT, ROOT, Fork
from .emulator import Emulator

CONFIG_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
WRITING = re.compile(
    "^(Add|Attach|BatchWrite|Create|Delete|Deregister|Detach|Disable|Enable|Export|Modify|Put|Register|Remove|Restore|Set"
    "|Subscribe|Tag|Unsubscribe|Untag|Update)"
)


@dataclass(frozen=True)
class Played:
    """One run of a playbook."""

    returncode: int
    output: str

    @property
    def summary(self) -> list[str]:
        """The lines of the last summary."""
        text = self.output.rpartition("TASK [Summary]")[2].partition("\n\n")[0]
        lines: list[str] = yaml.safe_load(text.partition("msg:")[2])
        return lines

    @property
    def steps(self) -> list[str]:
        """The lines of the summary that are steps."""
        return [line for line in self.summary if line[:2] in ("+ ", "~ ", "- ")]

    def recap(self, what: str) -> int:
        return int(re.findall(rf"{what}=(\d+)", self.output)[-1])


def play(emulator: Emulator, playbook: str, *arguments: str, **more: Any) -> Played:
    """Runs a playbook of the collection by its name, as an installed collection's; more is what command takes."""
    return ended(start(emulator, playbook, *arguments, **more))


def start(emulator: Emulator, playbook: str, *arguments: str, **more: Any) -> Popen[str] | Fork:
    """The same, without waiting for the end; in a process group of its own, as in a terminal."""
    (program, *rest), environment = command(emulator, playbook, *arguments, **more)
    often = not any(AT_IMPORT.match(name) for name in more.get("env") or ())
    return ansible_programs.start(program, *rest, env=environment, cwd="/", often=often)


def command(
    emulator: Emulator,
    playbook: str,
    *arguments: str,
    inventory: str | Path = "local",
    env: Mapping[str, str] | None = None,
    **variables: Any,
) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment of a run.

    The inventory is one of the checkout's, or a path; env is what the process finds beside this one's environment.
    """
    argv = ["ansible-playbook", f"traffic_tacos.dynamodb.{playbook}", f"--inventory={ROOT / 'inventories' / inventory}"]
    environment = {
        **os.environ,
        **(env or {}),
        "EMULATOR_PORT": str(emulator.port),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
    }
    return [*argv, "--extra-vars", json.dumps(variables), *arguments], environment


def ended(started: Popen[str] | Fork) -> Played:
    """Waits for the end of a playbook."""
    out, said = started.communicate()
    assert started.returncode is not None
    return Played(started.returncode, out + said)


def another_host(folder: Path, region: str) -> list[str]:
    """The arguments that add a host of another region to the local inventory."""
    path = folder / f"{region}.yml"
    login = {name: str(ROOT / "inventories/local/aws.cfg") for name in CONFIG_FILES}
    host = {"dynamodb_region": region, "dynamodb_environment": login}
    path.write_text(yaml.safe_dump({"local": {"hosts": {f"local-{region}": host}}}))
    return ["--inventory", str(path)]


def writes(emulator: Emulator) -> list[str]:
    """The writing calls since the log was emptied."""
    return [operation for operation in emulator.operations() if WRITING.match(operation)]
