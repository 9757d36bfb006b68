# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double itself: DynamoDB's control plane of one account and region, in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Protocol

from . import (
    backups,
    bulk_puts,
    exports,
    imports,
    insights,
    items,
    kinesis,
    policies,
    quotas,
    restores,
    scaling_policies,
    subresources,
    tables,
    tagging,
)
from .faults import AwsFault
from .global_scaling import scale_new_indexes
from .groups import spread
from .keyring import KeyRing
from .model import Json, copied
from .scaling_actions import watch
from .schedule import Schedule
from .settings import Settings
from .state import State
from .updates import update_table

Operations = Mapping[str, Callable[[State, Json], Json]]
OPERATIONS: Operations = {
    "BatchGetItem": items.batch_get,
    "BatchWriteItem": items.batch_write,
    "CreateBackup": backups.create_backup,
    "CreateTable": tables.create_table,
    "DeleteBackup": backups.delete_backup,
    "DeleteResourcePolicy": policies.delete_policy,
    "DeleteTable": tables.delete_table,
    "DescribeBackup": backups.describe_backup,
    "DescribeBulkOperation": bulk_puts.describe,
    "DescribeContinuousBackups": subresources.describe_backups,
    "DescribeContributorInsights": insights.describe_insights,
    "DescribeExport": exports.describe_export,
    "DescribeImport": imports.describe_import,
    "DescribeKinesisStreamingDestination": kinesis.describe_destinations,
    "DescribeLimits": quotas.describe_limits,
    "DescribeTable": tables.describe_table,
    "DescribeTimeToLive": subresources.describe_ttl,
    "DisableKinesisStreamingDestination": kinesis.disable_destination,
    "EnableKinesisStreamingDestination": kinesis.enable_destination,
    "ExportTableToPointInTime": exports.export_table,
    "GetResourcePolicy": policies.get_policy,
    "ImportTable": imports.import_table,
    "ListBackups": backups.list_backups,
    "ListBulkOperations": bulk_puts.list_operations,
    "ListImports": imports.list_imports,
    "ListContributorInsights": insights.list_insights,
    "ListExports": exports.list_exports,
    "ListTables": tables.list_tables,
    "ListTagsOfResource": tagging.list_tags,
    "PutResourcePolicy": policies.put_policy,
    "RestoreTableFromBackup": restores.restore_from_backup,
    "RestoreTableToPointInTime": restores.restore_to_point_in_time,
    "StartBulkPutItems": bulk_puts.start,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "UpdateContinuousBackups": subresources.update_backups,
    "UpdateContributorInsights": insights.update_insights,
    "UpdateKinesisStreamingDestination": kinesis.update_destination,
    "UpdateTable": update_table,
    "UpdateTimeToLive": subresources.update_ttl,
}
SCALING_OPERATIONS = scaling_policies.OPERATIONS
READING = ("BatchGet", "Describe", "Get", "List")
WRITES = frozenset(name for name in {**OPERATIONS, **SCALING_OPERATIONS} if not name.startswith(READING))


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
        makers = [watch, spread, scale_new_indexes]
        self._state = State(account_id, region, settings, Schedule(clock.now()), keys, makers=makers)

    def in_region(self, region: str) -> DynamoDB:
        """The same account in another region."""
        other = copy.copy(self)
        other._state = self._state.in_region(region)
        return other

    @property
    def settings(self) -> Settings:
        """What the account is like."""
        return self._state.settings

    @property
    def keys(self) -> KeyRing:
        """The account's KMS keys."""
        return self._state.keys

    def handle(self, operation: str, request: Json) -> Json:
        """The answer to one request; raises AwsFault."""
        return self._answer(OPERATIONS, operation, request)

    def scale(self, operation: str, request: Json) -> Json:
        """The same for Application Auto Scaling."""
        return self._answer(SCALING_OPERATIONS, operation, request)

    def status(self, table: str) -> str | None:
        """A table's status; None when there is no such table."""
        self._state.schedule.run(self._clock.now())
        found = self._state.tables.get(table)
        return found.status if found else None

    def _answer(self, known: Operations, operation: str, request: Json) -> Json:
        if operation not in known:
            raise AwsFault("UnknownOperationException", f"the double does not know {operation}")
        self._state.schedule.run(self._clock.now())
        return known[operation](self._state, copied(request))

    def tags(self) -> dict[str, dict[str, str]]:
        """The readable tags of every table that has any, by ARN, for the tagging service."""
        self._state.schedule.run(self._clock.now())
        return {table.arn: dict(table.readable_tags) for table in self._state.tables.values() if table.readable_tags}
