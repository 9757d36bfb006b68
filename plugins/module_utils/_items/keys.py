# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with items in the table that is there: pure. Nothing of it can be known before the table is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .content import same_item
from .model import Identity, Load, Table, Wanted


def key_problems(load: Load, table: Table) -> list[str]:
    """The problems of all items, each with its path: keys that lack, of another type, too long, or there twice."""
    problems: list[str] = []
    first: dict[Identity, Wanted] = {}
    for wanted in load.wanted:
        found = list(_problems(wanted, table))
        problems += [f"{wanted.path}.{problem}" for problem in found]
        if not found:
            problems += _repeated(wanted, first.setdefault(table.identity(wanted.item), wanted))
    return problems


def unique(load: Load, table: Table) -> list[Wanted]:
    """What is wished for, without what is said twice in the same words."""
    return list({table.identity(wanted.item): wanted for wanted in reversed(load.wanted)}.values())[::-1]


def _problems(wanted: Wanted, table: Table) -> Iterator[str]:
    for name in table.keys:
        if name not in wanted.item:
            yield f"{name}: is required, as it is part of the key of {table.table_name}"
        else:
            yield from _key_problems(wanted.item[name], name, table)
    if not wanted.present:
        return
    for name in sorted(table.types.keys() - set(table.keys)):
        if name in wanted.item:
            yield from _key_problems(wanted.item[name], name, table)


def _key_problems(value: dict[str, Any], name: str, table: Table) -> Iterator[str]:
    """What narrows a vector search has a type, and no limit of its own."""
    ((kind, content),) = value.items()
    most = table.key_bytes.get(name)
    role = "key" if name in table.keys else "key of an index" if most else "search schema of a vector index"
    if kind != table.types.get(name, kind):
        yield f"{name}: is {kind}, but the {role} of {table.table_name} is {table.types[name]}"
    elif most and kind in ("S", "B"):
        size = len(content.encode() if kind == "S" else content)
        if not 1 <= size <= most:
            yield f"{name}: has {size} bytes, AWS allows 1 to {most} in a {role}"


def _repeated(wanted: Wanted, first: Wanted) -> Iterator[str]:
    if wanted is first:
        return
    if wanted.present != first.present:
        states = {True: "present", False: "absent"}
        yield (
            f"{wanted.path}: shall be {states[wanted.present]}, but {first.path} has the same key and shall be "
            + (states[first.present])
        )
    elif wanted.present and same_item(wanted.item) != same_item(first.item):
        yield f"{wanted.path}: has the same key as {first.path}, with other attributes"
