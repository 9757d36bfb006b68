# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""StartBulkPutItems, DescribeBulkOperation and ListBulkOperations, as boto's service model documents them."""

from __future__ import annotations

from dataclasses import dataclass

from .faults import AwsFault, limit, not_found, validation
from .items import check_item, key_of, normal
from .model import Json, Table, copied
from .settings import DAY
from .state import State

TOKEN_HOURS = 8 * 3600.0
REMEMBERED = 90 * DAY
PAGE = 10
RUNNING = 50
"""Nothing is documented; the double needs some number."""
NO_BUCKET = "no-such-bucket"
ENDED = {"COMPLETED", "COMPLETED_WITH_ERRORS", "CANCELLED", "FAILED"}


@dataclass
class BulkPut:
    """A bulk put, from the accepted call until AWS forgets it."""

    arn: str
    table: Table
    request: Json
    started: float
    ended: float
    items: list[Json]
    failed: int = 0
    status: str = "IN_PROGRESS"


def start(state: State, request: Json) -> Json:
    """A token stands for one bulk put for eight hours."""
    request = copied(request)
    token = request.setdefault("ClientToken", f"made-up-{state.now}-{len(state.bulk_puts)}")
    for put in reversed(list(state.bulk_puts.values())):
        if put.request["ClientToken"] == token and state.now < put.started + TOKEN_HOURS:
            if put.request != request:
                raise AwsFault("IdempotentParameterMismatchException", "the token was used with another payload")
            return {"BulkOperationDescription": _described(state, put)}
    if request.get("MaxWriteRequestUnits", 1024) < 1024:
        raise validation("MaxWriteRequestUnits must be greater than or equal to 1024")
    if "S3Bucket" not in request["OutputS3Configuration"]:
        raise validation("OutputS3Configuration needs S3Bucket")
    table = state.table(request["TableName"])
    if table.status == "CREATING":
        raise not_found(table.name)
    if sum(put.status not in ENDED for put in state.bulk_puts.values()) >= RUNNING:
        raise limit("Subscriber limit exceeded")
    bucket = request["InputS3Configuration"]["S3Bucket"]
    arn = f"{table.arn}/bulk-operation/{int(state.now * 1000):014d}-{len(state.bulk_puts)}"
    ended = state.now + state.seconds("bulk_put")
    put = BulkPut(arn, table, request, state.now, ended, copied(state.objects.get(bucket, [])))
    state.bulk_puts[arn] = put
    state.schedule.after(state.seconds("bulk_put"), lambda: _end(put))
    return {"BulkOperationDescription": _described(state, put)}


def describe(state: State, request: Json) -> Json:
    put = state.bulk_puts.get(request["BulkOperationArn"])
    if put is None or state.now >= put.ended + REMEMBERED:
        raise not_found(f"Bulk operation: {request['BulkOperationArn']} not found")
    return {"BulkOperationDescription": _described(state, put)}


def list_operations(state: State, request: Json) -> Json:
    """Of all tables together; in which order is not documented."""
    known = sorted(arn for arn, put in state.bulk_puts.items() if state.now < put.ended + REMEMBERED)
    left = [arn for arn in known if arn > request.get("NextToken", "")]
    size = request.get("MaxResults", PAGE)
    members = ("BulkOperationArn", "BulkOperationStatus", "StartTime")
    shown = [_described(state, state.bulk_puts[arn]) for arn in left[:size]]
    answer: Json = {"BulkOperationsSummaryList": [{name: each[name] for name in members} for each in shown]}
    return {**answer, "NextToken": left[size - 1]} if len(left) > size else answer


def _end(put: BulkPut) -> None:
    """What cannot be written is counted; what can be replaces what is there."""
    if put.request["InputS3Configuration"]["S3Bucket"] == NO_BUCKET:
        put.status = "FAILED"
        return
    for item in put.items:
        try:
            check_item(put.table, item, True)
        except AwsFault:
            put.failed += 1
        else:
            put.table.items[key_of(put.table, item)] = {name: normal(value) for name, value in item.items()}
    put.status = "COMPLETED_WITH_ERRORS" if put.failed else "COMPLETED"


def _described(state: State, put: BulkPut) -> Json:
    request = copied(put.request)
    done = put.status in ENDED
    answer: Json = {
        "BulkOperationArn": put.arn,
        "BulkOperationStatus": put.status,
        "TableDetails": [{"TableName": put.table.arn, "TableId": put.table.table_id}],
        "PerformanceTier": "STANDARD",
        **{name: value for name, value in request.items() if name != "TableName"},
        "StartTime": state.moment(put.started),
        "ProcessedItemCount": len(put.items) if done else 0,
        "ProcessedInputBytes": 100 if done else 40,
        "TotalInputBytes": 100,
        "FailedItemCount": put.failed,
    }
    if done:
        answer["EndTime"] = state.moment(put.ended)
    if put.status == "FAILED":
        answer |= {"FailureCode": "S3NoSuchBucket", "FailureMessage": "The specified bucket does not exist"}
    return answer
