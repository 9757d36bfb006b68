# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting each thing once, against the strict double."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports import plan as planning
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.gateway import ExportsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.results import listed

from tests.support.backups import table
from tests.support.dynamodb_double import AwsFault, FakeAws
from tests.support.exports import ENTRY, exports, run

ARN = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users"


@pytest.fixture
def aws() -> FakeAws:
    """An account with the table ticket-users, that has had recovery for two days."""
    found = FakeAws()
    table(found, "ticket-users", recovery=True)
    found.clock.sleep(2 * 86400)
    return found


def ago(aws: FakeAws, **time: float) -> str:
    return (datetime.fromtimestamp(aws.clock.now(), UTC) - timedelta(**time)).isoformat()


def changes(start: str, end: str | None, **more: Any) -> dict[str, Any]:
    times = {"export_from_time": start, "export_to_time": end}
    return {**ENTRY, "export_type": "INCREMENTAL_EXPORT", "incremental_export_specification": times, **more}


def test_an_export_is_made_once_and_waited_for(aws: FakeAws) -> None:
    predicted = run(aws, ENTRY, check=True)
    assert not aws.writes[2:]
    first = run(aws, ENTRY)
    assert first.actions == predicted.actions == ["create_export"]
    assert first.report.result()["steps"] == predicted.report.result()["steps"]
    assert first.report.summary() == predicted.report.summary() == {"add": 1, "change": 0, "remove": 0, "keep": 0}
    (made,) = first.exports
    assert (made["status"], made["label"], made["table"], made["item_count"]) == ("COMPLETED", "a", "users", 0)
    assert made["client_token"] == predicted.exports[0]["client_token"]
    assert first.diff[0]["after"] == f"{made['client_token']} bucket/\n"
    assert first.lines[0] == "+ ticket-users/a create export (IN_PROGRESS)"
    assert first.lines[-1].startswith("+ ticket-users/a create export, done in 2 min")
    second = run(aws, ENTRY)
    assert (second.actions, second.exports, second.diff, second.message) == ([], [made], [], "")
    assert second.report.summary() == {"add": 0, "change": 0, "remove": 0, "keep": 1}
    assert len(exports(aws)) == 1


def test_what_runs_is_waited_for_and_not_made_again(aws: FakeAws) -> None:
    begun = run(aws, ENTRY, waits=False)
    assert (begun.actions, begun.exports[0]["status"]) == (["create_export"], "IN_PROGRESS")
    still = run(aws, ENTRY, waits=False)
    assert (still.actions, still.message, still.exports[0]["status"]) == ([], "", "IN_PROGRESS")
    before = aws.clock.now()
    ended = run(aws, ENTRY)
    assert (ended.actions, ended.exports[0]["status"]) == ([], "COMPLETED")
    assert aws.clock.now() - before > 100
    assert len(exports(aws)) == 1


def test_a_time_that_passes_leaves_the_rest_to_the_next_run(aws: FakeAws) -> None:
    late = run(aws, ENTRY, seconds=10)
    assert "the wait timeout passed while waiting for: export completed" in late.message
    assert run(aws, ENTRY).message == ""
    assert len(exports(aws)) == 1


@pytest.mark.parametrize("bucket", ["no-such-bucket", "somebody-elses-bucket"])
def test_a_failure_is_told_until_it_is_made_again(aws: FakeAws, bucket: str) -> None:
    code = {"no-such-bucket": "S3NoSuchBucket", "somebody-elses-bucket": "S3AccessDenied"}[bucket]
    entry = {**ENTRY, "s3_bucket": bucket}
    first = run(aws, entry, {**ENTRY, "label": "other"})
    assert (
        f"ticket-users/a: create export: {code}: {code}: see {bucket}. Mend that; retry_failed: true" in first.message
    )
    assert [each["status"] for each in first.exports] == ["FAILED", "COMPLETED"]
    for check in (True, False):
        again = run(aws, entry, check=check)
        assert (again.actions, again.exports[0]["failure_code"]) == ([], code)
        assert f"create export: {code}: " in again.message
    retried = run(aws, {**entry, "retry_failed": True})
    assert retried.actions == ["create_export"]
    assert code in retried.message
    assert len(exports(aws)) == 3
    tokens = {each["client_token"] for each in (*first.exports, *retried.exports)}
    assert len(tokens) == 3


