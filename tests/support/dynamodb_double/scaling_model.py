# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Application Auto Scaling remembers; its targets belong to names, not to tables (T-194 T-292)."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model import Index, Json, Table

Key = tuple[str, str]
"""Resource id and scalable dimension."""


@dataclass
class Target:
    """A registered scalable target."""

    key: Key
    arn: str
    low: int
    high: int
    created: float
    suspended: dict[str, bool]
    owner: Table | Index
    """What it was registered for: a table or index of the same name that came later is left alone (T-292)."""
    idle_from: float = 0.0
    """When its numbers count as too high for what is used; each change of them puts it off."""


@dataclass
class ScalingPolicy:
    """A target tracking policy, with its alarms."""

    key: Key
    name: str
    arn: str
    created: float
    configuration: Json
    alarms: list[dict[str, str]]


@dataclass
class Scaling:
    """All of one account and region."""

    targets: dict[Key, Target] = field(default_factory=dict)
    policies: dict[Key, ScalingPolicy] = field(default_factory=dict)
    """One of a dimension: a new name replaces it (T-190)."""
    actions: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    """Scheduled actions, by resource id, dimension and name."""
    made: int = 0
