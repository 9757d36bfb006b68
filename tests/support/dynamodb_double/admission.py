# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is admitted while something else runs: the matrix of rule 2.2, cell by cell.

A cell that is missing is "ok". Cells that nobody measured refuse with the closest text, so that who wants to be
admitted waits first; they are marked with a question mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .combination import ONE_ONLINE, Change
from .faults import AwsFault, in_use, internal_error, subscriber_limit
from .model import Job, JobKind, Table

Cell = Callable[[str], AwsFault] | str
"""Either the text of a ResourceInUseException, or another fault that is made of nothing."""


def _one_online(_text: str) -> AwsFault:
    return subscriber_limit(ONE_ONLINE)


def _maintenance(_text: str) -> AwsFault:
    return internal_error("Table is under system maintenance, please try again later")


_BUSY = "Table: {table} is in the process of being updated."
_STREAM = " Table: {table} Stream: {stream} Operation: {operation}"
_CLASS = " Table: {table} TableClassUpdateInProgress: {class}"
_INDEXES = " Table: {table} Indexes: [{index}]"
_INDEX = " Table: {table} Index: {index}"
_IOPS = "Table IOPS are currently being updated. Table: {table}"
_DELETE_INDEXES = "Cannot delete table while indexes are being created, updated, or deleted."
_CREATING = "an index is being created." + _INDEXES
_DELETING = "an index is being deleted." + _INDEXES
_NOT_IOPS: Mapping[str, Cell] = {
    "DELETE": _BUSY,
    "STREAM": "Can't enable or disable stream while table IOPS are being updated. Table: {table}",
    "IOPS": _IOPS,
    "CLASS": _IOPS,  # ?
    "INDEX_ONLINE": "Can't create or delete indexes while table IOPS are being updated. Table: {table}",
    "INDEX_UPDATE": _IOPS,  # ?
}
_BILLING_ODT = "OnDemandThroughput cannot be updated while BillingMode update is in progress"
_UPDATED_INDEX = "Index is being updated." + _INDEX
_POLICY = "Table: {table} has a pending resource-based policy update."

MATRIX: Mapping[JobKind, Mapping[str, Cell]] = {
    "STREAM": {
        "DELETE": "Cannot delete table while stream is being enabled/disabled.",
        "STREAM": "A stream status change is currently in progress." + _STREAM,
        "IOPS": "Can't change table IOPS when stream status is being updated." + _STREAM,
        "ODT": "OnDemandThroughput cannot be updated while stream status update is in progress." + _STREAM,
        "CLASS": "Can't update table class when stream status is being updated." + _STREAM,
        "INDEX_ONLINE": "Can't create or delete an index when stream status is being updated." + _STREAM,
        "INDEX_UPDATE": "Can't change table IOPS when stream status is being updated." + _STREAM,  # ?
    },
    "PT": {**_NOT_IOPS, "WARM": _IOPS},  # ? (WARM)
    "TO_PROVISIONED": {**_NOT_IOPS, "ODT": _BILLING_ODT},
    "TO_ON_DEMAND": {**_NOT_IOPS, "SAME_MODE": _IOPS},
    "CLASS": {
        "DELETE": _BUSY,
        "STREAM": "Can't change stream status when a table class update is in progress." + _CLASS,
        "IOPS": _IOPS,  # ?
        "SAME_MODE": _IOPS,  # ?
        "ODT": "OnDemandThroughput cannot be updated while TableClass update is in progress. "
        "TableClassUpdateInProgress: {class}",
        "CLASS": "Can't update table class when a table class update is in progress." + _CLASS,
        "INDEX_ONLINE": "Can't create or delete an index when a table class update is in progress." + _CLASS,
        "INDEX_UPDATE": _IOPS,  # ?
    },
    "SSE": {
        "DELETE": _BUSY,
        "ODT": "OnDemandThroughput cannot be updated while Server-Side Encryption update is in progress",  # ?
        "INDEX_UPDATE": "Server-Side Encryption is still being updated",  # ?
    },
    "WARM": {"DELETE": _BUSY, "IOPS": _IOPS, "CLASS": _IOPS, "INDEX_UPDATE": _IOPS},  # ? (all but DELETE)
    "INDEX_ALLOCATION": {
        "DELETE": _DELETE_INDEXES,
        "STREAM": "Can't change stream status when " + _CREATING,
        "IOPS": "Can't change table IOPS when " + _CREATING,
        "SAME_MODE": "Can't change table IOPS when " + _CREATING,  # ?
        "ODT": "OnDemandThroughput cannot be updated while index creation is in progress for indexes: [{index}]",
        "CLASS": "Can't update table class when " + _CREATING,  # ?
        "INDEX_ONLINE": _one_online,
        "THIS_INDEX_DELETE": "Index creation is in resource allocation phase. Retry deletion during backfilling "
        "phase or when the index is active." + _INDEX,
        "THIS_INDEX_UPDATE": "Index is being created but is not backfilling yet." + _INDEX,
        "WARM": _maintenance,
    },
    "INDEX_BACKFILL": {
        "DELETE": _DELETE_INDEXES,
        "STREAM": "Can't change stream status when " + _CREATING,  # ?
        "MODE": "Can't change table IOPS when " + _CREATING,  # ?
        "ODT": "OnDemandThroughput cannot be updated while index creation is in progress for indexes: [{index}]",  # ?
        "CLASS": "Can't update table class when " + _CREATING,  # ?
        "INDEX_ONLINE": _one_online,
        "THIS_INDEX_UPDATE": "Index is being created." + _INDEX,
        "SSE": "Index is being created." + _INDEX,  # ?
        "WARM": "Index is being created." + _INDEX,  # ?
    },
    "INDEX_DELETE": {
        "DELETE": _DELETE_INDEXES,
        "STREAM": "Can't change stream status when " + _DELETING,  # ?
        "IOPS": "Can't change table IOPS when " + _DELETING,
        "ODT": "OnDemandThroughput cannot be updated while index deletion is in progress for indexes: [{index}]",
        "CLASS": "Can't update table class when " + _DELETING,  # ?
        "INDEX_ONLINE": _one_online,
        "THIS_INDEX_CREATE": "Index is being deleted." + _INDEX,
        "THIS_INDEX_DELETE": "Index is being deleted." + _INDEX,
        "THIS_INDEX_UPDATE": "Index is being deleted." + _INDEX,
        "WARM": "Index is being deleted." + _INDEX,  # ?
    },
    "INDEX_UPDATE": {
        "DELETE": _DELETE_INDEXES,
        "THIS_INDEX_UPDATE": _UPDATED_INDEX,
        "THIS_INDEX_DELETE": _UPDATED_INDEX,  # ?
        **dict.fromkeys(
            ("STREAM", "IOPS", "SAME_MODE", "ODT", "CLASS", "INDEX_ONLINE", "INDEX_UPDATE", "DP", "SSE", "WARM"),
            _UPDATED_INDEX,  # ?
        ),
    },
    "TAGS": {"DELETE": "Table tags are being updated: {table}"},
    "POLICY": {
        "DELETE": _POLICY,
        **dict.fromkeys(
            ("STREAM", "IOPS", "SAME_MODE", "ODT", "CLASS", "INDEX_ONLINE", "INDEX_UPDATE", "SSE", "WARM"),
            _POLICY,  # ?
        ),
    },
    "REPLICA": {"DELETE": _BUSY},  # ?
    "CREATE": {"DELETE": "Table is being created: {table}"},
    "DELETE": {"DELETE": "Table is being deleted: {table}"},
}


