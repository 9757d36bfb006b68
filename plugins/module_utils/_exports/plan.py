# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes and what is there to steps: pure, total, in the order of the resources' names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._engine.step import Conflict, Deferred, Failure, ResourcePlan, Step
from .._tables.names import other_owner
from .._tables.origins import moment
from .argspec import FULL
from .model import Export, Observed, Table, Wish, found
from .spec import WINDOW, Wishes, length_problems

RUNNING_EXPORTS = 300
RUNNING_BYTES = 100 * 1024**4
"""What AWS exports at a time for one account and region (documented)."""
UNTIL = "export_completed"


@dataclass
class Room:
    """How much more AWS would take just now, as far as it is seen."""

    exports: int
    size_bytes: int

    def takes(self, table: Table | None, full: bool) -> bool:
        """Whether one more export fits, which is then counted; a table that is larger than all is tried when alone."""
        size = table.size_bytes if table and full else 0
        if self.exports >= RUNNING_EXPORTS or (self.size_bytes and self.size_bytes + size > RUNNING_BYTES):
            return False
        self.exports += 1
        self.size_bytes += size
        return True


def plan(wishes: Wishes, observed: Observed, now: datetime) -> list[ResourcePlan]:
    """One plan for each export."""
    sizes = sum(observed.tables[name].size_bytes for name in observed.running if name in observed.tables)
    room = Room(len(observed.running), sizes)
    return [_plan(wish, observed, room, now) for wish in wishes.wishes]


def failures(wishes: Wishes, observed: Observed) -> list[Failure]:
    """The exports of earlier runs that have failed, each as the failure that it is."""
    exports = [(wish, found(wish, observed)[0]) for wish in wishes.wishes]
    return [failure(wish.resource, export) for wish, export in exports if export and export.status == "FAILED"]


def failure(resource: str, export: Export) -> Failure:
    """Why an export has failed, in AWS's words."""
    hint = "Mend that; retry_failed: true, or another label or client_token, then makes another export."
    code, message = export.details.get("FailureCode"), export.details.get("FailureMessage")
    return Failure(resource, "create_export", code or "FAILED", message or "AWS does not say why", hint)


def _plan(wish: Wish, observed: Observed, room: Room, now: datetime) -> ResourcePlan:
    export, token = found(wish, observed)
    live = observed.tables.get(wish.table_name)
    problems = list(_owner_problems(wish, live))
    problems += _other_problems(wish, export, live) if export else _table_problems(wish, live, now)
    if problems:
        return ResourcePlan(wish.resource, conflicts=tuple(_conflict(wish, *problem) for problem in problems))
    if export:
        waiting = Step(wish.resource, "await_export", "the export is in progress", until=UNTIL, subject=export.arn)
        return ResourcePlan(wish.resource, steps=(waiting,) if export.status == "IN_PROGRESS" else ())
    if not room.takes(live, wish.request["ExportType"] == FULL):
        reason = f"AWS exports {RUNNING_EXPORTS} tables, and 100 TB, at a time"
        return ResourcePlan(wish.resource, deferred=(Deferred(wish.resource, ("exports",), reason),))
    request = {**wish.request, "ClientToken": token}
    step = Step(wish.resource, "create_export", _reason(wish, token), request, ("exports",), UNTIL)
    return ResourcePlan(wish.resource, "add", (step,))


def _reason(wish: Wish, token: str) -> str:
    again = "" if token == wish.token(0) else "; an earlier one has failed, or was of an earlier table of this name"
    place = "/".join(filter(None, (wish.request["S3Bucket"], wish.request.get("S3Prefix"))))
    return f"there is no export {wish.name} of the table to {place}{again}"


def _owner_problems(wish: Wish, live: Table | None) -> Iterator[tuple[str, str]]:
    owner = other_owner(live.tags, wish.estate) if live else ""
    if owner:
        yield "table", f"the table belongs to the estate {owner!r} (its tag Estate), not to {wish.estate!r}"


def _other_problems(wish: Wish, export: Export, live: Table | None) -> Iterator[tuple[str, str]]:
    """A token of the user's own may be that of something else; one that the entry makes is not."""
    if not wish.client_token:
        return
    if not export.of(live):
        yield "client_token", f"{export.arn} has this token, and is of an earlier table of this name; give another"
    for member, wanted in wish.request.items():
        there = export.details.get(member)
        if not _agree(wanted, there):
            said = f"{member} {_said(there)}, and the entry says {_said(wanted)}"
            yield "client_token", f"{export.arn} has this token, with {said}; give another token for another export"


def _agree(wanted: Any, there: Any) -> bool:
    if isinstance(wanted, datetime) and isinstance(there, datetime):
        return math.floor(wanted.timestamp()) == math.floor(there.timestamp())
    if isinstance(wanted, Mapping) and isinstance(there, Mapping):
        return all(_agree(value, there.get(name)) for name, value in wanted.items())
    return bool(wanted == there)


def _said(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)


def _table_problems(wish: Wish, live: Table | None, now: datetime) -> Iterator[tuple[str, str]]:
    """Why AWS would not begin the export."""
    if live is None or live.status == "DELETING":
        yield "table", f"the table {'is being deleted' if live else 'does not exist'}"
    elif live.status == "CREATING":
        yield "table", "the table is being created; it can be exported once point-in-time recovery is on"
    elif not live.recovery:
        turn_on = "point_in_time_recovery of its entry in traffic_tacos.dynamodb.tables turns it on"
        yield "table", f"point-in-time recovery is not on, and AWS exports from nothing else; {turn_on}"
    else:
        yield from _past_problems(wish, live.earliest, now)


def _past_problems(wish: Wish, earliest: datetime | None, now: datetime) -> Iterator[tuple[str, str]]:
    """How late a time may be, AWS knows to some minutes; that it is over is certain."""
    window = wish.request.get("IncrementalExportSpecification") or {}
    times = {"export_time": wish.request.get("ExportTime")}
    times[f"{WINDOW}.export_from_time"] = window.get("ExportFromTime")
    times[f"{WINDOW}.export_to_time"] = window.get("ExportToTime")
    for path, time in times.items():
        if time and time > now:
            yield path, f"{moment(time)} is yet to come"
        if time and earliest and time.timestamp() < math.floor(earliest.timestamp()):
            yield path, f"{moment(time)} is before {moment(earliest)}, since when AWS keeps what the table held"
    if window and not window.get("ExportToTime"):
        problems = length_problems(window["ExportFromTime"], now)
        yield from ((WINDOW, f"{problem}, which is now; give export_to_time") for problem in problems)


def _conflict(wish: Wish, field: str, message: str) -> Conflict:
    return Conflict(wish.resource, (field,), message if field == "table" else f"{field}: {message}")
