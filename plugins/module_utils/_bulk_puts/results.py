# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bulk puts after a run, predicted or real, for the result: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .._engine.step import Outcome
from .._exports.once import differences
from .._tables.origins import moment
from .model import BulkPut, Observed, Wish, Wishes, found

MEMBERS = {
    "bulk_operation_arn": "BulkOperationArn",
    "status": "BulkOperationStatus",
    "client_token": "ClientToken",
    "started": "StartTime",
    "ended": "EndTime",
    "processed_item_count": "ProcessedItemCount",
    "failed_item_count": "FailedItemCount",
    "processed_input_bytes": "ProcessedInputBytes",
    "total_input_bytes": "TotalInputBytes",
    "max_write_request_units": "MaxWriteRequestUnits",
    "performance_tier": "PerformanceTier",
    "failure_code": "FailureCode",
    "failure_message": "FailureMessage",
}


def rendered(
    wishes: Wishes, observed: Observed, outcomes: Iterable[Outcome] = (), made: Mapping[str, BulkPut] | None = None
) -> list[dict[str, Any]]:
    """The bulk put of each wish that has one; those of a prediction have no ARN."""
    begun = {step.resource: dict(step.request) for outcome in outcomes for step in outcome.done if step.writes}
    shown = []
    for wish in wishes.wishes:
        put = (made or {}).get(wish.resource) or found(wish, observed)[0]
        if wish.resource in begun and put is None:
            put = BulkPut(begun[wish.resource])
        if put:
            shown.append(_render(wish, put))
    return shown


def diff(before: list[dict[str, Any]], later: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: the tokens of the bulk puts of each table that gets one."""
    return differences("bulk puts", before, later, _line)


def _render(wish: Wish, put: BulkPut) -> dict[str, Any]:
    names = {"table": wish.table, "table_name": wish.table_name, "label": wish.label or None}
    return {**names, **{name: _shown(put.details.get(member)) for name, member in MEMBERS.items()}}


def _line(entry: Mapping[str, Any]) -> str:
    return f"{entry['label'] or ''} {entry['client_token']}\n"


def _shown(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value
