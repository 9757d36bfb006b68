# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole playbooks while a share of all calls fails: what became of them, and whether anything was done twice or lost.

`tests/benchmark/faults.py` measures more of them, for docs/faults.md.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .dynamodb_double import Settings
from .estate_state import State, end_state
from .playbooks import Played, play, writes
from .shaping_proxy import SPEED, Entry, Fault, ShapingProxy

SERVICES = ("dynamodb", "iam", "monitoring")
"""As the credentials' scope names them; monitoring is CloudWatch."""
KINDS: dict[str, tuple[Fault, ...]] = {
    "throttling": (Fault("throttling"),),
    "500": (Fault("error"),),
    "503": (Fault("unavailable"),),
    "reset": (Fault("reset"), Fault("reset", applied=True)),
    "timeout": (Fault("timeout", delay=0.2), Fault("timeout", delay=0.2, applied=True)),
    "truncated": (Fault("truncated"),),
}
KINDS["mixed"] = tuple(fault for faults in KINDS.values() for fault in faults)
RATES = (5, 10, 20)
SMALL: dict[str, Any] = {
    "dynamodb_services": [],
    "dynamodb_tables": [
        {"name": "users", "hash_key": "id"},
        {"name": "orders", "hash_key": "id", "ttl_enabled": True, "ttl_attribute": "ttl"},
    ],
}
"""An estate that is deployed sooner: two tables, two roles."""
NEVER_SHOWN = ("Traceback (most", "MODULE FAILURE", "<?xml", "Response xmlns")
"""What people do not want to read where a message belongs."""


def faults(kind: str, percent: int, services: tuple[str, ...] = SERVICES) -> list[Fault]:
    """Faults of one kind (or all, in equal shares) that together hit so many of a hundred calls of each service."""
    chosen = KINDS[kind]
    share = percent / 100 / len(chosen)
    return [
        # The next one is drawn only where those before it were not
        Fault(each.kind, share / (1 - number * share), service, applied=each.applied, delay=each.delay)
        for service in services
        for number, each in enumerate(chosen)
    ]


@dataclass(frozen=True)
class Trial:
    """One deployment under faults, and the run after it without any."""

    played: Played
    calls: int
    met: int
    """How many calls met a fault, or AWS's limiter."""
    seconds: float
    problems: list[str] = field(default_factory=list)

    @property
    def converged(self) -> bool:
        return self.played.returncode == 0


def attempt(
    proxy: ShapingProxy, expected: State, chosen: list[Fault], seed: int, limiter: bool = False, **variables: Any
) -> Trial:
    """Deploys the estate of the local inventory into an empty account while calls fail, and then once more in peace."""
    proxy.reset(Settings(speed=SPEED, mutation_limiter=limiter))
    proxy.faults.replace(*chosen, seed=seed)
    began = time.monotonic()
    played = play(proxy, "site", dynamodb_write_delay=1, **variables)
    seconds = time.monotonic() - began
    proxy.faults.replace()
    entries = proxy.journal.entries()
    trial = Trial(played, len(entries), sum(map(_met, entries)), seconds)
    trial.problems.extend(unclear(played))
    if trial.converged:
        trial.problems.extend(_differences("after the run", end_state(proxy), expected))
    trial.problems.extend(_second_run(proxy, trial, expected, variables))
    return trial


def _met(entry: Entry) -> bool:
    return bool(entry.fault) or entry.code == "ThrottlingException"


def unclear(played: Played) -> list[str]:
    """What nobody should have to read; and of a run that failed, the lack of a message that names what failed."""
    said = messages(played)
    # Of a task of amazon.aws's that fails for good, ansible-core itself shows everything, once
    read = "\n".join(said) if played.returncode else played.output
    found = [f"{text} is shown" for text in NEVER_SHOWN if text in read]
    if played.returncode and not any("ticket-" in line for line in said):
        found.append(f"it does not say what failed: {said}")
    return found


def messages(played: Played) -> list[str]:
    """The lines with which a playbook ends that failed."""
    _unused, there, text = played.output.rpartition("TASK [Fail with everything that failed]")
    found = re.search(r"^    msg:\n(?P<lines>(?: {4}.*\n)+)", text, re.MULTILINE) if there else None
    return list(map(str, yaml.safe_load(found["lines"]))) if found else []


def done_twice(proxy: ShapingProxy) -> list[str]:
    """What was carried out more than once since the journal was emptied, though it was to be done once."""
    done = Counter(
        f"{entry.operation} {json.dumps(entry.request, sort_keys=True)}"
        for entry in proxy.journal.entries()
        if entry.carried_out and entry.operation.startswith(("Create", "Delete"))
    )
    return [f"done {count} times: {call}" for call, count in done.items() if count > 1]


def _second_run(proxy: ShapingProxy, trial: Trial, expected: State, variables: dict[str, Any]) -> Iterator[str]:
    twice = done_twice(proxy)
    proxy.forget()
    again = play(proxy, "site", **variables)
    yield from twice or done_twice(proxy)
    if again.returncode:
        yield f"the run after it fails: {messages(again)}"
    if trial.converged and writes(proxy):
        yield f"the run after it changes something: {writes(proxy)}"
    yield from _differences("after the run after it", end_state(proxy), expected)


def _differences(when: str, found: State, expected: State) -> Iterator[str]:
    for kind, wanted in expected.items():
        for name in sorted(wanted.keys() | found[kind].keys()):
            if found[kind].get(name) != wanted.get(name):
                yield f"{when}, {kind} {name} is {found[kind].get(name)}, and not {wanted.get(name)}"


def undisturbed(proxy: ShapingProxy, **variables: Any) -> State:
    """The state in which a deployment ends that nothing disturbs; found out once."""
    which = json.dumps(variables, sort_keys=True)
    if which not in _ENDS:
        proxy.reset(Settings(speed=SPEED))
        deployed = play(proxy, "site", **variables)
        assert deployed.returncode == 0, deployed.output
        _ENDS[which] = end_state(proxy)
    return _ENDS[which]


_ENDS: dict[str, State] = {}
