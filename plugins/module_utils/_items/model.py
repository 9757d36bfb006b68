# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What items an entry wishes for, and what there is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .content import same
from .values import Item

Identity = tuple[Hashable, ...]
"""What tells an item from the others of its table: the values of its key."""


@dataclass(frozen=True)
class Table:
    """A table that is there, as far as items are concerned."""

    table_name: str
    status: str
    keys: tuple[str, ...]
    """The attributes of its key, the partition key first."""
    types: Mapping[str, str] = field(default_factory=dict)
    """The types of the attributes of its key, of its indexes' keys, and of what vector searches are narrowed by."""
    key_bytes: Mapping[str, int] = field(default_factory=dict)
    """How many bytes the attributes of its key and of its indexes' keys may have."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def key_of(self, item: Item) -> Item:
        return {name: item[name] for name in self.keys}

    def identity(self, item: Item) -> Identity:
        return tuple(same(item[name]) for name in self.keys)


@dataclass(frozen=True)
class Wanted:
    """An item that shall be, or shall not be, in a table."""

    path: str
    """Where the user says so, for example C(items[0].items[3])."""
    item: Item
    """Of an item that shall not be there, its key counts."""
    present: bool = True
    allow: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Load:
    """What all entries together say about the items of one table."""

    table: str
    """The logical name."""
    table_name: str
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True)
class Wishes:
    """Everything that a user's list says."""

    estate: str
    loads: tuple[Load, ...] = ()


@dataclass(frozen=True)
class Observed:
    """What is there of what the wishes are about."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    """By physical name."""
    items: Mapping[str, Mapping[Identity, Item]] = field(default_factory=dict)
    """By physical name, those of the wished for keys that there are."""


Request = dict[str, Any]
"""One member of BatchWriteItem's list: C(PutRequest) or C(DeleteRequest)."""
