# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ExportTableToPointInTime, DescribeExport and ListExports: rules 1.12 and 3.11, and what is documented."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

from .faults import AwsFault, limit, no_table_for_backups, validation
from .model import Json, Table, copied
from .settings import DAY
from .state import State
from .wire import Wire, checker

NO_BUCKET, NO_ACCESS, NO_KEY = "no-such-bucket", "somebody-elses-bucket", "no-such-key"
"""What AWS notices only once the export runs (E-006 to E-010)."""
TOKEN_HOURS = 8 * 3600.0
REMEMBERED = 90 * DAY
RUNNING = 300
SHORTEST, LONGEST = 15 * 60, 24 * 3600
PAGE = 25


@dataclass
class Export:
    """An export, from the accepted call until AWS forgets it."""

    arn: str
    table: Table
    request: Json
    started: float
    ended: float


def _shape(wire: Wire, request: Json) -> None:
    wire.length(request.get("S3Bucket"), "s3Bucket", 1, 255)
    wire.length(request.get("S3Prefix", ""), "s3Prefix", 0, 1024)
    wire.one_of(request.get("ExportFormat"), "exportFormat", ("DYNAMODB_JSON", "ION"))
    wire.one_of(request.get("ExportType"), "exportType", ("FULL_EXPORT", "INCREMENTAL_EXPORT"))
    wire.one_of(request.get("S3SseAlgorithm"), "s3SseAlgorithm", ("AES256", "KMS"))


_check_shape = checker(_shape)


def export_table(state: State, request: Json) -> Json:
    """A token stands for one export, also for one that has failed, for eight hours (E-002)."""
    _check_shape(request)
    request = copied(request)
    token = request.setdefault("ClientToken", f"made-up-{state.now}-{len(state.exports)}")
    earlier = [each for each in state.exports.values() if each.request["ClientToken"] == token]
    for export in reversed(earlier):
        if state.now < export.ended + TOKEN_HOURS:
            if export.request != request:
                raise AwsFault(
                    "ExportConflictException",
                    "Export conflict: Duplicate request detected with conflicting parameters",
                )
            return {"ExportDescription": _described(state, export)}
    table = _table(state, request["TableArn"])
    _check_times(state, table, request)
    _check_filter(request)
    if sum(state.now < each.ended for each in state.exports.values()) >= RUNNING:
        raise limit(f"Subscriber limit exceeded: Only {RUNNING} exports can be done simultaneously")
    suffix = f"{zlib.crc32(f'{table.table_id}/{len(state.exports)}'.encode()):08x}"
    arn = f"{table.arn}/export/{int(state.now * 1000):014d}-{suffix}"
    export = Export(arn, table, request, state.now, state.now + state.seconds("export"))
    state.exports[arn] = export
    return {"ExportDescription": _described(state, export)}


def describe_export(state: State, request: Json) -> Json:
    export = state.exports.get(request["ExportArn"])
    if export is None or not _remembered(state, export):
        raise AwsFault("ExportNotFoundException", f"Export not found: {request['ExportArn']}")
    return {"ExportDescription": _described(state, export)}


def list_exports(state: State, request: Json) -> Json:
    """In reverse order of the ARNs (documented)."""
    size, last = request.get("MaxResults", PAGE), request.get("NextToken")
    if not 1 <= size <= PAGE:
        raise validation(f"MaxResults must be between 1 and {PAGE}")
    found = [
        export
        for arn, export in sorted(state.exports.items(), reverse=True)
        if request.get("TableArn") in (None, export.table.arn)
        and _remembered(state, export)
        and (last is None or arn < last)
    ]
    members = ("ExportArn", "ExportStatus", "ExportType")
    described = [_described(state, export) for export in found[:size]]
    answer: Json = {"ExportSummaries": [{name: each[name] for name in members} for each in described]}
    if len(found) > size:
        answer["NextToken"] = found[size - 1].arn
    return answer


def _table(state: State, arn: str) -> Table:
    if not arn.startswith("arn:"):
        raise validation("One or more parameter values were invalid: tableArn is not a valid ARN")
    table = state.tables.get(state.name_of(arn))
    if table is None or table.status in ("CREATING", "DELETING"):
        raise no_table_for_backups(arn)
    if table.recovery is None:
        raise AwsFault(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )
    return table


def _check_times(state: State, table: Table, request: Json) -> None:
    """E-003 to E-005."""
    since = math.floor(table.recovery.since) if table.recovery else 0
    incremental = request.get("ExportType") == "INCREMENTAL_EXPORT"
    window = request.get("IncrementalExportSpecification")
    if incremental != (window is not None) or (incremental and "ExportTime" in request):
        raise validation("IncrementalExportSpecification must be specified for INCREMENTAL_EXPORT, and only for it")
    if "ExportTime" in request and not since <= state.time_of(request["ExportTime"]) <= state.now:
        raise _no_time("Export Time is invalid")
    if window is None:
        return
    start = state.time_of(window["ExportFromTime"])
    end = state.time_of(window.get("ExportToTime", state.now))
    between = "Difference between export period from time and export period to time is"
    if end - start < SHORTEST:
        raise _no_time(f"{between} less than 15 minutes")
    if end - start > LONGEST:
        raise _no_time(f"{between} more than 24 hours")
    if start < table.created:
        text = state.text(table.created)
        raise _no_time(f"Incremental export period from time cannot be less than the table creation time : {text}")
    if start < since or end > state.now:
        raise _no_time("Export Time is invalid")


def _check_filter(request: Json) -> None:
    """What every expression of AWS demands: placeholders are declared, and used."""
    given = request.get("FilterSpecification")
    if given is None:
        return
    names = ("FilterExpression", "ProjectionExpression", "KeyConditionExpression")
    text = " ".join(given.get(name, "") for name in names)
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        for placeholder in given.get(member, {}):
            if placeholder not in text:
                raise validation(f"Value provided in {member} unused in expressions: keys: {{{placeholder}}}")


def _no_time(message: str) -> AwsFault:
    return AwsFault("InvalidExportTimeException", message)


def _remembered(state: State, export: Export) -> bool:
    return state.now < export.ended + REMEMBERED


def _described(state: State, export: Export) -> Json:
    request = copied(export.request)
    answer: Json = {
        "ExportFormat": "DYNAMODB_JSON",
        "ExportType": "FULL_EXPORT",
        **request,
        "ExportArn": export.arn,
        "TableId": export.table.table_id,
        "StartTime": state.moment(export.started),
        "ExportStatus": "IN_PROGRESS",
    }
    if answer["ExportType"] == "FULL_EXPORT":
        answer.setdefault("ExportTime", state.moment(export.started))
    if state.now + 1e-6 < export.ended:
        return answer
    problem = _problem(request)
    name = export.arn.rpartition("/")[2]
    answer |= {"EndTime": state.moment(export.ended), "ExportStatus": "FAILED" if problem else "COMPLETED"}
    if problem:
        return {**answer, "FailureCode": problem, "FailureMessage": f"{problem}: see {request['S3Bucket']}"}
    place = f"{request['S3Prefix']}/" if "S3Prefix" in request else ""
    manifest = f"{place}AWSDynamoDB/{name}/manifest-summary.json"
    return {**answer, "ExportManifest": manifest, "BilledSizeBytes": 0, "ItemCount": len(export.table.items)}


def _problem(request: Json) -> str:
    if request["S3Bucket"] == NO_BUCKET:
        return "S3NoSuchBucket"
    if request["S3Bucket"] == NO_ACCESS:
        return "S3AccessDenied"
    return "KmsNotFoundException" if request.get("S3SseKmsKeyId") == NO_KEY else ""
