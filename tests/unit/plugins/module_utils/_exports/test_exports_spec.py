# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user may write about exports, and how all that is wrong with it is named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.spec import parse

from tests.support.exports import ENTRY, params

FROM, TO = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"
WINDOW = {"export_from_time": FROM, "export_to_time": TO}
CHANGES = {"export_type": "INCREMENTAL_EXPORT", "incremental_export_specification": WINDOW}
FILTER = {
    "filter_expression": "#s = :sold AND size(tags) > :n",
    "expression_attribute_names": {"#s": "status"},
    "expression_attribute_values": {":sold": "SOLD", ":n": {"N": "2"}},
}


def problems(*entries: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse(params(*entries))
    return refused.value.problems


def window(start: str, end: str) -> dict[str, Any]:
    times = {"export_from_time": start, "export_to_time": end}
    return {**CHANGES, "incremental_export_specification": times}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"label": None}, "label: nothing says which export this is"),
    ({"s3_bucket": None}, "s3_bucket: is required"),
    ({"bucket": "x"}, "bucket: unknown field; did you mean 's3_bucket'?"),
    ({"label": "a_b"}, "label: 'a_b' may only have"),
    ({"label": "a\n"}, r"label: 'a\n' may only have"),
    ({"table_name": "users\n"}, r"table_name: 'users\n' may only have"),
    ({"s3_bucket": "bucket\n"}, r"s3_bucket: 'bucket\n' is not the name of a bucket"),
    ({"client_token": "a$b"}, "client_token: has at most 128 characters"),
    ({"client_token": "x", "retry_failed": True}, "retry_failed: contradicts client_token"),
    ({"s3_bucket": "-x"}, "s3_bucket: '-x' is not the name of a bucket"),
    ({"s3_prefix": "x" * 1025}, "s3_prefix: has 1025 characters, AWS allows 1024"),
    ({"s3_bucket_owner": "12"}, "s3_bucket_owner: '12' is not the id of an account"),
    ({"s3_sse_kms_key_id": "k"}, "s3_sse_kms_key_id: needs s3_sse_algorithm: KMS, which is not given"),
    (
        {"s3_sse_kms_key_id": "k", "s3_sse_algorithm": "AES256"},
        "s3_sse_kms_key_id: needs s3_sse_algorithm: KMS, which is",
    ),
    ({"export_format": "CSV"}, "export_format: 'CSV' is not possible"),
    ({"export_time": "yesterday"}, "export_time: 'yesterday' is not a time with its zone"),
    ({"export_type": "INCREMENTAL_EXPORT"}, "incremental_export_specification: is required with export_type"),
    ({**CHANGES, "export_type": "FULL_EXPORT"}, "incremental_export_specification: contradicts export_type: FULL"),
    ({**CHANGES, "export_time": FROM}, "export_time: contradicts export_type: INCREMENTAL_EXPORT"),
    (window(TO, FROM), "incremental_export_specification: export_to_time must be after export_from_time"),
    (window(FROM, "2026-11-01T00:14:59Z"), "incremental_export_specification: AWS exports at least 15 minutes"),
    (window(FROM, "2026-11-02T00:00:01Z"), "incremental_export_specification: AWS exports at most 24 hours"),
    (window("x", TO), "incremental_export_specification.export_from_time: 'x' is not a time"),
    ({"filter_specification": {"expression_attribute_names": {}}}, "filter_specification: needs one of"),
    (
        {"filter_specification": {**FILTER, "expression_attribute_names": {}}},
        "filter_specification.expression_attribute_names: lacks #s",
    ),
    (
        {"filter_specification": {"filter_expression": "a = :a", "expression_attribute_values": {":a": 1, ":b": 1}}},
        "filter_specification.expression_attribute_values.:b: no expression uses it",
    ),
    (
        {"filter_specification": {"filter_expression": "a = :a", "expression_attribute_values": {":a": {"N": "x"}}}},
        "filter_specification.expression_attribute_values.:a: must be a number",
    ),
]


@pytest.mark.parametrize(("entry", "problem"), WRONG, ids=[f"{number}" for number in range(len(WRONG))])
def test_a_wrong_entry_is_named(entry: dict[str, Any], problem: str) -> None:
    found = problems({**ENTRY, **entry})
    assert len(found) == 1
    assert found[0].startswith(f"exports[0].{problem}")


def test_everything_is_named_at_once() -> None:
    found = problems(
        {**ENTRY, "table": "a b", "s3_bucket": "-", "s3_bucket_owner": "1"},
        {"table": "users"},
        {**ENTRY, **window(TO, FROM), "s3_sse_kms_key_id": "k"},
    )
    assert [problem.split(":")[0] for problem in found] == [
        "exports[0].table",
        "exports[0].s3_bucket",
        "exports[0].s3_bucket_owner",
        "exports[1].s3_bucket",
        "exports[2].s3_sse_kms_key_id",
        "exports[2].incremental_export_specification",
    ]


def test_two_entries_of_one_token_are_named_both() -> None:
    same = "exports[1]: has the same client token as exports[0], so that AWS would make one export of both"
    assert problems(ENTRY, dict(ENTRY)) == [same]
    assert problems({**ENTRY, "client_token": "t"}, {**ENTRY, "table": "orders", "client_token": "t"}) == [same]
    assert problems(ENTRY, {**ENTRY, "s3_prefix": "p"}) == [
        "exports[1]: ticket-users/a is the export of exports[0] already; a label of its own tells them apart"
    ]


def test_the_token_is_that_of_estate_and_entry() -> None:
    def token(**other: Any) -> str:
        (wish,) = parse({**params({**ENTRY, **{key: other[key] for key in other if key != "name"}}), **other}).wishes
        return wish.token(0)

    first = token()
    assert first == token()
    others = [{"name": "ticket-dev"}, {"s3_bucket": "other"}, {"s3_prefix": "p"}, {"label": "b"}, {"table": "orders"}]
    others += [CHANGES, {"export_time": FROM}, {"filter_specification": FILTER}, {"export_format": "ION"}]
    assert len({first, *(token(**other) for other in others)}) == len(others) + 1
    assert token(export_time="2026-11-01T09:00:00+09:00") == token(export_time=FROM)


def test_the_request_is_awss() -> None:
    (wish,) = parse(params({**ENTRY, **CHANGES, "label": None, "filter_specification": FILTER})).wishes
    assert wish.name == TO
    assert wish.request == {
        "ExportFormat": "DYNAMODB_JSON",
        "ExportType": "INCREMENTAL_EXPORT",
        "FilterSpecification": {
            "FilterExpression": FILTER["filter_expression"],
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":sold": {"S": "SOLD"}, ":n": {"N": "2"}},
        },
        "IncrementalExportSpecification": {
            "ExportFromTime": datetime(2026, 11, 1, tzinfo=UTC),
            "ExportToTime": datetime(2026, 11, 2, tzinfo=UTC),
            "ExportViewType": "NEW_AND_OLD_IMAGES",
        },
        "S3Bucket": "bucket",
        "TableArn": "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users",
    }
