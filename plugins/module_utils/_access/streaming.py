# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deployer must be allowed for Kinesis destinations and for the policies of streams, where entries have them."""

from __future__ import annotations

from .documents import Statement, allow
from .reach import Reach

KINESIS_ROLE = ("kinesisreplication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication")
WRITES = ("Disable", "Enable", "Update")


def reading_actions(reach: Reach) -> list[str]:
    """On tables."""
    return ["dynamodb:DescribeKinesisStreamingDestination"] if reach.kinesis else []


def writing_actions(reach: Reach) -> list[str]:
    """On tables."""
    return [f"dynamodb:{verb}KinesisStreamingDestination" for verb in WRITES] if reach.kinesis else []


def listing_actions(reach: Reach) -> list[str]:
    """On no resource; AWS documents it for enabling."""
    return ["kinesis:ListStreams"] if reach.kinesis_streams else []


def reading_statements(reach: Reach) -> list[Statement]:
    """On streams, those of tables and those of Kinesis."""
    return [*_policies(reach, "Get"), *_kinesis(reach, "DescribeStream", "DescribeStreamSummary")]


def writing_statements(reach: Reach) -> list[Statement]:
    """The same, for changes."""
    return [*_policies(reach, "Delete", "Put"), *_kinesis(reach, "DescribeStream", "PutRecords")]


def _policies(reach: Reach, *verbs: str) -> list[Statement]:
    """Every new stream of a table has another ARN."""
    if not reach.stream_policies:
        return []
    actions = [f"dynamodb:{verb}ResourcePolicy" for verb in verbs]
    return [allow("Streams", actions, reach.table_arns(suffix="/stream/*"))]


def _kinesis(reach: Reach, *names: str) -> list[Statement]:
    """What AWS itself asks of whoever lets a table stream to Kinesis, or looks at it (documented); we call nothing."""
    if not reach.kinesis_streams:
        return []
    return [allow("Kinesis", [f"kinesis:{name}" for name in names], reach.kinesis_streams)]
