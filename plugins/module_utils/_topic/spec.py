# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the module's options to the topic that is wanted: all problems at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.names import check_estate, check_tags, ownership_tags
from .argspec import SUBSCRIPTION_FIELDS
from .model import Desired, Subscription, Topic, statement, topic_arn

NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""CreateTopic, Name. A FIFO topic, whose name ends in .fifo, cannot be an alarm's action."""
ENDPOINTS = {
    "email": (re.compile(r"[^@\s]+@[^@\s]+"), "an e-mail address"),
    "email-json": (re.compile(r"[^@\s]+@[^@\s]+"), "an e-mail address"),
    "sms": (re.compile(r"\+[0-9]{4,15}"), "a phone number such as +821012345678"),
    "http": (re.compile(r"http://\S+"), "an address that begins with http://"),
    "https": (re.compile(r"https://\S+"), "an address that begins with https://"),
    "sqs": (re.compile(r"arn:[^:\s]+:sqs:\S+"), "the ARN of a queue"),
    "lambda": (re.compile(r"arn:[^:\s]+:lambda:\S+"), "the ARN of a function"),
    "application": (re.compile(r"arn:[^:\s]+:sns:\S+"), "the ARN of a platform endpoint"),
}
MANAGED_KEY = re.compile(r"(arn:\S+:)?alias/aws/sns")
MAX_TAGS = 50


def parse(params: Mapping[str, Any], region: str) -> Desired:
    """The topic that the options declare. Raises Refused with all problems."""
    estate, account_id, name = str(params["name"]), str(params["account_id"]), str(params["topic_name"])
    tags = {str(key): "" if value is None else str(value) for key, value in (params.get("tags") or {}).items()}
    problems: list[str] = []
    check_estate(estate, problems)
    check_tags(tags, estate, "tags", problems)
    tags.update(ownership_tags(estate))
    problems += _problems(name, params.get("kms_key_id") or "", tags)
    subscriptions = _subscriptions(params["subscriptions"] or [], problems)
    if problems:
        raise Refused(problems)
    arn = topic_arn(name, account_id, region)
    if params["state"] == "absent":
        return Desired(arn, None)
    policy = {"Version": "2012-10-17", "Statement": [statement(arn, account_id, region)]}
    topic = Topic(name, arn, policy, subscriptions, tags, params.get("kms_key_id") or "")
    return Desired(arn, topic, bool(params["purge_subscriptions"]))


def web_addresses(endpoints: Iterable[object]) -> Iterator[str]:
    """Those of the endpoints that must not be printed, as what follows the host is often a key."""
    yield from (text for text in map(str, endpoints) if text.startswith(("http://", "https://")))


def _problems(name: str, kms_key_id: str, tags: Mapping[str, str]) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield f"topic_name: must be 1 to 256 letters, digits, '_' or '-' (alarms reach no FIFO topic), not {name!r}"
    if MANAGED_KEY.fullmatch(kms_key_id):
        yield (
            "kms_key_id: CloudWatch cannot use the AWS managed key alias/aws/sns; give a customer managed key whose "
            "policy lets cloudwatch.amazonaws.com use kms:Decrypt and kms:GenerateDataKey*"
        )
    if len(tags) > MAX_TAGS:
        yield f"tags: {len(tags)} tags with those that say whose it is, AWS allows {MAX_TAGS}"


def _subscriptions(entries: list[Any], problems: list[str]) -> tuple[Subscription, ...]:
    found: dict[Subscription, int] = {}
    for number, given in enumerate(entries):
        path = f"subscriptions[{number}]"
        entry = read(given, SUBSCRIPTION_FIELDS, path, problems)
        if not (entry["protocol"] and entry["endpoint"]):
            continue
        subscription = Subscription(entry["protocol"], entry["endpoint"])
        pattern, words = ENDPOINTS[subscription.protocol]
        if not pattern.fullmatch(subscription.endpoint):
            problems.append(f"{path}.endpoint: the protocol {subscription.protocol} needs {words}")
        if found.setdefault(subscription, number) != number:
            problems.append(f"{path}: is the same as subscriptions[{found[subscription]}]")
    return tuple(sorted(found))
