# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's Kinesis destinations (rules 1.11, 2.1, 2.3 and 3.10)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import Settings
from tests.support.lab import ACCOUNT, NAME, REGION, STREAM_ON, Lab

STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "
MUST_BE_OFF = f"{STATE}EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
MUST_BE_ON = f"{STATE}KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
PRECISION = "ApproximateCreationDateTimePrecision"
EXACT = {"UpdateKinesisStreamingConfiguration": {PRECISION: "MICROSECOND"}}
PERMISSION = "User does not have a permission to use kinesis stream"


def arn(name: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:kinesis:{region}:{account}:stream/{name}"


ONE, OTHER = arn("one"), arn("other")


def call(lab: Lab, verb: str, stream: str = ONE, **members: Any) -> str:
    answer = lab.call(f"{verb}KinesisStreamingDestination", TableName=NAME, StreamArn=stream, **members)
    return str(answer["DestinationStatus"])


def refused(lab: Lab, verb: str, stream: str = ONE, **members: Any) -> str:
    code, message, _status = lab.refusal(
        f"{verb}KinesisStreamingDestination", TableName=NAME, StreamArn=stream, **members
    )
    assert code == "ValidationException"
    return message


def shown(lab: Lab) -> list[Any]:
    found: list[Any] = lab.call("DescribeKinesisStreamingDestination", TableName=NAME)["KinesisDataStreamDestinations"]
    return found


def streaming() -> Lab:
    lab = Lab().settled()
    call(lab, "Enable")
    lab.sleep(10)
    return lab


def test_on_and_off_with_reads_that_lag() -> None:
    """T-268 T-299 T-304: what is off stays in the list."""
    lab = Lab().settled()
    assert shown(lab) == []
    assert call(lab, "Enable") == "ENABLING"
    assert shown(lab) == []
    lab.sleep(0.1)
    assert shown(lab) == [{"StreamArn": ONE, "DestinationStatus": "ENABLING"}]
    lab.sleep(10)
    assert shown(lab) == [{"StreamArn": ONE, "DestinationStatus": "ACTIVE"}]
    assert call(lab, "Disable") == "DISABLING"
    assert shown(lab)[0]["DestinationStatus"] == "ACTIVE"
    assert call(lab, "Disable") == "DISABLING"
    lab.sleep(3)
    assert shown(lab) == [{"StreamArn": ONE, "DestinationStatus": "DISABLED"}]


def test_one_is_live_at_a_time() -> None:
    lab = Lab().settled()
    call(lab, "Enable")
    for _state in ("ENABLING", "ACTIVE"):
        assert (refused(lab, "Enable"), refused(lab, "Enable", OTHER)) == (MUST_BE_OFF, MUST_BE_OFF)
        lab.sleep(10)
    call(lab, "Disable")
    assert refused(lab, "Enable", OTHER) == MUST_BE_OFF
    lab.sleep(3)
    call(lab, "Enable", OTHER)
    lab.sleep(10)
    assert {each["StreamArn"]: each["DestinationStatus"] for each in shown(lab)} == {ONE: "DISABLED", OTHER: "ACTIVE"}


def test_only_what_is_on_is_disabled_whatever_the_arn() -> None:
    """T-302."""
    lab = streaming()
    assert refused(lab, "Disable", OTHER) == MUST_BE_ON
    assert refused(lab, "Disable", EnableKinesisStreamingConfiguration={}).startswith("Stream cannot be disabled using")


def test_precision() -> None:
    """T-300: the new one is shown at once, but nothing else may be changed for two minutes."""
    lab = streaming()
    assert call(lab, "Update", **EXACT) == "UPDATING"
    lab.sleep(1)
    assert shown(lab) == [{"StreamArn": ONE, "DestinationStatus": "UPDATING", PRECISION: "MICROSECOND"}]
    assert refused(lab, "Update", **EXACT).startswith(f"{STATE}Kinesis streaming is not in ACTIVE state.")
    assert (refused(lab, "Disable"), refused(lab, "Enable")) == (MUST_BE_ON, MUST_BE_OFF)
    lab.sleep(140)
    assert "Precision is already set to the desired value of MICROSECOND" in refused(lab, "Update", **EXACT)
    assert refused(lab, "Update").startswith("Streaming destination cannot be updated with given parameters: ")
    assert refused(lab, "Update", OTHER, **EXACT) == f"{STATE}No streaming destination with streamArn: {OTHER}"
    call(lab, "Disable")
    lab.sleep(3)
    call(lab, "Enable")
    lab.sleep(10)
    assert shown(lab) == [{"StreamArn": ONE, "DestinationStatus": "ACTIVE"}]


@pytest.mark.parametrize(
    ("stream", "seconds", "said"),
    [
        (arn("gone"), 3, PERMISSION),
        (arn("far", region="us-east-1"), 3, "not in the current region"),
        (arn("foreign", account="1" * 12), 62, "not in Active state"),
        (f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/x", 62, "not in Active state"),
        (f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/x", 3, PERMISSION),
    ],
)
def test_a_stream_is_looked_at_afterwards_only(stream: str, seconds: float, said: str) -> None:
    """T-318: what has failed can be enabled again, and forbids nothing."""
    lab = Lab(Settings(kinesis_failures={arn("gone"): PERMISSION})).settled()
    assert call(lab, "Enable", stream) == "ENABLING"
    lab.sleep(seconds)
    assert shown(lab)[0]["DestinationStatus"] == "ENABLE_FAILED"
    assert said in shown(lab)[0]["DestinationStatusDescription"]
    assert call(lab, "Enable", stream) == "ENABLING"


def test_new_and_going_tables() -> None:
    """T-233 T-235 T-236 T-303: a table goes with a live destination; a stream of its own does not matter."""
    lab = Lab()
    lab.create(**STREAM_ON)
    assert lab.refusal("DescribeKinesisStreamingDestination", TableName=NAME)[0] == "ResourceNotFoundException"
    lab.sleep(2)
    assert shown(lab) == []
    lab.sleep(60)
    call(lab, "Enable")
    lab.sleep(10)
    lab.call("DeleteTable", TableName=NAME)
    assert shown(lab)[0]["DestinationStatus"] == "UPDATING"
    assert (refused(lab, "Enable", OTHER), refused(lab, "Disable")) == (MUST_BE_OFF, MUST_BE_ON)
    lab.sleep(10)
    assert lab.refusal("DescribeKinesisStreamingDestination", TableName=NAME)[0] == "ResourceNotFoundException"
    assert shown(lab.settled()) == []


def test_shapes() -> None:
    lab = streaming()
    assert "length greater than or equal to 37" in refused(lab, "Enable", "not-an-arn")
    wrong = {"EnableKinesisStreamingConfiguration": {PRECISION: "NANOSECOND"}}
    assert "enum value set: [MILLISECOND, MICROSECOND]" in refused(lab, "Enable", **wrong)
