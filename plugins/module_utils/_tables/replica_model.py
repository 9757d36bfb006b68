# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the other regions of a global table are (version 2019.11.21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BUSY = ("CREATING", "UPDATING", "DELETING")
"""States of a replica that end by themselves."""


@dataclass(frozen=True)
class Replica:
    """The table in another region. In a desired one None is not managed, in an observed one not read, or inherited."""

    region: str
    apart: bool = False
    """Desired only: it shall be a table of its own, with all its items."""
    kms_key: str | None = None
    table_class: str | None = None
    """The class where it is another than the table's; so are the next two."""
    read_units: int | None = None
    read_limit: int | None = None
    recovery: bool | None = None
    protection: bool | None = None
    disassociation_protection: bool | None = None
    policy: Mapping[str, Any] | None = None
    """The resource policy of the replica itself; empty is none."""
    tags: Mapping[str, str] | None = None
    purge_tags: bool = False
    status: str = "ACTIVE"
    created: float = 0.0
    """When it was made, in seconds: what was made later can never have been the source of this one."""


@dataclass(frozen=True)
class Replication:
    """All other regions; without any, a table of one region."""

    replicas: tuple[Replica, ...] = ()
    strong: bool = False
    witness: str | None = None
    witness_status: str = "ACTIVE"
    strangers: Mapping[str, str] = field(default_factory=dict)
    """Observed only: regions with a table of the same name that is no replica of this one, each with its status."""

    @property
    def members(self) -> dict[str, Replica]:
        """The replicas that are, or shall be, part of the global table, by region; not those that go already."""
        return {each.region: each for each in self.replicas if not each.apart and each.status != "DELETING"}

    @property
    def unsettled(self) -> dict[str, str]:
        """The regions in which a table of this name just comes or goes, of which one cannot tell yet what it will be.

        A new replica is some seconds older than what the table itself says of it (T-265).
        """
        going = {each.region: each.status for each in self.replicas if each.status == "DELETING"}
        return going | {region: status for region, status in self.strangers.items() if status in BUSY}

    @property
    def busy(self) -> list[str]:
        """What is under way, as words for people."""
        states = [(f"the replica in {each.region}", each.status) for each in self.replicas]
        if self.witness:
            states.append((f"the witness in {self.witness}", self.witness_status))
        return [f"{what} is {status}" for what, status in states if status in BUSY]
