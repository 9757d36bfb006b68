# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bulk puts: what the user may write, and doing each once, against the strict double."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._bulk_puts.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

from tests.support.bulk_puts import ENTRY, params, run
from tests.support.dynamodb_double import AwsFault, FakeAws
from tests.support.items import stored, table

INPUT, OUTPUT = ENTRY["input_s3_configuration"], ENTRY["output_s3_configuration"]
ITEMS = [{"id": {"S": "a"}, "n": {"N": "1"}}, {"id": {"S": "b"}}]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"label": None}, "label: nothing says which bulk put this is"),
    ({"label": "a_b"}, "label: 'a_b' may only have"),
    ({"client_token": "x", "retry_failed": True}, "retry_failed: contradicts client_token"),
    ({"client_token": "x" * 129}, "client_token: has at most 128 characters"),
    ({"input_s3_configuration": None}, "input_s3_configuration: is required"),
    ({"input_s3_configuration": {}}, "input_s3_configuration.s3_bucket: is required"),
    ({"input_s3_configuration": {**INPUT, "input_format": "CSV"}}, "input_s3_configuration.input_format: 'CSV' is not"),
    ({"input_s3_configuration": {"s3_bucket": "-"}}, "input_s3_configuration.s3_bucket: '-' is not the name of"),
    ({"output_s3_configuration": {**OUTPUT, "s3_bucket_owner": "1"}}, "output_s3_configuration.s3_bucket_owner: '1'"),
    ({"output_s3_configuration": {**OUTPUT, "output_type": []}}, "output_s3_configuration.output_type: must name"),
    (
        {"output_s3_configuration": {**OUTPUT, "s3_sse_algorithm": "KMS"}},
        "output_s3_configuration.s3_sse_kms_key_id: is",
    ),
    (
        {"output_s3_configuration": {**OUTPUT, "s3_sse_kms_key_id": "k"}},
        "output_s3_configuration.s3_sse_kms_key_id: needs",
    ),
    ({"max_write_request_units": 1023}, "max_write_request_units: must be at least 1024, not 1023"),
    ({"performance_tier": "FAST"}, "performance_tier: 'FAST' is not possible"),
    ({"table": "a b"}, "table: 'ticket-a b' may only have"),
]


@pytest.fixture
def aws() -> FakeAws:
    """An account with the table ticket-users, and a bucket with two items."""
    found = FakeAws()
    table(found, "ticket-users")
    found.dynamodb._state.objects["bucket"] = ITEMS
    return found


def starts(aws: FakeAws) -> int:
    return [call.operation for call in aws.calls].count("StartBulkPutItems")


