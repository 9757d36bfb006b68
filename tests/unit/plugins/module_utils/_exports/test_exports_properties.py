# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any entries: AWS refuses none of their exports, a second run finds all of them, and check mode has said so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.backups import table
from tests.support.clock import START
from tests.support.dynamodb_double import FakeAws
from tests.support.exports import exports, run

DAYS = 3
TABLES = ("users", "orders")


def time(hours: float) -> str:
    """Hours after the day on which recovery was turned on."""
    return (START + timedelta(days=1, hours=hours)).isoformat()


WHOLE = st.fixed_dictionaries({}, optional={"export_time": st.integers(0, 40).map(time)})
CHANGES = st.builds(
    lambda start, length, view: {
        "export_type": "INCREMENTAL_EXPORT",
        "incremental_export_specification": {
            "export_from_time": time(start),
            "export_to_time": time(start + length),
            "export_view_type": view,
        },
    },
    st.integers(0, 20),
    st.sampled_from((0.25, 1, 24)),
    st.sampled_from((None, "NEW_IMAGES", "NEW_AND_OLD_IMAGES")),
)
FILTERS = st.sampled_from(
    (
        {"projection_expression": "id"},
        {"filter_expression": "n > :n", "expression_attribute_values": {":n": 1.5}},
        {
            "key_condition_expression": "#id = :id",
            "expression_attribute_names": {"#id": "id"},
            "expression_attribute_values": {":id": {"S": "a"}},
        },
    )
)
ENCRYPTION = st.sampled_from(
    ({}, {"s3_sse_algorithm": "AES256"}, {"s3_sse_algorithm": "KMS", "s3_sse_kms_key_id": "key"})
)
ENTRIES = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "table": st.sampled_from(TABLES),
                "label": st.sampled_from("abcdef"),
                "s3_bucket": st.sampled_from(("bucket", "no-such-bucket")),
            },
            optional={
                "s3_prefix": st.just("p"),
                "export_format": st.sampled_from(("ION", "DYNAMODB_JSON")),
                "filter_specification": FILTERS,
                "s3_bucket_owner": st.just("137406935518"),
            },
        ),
        WHOLE | CHANGES,
        ENCRYPTION,
    ).map(lambda parts: parts[0] | parts[1] | parts[2]),
    max_size=6,
    unique_by=lambda entry: (entry["table"], entry["label"]),
)


@settings(max_examples=80, deadline=None)
@given(ENTRIES, st.booleans())
def test_any_exports_are_made_once_and_check_mode_said_so(entries: list[dict[str, Any]], waits: bool) -> None:
    aws = FakeAws()
    for name in TABLES:
        table(aws, f"ticket-{name}", recovery=True)
    aws.clock.sleep(DAYS * 86400)
    predicted = run(aws, *entries, check=True, waits=waits)
    assert not exports(aws)
    assert predicted.message == ""
    done = run(aws, *entries, waits=waits)
    assert done.report.result()["steps"] == predicted.report.result()["steps"]
    assert done.diff == predicted.diff
    assert len(exports(aws)) == len(entries)
    failing = [entry for entry in entries if entry["s3_bucket"] == "no-such-bucket"]
    told = {failure["code"] for failure in done.report.result()["failures"]}
    assert told == ({"S3NoSuchBucket"} if failing and waits else set())
    aws.clock.sleep(300)
    again = run(aws, *reversed(entries))
    assert (again.actions, len(exports(aws))) == ([], len(entries))
    assert len(again.report.result()["failures"]) == len(failing)
    assert {each["client_token"] for each in again.exports} == {each["client_token"] for each in predicted.exports}
