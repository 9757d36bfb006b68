# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table is. Desired and observed tables are the same type, so reading back is writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .origins import Origin
from .replica_model import Replication
from .source_model import Found, Source

BillingMode = Literal["PAY_PER_REQUEST", "PROVISIONED"]


@dataclass(frozen=True)
class Throughput:
    """Provisioned capacity units."""

    read: int
    write: int


@dataclass(frozen=True)
class Limits:
    """Maximum on-demand request units; -1 is no limit. In a desired table None is a limit that is not managed."""

    read: int | None = None
    write: int | None = None


@dataclass(frozen=True)
class Warm:
    """Warm throughput in units per second, which AWS only ever raises; None is not managed."""

    read: int | None = None
    write: int | None = None


@dataclass(frozen=True)
class Insights:
    """CloudWatch contributor insights; the mode matters only while they are on."""

    enabled: bool
    mode: str | None = None


@dataclass(frozen=True)
class Schedule:
    """A scheduled action of auto scaling."""

    name: str
    schedule: str
    timezone: str | None = None
    min_capacity: int | None = None
    max_capacity: int | None = None


@dataclass(frozen=True)
class Scaling:
    """Auto scaling of one dimension (reads or writes) of a table or an index; disabled is no scalable target."""

    enabled: bool
    min_capacity: int = 0
    max_capacity: int = 0
    target_value: float | None = None
    scale_in_cooldown: int | None = None
    scale_out_cooldown: int | None = None
    schedules: tuple[Schedule, ...] = ()
    policy_name: str = ""
    """Observed only: the policy that a change must name."""


@dataclass(frozen=True)
class Autoscaling:
    """Both dimensions; None is a dimension that is not managed (desired) or was not read (observed)."""

    read: Scaling | None = None
    write: Scaling | None = None


@dataclass(frozen=True)
class Index:
    """A secondary index; throughput is None on a local index and on an on-demand table."""

    name: str
    hash_keys: tuple[str, ...]
    range_keys: tuple[str, ...] = ()
    projection_type: str = "ALL"
    non_key_attributes: tuple[str, ...] = ()
    throughput: Throughput | None = None
    limits: Limits | None = None
    warm: Warm | None = None
    insights: Insights | None = None
    autoscaling: Autoscaling | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return self.hash_keys + self.range_keys


@dataclass(frozen=True)
class VectorIndex:
    """An index of the vectors in one attribute; a search is narrowed by its hash key and its filters."""

    name: str
    attribute: str
    dimensions: int
    distance_function: str
    hash_key: str | None = None
    filters: tuple[str, ...] = ()
    projection_type: str = "ALL"
    non_key_attributes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of the search schema, which have types like keys; the one with the vectors has none."""
        return (self.hash_key, *self.filters) if self.hash_key else self.filters


@dataclass(frozen=True)
class Recovery:
    """Point-in-time recovery; days is None where the period is not managed (or recovery is off)."""

    enabled: bool
    days: int | None = None


@dataclass(frozen=True)
class Encryption:
    """Off is the key that AWS owns; on without a key is the AWS managed one (alias/aws/dynamodb)."""

    enabled: bool
    kms_key: str | None = None


@dataclass(frozen=True)
class Destination:
    """The Kinesis data stream that a table's changes go to; disabled is none.

    precision is MILLISECOND or MICROSECOND; in a desired table None is not managed.
    """

    enabled: bool
    stream_arn: str = ""
    precision: str | None = None


@dataclass(frozen=True)
class TableSpec:
    """The definition of one table, complete: what the user left out stands here with its default."""

    name: str
    table_name: str
    hash_key: str
    range_key: str | None
    attributes: Mapping[str, str]
    """Types (S, N, B) of all key attributes of the table and its indexes, and of those in search schemas."""
    billing_mode: BillingMode = "PAY_PER_REQUEST"
    throughput: Throughput | None = None
    global_indexes: tuple[Index, ...] = ()
    local_indexes: tuple[Index, ...] = ()
    vector_indexes: tuple[VectorIndex, ...] | None = None
    """None is not managed (desired); observed they are always known."""
    stream_view_type: str | None = None
    ttl_attribute: str | None = None
    recovery: Recovery = Recovery(False)
    encryption: Encryption = Encryption(False)
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    limits: Limits | None = None
    warm: Warm | None = None
    table_class: str | None = None
    insights: Insights | None = None
    policy: Mapping[str, Any] | None = None
    """The resource policy; empty is none, and None is not managed (desired) or was not read (observed)."""
    autoscaling: Autoscaling | None = None
    destination: Destination | None = None
    stream_policy: Mapping[str, Any] | None = None
    """The resource policy of the stream that is on; empty is none, None as in the table's policy."""
    replication: Replication | None = None
    """None in a desired table is not managed; in an observed one it is always known."""
    settings_replication: str | None = None
    """Whether a table of one region can become the source of a global table of several accounts; likewise."""
    disassociation_protection: bool | None = None
    """None where the table has no replicas."""

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The attributes of the table's own key."""
        return (self.hash_key, self.range_key) if self.range_key else (self.hash_key,)

    @property
    def typed_attributes(self) -> set[str]:
        """The attributes that have a type: those of all keys and search schemas."""
        indexes: list[Index | VectorIndex] = [*self.global_indexes, *self.local_indexes, *(self.vector_indexes or ())]
        return {*self.key_attributes, *(key for index in indexes for key in index.keys)}


