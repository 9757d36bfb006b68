# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an alarm topic is. Desired and observed topics are the same type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .._tables.names import partition_of

SID = "CloudWatchAlarmsPublish"
PENDING = "PendingConfirmation"
"""What SNS shows as the ARN of a subscription that its endpoint has not confirmed."""
CONFIRMING = frozenset({"email", "email-json", "http", "https"})
"""Protocols whose endpoints must confirm (Subscribe, API reference)."""


@dataclass(frozen=True, order=True)
class Subscription:
    """Who is told. Protocol and endpoint are what it is; the rest is what has become of it."""

    protocol: str
    endpoint: str
    arn: str = field(default="", compare=False)
    """C(PendingConfirmation) until it is confirmed; empty of one that is only planned."""

    @property
    def confirmed(self) -> bool:
        return self.arn != PENDING and (bool(self.arn) or self.protocol not in CONFIRMING)

    @property
    def shown(self) -> str:
        """The endpoint for people: of a web address only the host, as what follows is often a key."""
        if self.protocol not in ("http", "https"):
            return f"{self.protocol} {self.endpoint}"
        return f"{self.protocol}://{urlsplit(self.endpoint).hostname}"


@dataclass(frozen=True)
class Topic:
    """One SNS topic."""

    name: str
    arn: str
    policy: Mapping[str, Any]
    """Of a desired topic only the one statement that alarms need; others that a topic has stay."""
    subscriptions: tuple[Subscription, ...]
    """Sorted."""
    tags: Mapping[str, str]
    kms_key_id: str = ""
    """As it was given to SNS (id, ARN or alias); empty in a desired topic is not managed."""


@dataclass(frozen=True)
class Desired:
    """What the user wants of the topic of one name."""

    arn: str
    topic: Topic | None
    """None: there shall be none."""
    purge_subscriptions: bool = False


def topic_arn(name: str, account_id: str, region: str) -> str:
    """The ARN that a topic of this name has, whether it is there or not."""
    return f"arn:{partition_of(region)}:sns:{region}:{account_id}:{name}"


def statement(arn: str, account_id: str, region: str) -> dict[str, Any]:
    """What lets the alarms of this account and region publish, and nobody else by this service.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    alarms = f"arn:{partition_of(region)}:cloudwatch:{region}:{account_id}:alarm:*"
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": alarms}},
    }
