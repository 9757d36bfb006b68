# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One module, run by Ansible itself against the emulator."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from .ansible_programs import run
from .emulator import ACCOUNT, REGION, Emulator


@dataclass(frozen=True)
class Run:
    """What a module returned, and everything that Ansible printed."""

    result: dict[str, Any]
    output: str
    failed: bool

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])


def command(emulator: Emulator, module: str, *flags: str, **options: Any) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment of a run of traffic_tacos.dynamodb.<module> on localhost; flags are the command's."""
    options = {"name": "ticket", "account_id": ACCOUNT, "region": REGION, **options}
    arguments = ["ansible", "localhost", "--module-name", f"traffic_tacos.dynamodb.{module}", *flags]
    environment = {**os.environ, **emulator.env, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "ANSIBLE_NOCOLOR": "1"}
    return [*arguments, "--args", json.dumps(options)], environment


def run_module(emulator: Emulator, module: str, *flags: str, **options: Any) -> Run:
    """Runs a module to its end."""
    arguments, environment = command(emulator, module, *flags, **options)
    done = run(*arguments, env=environment)
    _unused, found, text = f"\n{done.stdout}".rpartition("\nlocalhost | ")
    if not found:
        raise AssertionError(f"no result: {done.stdout}\n{done.stderr}")
    result = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]
    return Run(result, done.stdout + done.stderr, done.returncode != 0)
