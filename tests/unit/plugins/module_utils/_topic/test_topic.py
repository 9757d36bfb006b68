# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a topic in an account: whatever is there, a run converges, and check mode says the truth."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError, Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._topic.gateway import TopicGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._topic.model import Subscription, topic_arn
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._topic.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._topic.project import (
    after,
    diff,
    render,
    unconfirmed,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._topic.spec import parse, web_addresses
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import FakeClock
from tests.support.operating_double import ACCOUNT, REGION, TOPIC, Services

NAME = "on-call"
ARN = TOPIC + NAME
MAIL = {"protocol": "email", "endpoint": "on-call@example.com"}
WEB = {"protocol": "https", "endpoint": "https://hooks.example.com/a-secret-key"}
QUEUE = {"protocol": "sqs", "endpoint": f"arn:aws:sqs:{REGION}:{ACCOUNT}:alarms"}
PHONE = {"protocol": "sms", "endpoint": "+821012345678"}
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
THEIRS = {"Sid": "theirs", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": ARN}
OPEN = {"Sid": "CloudWatchAlarmsPublish", "Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*"}


def params(**options: Any) -> dict[str, Any]:
    plain = {"name": "ticket", "account_id": ACCOUNT, "state": "present", "topic_name": NAME, "subscriptions": [MAIL]}
    return {**plain, "purge_subscriptions": False, "kms_key_id": None, "tags": None, **options}


def run(aws: Services, check: bool = False, **options: Any) -> tuple[dict[str, Any], Outcome]:
    """What the module does: the topic that it returns, and what came of it."""
    desired = parse(params(**options), REGION)
    gateway = TopicGateway(aws)
    observed = gateway.read(desired.arn)
    plans = [plan(desired, observed, "ticket")]
    (outcome,) = predict(plans) if check else apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=1))
    assert bool(diff(observed, desired.arn, outcome)) == outcome.changed
    return render(after(observed, desired.arn, outcome)), outcome


def account(tags: dict[str, str], *statements: dict[str, Any], **subscriptions: str) -> Services:
    aws = Services()
    policy = json.dumps({"Version": "2008-10-17", "Id": "x", "Statement": list(statements)})
    there = {("email", f"{name}@example.com"): arn for name, arn in subscriptions.items()}
    aws.topics[ARN] = {"attributes": {"Policy": policy}, "subscriptions": there}
    aws.tags[ARN] = dict(tags)
    return aws


def actions(outcome: Outcome) -> list[str]:
    return [step.action for step in outcome.done]


def policy_of(aws: Services) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(aws.topics[ARN]["attributes"]["Policy"])
    return found


def test_it_is_made_with_its_policy_tags_and_key_in_one_call() -> None:
    aws = Services()
    shown, outcome = run(aws, tags={"Team": "core"}, kms_key_id=KEY, subscriptions=[MAIL, QUEUE])
    assert actions(outcome) == ["create_topic", "subscribe", "subscribe"]
    assert (aws.tags[ARN], aws.topics[ARN]["attributes"]["KmsMasterKeyId"]) == ({**OURS, "Team": "core"}, KEY)
    assert policy_of(aws)["Statement"] == [
        {
            "Sid": "CloudWatchAlarmsPublish",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": ARN,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"},
            },
        }
    ]
    assert shown["subscriptions"] == [{**MAIL, "confirmed": False}, {**QUEUE, "confirmed": True}]


def test_who_has_not_confirmed_is_named_and_not_asked_again() -> None:
    aws = Services()
    run(aws, subscriptions=[MAIL, WEB, QUEUE])
    observed = TopicGateway(aws).read(ARN)
    assert unconfirmed(observed) == ["email on-call@example.com", "https://hooks.example.com"]
    shown, outcome = run(aws, subscriptions=[MAIL, WEB, QUEUE])
    assert (actions(outcome), aws.calls["Subscribe"]) == ([], 3)
    aws.topics[ARN]["subscriptions"]["email", MAIL["endpoint"]] = f"{ARN}:1"
    shown, outcome = run(aws, subscriptions=[MAIL, WEB, QUEUE])
    assert [entry["confirmed"] for entry in shown["subscriptions"]] == [True, False, True]
    del aws.topics[ARN]["subscriptions"]["https", WEB["endpoint"]]
    assert actions(run(aws, subscriptions=[MAIL, WEB, QUEUE])[1]) == ["subscribe"], "SNS forgets it after two days"


def test_no_reason_tells_the_key_in_a_web_address() -> None:
    _unused, outcome = run(Services(), subscriptions=[WEB, {**WEB, "endpoint": "https://me:word@host.example.com/x"}])
    text = " ".join(step.reason + step.subject for step in outcome.done)
    assert "https://hooks.example.com" in text
    assert not any(secret in text for secret in ("a-secret-key", "word", "/x"))
    assert list(web_addresses(["a@b.c", WEB["endpoint"], None])) == [WEB["endpoint"]]


