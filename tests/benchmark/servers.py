# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands in for AWS in the comparison, with an empty account, and how much it was asked."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.tests.support.dynamodb_double import SETTLED, Settings
from ansible_collections.traffic_tacos.dynamodb.tests.support.emulator import ACCOUNT, Emulator
from ansible_collections.traffic_tacos.dynamodb.tests.support.shaping_proxy import ShapingProxy
from ansible_collections.traffic_tacos.dynamodb.tests.support.shaping_proxy.rules import Rules

from . import emulator as program

STATE_TIMES = {"create": 6.0, "create_with_indexes": 6.0, "index_allocation": 2.0, "index_backfill": 4.0}
"""A table is there after 6 s, as is an index that is added; everything else takes as long as on AWS."""


@dataclass(frozen=True)
class Used:
    """What a server has done since it was told to forget."""

    calls: int
    most_at_once: int
    server_cpu: float


class Direct(Emulator):
    """The emulator, started through the benchmark's own program."""

    program = Path(program.__file__)

    def start_counting(self) -> None:
        self.forget()
        self._cpu = self.cpu()

    def used(self) -> Used:
        identity = self._identity()
        return Used(len(self.requests()), identity["most_at_once"], identity["cpu"] - self._cpu)

    def cpu(self) -> float:
        """The seconds of CPU that it has used so far."""
        return float(self._identity()["cpu"])

    def _identity(self) -> dict[str, Any]:
        return dict(json.loads(self._http("GET", "/_emulator/identity")))


class Shaped(ShapingProxy):
    """DynamoDB answered from memory by the strict double, each call put off; the rest by the emulator behind it.

    It runs in the benchmark's own process, which does nothing else meanwhile, so that its CPU is the server's.
    """

    def __init__(self, emulator: Direct, settings: Settings, latency: float) -> None:
        super().__init__(emulator, settings, mirrored=frozenset())
        self.behind = emulator
        self.latency = latency
        # Nobody changes keys here, so the emulator is asked once and not for each table.
        self.rules = Rules(cache(self.upstream.describe_key), ACCOUNT, settings)

    def start_counting(self) -> None:
        self.forget()
        self._cpu = self.cpu()

    def used(self) -> Used:
        return Used(len(self.journal.entries()), self.journal.most_in_flight, self.cpu() - self._cpu)

    def cpu(self) -> float:
        return time.process_time() + self.behind.cpu()


Server = Direct | Shaped


def end_before_this_process() -> None:
    """Whoever is told to end ends the servers first."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))


@contextmanager
def direct(folder: Path) -> Iterator[Server]:
    """The emulator that the demo uses."""
    with Direct(folder / "emulator") as server:
        yield server


@contextmanager
def network(folder: Path) -> Iterator[Server]:
    """30 ms a call, and tables that take their time."""
    with Direct(folder / "emulator") as behind, Shaped(behind, Settings(durations=STATE_TIMES), 0.03) as server:
        yield server


@contextmanager
def quick_states(folder: Path) -> Iterator[Server]:
    """30 ms a call, and tables that are there at once: what is left is the work of the client."""
    with Direct(folder / "emulator") as behind, Shaped(behind, Settings(durations=SETTLED), 0.03) as server:
        yield server


def warm_up(server: Server) -> None:
    """Makes it load each service now, so that the first run does not pay for that."""
    server.client("sts").get_caller_identity()
    inventory(server)


def inventory(server: Server) -> dict[str, int]:
    """How many of each kind of resource there are."""
    return {
        "tables": _count(server, "dynamodb", "list_tables", "TableNames"),
        "alarms": _count(server, "cloudwatch", "describe_alarms", "MetricAlarms"),
        "roles": _count(server, "iam", "list_roles", "Roles"),
        "policies": _count(server, "iam", "list_policies", "Policies", Scope="Local"),
    }


def _count(server: Server, service: str, operation: str, member: str, **request: str) -> int:
    pages = server.client(service).get_paginator(operation).paginate(**request)
    return sum(len(page[member]) for page in pages)
