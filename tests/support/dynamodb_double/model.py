# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the double remembers of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from .replica_model import Group

Json = dict[str, Any]
JobKind = Literal[
    "CREATE",
    "DELETE",
    "STREAM",
    "PT",
    "TO_PROVISIONED",
    "TO_ON_DEMAND",
    "CLASS",
    "SSE",
    "WARM",
    "INDEX_ALLOCATION",
    "INDEX_BACKFILL",
    "INDEX_DELETE",
    "INDEX_UPDATE",
    "TAGS",
    "POLICY",
    "REPLICA",
]
VISIBLE: frozenset[JobKind] = frozenset(
    {"STREAM", "PT", "TO_PROVISIONED", "TO_ON_DEMAND", "CLASS", "INDEX_ALLOCATION", "INDEX_DELETE", "REPLICA"}
)
"""The jobs that TableStatus shows; all others run while it says ACTIVE (T-069 T-150 T-172)."""


def copied(data: Any) -> Any:
    """A copy of dicts and lists, and of what is in them; everything else in requests and answers never changes."""
    if isinstance(data, dict):
        return {name: copied(value) for name, value in data.items()}
    return [copied(entry) for entry in data] if isinstance(data, list) else data


@dataclass(eq=False)
class Job:
    """A change under way."""

    kind: JobKind
    index: str = ""
    detail: Json = field(default_factory=dict)
    hidden: bool = False
    """Whether another change's answer has set TableStatus back to ACTIVE (T-287 T-451)."""


@dataclass
class Capacity:
    """The throughput of a table or of one index, in all its forms."""

    read: int = 0
    write: int = 0
    last_increase: float | None = None
    last_decrease: float | None = None
    decreases: list[float] = field(default_factory=list)
    on_demand: dict[str, int] = field(default_factory=dict)
    warm: dict[str, int] = field(default_factory=dict)
    warm_target: dict[str, int] | None = None
    warm_declared: bool = False
    """Whether the creating call set it: only then it is shown while the owner is CREATING."""


@dataclass
class Index:
    """A secondary index; local ones have no status and no capacity."""

    name: str
    keys: list[dict[str, str]]
    projection: Json
    capacity: Capacity = field(default_factory=Capacity)
    status: str = "ACTIVE"
    backfilling: bool | None = None
    created: float = 0.0


@dataclass
class Vector:
    """A vector index, as it was asked for."""

    body: Json
    status: str
    backfilling: bool | None = None

    @property
    def name(self) -> str:
        return str(self.body["IndexName"])

    @property
    def attribute(self) -> str:
        return str(self.body["VectorAttribute"]["AttributeName"])


@dataclass
class Recovery:
    """Point-in-time recovery."""

    since: float
    days: int


@dataclass
class Insight:
    """Contributor insights of a table or of one index."""

    status: str = "DISABLED"
    mode: str | None = None
    changed: float | None = None


@dataclass
class Policy:
    """The resource policy of a table or of its stream: what was written last, and what reads see."""

    identity: tuple[bool, str] | None = None
    """The canonical form that AWS compares with; None when there is no policy."""
    revision: str | None = None
    """Of the last accepted write; a deletion keeps the one of what it removed."""
    changed: float | None = None
    readable: Json | None = None


@dataclass
class Destination:
    """A Kinesis data stream that a table streams to, or did, or could not."""

    status: str
    precision: str | None = None
    description: str | None = None


@dataclass
class Table:
    """One table, from the accepted CreateTable until it is gone."""

    name: str
    arn: str
    table_id: str
    created: float
    active_at: float
    attributes: dict[str, str]
    keys: list[dict[str, str]]
    mode: str
    capacity: Capacity = field(default_factory=Capacity)
    mode_summary: bool = False
    on_demand_since: float | None = None
    modes_seen: set[str] = field(default_factory=set)
    local_indexes: list[Index] = field(default_factory=list)
    indexes: dict[str, Index] = field(default_factory=dict)
    vectors: dict[str, Vector] = field(default_factory=dict)
    stream_view: str | None = None
    stream_label: str | None = None
    encryption: Json | None = None
    encryption_changes: list[float] = field(default_factory=list)
    table_class: str | None = None
    class_changed: float | None = None
    class_changes: list[float] = field(default_factory=list)
    """Accepted changes, of which the last may still be under way."""
    protected: bool = False
    protection_changed: float | None = None
    tags: dict[str, str] = field(default_factory=dict)
    readable_tags: dict[str, str] = field(default_factory=dict)
    ttl_attribute: str | None = None
    ttl_changed: float | None = None
    recovery: Recovery | None = None
    deleted_at: float | None = None
    insights: dict[str, Insight] = field(default_factory=dict)
    """By index; the table's own have no name."""
    policies: dict[str, Policy] = field(default_factory=dict)
    """By ARN: the table's and its streams' are apart (T-213)."""
    destinations: dict[str, Destination] = field(default_factory=dict)
    """By the ARN of the Kinesis data stream, as they are; reads lag behind (T-304)."""
    readable_destinations: list[Json] = field(default_factory=list)
    restoring: Json | None = None
    """The RestoreSummary of a table that a restore is still building."""
    items: dict[tuple[Any, ...], Json] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)
    """When items were last written or read, of the last second."""
    group: Group | None = None
    """The global table that this one is a member of; all members share it."""
    settings_mode: str | None = None
    jobs: list[Job] = field(default_factory=list)

    def job(self, *kinds: JobKind) -> Job | None:
        """The first running job of one of these kinds."""
        return next((job for job in self.jobs if job.kind in kinds), None)

    def forget_attributes(self) -> None:
        """Attributes that no key and no search schema uses any more have no type any more (T-151 T-375)."""
        keys = [self.keys, *(index.keys for index in (*self.indexes.values(), *self.local_indexes))]
        keys += [vector.body.get("SearchSchema") or [] for vector in self.vectors.values()]
        used = {key["AttributeName"] for schema in keys for key in schema}
        self.attributes = {name: kind for name, kind in self.attributes.items() if name in used}

    @property
    def status(self) -> str:
        if self.job("DELETE"):
            return "DELETING"
        if self.job("CREATE"):
            return "CREATING"
        return "UPDATING" if any(job.kind in VISIBLE and not job.hidden for job in self.jobs) else "ACTIVE"


@dataclass
class Backup:
    """A backup of a table, which outlives it."""

    arn: str
    name: str
    kind: Literal["USER", "SYSTEM"]
    created: float
    source: Table
    """A copy of the table as it was."""
    expires: float | None = None
