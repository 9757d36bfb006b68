# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes and what is there to steps: pure, total, in the order of the resources' names."""

from __future__ import annotations

from collections.abc import Iterator

from .._engine.step import Conflict, Failure, ResourcePlan, Step
from .._tables.names import other_owner
from .argspec import REPLACE
from .model import IMPERFECT, RUNNING, BulkPut, Observed, Table, Wish, Wishes, found

UNTIL = "bulk_put_completed"


def plan(wishes: Wishes, observed: Observed) -> list[ResourcePlan]:
    """One plan for each bulk put."""
    return [_plan(wish, observed) for wish in wishes.wishes]


def failures(wishes: Wishes, observed: Observed) -> list[Failure]:
    """The bulk puts of earlier runs that have not written all items, each as the failure that it is."""
    puts = [(wish, found(wish, observed)[0]) for wish in wishes.wishes]
    return [failure(wish.resource, put) for wish, put in puts if put and put.status in IMPERFECT]


def failure(resource: str, put: BulkPut) -> Failure:
    """Why a bulk put has not written all items, in AWS's words where there are any."""
    details = put.details
    place = details.get("OutputS3Configuration") or {}
    errors = "/".join(filter(None, (place.get("S3Bucket"), place.get("S3KeyPrefix"))))
    lost = f"{details.get('FailedItemCount', 0)} of {details.get('ProcessedItemCount', 0)} items could not be written"
    message = details.get("FailureMessage") or lost
    hint = f"What AWS says of items lies in {errors}. Mend it; retry_failed: true, or another label, does it again."
    return Failure(resource, "start_bulk_put", details.get("FailureCode") or put.status, message, hint)


def _plan(wish: Wish, observed: Observed) -> ResourcePlan:
    put, token = found(wish, observed)
    live = observed.tables.get(wish.table_name)
    problems = list(_token_problems(wish, put, live) if put else _table_problems(wish, live))
    if problems:
        return ResourcePlan(wish.resource, conflicts=tuple(_conflict(wish, problem) for problem in problems))
    if put:
        waiting = Step(wish.resource, "await_bulk_put", "the bulk put is in progress", until=UNTIL, subject=put.arn)
        return ResourcePlan(wish.resource, steps=(waiting,) if put.status in RUNNING else ())
    step = Step(
        wish.resource,
        "start_bulk_put",
        _reason(wish, token),
        {**wish.request, "ClientToken": token},
        ("items",),
        UNTIL,
        risk="data",
        word=REPLACE,
    )
    if wish.allowed:
        return ResourcePlan(wish.resource, "add", (step,))
    return ResourcePlan(wish.resource, withheld=(step,))


def _reason(wish: Wish, token: str) -> str:
    again = "" if token == wish.token(0) else "; an earlier one has failed, or was of an earlier table of this name"
    source = wish.request["InputS3Configuration"]
    place = "/".join(filter(None, (source["S3Bucket"], source.get("S3KeyPrefix"))))
    return (
        f"there is no bulk put {wish.name} into the table from {place}, and it replaces items of the same keys{again}"
    )


def _table_problems(wish: Wish, live: Table | None) -> Iterator[str]:
    """Why AWS would not begin it."""
    owner = other_owner(live.tags, wish.estate) if live else ""
    if owner:
        yield f"the table belongs to the estate {owner!r} (its tag Estate), not to {wish.estate!r}"
    elif live is None:
        yield "the table does not exist"
    elif live.status in ("CREATING", "DELETING"):
        yield f"the table is {live.status}"


def _token_problems(wish: Wish, put: BulkPut, live: Table | None) -> Iterator[str]:
    """A token of the user's own may be that of something else; one that the entry makes is not."""
    if not wish.client_token:
        return
    if put.table_name != wish.table_name:
        yield f"client_token: {put.arn} has this token, and is of the table {put.table_name}; give another"
    elif not put.of(live):
        yield f"client_token: {put.arn} has this token, and is of an earlier table of this name; give another"
    for member in ("InputS3Configuration", "OutputS3Configuration"):
        wanted, there = wish.request[member], put.details.get(member) or {}
        for name in wanted:
            if there.get(name) != wanted[name]:
                said = f"{member}.{name} {there.get(name)}, and the entry says {wanted[name]}"
                yield f"client_token: {put.arn} has this token, with {said}; give another for another bulk put"


def _conflict(wish: Wish, message: str) -> Conflict:
    return Conflict(wish.resource, ("table",), message)
