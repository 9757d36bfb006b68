# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tables are to be made from, asked of AWS: earlier imports, backups, source tables; and how an import goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._engine.apply import gather
from .._engine.client import READERS, Aws
from .._engine.errors import AwsError, failure_of
from .._engine.step import Failure
from .model import Desired, Observed
from .origins import window_of
from .source_model import RUNNING, Found, Import, ImportSeen, Restore
from .sources import needs_reading

SERVICE = "dynamodb"
LOOKED_AT = 5
"""Of the imports into a table that is there, how many of the newest may have made it."""
Json = Mapping[str, Any]


def with_sources(
    aws: Aws, estate: str, desired: list[Desired], observed: Mapping[str, Observed]
) -> tuple[list[Desired], list[Failure]]:
    """The desired tables, those with a source that matters with what was found of it; and the reads that failed."""
    asked = [table for table in desired if needs_reading(estate, table, observed.get(table.table_name))]
    found, errors = gather(lambda table: (table.table_name, _found(aws, table, observed)), asked, READERS)
    known = dict(found)
    told = [replace(table, found=known.get(table.table_name)) for table in desired]
    return told, [failure_of(error, error.subject, error.permission) for error in errors]


def import_completed(aws: Aws, name: str, arn: str) -> bool:
    """Whether an import is over. Raises AwsError where it has failed, or has left something out."""
    description = _describe_import(aws, name, arn)
    if description["ImportStatus"] in RUNNING:
        return False
    failure = failure_text(description)
    if failure:
        raise AwsError("ImportFailed", failure, "dynamodb:ImportTable", name, "failed")
    return True


def import_state(aws: Aws, name: str, arn: str) -> str:
    """How far an import is, in a few words."""
    description = _describe_import(aws, name, arn)
    count = description.get("ProcessedItemCount")
    status = str(description["ImportStatus"])
    return f"{status}, {count} items read" if count else status


def failure_text(description: Json) -> str:
    """What went wrong with an import, with AWS's code, the numbers and the place of the log; empty where nothing did.

    A line that is no item leaves a table with all the others (I-001..I-012).
    """
    errors = description.get("ErrorCount") or 0
    status = description["ImportStatus"]
    if status == "COMPLETED" and not errors:
        return ""
    said = [text for text in (description.get("FailureCode"), description.get("FailureMessage")) if text]
    parts = [f"the import is {status}", *([": ".join(said)] if said else [])]
    if description.get("ProcessedItemCount") or errors:
        imported, read = description.get("ImportedItemCount") or 0, description.get("ProcessedItemCount") or 0
        parts.append(f"{errors} errors, {imported} of {read} items imported")
    if description.get("CloudWatchLogGroupArn"):
        parts.append(f"AWS logs the errors in {description['CloudWatchLogGroupArn']}")
    return "; ".join(part.rstrip(".") for part in [*parts, f"it was {description['ImportArn']}"])


def _found(aws: Aws, table: Desired, observed: Mapping[str, Observed]) -> Found:
    live = observed.get(table.table_name)
    if isinstance(table.source, Import):
        return _imports(aws, table, live.status.table_id if live and live.spec else None)
    return _restorable(aws, table, table.source) if table.source else Found()


def _imports(aws: Aws, table: Desired, table_id: str | None) -> Found:
    """The import that runs; of a table that is there the one that made it; otherwise only how many there were."""
    listed = sorted(_listed(aws, table), key=lambda each: str(each.get("StartTime", "")), reverse=True)
    running = [each for each in listed if each["ImportStatus"] in RUNNING]
    ended = len(listed) - len(running)
    for each in running[:1] or (listed[:LOOKED_AT] if table_id else []):
        seen = _seen(_describe_import(aws, table.table_name, each["ImportArn"]))
        if seen.running or (table_id and seen.table_id == table_id):
            return Found(ended, seen)
    return Found(ended)


def _listed(aws: Aws, table: Desired) -> list[Json]:
    listed: list[Json] = []
    request: dict[str, Any] = {"TableArn": table.arn}
    while True:
        page = aws.call(SERVICE, "ListImports", table.table_name, **request)
        listed += page.get("ImportSummaryList") or ()
        if not page.get("NextToken"):
            return listed
        request["NextToken"] = page["NextToken"]


def _describe_import(aws: Aws, name: str, arn: str) -> Json:
    """One that AWS does not know yet has only just begun."""
    try:
        found: Json = aws.call(SERVICE, "DescribeImport", name, ImportArn=arn)["ImportTableDescription"]
    except AwsError as error:
        if error.code != "ImportNotFoundException":
            raise
        found = {"ImportArn": arn, "ImportStatus": "IN_PROGRESS"}
    return found


def _seen(description: Json) -> ImportSeen:
    status = description["ImportStatus"]
    running = status in RUNNING
    return ImportSeen(
        description["ImportArn"],
        status,
        description.get("ClientToken", ""),
        description.get("TableId", ""),
        "" if running else failure_text(description),
    )


def _restorable(aws: Aws, table: Desired, source: Restore) -> Found:
    there = partial(aws.in_region(source.region).call, SERVICE)
    try:
        if source.origin.backup_arn:
            answer = there("DescribeBackup", table.table_name, BackupArn=source.origin.backup_arn)
            return _of_backup(answer["BackupDescription"])
        described = there("DescribeTable", table.table_name, TableName=source.table_name)["Table"]
        if described["TableStatus"] == "DELETING":
            return Found()
        backups = there("DescribeContinuousBackups", table.table_name, TableName=source.table_name)
    except AwsError as error:
        if error.code == "BackupNotFoundException" or error.kind == "absent":
            return Found()
        raise
    return Found(table=described, window=window_of(backups["ContinuousBackupsDescription"]))


def _of_backup(description: Json) -> Found:
    """In the form of DescribeTable, as far as a backup has it: it knows no types of attributes (B-009)."""
    details = description["BackupDetails"]
    features = description.get("SourceTableFeatureDetails") or {}
    if details["BackupStatus"] == "DELETED":
        return Found()
    return Found(
        table={**description["SourceTableDetails"], **features},
        whole=details.get("BackupType", "USER") != "SYSTEM",
    )
