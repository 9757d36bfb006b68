# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table is. Desired and observed tables are the same type, so reading back is writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BillingMode = Literal["PAY_PER_REQUEST", "PROVISIONED"]


@dataclass(frozen=True)
class Throughput:
    """Provisioned capacity units."""

    read: int
    write: int


@dataclass(frozen=True)
class Index:
    """A secondary index; throughput is None on a local index and on an on-demand table."""

    name: str
    hash_keys: tuple[str, ...]
    range_keys: tuple[str, ...] = ()
    projection_type: str = "ALL"
    non_key_attributes: tuple[str, ...] = ()
    throughput: Throughput | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return self.hash_keys + self.range_keys


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
class TableSpec:
    """The definition of one table, complete: what the user left out stands here with its default."""

    name: str
    table_name: str
    hash_key: str
    range_key: str | None
    attributes: Mapping[str, str]
    """Types (S, N, B) of all key attributes of the table and its indexes."""
    billing_mode: BillingMode = "PAY_PER_REQUEST"
    throughput: Throughput | None = None
    global_indexes: tuple[Index, ...] = ()
    local_indexes: tuple[Index, ...] = ()
    stream_view_type: str | None = None
    ttl_attribute: str | None = None
    recovery: Recovery = Recovery(False)
    encryption: Encryption = Encryption(False)
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The attributes of the table's own key."""
        return (self.hash_key, self.range_key) if self.range_key else (self.hash_key,)


@dataclass(frozen=True)
class IndexStatus:
    """backfilling is None where AWS does not say (T-138: that is not the same as false)."""

    status: str
    backfilling: bool | None = None


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


@dataclass(frozen=True)
class Desired:
    """One entry of the user's list; spec is None for C(state: absent)."""

    name: str
    table_name: str
    spec: TableSpec | None
    allow: frozenset[str] = frozenset()
    purge_tags: bool = False


@dataclass(frozen=True)
class Observed:
    """A table that is there; spec is None while it is being deleted (AWS then shows no key schema, T-363)."""

    table_name: str
    spec: TableSpec | None
    status: TableStatus


@dataclass(frozen=True)
class Environment:
    """What holds for every table that does not say otherwise."""

    estate: str
    recovery: bool
    protection: bool
    encryption: bool
    kms_key: str | None
    tags: Mapping[str, str]
