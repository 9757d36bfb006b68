# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is compared: this collection, two ways to run today's modules, and a bare program as the floor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import estate, floor, packages
from .packages import ROOT

HERE = Path(__file__).resolve().parent
PLAYBOOK = str(Path(sys.executable).with_name("ansible-playbook"))
INVENTORY = f"--inventory={ROOT / 'inventories/local'}"
OURS = "this collection"
LOOPED = "looped tasks"
MITOGEN = "looped, mitogen"
FLOOR = "bare boto3"
EMPTY = "an empty play"


@dataclass(frozen=True)
class Contender:
    """How one of them is started."""

    name: str
    scopes: dict[str, list[str]]
    """The command for the whole estate and for its tables alone; for the floor the program's second argument."""
    variables: Callable[[list[estate.Json]], estate.Json]
    environment: dict[str, str] = field(default_factory=dict)
    loops: bool = False
    """Whether its time is proportional to the number of resources, so that it may be extrapolated."""

    def command(self, scope: str, case: str, variables: Path) -> list[str]:
        if self.name == FLOOR:
            return [*self.scopes[scope], case, scope, str(variables)]
        check = ["--check"] if case == "check" else []
        return [PLAYBOOK, INVENTORY, *self.scopes[scope], *check, f"--extra-vars=@{variables}"]


def contenders() -> list[Contender]:
    """All of them. Only the looped tasks find community.aws."""
    peer = str(HERE / "peer.yml")
    looped = {"site": [peer], "tables": [peer, "--tags=tables"]}
    found = {"ANSIBLE_COLLECTIONS_PATH": str(packages.collections_path())}
    strategy = {"ANSIBLE_STRATEGY": "mitogen_linear", "ANSIBLE_STRATEGY_PLUGINS": str(packages.mitogen_strategy())}
    ours = {"site": [str(ROOT / "playbooks/site.yml")], "tables": [str(HERE / "tables.yml")]}
    program = [sys.executable, str(floor.__file__)]
    return [
        Contender(OURS, ours, estate.our_variables),
        Contender(LOOPED, looped, estate.peer_variables, found, loops=True),
        Contender(MITOGEN, looped, estate.peer_variables, found | strategy, loops=True),
        Contender(FLOOR, {"site": program, "tables": program}, estate.floor_variables),
    ]