@dataclass(frozen=True)
class IndexStatus:
    """backfilling is None where AWS does not say (T-138: that is not the same as false)."""

    status: str
    backfilling: bool | None = None

    @property
    def busy(self) -> bool:
        """Whether it is made, changed or deleted; a vector index may be ACTIVE while it is filled (documented)."""
        return self.status != "ACTIVE" or bool(self.backfilling)


@dataclass(frozen=True)
class DestinationStatus:
    """What AWS says of a Kinesis data stream that is a table's destination, or lately was."""

    status: str
    description: str = ""


@dataclass(frozen=True)
class TableStatus:
    """What AWS says of a table besides its definition."""

    table_status: str
    arn: str = ""
    table_id: str | None = None
    stream_arn: str | None = None
    encryption_status: str | None = None
    indexes: Mapping[str, IndexStatus] = field(default_factory=dict)
    item_count: int | None = None
    size_bytes: int | None = None
    destinations: Mapping[str, DestinationStatus] = field(default_factory=dict)
    """By the ARN of the Kinesis data stream; empty where they were not read."""
    decreases: Mapping[str, int] = field(default_factory=dict)
    """How often capacity was lowered today (UTC), by index where it was; the table's own have no name."""


@dataclass(frozen=True)
class Desired:
    """One entry of the user's list; spec is None for C(state: absent)."""

    name: str
    table_name: str
    spec: TableSpec | None
    arn: str = ""
    allow: frozenset[str] = frozenset()
    purge_tags: bool = False
    table_id: str | None = None
    """The table that the entry was written for, if it says so."""
    replace_table_id: str | None = None
    """The user's word that the table with this id may be replaced by a new, empty one."""
    source: Source | None = None
    """What the table is made from where it is not there."""
    found: Found | None = None
    """What AWS says of that; None where it was not asked."""


@dataclass(frozen=True)
class Observed:
    """A table that is there; spec is None while it is being deleted (AWS then shows no key schema, T-363)."""

    table_name: str
    spec: TableSpec | None
    status: TableStatus
    unread: bool = False
    """Whether the table's state forbids to read more than its description: not even whose it is is known then."""
    origin: Origin | None = None
    """What it was being restored from when it was first met: AWS forgets that as soon as the table is ACTIVE."""


@dataclass(frozen=True)
class Environment:
    """What holds for every table that does not say otherwise."""

    estate: str
    account_id: str
    region: str
    recovery: bool
    protection: bool
    encryption: bool
    kms_key: str | None
    tags: Mapping[str, str]
