# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection's playbooks, run by ansible-playbook against an emulator with the local inventory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .emulator import Emulator

ROOT = Path(__file__).parents[2]
WRITING = re.compile("^(Add|Attach|Create|Delete|Deregister|Detach|Put|Register|Remove|Restore|Tag|Untag|Update)")


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


def play(
    emulator: Emulator,
    playbook: str,
    *arguments: str,
    inventory: str = "local",
    env: Mapping[str, str] | None = None,
    **variables: Any,
) -> Played:
    """Runs a playbook of the collection by its name, as an installed collection's is run; env is added to its own."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), f"traffic_tacos.dynamodb.{playbook}"]
    command += ["--inventory", str(ROOT / "inventories" / inventory), "--extra-vars", json.dumps(variables), *arguments]
    environment = {
        **os.environ,
        "EMULATOR_PORT": str(emulator.port),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        **(env or {}),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")
    return Played(done.returncode, done.stdout + done.stderr)


def writes(emulator: Emulator) -> list[str]:
    """The writing calls since the log was emptied."""
    return [operation for operation in emulator.operations() if WRITING.match(operation)]
