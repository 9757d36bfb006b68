# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's exports and bulk puts (rules 1.12 and 3.11, and what is documented)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lab import ARN, NAME, Lab

DAY = 86400.0


@pytest.fixture
def lab() -> Lab:
    """A table that has had recovery for two days."""
    found = Lab().settled()
    wanted = {"PointInTimeRecoveryEnabled": True}
    found.call("UpdateContinuousBackups", TableName=NAME, PointInTimeRecoverySpecification=wanted)
    found.sleep(2 * DAY)
    return found


def begin(lab: Lab, **members: Any) -> dict[str, Any]:
    request = {"TableArn": ARN, "S3Bucket": "bucket", **members}
    described: dict[str, Any] = lab.call("ExportTableToPointInTime", **request)["ExportDescription"]
    return described


def refused(lab: Lab, **members: Any) -> tuple[str, str]:
    return lab.refusal("ExportTableToPointInTime", **{"TableArn": ARN, "S3Bucket": "bucket", **members})[:2]


def window(lab: Lab, start: float, end: float | None = None) -> dict[str, Any]:
    times: dict[str, Any] = {"ExportFromTime": lab.clock.now() - start}
    times |= {} if end is None else {"ExportToTime": lab.clock.now() - end}
    return {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": times}


def test_the_life_of_an_export(lab: Lab) -> None:
    """E-001 E-002."""
    begun = begin(lab, ClientToken="t")
    assert begun["ExportStatus"] == "IN_PROGRESS"
    assert begin(lab, ClientToken="t")["ExportArn"] == begun["ExportArn"]
    conflict = ("ExportConflictException", "Export conflict: Duplicate request detected with conflicting parameters")
    assert refused(lab, ClientToken="t", S3Prefix="p") == conflict
    lab.sleep(140)
    ended = lab.call("DescribeExport", ExportArn=begun["ExportArn"])["ExportDescription"]
    assert (ended["ExportStatus"], ended["ClientToken"], ended["ItemCount"]) == ("COMPLETED", "t", 0)
    lab.sleep(8 * 3600)
    assert begin(lab, ClientToken="t")["ExportArn"] != begun["ExportArn"], "a token counts for eight hours"
    lab.sleep(90 * DAY)
    assert lab.refusal("DescribeExport", ExportArn=begun["ExportArn"])[0] == "ExportNotFoundException"
    assert len(lab.call("ListExports")["ExportSummaries"]) == 1


def test_what_s3_and_kms_refuse_is_known_later(lab: Lab) -> None:
    """E-006 to E-010; the token of a failed export stays its own."""
    for members, code in (
        ({"S3Bucket": "no-such-bucket"}, "S3NoSuchBucket"),
        ({"S3Bucket": "somebody-elses-bucket"}, "S3AccessDenied"),
        ({"S3SseKmsKeyId": "no-such-key"}, "KmsNotFoundException"),
    ):
        begun = begin(lab, ClientToken=code, **members)
        assert begun["ExportStatus"] == "IN_PROGRESS"
        lab.sleep(200)
        again = begin(lab, ClientToken=code, **members)
        assert (again["ExportArn"], again["FailureCode"]) == (begun["ExportArn"], code)


def test_what_is_refused_at_once(lab: Lab) -> None:
    """E-003 to E-005 E-014."""
    assert refused(lab, TableArn=NAME)[0] == "ValidationException"
    assert refused(lab, TableArn=f"{ARN}x") == ("TableNotFoundException", f"Table not found: {ARN}x")
    late, early = lab.clock.now() + 60, lab.clock.now() - 3 * DAY
    for time in (late, early):
        assert refused(lab, ExportTime=time) == ("InvalidExportTimeException", "Export Time is invalid")
    assert "less than 15 minutes" in refused(lab, **window(lab, 899))[1]
    assert "more than 24 hours" in refused(lab, **window(lab, DAY + 1))[1]
    assert "cannot be less than the table creation time" in refused(lab, **window(lab, 3 * DAY, 2.5 * DAY))[1]
    assert refused(lab, ExportType="INCREMENTAL_EXPORT")[0] == "ValidationException"
    unused = {"FilterExpression": "a = b", "ExpressionAttributeNames": {"#x": "x"}}
    assert "unused" in refused(lab, FilterSpecification=unused)[1]
    off = {"PointInTimeRecoveryEnabled": False}
    lab.call("UpdateContinuousBackups", TableName=NAME, PointInTimeRecoverySpecification=off)
    assert refused(lab)[0] == "PointInTimeRecoveryUnavailableException"


def test_exports_come_in_pages_the_newest_first(lab: Lab) -> None:
    for _number in range(30):
        begin(lab)
        lab.sleep(1)
    first = lab.call("ListExports", TableArn=ARN, MaxResults=25)
    second = lab.call("ListExports", TableArn=ARN, MaxResults=25, NextToken=first["NextToken"])
    arns = [entry["ExportArn"] for page in (first, second) for entry in page["ExportSummaries"]]
    assert (len(arns), arns, "NextToken" in second) == (30, sorted(arns, reverse=True), False)


def test_the_life_of_a_bulk_put(lab: Lab) -> None:
    lab.aws._state.objects["bucket"] = [{"id": {"S": "a"}}, {"id": {"N": "1"}}]
    request: dict[str, Any] = {
        "TableName": NAME,
        "ClientToken": "t",
        "InputS3Configuration": {"S3Bucket": "bucket", "InputFormat": "DYNAMODB_JSON"},
        "OutputS3Configuration": {"S3Bucket": "errors", "OutputType": ["ERROR"]},
    }
    begun = lab.call("StartBulkPutItems", **request)["BulkOperationDescription"]
    assert begun["BulkOperationStatus"] == "IN_PROGRESS"
    assert lab.call("StartBulkPutItems", **request)["BulkOperationDescription"] == begun
    other = {**request, "PerformanceTier": "ACCELERATED"}
    assert lab.refusal("StartBulkPutItems", **other)[0] == "IdempotentParameterMismatchException"
    slow = {**request, "ClientToken": "u", "MaxWriteRequestUnits": 1023}
    assert lab.refusal("StartBulkPutItems", **slow)[0] == "ValidationException"
    lab.sleep(60)
    arn = begun["BulkOperationArn"]
    ended = lab.call("DescribeBulkOperation", BulkOperationArn=arn)["BulkOperationDescription"]
    assert (ended["BulkOperationStatus"], ended["FailedItemCount"]) == ("COMPLETED_WITH_ERRORS", 1)
    assert lab.refusal("DescribeBulkOperation", BulkOperationArn=f"{arn}x")[0] == "ResourceNotFoundException"
