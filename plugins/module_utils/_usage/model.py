# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, where, over which time; and what came of it. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ACCESSES = ("read", "write")
HOUR = 3600

Points = Sequence[tuple[int, float]]
"""Of one metric, by time: the second since 1970 in which a period begins, and the value of that period."""


@dataclass(frozen=True)
class Window:
    """A time in whole periods, but for its end; both moments are in UTC."""

    start: datetime
    end: datetime
    period: int
    """Seconds that one data point stands for."""

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    @property
    def points(self) -> int:
        """How many data points one metric can have in it."""
        return -int(-self.seconds // self.period)

    def as_dict(self) -> dict[str, Any]:
        return {"start": iso(self.start), "end": iso(self.end), "period": self.period}


@dataclass(frozen=True)
class Place:
    """What has a capacity of its own: a table, or one of its global secondary indexes."""

    table_name: str
    index: str = ""
    """Empty for the table itself."""
    provisioned: Mapping[str, int] = field(default_factory=dict)
    """Capacity units as they are now, by access; empty for what is on demand."""
    scaled: frozenset[str] = frozenset()
    """The accesses whose capacity auto scaling owns."""
    active: bool = True

    @property
    def resource(self) -> str:
        return f"{self.table_name}/{self.index}" if self.index else self.table_name


@dataclass(frozen=True)
class Table:
    """One table and its global secondary indexes; local ones share the table's capacity and metrics."""

    name: str
    """Its logical name."""
    table_name: str
    billing_mode: str
    table_class: str
    places: tuple[Place, ...]
    """Itself first."""
    created: datetime | None = None
    on_demand_only: bool = False
    """Whether it has what AWS has on on-demand tables alone, as vector indexes."""


@dataclass(frozen=True)
class Throttled:
    """Requests that were refused for one reason; the times are those of the first and the last period with one."""

    access: str
    cause: str
    """One of the causes that DynamoDB tells apart, or empty where no metric of a cause has a point."""
    events: float
    first: int
    last: int


@dataclass(frozen=True)
class Scaling:
    """The capacity that auto scaling would have provided for what was consumed."""

    unit_hours: float
    low: int
    """Units in the hour that needed the fewest."""
    high: int


@dataclass(frozen=True)
class Measured:
    """What the metrics of one place say, by access (or, for series, by metric)."""

    place: Place
    seen: bool = True
    """False where CloudWatch did not answer, so that nothing is known."""
    consumed: Mapping[str, float] = field(default_factory=dict)
    """Request units in the window; an access without a single data point is not in it."""
    peak: Mapping[str, float] = field(default_factory=dict)
    """Units a second in the busiest period."""
    throttled: Mapping[str, Throttled] = field(default_factory=dict)
    causes: tuple[Throttled, ...] = ()
    provisioned: Mapping[str, float] = field(default_factory=dict)
    """The average of the provisioned units; an access without a data point is not in it."""
    scaling: Mapping[str, Scaling] = field(default_factory=dict)
    series: Mapping[str, Points] = field(default_factory=dict)

    @property
    def used(self) -> bool:
        """Whether anything was consumed or refused."""
        return any(self.consumed.values()) or bool(self.throttled)

    @property
    def silent(self) -> bool:
        """Whether CloudWatch answered, and has no data point at all."""
        return self.seen and not (self.consumed or self.throttled or self.provisioned)


@dataclass(frozen=True)
class HotKeys:
    """The most frequent keys of one rule of the contributor insights."""

    kind: str
    """C(accessed) or C(throttled)."""
    labels: tuple[str, ...]
    """The names of the key attributes."""
    keys: tuple[tuple[tuple[str, ...], float], ...]
    """Values of the key attributes, with how often they were met, about."""


@dataclass(frozen=True)
class Rates:
    """Prices by access: of a million request units, and of one provisioned unit for an hour."""

    request_units: Mapping[str, float]
    capacity_units: Mapping[str, float]


@dataclass(frozen=True)
class Prices:
    """What the user says that AWS charges in the region, by table class."""

    currency: str
    date: str
    rates: Mapping[str, Rates]


def iso(moment: datetime) -> str:
    """A time in UTC as people and programs read it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_of(seconds: int) -> str:
    """The same of seconds since 1970."""
    return iso(datetime.fromtimestamp(seconds, UTC))
