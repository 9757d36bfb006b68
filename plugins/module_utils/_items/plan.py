# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes and what is there to steps: pure, total, in the order of the tables' names."""

from __future__ import annotations

from collections.abc import Iterator

from .._engine.step import Conflict, ResourcePlan, Risk, Step, Verb
from .._tables.names import other_owner
from .argspec import DELETE, REPLACE
from .content import same_item
from .keys import key_problems, unique
from .model import Load, Observed, Request, Table, Wanted, Wishes

BATCH = 25
"""What BatchWriteItem takes at once; of items of at most 400 KB that is never too many bytes (documented)."""
SHOWN = 3
"""How many items a sentence names."""


def plan(wishes: Wishes, observed: Observed) -> list[ResourcePlan]:
    """One plan for each table."""
    return [_plan(load, wishes.estate, observed) for load in wishes.loads]


def problems_of(load: Load, estate: str, table: Table | None) -> list[str]:
    """Why nothing can be written into the table that is there, or not there."""
    if table is None:
        return ["the table does not exist"]
    owner = other_owner(table.tags, estate)
    if owner:
        return [f"the table belongs to the estate {owner!r} (its tag Estate), not to {estate!r}"]
    if table.status in ("CREATING", "DELETING"):
        return [f"the table is {table.status}; items cannot be read or written yet, or any more"]
    return key_problems(load, table)


def _plan(load: Load, estate: str, observed: Observed) -> ResourcePlan:
    """New items first, then those that replace others, then those that go."""
    name = load.table_name
    table = observed.tables.get(name)
    problems = problems_of(load, estate, table)
    if problems or table is None:
        return ResourcePlan(name, conflicts=tuple(Conflict(name, ("items",), problem) for problem in problems))
    adding, replacing, going = _sorted(load, table, observed)
    allowed = [wanted for wanted in replacing if REPLACE in wanted.allow]
    deleted = [wanted for wanted in going if DELETE in wanted.allow]
    steps = [
        *_batches(table, "add_items", adding, "not there yet"),
        *_batches(table, "replace_items", allowed, "there with other attributes", "data", REPLACE),
        *_batches(table, "delete_items", deleted, "there, and the entry says state: absent", "data", DELETE),
    ]
    kept_back = [wanted for wanted in replacing if REPLACE not in wanted.allow]
    kept = [wanted for wanted in going if DELETE not in wanted.allow]
    withheld = [
        *_withheld(table, "replace_items", kept_back, "there with other attributes", REPLACE),
        *_withheld(table, "delete_items", kept, "there, and the entry says state: absent", DELETE),
    ]
    verb: Verb = "change" if steps else "keep"
    return ResourcePlan(name, verb, tuple(steps), tuple(withheld))


def _sorted(load: Load, table: Table, observed: Observed) -> tuple[list[Wanted], list[Wanted], list[Wanted]]:
    """What is to be added, replaced and deleted; everything else is as it shall be."""
    there = observed.items.get(load.table_name, {})
    adding, replacing, going = [], [], []
    for wanted in unique(load, table):
        live = there.get(table.identity(wanted.item))
        if not wanted.present:
            going += [wanted] if live is not None else []
        elif live is None:
            adding.append(wanted)
        elif same_item(live) != same_item(wanted.item):
            replacing.append(wanted)
    return adding, replacing, going


def _batches(
    table: Table, action: str, wanted: list[Wanted], why: str, risk: Risk = "none", word: str = ""
) -> Iterator[Step]:
    done = 0
    for batch in (wanted[first : first + BATCH] for first in range(0, len(wanted), BATCH)):
        request = {"RequestItems": {table.table_name: [_request(each, table) for each in batch]}}
        subject = f"{done + 1} to {done + len(batch)} of {len(wanted)}"
        done += len(batch)
        reason = _reason(batch, why)
        yield Step(table.table_name, action, reason, request, ("items",), subject=subject, risk=risk, word=word)


def _withheld(table: Table, action: str, wanted: list[Wanted], why: str, word: str) -> Iterator[Step]:
    """All of a kind as one, as it is not done anyway."""
    if wanted:
        request = {"RequestItems": {table.table_name: [_request(each, table) for each in wanted]}}
        yield Step(table.table_name, action, _reason(wanted, why), request, ("items",), risk="data", word=word)


def _request(wanted: Wanted, table: Table) -> Request:
    if wanted.present:
        return {"PutRequest": {"Item": wanted.item}}
    return {"DeleteRequest": {"Key": table.key_of(wanted.item)}}


def _reason(wanted: list[Wanted], why: str) -> str:
    """Which items, by where the user says them; what they hold is nobody's business here."""
    paths = ", ".join(each.path for each in wanted[:SHOWN])
    more = len(wanted) - SHOWN
    named = f"{paths} and {more} more" if more > 0 else paths
    return f"{named} {'is' if len(wanted) == 1 else 'are'} {why}"
