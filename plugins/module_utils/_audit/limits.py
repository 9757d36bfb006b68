# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the desired and the observed topic to steps: pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Conflict, ResourcePlan, Step
from .._tables.names import COLLECTION, ESTATE, MANAGED_BY, is_owned, other_owner
from .model import SID, Desired, Subscription, Topic


def plan(desired: Desired, observed: Topic | None, estate: str) -> ResourcePlan:
    """What makes the topic the desired one. One of another estate is a conflict, one without our tags is adopted with
    all that it has, and only one with our tags is ever deleted."""
    name = desired.arn.rpartition(":")[2]
    if desired.topic is None:
        return _removal(name, observed, estate)
    if observed is None:
        return ResourcePlan(name, "add", (_creation(desired.topic), *_subscribing(desired.topic, ())))
    owner = other_owner(observed.tags, estate)
    if owner:
        message = f"a topic of this name belongs to the estate {owner!r} (its tag {ESTATE})"
        return ResourcePlan(name, conflicts=(Conflict(name, ("topic_name",), message),))
    steps = (
        *_tagging(desired.topic, observed, estate),
        *_attributes(desired.topic, observed),
        *_subscribing(desired.topic, observed.subscriptions),
        *(_unsubscribing(desired.topic, observed) if desired.purge_subscriptions else ()),
    )
    return ResourcePlan(name, "change" if steps else "keep", steps)


def merged(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The policy that a topic has, with our statement in the place of an older one of ours."""
    return {**wanted, **found, "Statement": [*_statements(found, ours=False), *wanted["Statement"]]}


def _creation(topic: Topic) -> Step:
    attributes = {"Policy": _text(topic.policy), **({"KmsMasterKeyId": topic.kms_key_id} if topic.kms_key_id else {})}
    request = {"Name": topic.name, "Attributes": attributes, "Tags": _tag_list(topic.tags)}
    return Step(topic.name, "create_topic", "there is no such topic", request, ("topic_name",))


def _tagging(desired: Topic, observed: Topic, estate: str) -> Iterator[Step]:
    setting, _unused = compare_aws_tags(dict(observed.tags), dict(desired.tags), purge_tags=False)
    if setting:
        lacking = f"lacks tags: {', '.join(sorted(setting))}"
        reason = lacking if is_owned(observed.tags, estate) else f"is adopted: tagged {MANAGED_BY} {COLLECTION}"
        request = {"ResourceArn": desired.arn, "Tags": _tag_list(setting)}
        yield Step(desired.name, "tag_topic", reason, request, ("tags",))


def _attributes(desired: Topic, observed: Topic) -> Iterator[Step]:
    """One call each: SetTopicAttributes takes one attribute."""
    ours = {**desired.policy, "Statement": _statements(observed.policy, ours=True)}
    if compare_policies(ours, desired.policy):
        value = _text(merged(desired.policy, observed.policy))
        reason = "its policy does not let the account's alarms publish, or not only them"
        yield _attribute(desired, "set_topic_policy", "Policy", value, reason, "policy")
    if desired.kms_key_id and desired.kms_key_id != observed.kms_key_id:
        reason = f"its key is {observed.kms_key_id or 'none'} and should be {desired.kms_key_id}"
        yield _attribute(desired, "set_topic_key", "KmsMasterKeyId", desired.kms_key_id, reason, "kms_key_id")


def _attribute(topic: Topic, action: str, name: str, value: str, reason: str, field: str) -> Step:
    request = {"TopicArn": topic.arn, "AttributeName": name, "AttributeValue": value}
    return Step(topic.name, action, reason, request, (field,))


def _subscribing(desired: Topic, there: tuple[Subscription, ...]) -> Iterator[Step]:
    """One that waits for its confirmation is there: asking again would send one more mail."""
    for subscription in desired.subscriptions:
        if subscription not in there:
            asked = "" if subscription.confirmed else ", and will be asked to confirm"
            request = {
                "TopicArn": desired.arn,
                "Protocol": subscription.protocol,
                "Endpoint": subscription.endpoint,
                "ReturnSubscriptionArn": True,
            }
            reason = f"{subscription.shown} is not subscribed{asked}"
            yield Step(desired.name, "subscribe", reason, request, ("subscriptions",), subject=subscription.shown)


def _unsubscribing(desired: Topic, observed: Topic) -> Iterator[Step]:
    """Only confirmed ones: others have no ARN by which they could be removed, and SNS drops them after two days."""
    for subscription in observed.subscriptions:
        if subscription not in desired.subscriptions and subscription.confirmed:
            request = {"SubscriptionArn": subscription.arn}
            reason = f"{subscription.shown} is not declared"
            yield Step(desired.name, "unsubscribe", reason, request, ("subscriptions",), subject=subscription.shown)


def _removal(name: str, observed: Topic | None, estate: str) -> ResourcePlan:
    if observed is None or not is_owned(observed.tags, estate):
        return ResourcePlan(name)
    step = Step(name, "delete_topic", "shall not be there", {"TopicArn": observed.arn}, ("topic_name",))
    return ResourcePlan(name, "remove", (step,))


def _statements(policy: Mapping[str, Any], ours: bool) -> list[dict[str, Any]]:
    found = policy.get("Statement", [])
    statements = [found] if isinstance(found, Mapping) else list(found)
    return [dict(entry) for entry in statements if (entry.get("Sid") == SID) is ours]


def _text(policy: Mapping[str, Any]) -> str:
    return json.dumps(policy, separators=(",", ":"))


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
