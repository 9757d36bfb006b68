# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs of ansible-playbook, each against an emulator with an empty account, and what they cost."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.tests.support.emulator import Emulator

from . import emulator as program
from . import estate
from .peer import ROOT, BenchmarkError

HERE = Path(__file__).resolve().parent
CASES = ("first deploy", "converged")
CHANGED = re.compile(r"\bchanged=(\d+)")


@dataclass(frozen=True)
class Sample:
    """The cost of one run; `cpu` is user and system time of Ansible and all its children."""

    wall: float
    cpu: float
    calls: float
    emulator_cpu: float
    changed: float


@dataclass(frozen=True)
class Side:
    """One of the two playbooks that are compared."""

    name: str
    playbook: Path
    variables: Callable[[list[estate.Json]], estate.Json]
    environment: dict[str, str] = field(default_factory=dict)


class BenchmarkEmulator(Emulator):
    """The emulator, started through the benchmark's own program."""

    def cpu(self) -> float:
        """The seconds of CPU that it has used so far."""
        return float(json.loads(self._http("GET", "/_emulator/identity"))["cpu"])

    def warm_up(self) -> None:
        """Make it load each service now, so that the first run does not pay for that."""
        self.client("sts").get_caller_identity()
        self.inventory()

    def inventory(self) -> dict[str, int]:
        """How many of each kind of resource there are."""
        return {
            "tables": self.count("dynamodb", "list_tables", "TableNames"),
            "alarms": self.count("cloudwatch", "describe_alarms", "MetricAlarms"),
            "roles": self.count("iam", "list_roles", "Roles"),
            "policies": self.count("iam", "list_policies", "Policies", Scope="Local"),
        }

    def count(self, service: str, operation: str, member: str, **request: str) -> int:
        pages = self.client(service).get_paginator(operation).paginate(**request)
        return sum(len(page[member]) for page in pages)

    def _run(self, command: str) -> None:
        argv = [sys.executable, program.__file__, command, f"--port={self.port}", f"--directory={self.directory}"]
        subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)


def empty_play() -> Sample:
    """What ansible-playbook costs by itself."""
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu, _output = run_playbook([str(HERE / "empty.yml")], {}, Path(folder))
    return Sample(wall, cpu, 0, 0, 0)


def measure(side: Side, tables: list[estate.Json]) -> dict[str, Sample]:
    """Both cases, one after the other in an account of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        variables = folder / "variables.json"
        variables.write_text(json.dumps(side.variables(tables)), encoding="utf-8")
        arguments = [str(side.playbook), f"--extra-vars=@{variables}"]
        with BenchmarkEmulator(folder / "emulator") as emulator:
            emulator.warm_up()
            samples = {}
            for case in CASES:
                samples[case] = measured(emulator, arguments, side.environment, folder)
                verify(side, tables, emulator.inventory())
    return samples


def measured(emulator: BenchmarkEmulator, arguments: list[str], environment: dict[str, str], folder: Path) -> Sample:
    emulator.forget()
    before = emulator.cpu()
    environment = {**environment, "EMULATOR_PORT": str(emulator.port)}
    wall, cpu, output = run_playbook(arguments, environment, folder)
    used = emulator.cpu() - before
    return Sample(wall, cpu, len(emulator.requests()), used, sum(map(int, CHANGED.findall(output))))


def verify(side: Side, tables: list[estate.Json], found: dict[str, int]) -> None:
    """A run that leaves less than the whole estate is not worth measuring."""
    indexes = sum(len(table.get("global_secondary_indexes", [])) for table in tables)
    expected = {
        "tables": len(tables),
        "alarms": 2 * (len(tables) + indexes),
        "roles": estate.ROLES,
        # This collection spreads many tables over several policies.
        "policies": max(estate.POLICIES, found["policies"]),
    }
    if found != expected:
        raise BenchmarkError(f"{side.name}: the estate is incomplete. Expected {expected}, found {found}.")


def run_playbook(arguments: list[str], environment: dict[str, str], folder: Path) -> tuple[float, float, str]:
    """Seconds on the wall, seconds of CPU and the output of a run that has to succeed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_"))}
    env = {**inherited, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **environment}
    command = [str(Path(sys.executable).with_name("ansible-playbook")), f"--inventory={ROOT / 'inventories/local'}"]
    log = folder / "output"
    with log.open("wb") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [*command, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=ROOT
        )
        # Unlike Popen.wait this also tells what the process and its children have used.
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        last = "\n".join(text.splitlines()[-30:])
        raise BenchmarkError(f"{' '.join([*command, *arguments])} failed with {process.returncode}:\n{last}")
    return wall, usage.ru_utime + usage.ru_stime, text


def median(samples: list[Sample]) -> Sample:
    """The median of each figure by itself."""
    return Sample(*(statistics.median(getattr(sample, part.name) for sample in samples) for part in fields(Sample)))


def as_data(samples: list[Sample]) -> dict[str, Any]:
    """The medians and what they were taken from."""
    return {**asdict(median(samples)), "samples": [asdict(sample) for sample in samples]}
