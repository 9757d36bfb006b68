# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is compared on which server, and with how many tables."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from . import servers


@dataclass(frozen=True)
class Suite:
    """One table of the document."""

    title: str
    server: Callable[[Path], AbstractContextManager[servers.Server]]
    scope: str
    """site is the whole estate, tables the tables alone."""
    sizes: tuple[int, ...]
    loops: tuple[int, ...]
    """With how many tables the looped tasks end within minutes; beyond, their figures are extrapolated from these."""

    def of(self, sizes: tuple[int, ...] | None) -> Suite:
        """The same with other numbers of tables."""
        return replace(self, sizes=sizes) if sizes else self

    def measured(self, loops: bool) -> list[int]:
        """The sizes to measure of a contender that loops, or of one that does not."""
        if not loops:
            return list(self.sizes)
        short = {size for size in self.sizes if size <= max(self.loops)}
        return sorted(short if len(short) == len(self.sizes) else short | set(self.loops))


SUITES = {
    "emulator": Suite("The whole estate on the emulator", servers.direct, "site", (7, 28, 98), (7, 28)),
    "network": Suite(
        "The whole estate, 30 ms a call, 6 s until a table is there", servers.network, "site", (1, 7, 98), (1, 7)
    ),
    "scale": Suite(
        "The tables alone, 30 ms a call, tables there at once",
        servers.quick_states,
        "tables",
        (7, 98, 1000, 2500),
        (7, 28),
    ),
}
