# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the double remembers of a global table: one object that all its members share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model import Table

Json = dict[str, Any]


@dataclass
class Member:
    """One region of a group."""

    table: Table
    seed: str
    """The region at whose endpoint it was made; empty for the first one."""
    shown_from: float = 0.0
    """When the other members begin to show it."""
    overrides: Json = field(default_factory=dict)
    """TableClassOverride, ProvisionedThroughputOverride and OnDemandThroughputOverride, where they differ."""
    disassociable: bool = False


@dataclass
class Group:
    """A global table of version 2019.11.21, by region."""

    members: dict[str, Member] = field(default_factory=dict)
    strong: bool = False
    witness: str = ""
    witness_status: str = "ACTIVE"
