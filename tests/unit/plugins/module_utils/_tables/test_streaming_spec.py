# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What streams out of a table, as users write it: what it means, and what is refused in it, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import Destination
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.definitions import kinesis, stream_policy
from tests.support.tables import ACCOUNT, REGION, desired, params

TABLE: dict[str, Any] = {"name": "t", "hash_key": "pk"}
ON: dict[str, Any] = {**TABLE, "stream_enabled": True}
DESTINATION, POLICY = "kinesis_streaming_destination", "stream_resource_policy"
FIRST = kinesis("first")
ARN = FIRST["stream_arn"]
READ = stream_policy("dynamodb:GetRecords")


def test_what_a_destination_means() -> None:
    for given, meant in (
        (None, None),
        ({"enabled": False}, Destination(False)),
        ({"enabled": "no", "stream_arn": ARN}, Destination(False)),
        (FIRST, Destination(True, ARN)),
        (kinesis("first", "MICROSECOND"), Destination(True, ARN, "MICROSECOND")),
    ):
        table = desired({DESTINATION: given})
        assert table.spec is not None
        assert table.spec.destination == meant
        assert wanted_extras(table) == ({DESTINATION} if given else set())


def test_what_a_policy_means() -> None:
    for given, meant in ((None, None), ({}, {}), (READ, READ)):
        table = desired({"stream_enabled": True, POLICY: given})
        assert table.spec is not None
        assert table.spec.stream_policy == meant
        assert wanted_extras(table) == (set() if given is None else {POLICY})


def arn(region: str = REGION, account: str = ACCOUNT, partition: str = "aws", rest: str = "stream/s") -> str:
    return f"arn:{partition}:kinesis:{region}:{account}:{rest}"


NO_STREAM = "is not the ARN of a Kinesis data stream"
DESTINATIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "stream_arn: is required unless enabled is false"),
    ({"approximate_creation_date_time_precision": "MICROSECOND"}, "stream_arn: is required unless enabled is false"),
    ({**FIRST, "approximate_creation_date_time_precision": "NANOSECOND"}, "'NANOSECOND' is not possible"),
    ({**kinesis("first", "MICROSECOND"), "enabled": False}, "MICROSECOND is given, but enabled is false"),
    ({"stream_arn": "first"}, f"'first' {NO_STREAM}"),
    ({"stream_arn": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/s"}, f"deliverystream/s' {NO_STREAM}"),
    ({"stream_arn": arn(rest="stream/s/consumer/c:1")}, f"consumer/c:1' {NO_STREAM}"),
    ({"stream_arn": arn(region="us-east-1")}, f"its region is us-east-1, the table's is {REGION}"),
    ({"stream_arn": arn(account="1" * 12)}, f"its account is 111111111111, the table's is {ACCOUNT}"),
    ({"stream_arn": arn(partition="aws-cn")}, "its partition is aws-cn, the table's is aws"),
    ({"stream_arn": arn(region="us-east-1"), "enabled": False}, "its region is us-east-1"),
    ({"streams_arn": ARN}, "streams_arn: unknown field; did you mean 'stream_arn'?"),
]


@pytest.mark.parametrize(("given", "expected"), DESTINATIONS, ids=[text for _given, text in DESTINATIONS])
def test_refused_destinations(given: dict[str, Any], expected: str) -> None:
    problems = refused({**TABLE, DESTINATION: given})
    place = f"tables[0].{DESTINATION}."
    assert any(problem.startswith(place) and expected in problem for problem in problems), problems


def granting(*names: Any) -> dict[str, Any]:
    (statement,) = READ["Statement"]
    return {"Version": "2012-10-17", "Statement": [{**statement, "Action": list(names)}]}


POLICIES: list[tuple[dict[str, Any], str]] = [
    ({**TABLE, POLICY: READ}, "a policy is given, but stream_enabled is not true"),
    ({**TABLE, POLICY: READ, "stream_enabled": False}, "only a stream that is on has one"),
    ({**ON, POLICY: "{"}, f"{POLICY}: is not JSON"),
    ({**ON, POLICY: "[]"}, f"{POLICY}: must be a mapping, not a list"),
    ({**ON, POLICY: {"Statement": READ["Statement"]}}, f"{POLICY}.Version: is required"),
    ({**ON, POLICY: {"Version": "2012-10-17"}}, f"{POLICY}.Statement: is required"),
    ({**ON, POLICY: {**READ, "Id": "x" * 20480}}, "bytes, AWS allows 20480"),
    (
        {**ON, POLICY: granting("dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:ListStreams")},
        f"{POLICY}.Statement[0].Action: dynamodb:GetItem, dynamodb:ListStreams cannot be granted on a stream",
    ),
]


@pytest.mark.parametrize(("entry", "expected"), POLICIES, ids=[text for _entry, text in POLICIES])
def test_refused_policies(entry: dict[str, Any], expected: str) -> None:
    problems = refused(entry)
    assert any(expected in problem for problem in problems), problems


def refused(entry: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refusal:
        parse(params(entry))
    return refusal.value.problems


def test_a_far_and_foreign_stream_is_one_problem_for_each_difference() -> None:
    assert len(refused({**TABLE, DESTINATION: {"stream_arn": arn("us-east-1", "1" * 12)}})) == 2


def test_all_at_once() -> None:
    """The stream that is off, the action, the other account's Kinesis stream and the precision of nothing."""
    foreign = {"stream_arn": arn(account="1" * 12), "enabled": False}
    precise = {**foreign, "approximate_creation_date_time_precision": "MICROSECOND"}
    assert len(refused({**TABLE, POLICY: granting("dynamodb:Query"), DESTINATION: precise})) == 4


@pytest.mark.parametrize("name", ["dynamodb:*", "dynamodb:Get*", "DynamoDB:getrecords"])
def test_what_may_be_of_streams_is_left_to_aws(name: str) -> None:
    assert parse(params({**ON, POLICY: granting(name)})) != []