def check_delete(table: Table) -> None:
    """Whether DeleteTable is admitted; the table's own beginning and end come before everything else."""
    for job in sorted(table.jobs, key=lambda job: job.kind not in ("CREATE", "DELETE")):
        _check(table, job, "DELETE")


def check_exists(table: Table) -> None:
    """UpdateTable needs a table that is neither beginning nor ending (T-001 T-006)."""
    if table.job("DELETE"):
        raise in_use(f"Table is being deleted: {table.name}")
    if table.job("CREATE"):
        raise in_use(f"Table is being created: {table.name}")


def check_change(table: Table, change: Change) -> None:
    """Whether UpdateTable is admitted while the table's jobs run."""
    for job in table.jobs:
        for concern in _concerns(table, change):
            _check(table, job, concern)
        if job.kind.startswith("INDEX_"):
            _check_index_actions(table, job, change)
        else:
            for action in (*change.actions, *change.vectors):
                _check(table, job, "INDEX_UPDATE" if action.action == "Update" else "INDEX_ONLINE")


def _concerns(table: Table, change: Change) -> list[str]:
    named = {
        "StreamSpecification": "STREAM",
        "OnDemandThroughput": "ODT",
        "TableClass": "CLASS",
        "DeletionProtectionEnabled": "DP",
        "SSESpecification": "SSE",
        "WarmThroughput": "WARM",
    }
    concerns = [concern for name, concern in named.items() if name in change.fields]
    mode = change.fields.get("BillingMode")
    if mode == table.mode == "PAY_PER_REQUEST":
        return [*concerns, "SAME_MODE"]
    if mode == "PAY_PER_REQUEST" and table.job("TO_PROVISIONED"):
        return [*concerns, "LOST_MODE"]
    if mode is not None and mode != table.mode:
        return [*concerns, "IOPS", "MODE"]
    return [*concerns, "IOPS"] if "ProvisionedThroughput" in change.fields else concerns


def _check_index_actions(table: Table, job: Job, change: Change) -> None:
    """An index's own job refuses other things than another index's job."""
    for action in (*change.actions, *change.vectors):
        if action.name == job.index:
            _check(table, job, f"THIS_INDEX_{action.action.upper()}")
        else:
            _check(table, job, "INDEX_UPDATE" if action.action == "Update" else "INDEX_ONLINE")


def _check(table: Table, job: Job, concern: str) -> None:
    cell = MATRIX[job.kind].get(concern)
    if cell is None:
        return
    if not isinstance(cell, str):
        raise cell(concern)
    stream, operation = job.detail.get("stream", ""), job.detail.get("operation", "")
    words = {"table": table.name, "index": job.index, "stream": stream, "operation": operation}
    raise in_use(cell.format(**words, **{"class": job.detail.get("class", "")}))
