# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double itself: DynamoDB's control plane of one account and region, in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Protocol

from . import subresources, tables, tagging
from .faults import AwsFault
from .keyring import KeyRing
from .model import Json
from .schedule import Schedule
from .settings import Settings
from .state import State
from .updates import update_table

OPERATIONS: Mapping[str, Callable[[State, Json], Json]] = {
    "CreateTable": tables.create_table,
    "DeleteTable": tables.delete_table,
    "DescribeContinuousBackups": subresources.describe_backups,
    "DescribeTable": tables.describe_table,
    "DescribeTimeToLive": subresources.describe_ttl,
    "ListTables": tables.list_tables,
    "ListTagsOfResource": tagging.list_tags,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "UpdateContinuousBackups": subresources.update_backups,
    "UpdateTable": update_table,
    "UpdateTimeToLive": subresources.update_ttl,
}
WRITES = frozenset(
    {
        "CreateTable",
        "DeleteTable",
        "TagResource",
        "UntagResource",
        "UpdateContinuousBackups",
        "UpdateTable",
        "UpdateTimeToLive",
    }
)


class Clock(Protocol):
    """Seconds since the epoch, real or virtual."""

    def now(self) -> float: ...


class DynamoDB:
    """Answers requests as AWS would at the clock's time; knows nothing of how they came."""

    def __init__(
        self,
        clock: Clock,
        account_id: str,
        region: str,
        settings: Settings = Settings(),  # noqa: B008 (it is immutable)
        keys: KeyRing | None = None,
    ) -> None:
        self._clock = clock
        keys = keys or KeyRing(account_id, region)
        self._state = State(account_id, region, settings, Schedule(clock.now()), keys)

    @property
    def keys(self) -> KeyRing:
        """The account's KMS keys."""
        return self._state.keys

    def handle(self, operation: str, request: Json) -> Json:
        """The answer to one request; raises AwsFault."""
        if operation not in OPERATIONS:
            raise AwsFault("UnknownOperationException", f"the double does not know {operation}")
        self._state.schedule.run(self._clock.now())
        return OPERATIONS[operation](self._state, copy.deepcopy(request))

    def tags(self) -> dict[str, dict[str, str]]:
        """The readable tags of every table that has any, by ARN, for the tagging service."""
        self._state.schedule.run(self._clock.now())
        return {table.arn: dict(table.readable_tags) for table in self._state.tables.values() if table.readable_tags}