def test_a_failure_that_is_mended_is_made_once_more_only(aws: FakeAws) -> None:
    run(aws, {**ENTRY, "s3_sse_algorithm": "KMS", "s3_sse_kms_key_id": "no-such-key"})
    state = aws.dynamodb._state
    (failed,) = state.exports.values()
    entry = {**ENTRY, "s3_sse_algorithm": "KMS", "s3_sse_kms_key_id": "no-such-key", "retry_failed": True}
    run(aws, entry, waits=False)
    second = list(state.exports.values())[-1]
    assert second is not failed
    second.request["S3SseKmsKeyId"] = "key"
    aws.clock.sleep(200)
    found = run(aws, entry)
    assert (found.actions, found.message, found.exports[0]["status"]) == ([], "", "COMPLETED")
    for check in (True, False):
        later = run(aws, {**entry, "retry_failed": False}, check=check)
        assert (later.actions, later.message, later.exports) == ([], "", found.exports)


def test_a_table_without_recovery_is_refused_before_any_write() -> None:
    aws = FakeAws()
    table(aws, "ticket-users", recovery=True)
    table(aws, "ticket-orders")
    found = run(aws, ENTRY, {**ENTRY, "table": "orders"}, {**ENTRY, "table": "gone"})
    assert not [call for call in aws.calls if call.operation == "ExportTableToPointInTime"]
    assert "ticket-orders/a: point-in-time recovery is not on, and AWS exports from nothing else" in found.message
    assert "ticket-gone/a: the table does not exist" in found.message
    assert "Nothing was changed in any export." in found.message


def test_another_estates_table_is_left_alone(aws: FakeAws) -> None:
    table(aws, "ticket-theirs", recovery=True, Estate="other")
    assert "belongs to the estate 'other'" in run(aws, {**ENTRY, "table": "theirs"}).message


def test_times_that_cannot_be_are_named_before_any_write(aws: FakeAws) -> None:
    early, late, soon = ago(aws, days=3), ago(aws, hours=25), ago(aws, minutes=-5)
    found = run(
        aws,
        {**ENTRY, "export_time": early},
        {**ENTRY, "label": "b", "export_time": soon},
        changes(late, None, label="c"),
        changes(ago(aws, minutes=10), None, label="d"),
    ).message
    assert not exports(aws)
    assert "ticket-users/a: export_time: " in found
    assert "since when AWS keeps what the table held" in found
    assert "ticket-users/b: export_time: " in found
    assert "is yet to come" in found
    assert "ticket-users/c: incremental_export_specification: AWS exports at most 24 hours" in found
    assert "ticket-users/d: incremental_export_specification: AWS exports at least 15 minutes" in found


def test_what_changed_is_exported_by_its_times_alone(aws: FakeAws) -> None:
    entry = changes(ago(aws, hours=3), ago(aws, hours=1), label=None)
    first = run(aws, entry)
    assert first.exports[0]["incremental_export_specification"]["export_view_type"] == "NEW_AND_OLD_IMAGES"
    assert run(aws, entry).actions == []
    assert run(aws, changes(ago(aws, hours=2), None)).actions == ["create_export"], "to the latest time"


def test_a_filter_is_sent_and_told(aws: FakeAws) -> None:
    given = {"filter_expression": "age > :a", "expression_attribute_values": {":a": 3}}
    entry = {**ENTRY, "filter_specification": given}
    assert run(aws, entry).exports[0]["filtered"]
    assert run(aws, entry).actions == []
    assert run(aws, {**ENTRY, "label": "whole"}).exports[0]["filtered"] is False


def test_a_token_of_the_users_own_must_be_that_of_this_export(aws: FakeAws) -> None:
    entry = {**ENTRY, "client_token": "mine", "label": None}
    assert run(aws, entry).actions == ["create_export"]
    assert run(aws, entry).actions == []
    found = run(aws, {**entry, "s3_bucket": "other"}).message
    assert "has this token, with S3Bucket bucket, and the entry says other" in found
    assert len(exports(aws)) == 1
    table(aws, "ticket-orders", recovery=True)
    conflict = run(aws, {**entry, "table": "orders"}).message
    assert "ExportConflictException" in conflict
    assert "the token was used for another export in the last 8 hours" in conflict


