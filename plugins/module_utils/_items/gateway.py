# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The items domain's calls to AWS: what is there by key, and every step as one call, repeated for what AWS leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .._engine.apply import gather
from .._engine.client import Aws
from .._engine.errors import AwsError, failure_of
from .._engine.step import Failure, Step
from .._engine.wait import Deadline, intervals
from .._tables.ask import describe, tags_of
from .._tables.refusals import classified
from .keys import unique
from .model import Load, Observed, Request, Table, Wishes
from .observe import items_of, table_of
from .plan import problems_of
from .values import Item

SERVICE = "dynamodb"
READERS = 8
"""Reads under way at once, each of a hundred items."""
READ = 100
"""What BatchGetItem takes at once (documented)."""
TAGLESS = ("CREATING", "DELETING")
BUSY = ("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException")


class ItemsGateway:
    """Reads items by key, and writes them."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._left: dict[tuple[str, str, str], list[Request]] = {}
        """Of steps that AWS has done in part, what is left."""
        self.written: dict[str, int] = {}
        """How many items this run has written or deleted, by table."""
        aws.client(SERVICE)

    def read(self, wishes: Wishes, deadline: Deadline) -> tuple[Observed, list[Failure]]:
        """What plan needs, and the reads that failed, each for one table. No item is read where nothing can be done."""
        failures: list[Failure] = []
        names = [load.table_name for load in wishes.loads]
        tables = {table.table_name: table for table in self._each(self._table, names, failures) if table}
        failed = {failure.resource for failure in failures}
        loads = [load for load in wishes.loads if load.table_name not in failed]
        if any(problems_of(load, wishes.estate, tables.get(load.table_name)) for load in loads):
            return Observed(tables), failures
        chunks = [(tables[load.table_name], keys) for load in loads for keys in _keys(load, tables[load.table_name])]
        found: dict[str, dict[Any, Item]] = {}
        for table, items in self._each(lambda given: self._items(given[0], given[1], deadline), chunks, failures):
            found.setdefault(table.table_name, {}).update(items_of(table, items))
        return Observed(tables, found), failures

    def send(self, step: Step) -> None:
        """Writes what is left of the step; again at once while AWS takes some of it, at the pace that it takes."""
        place = (step.resource, step.action, step.subject)
        left = self._left.get(place) or step.request["RequestItems"][step.resource]
        while left:
            before = len(left)
            try:
                answer = self._aws.call(SERVICE, "BatchWriteItem", step.resource, RequestItems={step.resource: left})
            except AwsError as error:
                raise _classified(error) from error
            left = (answer.get("UnprocessedItems") or {}).get(step.resource) or []
            self._left[place] = left
            self.written[step.resource] = self.written.get(step.resource, 0) + before - len(left)
            if len(left) == before:
                raise _busy("dynamodb:BatchWriteItem", step.resource)

    def holds(self, _step: Step) -> bool:
        """Always: a write is in effect when it is answered."""
        return True

    def state(self, step: Step) -> str:
        """How many items of a step AWS has left for later."""
        left = self._left.get((step.resource, step.action, step.subject))
        return f"{len(left)} left" if left else ""

    def _table(self, name: str) -> Table | None:
        table = describe(self._aws, name)
        if table is None or table["TableStatus"] in TAGLESS:
            return table_of(table, {}) if table else None
        return table_of(table, tags_of(self._aws, name, table["TableArn"]))

    def _items(self, table: Table, keys: list[Item], deadline: Deadline) -> tuple[Table, list[Item]]:
        """The items of up to a hundred keys that are there; what AWS leaves is read again. Raises AwsError."""
        items: list[Item] = []
        pauses = intervals()
        while keys:
            found, left = self._part(table.table_name, keys)
            items += found
            if len(left) < len(keys):
                pauses = intervals()
            elif deadline.passed:
                raise _busy("dynamodb:BatchGetItem", table.table_name)
            else:
                deadline.sleep(next(pauses))
            keys = left
        return table, items

    def _part(self, name: str, keys: list[Item]) -> tuple[list[Item], list[Item]]:
        """What one call gives, and the keys that it leaves. Raises AwsError."""
        wanted = {name: {"Keys": keys, "ConsistentRead": True}}
        try:
            answer = self._aws.call(SERVICE, "BatchGetItem", name, RequestItems=wanted)
        except AwsError as error:
            if error.code not in BUSY:
                raise
            return [], keys
        left = (answer.get("UnprocessedKeys") or {}).get(name, {}).get("Keys") or []
        return answer["Responses"].get(name, []), left

    def _each(self, read: Callable[[Any], Any], items: Iterable[Any], failures: list[Failure]) -> list[Any]:
        """Reads on a small pool; one table's failure does not hide the others."""
        results, errors = gather(read, items, READERS)
        failures += {error.subject: failure_of(error, error.subject, error.permission) for error in errors}.values()
        return results


def _keys(load: Load, table: Table) -> list[list[Item]]:
    keys = [table.key_of(wanted.item) for wanted in unique(load, table)]
    return [keys[first : first + READ] for first in range(0, len(keys), READ)]


def _busy(permission: str, subject: str) -> AwsError:
    message = "AWS processes none of the items, as the table's capacity is used up"
    return AwsError("ProvisionedThroughputExceededException", message, permission, subject, "wait")


def _classified(error: AwsError) -> AwsError:
    """What the table's capacity does not take now is tried until the run's time is over."""
    if error.code in BUSY:
        return AwsError(error.code, error.message, error.permission, error.subject, "wait")
    return classified(error)