def test_a_topic_that_is_there_is_adopted_with_all_that_it_has() -> None:
    aws = account({"Owner": "somebody"}, THEIRS, OPEN, other=f"{ARN}:0")
    _unused, outcome = run(aws)
    assert actions(outcome) == ["tag_topic", "set_topic_policy", "subscribe"]
    assert outcome.done[0].reason == "is adopted: tagged ManagedBy traffic_tacos.dynamodb"
    assert aws.tags[ARN] == {**OURS, "Owner": "somebody"}
    assert [entry["Sid"] for entry in policy_of(aws)["Statement"]] == ["theirs", "CloudWatchAlarmsPublish"]
    assert policy_of(aws)["Statement"][1]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert ("email", "other@example.com") in aws.topics[ARN]["subscriptions"]


def test_a_purge_removes_what_is_confirmed_and_not_declared() -> None:
    aws = account(OURS, other=f"{ARN}:0", waits="PendingConfirmation")
    run(aws, purge_subscriptions=True)
    assert aws.topics[ARN]["subscriptions"].keys() == {
        ("email", "waits@example.com"),
        ("email", "on-call@example.com"),
    }


def test_the_key_is_managed_only_where_it_is_given() -> None:
    aws = Services()
    run(aws, kms_key_id=KEY)
    assert actions(run(aws)[1]) == []
    assert actions(run(aws, kms_key_id="alias/other")[1]) == ["set_topic_key"]
    assert aws.topics[ARN]["attributes"]["KmsMasterKeyId"] == "alias/other"


def test_another_estates_topic_is_a_conflict_and_nothing_is_done() -> None:
    aws = account({**OURS, "Estate": "ticket-dev"})
    before = copy.deepcopy(aws.topics)
    _unused, outcome = run(aws)
    assert [entry.message for entry in outcome.plan.conflicts] == [
        "a topic of this name belongs to the estate 'ticket-dev' (its tag Estate)"
    ]
    assert (aws.topics, outcome.changed) == (before, False)


@pytest.mark.parametrize(("tags", "gone"), [(OURS, True), ({}, False), ({**OURS, "Estate": "other"}, False)])
def test_only_the_estates_own_is_deleted(tags: dict[str, str], gone: bool) -> None:
    aws = account(tags)
    assert (actions(run(aws, state="absent")[1]), ARN not in aws.topics) == (["delete_topic"] * gone, gone)
    assert actions(run(aws, state="absent")[1]) == []


def test_a_read_that_is_denied_is_no_absent_topic() -> None:
    aws = Services()
    aws.refuses["GetTopicAttributes"] = "AuthorizationError"
    with pytest.raises(AwsError, match="sns:GetTopicAttributes"):
        TopicGateway(aws).read(ARN)


def test_all_problems_are_named_at_once() -> None:
    wrong = [
        {"protocol": "email", "endpoint": "nobody"},
        {"protocol": "fax", "endpoint": "1"},
        {"protocol": "https", "endpoint": "http://x"},
        MAIL,
        MAIL,
    ]
    with pytest.raises(Refused) as refusal:
        parse(params(topic_name="a.fifo", kms_key_id="alias/aws/sns", subscriptions=wrong), REGION)
    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "topic_name",
        "kms_key_id",
        "subscriptions[0].endpoint",
        "subscriptions[1].protocol",
        "subscriptions[2].endpoint",
        "subscriptions[4]",
    ]
    assert not any("http://x" in problem for problem in refusal.value.problems)


def test_the_arn_is_known_before_the_topic_is_there() -> None:
    assert topic_arn("t", "1", "cn-north-1") == "arn:aws-cn:sns:cn-north-1:1:t"
    assert Subscription("sqs", "x").confirmed
    assert not Subscription("email", "x").confirmed


STARTS = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from([OURS, {}, {"Theirs": "x"}, {**OURS, "Theirs": "x"}]),
        st.lists(st.sampled_from([THEIRS, OPEN]), unique_by=lambda entry: entry["Sid"]),
        # No two subscriptions have the same ARN
        st.dictionaries(st.sampled_from(["a", "on-call"]), st.sampled_from([ARN, "PendingConfirmation"])).map(
            lambda found: {name: f"{ARN}:{name}" if arn == ARN else arn for name, arn in found.items()}
        ),
    ),
)
OPTIONS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["present", "absent"]),
        "subscriptions": st.lists(
            st.sampled_from([MAIL, WEB, QUEUE, PHONE]), unique_by=lambda entry: entry["protocol"]
        ),
        "purge_subscriptions": st.booleans(),
        "kms_key_id": st.sampled_from([None, KEY]),
        "tags": st.sampled_from([None, {"Team": "x"}]),
    }
)


@settings(deadline=None)
@given(STARTS, OPTIONS)
def test_check_mode_predicts_the_run_and_a_second_one_does_nothing(start: Any, options: dict[str, Any]) -> None:
    aws = account(start[0], *start[1], **start[2]) if start else Services()
    before = copy.deepcopy((aws.topics, aws.tags))
    predicted, expected = run(aws, check=True, **options)
    assert (aws.topics, aws.tags) == before
    shown, outcome = run(aws, **options)
    assert (shown, outcome.done) == (predicted, expected.done)
    again, outcome = run(aws, **{**options, "subscriptions": options["subscriptions"][::-1]})
    assert (again, outcome.done) == (shown, ())
