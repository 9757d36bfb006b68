# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topic after a run, predicted or real, for the result and for --diff: pure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from .._engine.step import Outcome, Step
from .model import Subscription, Topic


def after(observed: Topic | None, arn: str, outcome: Outcome) -> Topic | None:
    """The topic as the steps that were done leave it."""
    for step in outcome.done:
        observed = _project(observed, arn, step)
    return observed


def render(topic: Topic | None) -> dict[str, Any]:
    """The topic as the module returns it; empty for none."""
    if topic is None:
        return {}
    return {
        "name": topic.name,
        "arn": topic.arn,
        "policy": dict(topic.policy),
        "kms_key_id": topic.kms_key_id,
        "subscriptions": [
            {"protocol": each.protocol, "endpoint": each.endpoint, "confirmed": each.confirmed}
            for each in topic.subscriptions
        ],
        "tags": dict(sorted(topic.tags.items())),
    }


def unconfirmed(topic: Topic | None) -> list[str]:
    """Whose endpoints must still confirm, for people."""
    return [each.shown for each in topic.subscriptions if not each.confirmed] if topic else []


def diff(before: Topic | None, arn: str, outcome: Outcome) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: the parts that change."""
    old, new = render(before), render(after(before, arn, outcome))
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    header = f"topic {outcome.plan.resource}"
    shown = {
        "before_header": header,
        "after_header": header,
        "before": {key: old[key] for key in changed if key in old} or "",
        "after": {key: new[key] for key in changed if key in new} or "",
    }
    return [shown] if changed else []


def _project(topic: Topic | None, arn: str, step: Step) -> Topic | None:
    request = step.request
    if step.action == "create_topic":
        attributes = request["Attributes"]
        policy, key = json.loads(attributes["Policy"]), attributes.get("KmsMasterKeyId", "")
        return Topic(step.resource, arn, policy, (), _tags(step), key)
    if topic is None or step.action == "delete_topic":
        return None
    if step.action == "tag_topic":
        return replace(topic, tags={**topic.tags, **_tags(step)})
    if step.action == "set_topic_policy":
        return replace(topic, policy=json.loads(request["AttributeValue"]))
    if step.action == "set_topic_key":
        return replace(topic, kms_key_id=request["AttributeValue"])
    if step.action == "subscribe":
        new = Subscription(request["Protocol"], request["Endpoint"])
        return replace(topic, subscriptions=tuple(sorted((*topic.subscriptions, new))))
    left = tuple(each for each in topic.subscriptions if each.arn != request["SubscriptionArn"])
    return replace(topic, subscriptions=left)


def _tags(step: Step) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in step.request["Tags"]}
