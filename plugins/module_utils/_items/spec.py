# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to wishes: what is wrong is named with its path, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.names import check_estate, name_problems, physical_name
from .argspec import DELETE, ITEM_FIELDS, REPLACE, TYPED
from .content import ITEM_BYTES, item_size
from .files import Read
from .model import Load, Wanted, Wishes
from .values import Item, is_typed, item_of

Entry = Mapping[str, Any]
EXPORTED = "Item"
"""What AWS's exports to S3 put around each item."""


def parse(params: Mapping[str, Any], files: Mapping[str, Read]) -> Wishes:
    """The wishes, by table. files are the contents of those that entries name. Raises Refused with all problems."""
    estate = str(params["name"])
    problems: list[str] = []
    check_estate(estate, problems)
    loads: dict[str, Load] = {}
    for number, given in enumerate(params["items"] or []):
        path = f"items[{number}]"
        before = len(problems)
        entry = read(given, ITEM_FIELDS, path, problems)
        name = physical_name(estate, {"name": entry["table"], "table_name": entry["table_name"]})
        if len(problems) == before:
            problems += [f"{path}.{problem}" for problem in _problems(entry, name)]
        load = loads.get(name) or Load(entry["table"], name)
        loads[name] = replace(load, wanted=(*load.wanted, *_wanted(entry, path, files, problems)))
    if problems:
        raise Refused(problems)
    return Wishes(estate, tuple(loads[name] for name in sorted(loads)))


def without(wishes: Wishes, tables: set[str]) -> Wishes:
    """The wishes that are not about these tables, of which it is not known what is there."""
    return replace(wishes, loads=tuple(load for load in wishes.loads if load.table_name not in tables))


def _problems(entry: Entry, name: str) -> Iterator[str]:
    """What is wrong with an entry whose shape is right."""
    yield from name_problems(name, "table_name" if entry["table_name"] else "table")
    if entry["file"] and entry["items"] is not None:
        yield "file: contradicts items; one entry has one of them"
    if not entry["file"] and entry["items"] is None:
        yield "items: is required, or file"
    meaningless = {"present": DELETE, "absent": REPLACE}[entry["state"]]
    if meaningless in (entry["allow"] or ()):
        yield f"allow: {meaningless} means nothing with state: {entry['state']}"


def _wanted(entry: Entry, path: str, files: Mapping[str, Read], problems: list[str]) -> Iterator[Wanted]:
    """The items of an entry; what is wrong with them is appended to problems."""
    given, place = entry["items"] or [], f"{path}.items"
    if entry["file"] and entry["items"] is None:
        given, problem = files.get(entry["file"], ([], "cannot be read"))
        place = f"{path}.file"
        if problem:
            problems.append(f"{place}: {entry['file']} {problem}")
    present, allow = entry["state"] == "present", frozenset(entry["allow"] or ())
    for number, item in enumerate(given):
        if item is None and place.endswith("items"):
            continue  # What is no mapping is named already
        where = f"{place}[{number}]"
        read_item = _item(item, entry["format"] == TYPED, where, problems)
        yield Wanted(where, read_item, present, allow)


def _item(given: Any, typed: bool, path: str, problems: list[str]) -> Item:
    if not isinstance(given, Mapping):
        problems.append(f"{path}: must be a mapping, an attribute's value by its name")
        return {}
    wrapped = given.get(EXPORTED) if typed and len(given) == 1 else None
    if isinstance(wrapped, Mapping) and not is_typed(wrapped):
        given = wrapped
    before = len(problems)
    item = item_of(given, typed, path, problems)
    size = item_size(item) if len(problems) == before else 0
    if size > ITEM_BYTES:
        problems.append(f"{path}: has {size} bytes, AWS allows {ITEM_BYTES} (400 KB), names included")
    return item