def test_a_table_that_was_made_again_is_exported_again(aws: FakeAws) -> None:
    (first,) = run(aws, ENTRY).exports
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
    aws.clock.sleep(60)
    assert run(aws, ENTRY).actions == [], "what is exported stays so when its table is gone"
    table(aws, "ticket-users", recovery=True)
    again = run(aws, ENTRY)
    assert again.actions == ["create_export"], again.message
    assert again.exports[0]["client_token"] != first["client_token"]
    assert run(aws, ENTRY).actions == []


def test_aws_forgets_after_ninety_days(aws: FakeAws) -> None:
    run(aws, ENTRY)
    aws.clock.sleep(89 * 86400)
    assert run(aws, ENTRY).actions == []
    aws.clock.sleep(2 * 86400)
    assert run(aws, ENTRY).actions == ["create_export"]


def test_only_so_many_exports_are_described_as_it_takes(aws: FakeAws) -> None:
    for number in range(30):
        run(aws, {**ENTRY, "label": f"{number}"}, waits=False)
        aws.clock.sleep(1)
    aws.calls.clear()
    assert run(aws, {**ENTRY, "label": "29"}, waits=False).actions == []
    assert [call.operation for call in aws.calls].count("DescribeExport") == 1
    assert [call.operation for call in aws.calls].count("ListExports") == 2
    assert not [call for call in aws.calls if call.operation == "DescribeContinuousBackups"], "nothing is to be made"


def test_there_is_room_for_so_many_at_a_time(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "RUNNING_EXPORTS", 2)
    entries = [{**ENTRY, "label": label} for label in "abc"]
    for check in (True, False):
        found = run(aws, *entries, check=check, waits=False)
        assert found.actions == ["create_export"] * 2
        assert [entry.resource for entry in found.report.deferred] == ["ticket-users/c"]
    aws.clock.sleep(200)
    assert run(aws, *entries).actions == ["create_export"]


def test_what_aws_has_no_room_for_waits(aws: FakeAws) -> None:
    fault = AwsFault("LimitExceededException", "Subscriber limit exceeded")
    aws.inject("ExportTableToPointInTime", fault, count=3)
    assert run(aws, ENTRY).message == ""
    aws.inject("ExportTableToPointInTime", fault)
    put_off = run(aws, {**ENTRY, "label": "b"}, waits=False)
    assert (put_off.actions, len(put_off.report.deferred)) == ([], 1)


def test_a_read_that_fails_stops_only_its_table(aws: FakeAws) -> None:
    table(aws, "ticket-orders", recovery=True)
    denied = AwsFault("AccessDeniedException", "no")
    aws.inject("ListExports", denied, when=lambda request: request["TableArn"] == ARN)
    found = run(aws, ENTRY, {**ENTRY, "table": "orders"})
    assert found.actions == ["create_export"]
    assert "ticket-users: dynamodb:ListExports: AccessDeniedException" in found.message


def test_all_are_listed(aws: FakeAws) -> None:
    run(aws, ENTRY, {**ENTRY, "label": "b", "s3_bucket": "no-such-bucket"})
    gateway = ExportsGateway(aws)
    shown = listed(gateway.exports([ARN], (), []), "ticket", {})
    assert {each["status"] for each in shown} == {"COMPLETED", "FAILED"}
    assert {each["table"] for each in shown} == {"users"}
    (failed,) = gateway.exports([ARN], ["FAILED"], [])
    assert failed.details["FailureCode"] == "S3NoSuchBucket"


def test_an_old_sdk_is_refused(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    members = aws.client("dynamodb").meta.service_model.operation_model("ExportTableToPointInTime").input_shape.members
    monkeypatch.delitem(members, "FilterSpecification")
    with pytest.raises(Exception, match="this botocore is too old"):
        run(aws, {**ENTRY, "filter_specification": {"projection_expression": "a"}})
