# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls about what is streamed out of a table: reading it, filling in a stream's ARN, asking what has settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._engine.step import Step
from .conditions import policy_readable
from .extras import DESTINATION, STREAM_POLICY
from .kinesis import ACTIONS, hint_on, verdict
from .streaming import LATEST, READABLE

SERVICE = "dynamodb"
CONDITIONS = frozenset({"destination_active", "destination_gone", "destination_settled", "precision_set", READABLE})
"""What steps wait for here."""
FAILED_LOOKS, UNDONE_LOOKS = 2, 10
"""How often a destination must look failed, or as if nothing had been sent, as reads lag (T-268).

In the end it has failed, or somebody else has changed it since, which the next run sees.
"""

Describe = Callable[[str], "Mapping[str, Any] | None"]
PolicyOf = Callable[[str, str], Mapping[str, Any]]
"""Reads the policy of an ARN, given the table's name for messages."""


class DestinationFailed(AwsError):
    """AWS could not enable a destination: it says yes to any ARN, and looks at the stream afterwards (T-318)."""

    def __init__(self, step: Step, entries: Sequence[Mapping[str, Any]]) -> None:
        arn = step.request["StreamArn"]
        said = next((each.get("DestinationStatusDescription") for each in entries if each["StreamArn"] == arn), None)
        self._description = str(said or "AWS gives no reason")
        action = "dynamodb:EnableKinesisStreamingDestination"
        super().__init__("KinesisDestinationFailed", f"{arn}: {self._description}", action, step.resource)

    @property
    def hint(self) -> str:
        return hint_on(self._description)


def destinations_of(aws: Aws, name: str) -> Sequence[Mapping[str, Any]]:
    """The Kinesis destinations that a table has, or lately had. Raises AwsError."""
    answer = aws.call(SERVICE, "DescribeKinesisStreamingDestination", name, TableName=name)
    return list(answer.get("KinesisDataStreamDestinations") or ())


def stream_arn_of(table: Mapping[str, Any] | None) -> str:
    """The ARN of the stream that is on; of one that is off the ARN lingers (T-362)."""
    found = table or {}
    enabled = (found.get("StreamSpecification") or {}).get("StreamEnabled")
    return str(found.get("LatestStreamArn") or "") if enabled else ""


def streaming_parts(aws: Aws, policy_of: PolicyOf) -> dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]]:
    """What reads these capabilities of a table, given its description, by the words of extras.py."""
    return {DESTINATION: partial(_destinations, aws), STREAM_POLICY: partial(_stream_policy, policy_of)}


def _destinations(aws: Aws, table: Mapping[str, Any]) -> dict[str, Any]:
    name = table["TableName"]
    return {"of": name, "destinations": destinations_of(aws, name)}


def _stream_policy(policy_of: PolicyOf, table: Mapping[str, Any]) -> dict[str, Any]:
    name, arn = table["TableName"], stream_arn_of(table)
    return {"of": name, "stream_policy": policy_of(name, arn) if arn else {}}


class StreamingCalls:
    """Sends and asks for the gateway."""

    def __init__(self, aws: Aws, describe: Describe, policy_of: PolicyOf) -> None:
        self._aws = aws
        self._describe = describe
        self._policy_of = policy_of
        self._looks: dict[str, Counter[str]] = {}

    def request(self, step: Step) -> Mapping[str, Any]:
        """The step's request, with the ARN of the stream that is on where it is about the latest. Raises AwsError."""
        self._looks[step.resource] = Counter()
        if not str(step.request.get("ResourceArn", "")).endswith(LATEST):
            return step.request
        return {**step.request, "ResourceArn": self._latest(step)}

    def holds(self, step: Step) -> bool:
        """Whether one of CONDITIONS holds. Raises AwsError."""
        if step.until == READABLE:
            return policy_readable(step.request, self._policy_of(step.resource, self._latest(step)))
        entries = destinations_of(self._aws, step.resource)
        found = verdict(step, entries)
        counts = self._looks.setdefault(step.resource, Counter())
        counts[found] += 1
        if found == "failed" and counts[found] >= FAILED_LOOKS:
            raise DestinationFailed(step, entries)
        return found == "settled" or (found == "undone" and counts[found] > UNDONE_LOOKS)

    def state(self, step: Step) -> str | None:
        """What AWS says of a step's destination, for people; None for steps about something else. Raises AwsError."""
        if step.action not in ACTIONS:
            return None
        entries = destinations_of(self._aws, step.resource)
        said = {entry["StreamArn"]: str(entry["DestinationStatus"]) for entry in entries}
        return said.get(step.request["StreamArn"], "not there")

    def _latest(self, step: Step) -> str:
        arn = stream_arn_of(self._describe(step.resource))
        if not arn:
            said = "somebody has turned the stream off meanwhile"
            raise AwsError("StreamDisabled", said, "dynamodb:DescribeTable", step.resource)
        return arn
