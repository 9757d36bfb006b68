# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs of one contender, one case after the other in an account of its own, and what they cost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import estate, launch
from .contenders import HERE, INVENTORY, PLAYBOOK, Contender
from .packages import ROOT, BenchmarkError
from .servers import Server, inventory, warm_up
from .suites import Suite

CASES = {
    "check": "check, empty account",
    "deploy": "first deploy",
    "converged": "converged",
    "index": "one index added",
}
"""In the order in which they follow one another."""
CHANGED = re.compile(r"\bchanged=(\d+)")


@dataclass(frozen=True)
class Sample:
    """The cost of one run; `cpu` is user and system time of the program with all its children, in seconds."""

    wall: float
    cpu: float
    memory: float
    """The peak of its largest process, in MiB."""
    calls: float = 0
    most_at_once: float = 0
    server_cpu: float = 0
    changed: float = 0


def empty_play() -> Sample:
    """What ansible-playbook costs by itself."""
    with tempfile.TemporaryDirectory() as folder:
        cost, _output = run([PLAYBOOK, INVENTORY, str(HERE / "empty.yml")], {}, Path(folder))
    return Sample(**cost)


def measure(contender: Contender, suite: Suite, count: int, cases: list[str]) -> dict[str, Sample]:
    """The wanted cases. Those that are not wanted are not run, but for the deployment that others need."""
    needed = [case for case in CASES if case in cases or (case == "deploy" and set(cases) - {"check"})]
    tables = estate.tables(count)
    samples = {}
    with tempfile.TemporaryDirectory() as name, suite.server(Path(name)) as server:
        warm_up(server)
        for case in needed:
            declared = estate.with_index(tables) if case == "index" else tables
            samples[case] = measured(contender, suite.scope, server, case, declared, Path(name))
            verify(contender, suite.scope, server, case, declared)
    return {case: samples[case] for case in cases}


def measured(
    contender: Contender, scope: str, server: Server, case: str, declared: list[estate.Json], folder: Path
) -> Sample:
    variables = folder / "variables.json"
    variables.write_text(json.dumps(contender.variables(declared)), encoding="utf-8")
    server.start_counting()
    command = contender.command(scope, case, variables)
    cost, output = run(command, {**server.env, **contender.environment}, folder)
    used = server.used()
    return Sample(**cost, **vars(used), changed=sum(map(int, CHANGED.findall(output))))


def verify(contender: Contender, scope: str, server: Server, case: str, declared: list[estate.Json]) -> None:
    """A run that leaves less than the whole estate is not worth measuring."""
    found = inventory(server)
    indexes = sum(len(table.get("global_secondary_indexes", [])) for table in declared)
    whole = scope == "site"
    expected = {
        "tables": len(declared),
        "alarms": 2 * (len(declared) + indexes) * whole,
        "roles": estate.ROLES * whole,
        # This collection spreads many tables over several policies.
        "policies": max(estate.POLICIES * whole, found["policies"]),
    }
    if case == "check":
        expected = dict.fromkeys(expected, 0)
    if found != expected:
        raise BenchmarkError(f"{contender.name}, {case}: expected {expected}, found {found}.")
    if case == "index":
        first = server.client("dynamodb").describe_table(TableName=estate.physical(declared[0]))["Table"]
        if estate.ADDED_INDEX not in [index["IndexName"] for index in first["GlobalSecondaryIndexes"]]:
            raise BenchmarkError(f"{contender.name}: the index was not added.")


def run(command: list[str], environment: dict[str, str], folder: Path) -> tuple[dict[str, float], str]:
    """Runs a command to its end; wall time, CPU and memory, and what it printed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_"))}
    env = {**inherited, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **environment}
    log, cost = folder / "output", folder / "cost.json"
    with log.open("wb") as output:
        launched = [sys.executable, "-S", str(launch.__file__), str(cost), *command]
        done = subprocess.run(
            launched, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=ROOT, check=False
        )
    text = log.read_text(encoding="utf-8", errors="replace")
    if done.returncode:
        last = "\n".join(text.splitlines()[-30:])
        raise BenchmarkError(f"{' '.join(command)} failed with {done.returncode}:\n{last}")
    return json.loads(cost.read_text(encoding="utf-8")), text
