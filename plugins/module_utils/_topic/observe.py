# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From SNS's form of a topic to ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from .model import Subscription, Topic


def topic_of(
    arn: str,
    attributes: Mapping[str, str],
    subscriptions: Iterable[Mapping[str, str]],
    tags: Iterable[Mapping[str, str]],
) -> Topic:
    """A topic from GetTopicAttributes, ListSubscriptionsByTopic and ListTagsForResource."""
    found = [Subscription(entry["Protocol"], entry["Endpoint"], entry["SubscriptionArn"]) for entry in subscriptions]
    return Topic(
        name=arn.rpartition(":")[2],
        arn=arn,
        policy=json.loads(attributes.get("Policy") or "{}"),
        subscriptions=tuple(sorted(found)),
        tags={tag["Key"]: tag["Value"] for tag in tags},
        kms_key_id=attributes.get("KmsMasterKeyId") or "",
    )