def problems(*entries: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse(params(*entries))
    return refused.value.problems


@pytest.mark.parametrize(("entry", "problem"), WRONG, ids=[f"{number}" for number in range(len(WRONG))])
def test_a_wrong_entry_is_named(entry: dict[str, Any], problem: str) -> None:
    found = problems({**ENTRY, **entry})
    assert len(found) == 1
    assert found[0].startswith(f"bulk_puts[0].{problem}")


def test_two_entries_of_one_token_are_named_both() -> None:
    same = "bulk_puts[1]: has the same client token as bulk_puts[0], so that AWS would make one bulk put of both"
    assert problems(ENTRY, dict(ENTRY)) == [same]
    assert problems(ENTRY, {**ENTRY, "max_write_request_units": 2048})[0].startswith(
        "bulk_puts[1]: ticket-users/a is the bulk put of bulk_puts[0] already"
    )


def test_a_bulk_put_is_done_once_and_waited_for(aws: FakeAws) -> None:
    predicted = run(aws, ENTRY, check=True)
    assert not starts(aws)
    first = run(aws, ENTRY)
    assert first.actions == predicted.actions == ["start_bulk_put"]
    assert first.report.result()["steps"] == predicted.report.result()["steps"]
    assert first.report.summary() == predicted.report.summary() == {"add": 1, "change": 0, "remove": 0, "keep": 0}
    assert first.diff == predicted.diff
    (put,) = first.puts
    assert (put["status"], put["processed_item_count"], put["table"]) == ("COMPLETED", 2, "users")
    assert first.lines[0] == "~ ticket-users/a start bulk put (40 % read, 0 items)"
    assert stored(aws, "ticket-users", "a", "b") == ITEMS
    second = run(aws, ENTRY)
    assert (second.actions, second.puts, second.diff, second.message) == ([], [put], [], "")
    assert starts(aws) == 1


def test_without_the_users_word_nothing_is_begun(aws: FakeAws) -> None:
    table(aws, "ticket-orders")
    for check in (True, False):
        found = run(aws, {**ENTRY, "allow": []}, check=check)
        assert found.actions == []
        assert "ticket-users/a: not done without 'allow: [replace_items]'" in found.message
    assert not starts(aws)
    assert run(aws, {**ENTRY, "allow": []}, {**ENTRY, "table": "orders"}).actions == ["start_bulk_put"]


def test_what_runs_is_waited_for_and_not_done_again(aws: FakeAws) -> None:
    assert run(aws, ENTRY, waits=False).puts[0]["status"] == "IN_PROGRESS"
    assert run(aws, {**ENTRY, "allow": []}, waits=False).message == "", "what is begun needs no word"
    ended = run(aws, ENTRY)
    assert (ended.actions, ended.puts[0]["status"], starts(aws)) == ([], "COMPLETED", 1)


def test_items_that_are_left_out_are_a_failure_until_it_is_done_again(aws: FakeAws) -> None:
    objects = aws.dynamodb._state.objects
    objects["bucket"] = [*ITEMS, {"id": {"N": "1"}}]
    first = run(aws, ENTRY)
    assert "COMPLETED_WITH_ERRORS: 1 of 3 items could not be written. What AWS says" in first.message
    assert "lies in errors/p" in first.message
    assert (run(aws, ENTRY).actions, run(aws, ENTRY, check=True).message) == ([], run(aws, ENTRY).message)
    objects["bucket"] = ITEMS
    again = run(aws, {**ENTRY, "retry_failed": True})
    assert (again.actions, again.message) == (["start_bulk_put"], "")
    assert run(aws, {**ENTRY, "retry_failed": True}).actions == []
    later = run(aws, ENTRY)
    assert (later.actions, later.message) == ([], "")
    assert starts(aws) == 2


def test_a_failure_is_told_in_awss_words(aws: FakeAws) -> None:
    entry = {**ENTRY, "input_s3_configuration": {"s3_bucket": "no-such-bucket"}}
    assert "S3NoSuchBucket: The specified bucket does not exist" in run(aws, entry).message
    assert "S3NoSuchBucket: The specified bucket does not exist" in run(aws, entry, check=True).message


def test_what_cannot_be_is_named_before_any_write(aws: FakeAws) -> None:
    table(aws, "ticket-theirs", Estate="other")
    found = run(aws, ENTRY, {**ENTRY, "table": "gone"}, {**ENTRY, "table": "theirs"}).message
    assert "ticket-gone/a: the table does not exist" in found
    assert "ticket-theirs/a: the table belongs to the estate 'other'" in found
    assert not starts(aws)


def test_a_token_of_the_users_own_must_be_that_of_this_bulk_put(aws: FakeAws) -> None:
    table(aws, "ticket-orders")
    entry = {**ENTRY, "client_token": "mine", "label": None}
    assert run(aws, entry).actions == ["start_bulk_put"]
    assert run(aws, entry).actions == []
    other = {**entry, "input_s3_configuration": {"s3_bucket": "other"}}
    assert "with InputS3Configuration.S3Bucket bucket, and the entry says other" in run(aws, other).message
    assert "has this token, and is of the table ticket-users" in run(aws, {**entry, "table": "orders"}).message
    assert starts(aws) == 1


def test_a_table_that_was_made_again_gets_its_own(aws: FakeAws) -> None:
    run(aws, ENTRY)
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
    aws.clock.sleep(60)
    table(aws, "ticket-users")
    assert run(aws, ENTRY).actions == ["start_bulk_put"]
    assert run(aws, ENTRY).actions == []


def test_many_are_found_and_no_more_described_than_it_takes(aws: FakeAws) -> None:
    for number in range(25):
        run(aws, {**ENTRY, "label": f"{number}"}, waits=False)
        aws.clock.sleep(1)
    aws.calls.clear()
    assert run(aws, {**ENTRY, "label": "24"}, waits=False).actions == []
    operations = [call.operation for call in aws.calls]
    assert (operations.count("ListBulkOperations"), operations.count("DescribeBulkOperation")) == (3, 1)
    assert run(aws, {**ENTRY, "label": "0"}, waits=False).actions == []


def test_what_aws_has_no_room_for_waits(aws: FakeAws) -> None:
    fault = AwsFault("LimitExceededException", "Subscriber limit exceeded")
    aws.inject("StartBulkPutItems", fault, count=3)
    assert run(aws, ENTRY).message == ""
    aws.inject("StartBulkPutItems", fault)
    put_off = run(aws, {**ENTRY, "label": "b"}, waits=False)
    assert (put_off.actions, len(put_off.report.deferred)) == ([], 1)


def test_a_table_that_cannot_be_read_stops_only_itself(aws: FakeAws) -> None:
    table(aws, "ticket-orders")
    denied = AwsFault("AccessDeniedException", "no")
    aws.inject("DescribeTable", denied, when=lambda request: request["TableName"] == "ticket-users")
    found = run(aws, ENTRY, {**ENTRY, "table": "orders"})
    assert found.actions == ["start_bulk_put"]
    assert "ticket-users: dynamodb:DescribeTable: AccessDeniedException" in found.message


def test_an_old_sdk_is_refused(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    model = aws.client("dynamodb").meta.service_model
    monkeypatch.setitem(vars(model), "operation_names", ["DescribeTable"])
    with pytest.raises(Refused, match="this botocore is too old"):
        run(aws, ENTRY)
