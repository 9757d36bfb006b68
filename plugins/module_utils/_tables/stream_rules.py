# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse in what is streamed out of a table, or let fail later, found before any call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .extra_rules import check_policy
from .model import Environment
from .names import partition_of

STREAM = re.compile(
    r"arn:(?P<partition>[\w-]+):kinesis:(?P<region>[\w-]+):(?P<account>\d{12}):stream/[\w.-]{1,128}", re.ASCII
)
FORM = "arn:aws:kinesis:<region>:<account>:stream/<name>"
STREAM_ACTIONS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
"""All that AWS takes in the policy of a stream; ListStreams is of no stream (documented, T-211, T-213)."""
Entry = Mapping[str, Any]


def check_streaming(entry: Entry, environment: Environment, path: str, problems: list[str]) -> None:
    """Appends what is wrong with the Kinesis destination and the stream's policy of one entry."""
    if entry["kinesis_streaming_destination"] is not None:
        place = f"{path}.kinesis_streaming_destination"
        _check_destination(entry["kinesis_streaming_destination"], environment, place, problems)
    if entry["stream_resource_policy"]:
        _check_stream_policy(entry, f"{path}.stream_resource_policy", problems)


def _check_destination(given: Entry, environment: Environment, path: str, problems: list[str]) -> None:
    """AWS looks at the ARN only after it has said yes, in up to a minute (T-318)."""
    arn, precision = given["stream_arn"], given["approximate_creation_date_time_precision"]
    if not given["enabled"] and precision:
        problems.append(f"{path}.approximate_creation_date_time_precision: {precision} is given, but enabled is false")
    if given["enabled"] and not arn:
        problems.append(f"{path}.stream_arn: is required unless enabled is false")
    if arn:
        _check_arn(arn, environment, f"{path}.stream_arn", problems)


def _check_arn(arn: str, environment: Environment, path: str, problems: list[str]) -> None:
    """A destination is in the table's own region and account."""
    found = STREAM.fullmatch(arn)
    if not found:
        problems.append(f"{path}: {arn!r} is not the ARN of a Kinesis data stream, which is {FORM}")
        return
    expected = {
        "partition": partition_of(environment.region),
        "region": environment.region,
        "account": environment.account_id,
    }
    for part, value in expected.items():
        if found[part] != value:
            problems.append(f"{path}: its {part} is {found[part]}, the table's is {value}; AWS wants the same")


def _check_stream_policy(entry: Entry, path: str, problems: list[str]) -> None:
    policy = entry["stream_resource_policy"]
    if not entry["stream_enabled"]:
        problems.append(f"{path}: a policy is given, but stream_enabled is not true; only a stream that is on has one")
    check_policy(policy, path, problems)
    for number, actions in enumerate(_actions(policy)):
        wrong = sorted({name for name in actions if not _is_of_streams(name)})
        if wrong:
            problems.append(
                f"{path}.Statement[{number}].Action: {', '.join(wrong)} cannot be granted on a stream; "
                f"AWS takes {', '.join(STREAM_ACTIONS)}"
            )


def _actions(policy: Entry) -> list[list[str]]:
    """The actions of each statement, as far as it has the form of one."""
    statements = policy.get("Statement")
    statements = [statements] if isinstance(statements, Mapping) else statements
    found = []
    for statement in statements if isinstance(statements, list) else []:
        actions = statement.get("Action", []) if isinstance(statement, Mapping) else []
        found.append([str(name) for name in (actions if isinstance(actions, list) else [actions])])
    return found


def _is_of_streams(action: str) -> bool:
    """What has a wildcard is left to AWS to judge."""
    return "*" in action or "?" in action or action.lower() in {name.lower() for name in STREAM_ACTIONS}
