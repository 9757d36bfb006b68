# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the double whatever is asked of it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dynamodb_double import WRITES, AwsFault, Settings
from tests.support.lab import (
    ACCOUNT,
    ARN,
    LIMITED,
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    OWNED_KEY,
    PROTECTED,
    RARE,
    REGION,
    STANDARD,
    STREAM_OFF,
    STREAM_ON,
    UNPROTECTED,
    WARMER,
    Lab,
    attributes,
    create_index,
    delete_index,
    expiry,
    index,
    key,
    provisioned,
    units,
    update_index,
)

QUIET = 3000
CREATE = {
    "TableName": NAME,
    "KeySchema": key("id"),
    "AttributeDefinitions": attributes("id", "city"),
    "GlobalSecondaryIndexes": [index("by_city", "city")],
    "BillingMode": "PAY_PER_REQUEST",
}
UPDATES: list[dict[str, Any]] = [
    {"ProvisionedThroughput": units(4, 8)},
    {"ProvisionedThroughput": units(8, 4)},
    provisioned(),
    {**provisioned(), **update_index(ProvisionedThroughput=units(2, 2))},
    ON_DEMAND,
    {**ON_DEMAND, **LIMITED},
    {**ON_DEMAND, **STREAM_ON},
    LIMITED,
    {"OnDemandThroughput": {"MaxReadRequestUnits": -1}},
    {"OnDemandThroughput": {}},
    WARMER,
    STREAM_ON,
    STREAM_OFF,
    MANAGED_KEY,
    OWNED_KEY,
    RARE,
    STANDARD,
    PROTECTED,
    UNPROTECTED,
    create_index(),
    create_index("by_name", "name"),
    create_index("by_name", "name", ProvisionedThroughput=units(1, 1)),
    delete_index(),
    delete_index("by_name"),
    update_index(**LIMITED),
    update_index(ProvisionedThroughput=units(3, 3)),
    update_index(WarmThroughput={"ReadUnitsPerSecond": 14000}),
    {},
]
KINESIS: Any = {"TableName": NAME, "StreamArn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"}
PRECISE = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("CreateTable", CREATE),
    ("DeleteTable", {"TableName": NAME}),
    *(("UpdateTable", {"TableName": NAME, **update}) for update in UPDATES),
    ("UpdateTimeToLive", expiry(True)),
    ("UpdateTimeToLive", expiry(False)),
    *(
        ("UpdateContinuousBackups", {"TableName": NAME, "PointInTimeRecoverySpecification": specification})
        for specification in ({"PointInTimeRecoveryEnabled": True}, {"PointInTimeRecoveryEnabled": False})
    ),
    ("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "1"}]}),
    ("UntagResource", {"ResourceArn": ARN, "TagKeys": ["a"]}),
    ("EnableKinesisStreamingDestination", KINESIS),
    ("DisableKinesisStreamingDestination", KINESIS),
    ("UpdateKinesisStreamingDestination", {**KINESIS, "UpdateKinesisStreamingConfiguration": PRECISE}),
]
READS: list[tuple[str, dict[str, Any]]] = [
    ("DescribeTable", {"TableName": NAME}),
    ("DescribeContinuousBackups", {"TableName": NAME}),
    ("DescribeTimeToLive", {"TableName": NAME}),
    ("DescribeKinesisStreamingDestination", {"TableName": NAME}),
    ("ListTagsOfResource", {"ResourceArn": ARN}),
    ("ListTables", {}),
]
WAITS = st.sampled_from([0.0, 0.0, 1.0, 5.0, 50.0, 500.0])


def _seen(lab: Lab) -> list[Any]:
    """Everything that can be read, at this moment."""
    seen: list[Any] = []
    for operation, request in READS:
        try:
            seen.append(lab.call(operation, **request))
        except AwsFault as fault:
            seen.append(str(fault))
    return seen


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(REQUESTS), WAITS), max_size=25), st.booleans())
def test_requests_are_answered_or_refused_as_a_whole_and_all_changes_end(
    script: list[tuple[tuple[str, dict[str, Any]], float]], limiter: bool
) -> None:
    lab = Lab(Settings(mutation_limiter=limiter))
    for (operation, request), wait in script:
        assert operation in WRITES
        before = _seen(lab)
        try:
            lab.call(operation, **request)
        except AwsFault as fault:
            assert fault.http_status in (400, 500)
            assert _seen(lab) == before
        lab.sleep(wait)
    lab.sleep(QUIET)
    settled = _seen(lab)
    lab.sleep(QUIET)
    tables = lab.call("ListTables")["TableNames"]
    assert [lab.status() for _unused in tables] == ["ACTIVE"] * len(tables)
    assert settled[0] == _seen(lab)[0]
    for found in lab.table().get("GlobalSecondaryIndexes", []) if tables else []:
        assert (found["IndexStatus"], found.get("Backfilling")) == ("ACTIVE", None)
