# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task may ask for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.roles import access_roles
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.spec import aliases, parse, with_keys
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

ACCOUNT = "137406935518"
REGION = "ap-northeast-2"
SETTINGS = {"name": "ticket", "account_id": ACCOUNT, "regions": [REGION]}
DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Sid": "S", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
ROLE = {"name": "r", "trust": DOCUMENT, "policies": [{"name": "p", "document": DOCUMENT}]}


def parsed(*roles: dict[str, Any], **params: Any) -> Any:
    return parse({"name": "ticket", "account_id": ACCOUNT, "roles": list(roles), **params}, REGION)


def test_policies_are_attached_by_computed_arns() -> None:
    access = parsed({**ROLE, "path": "/t/", "managed_policies": ["arn:aws:iam::aws:policy/X"]})
    assert access.roles["r"].attached == {"arn:aws:iam::aws:policy/X", f"arn:aws:iam::{ACCOUNT}:policy/t/p"}
    assert list(access.policies) == [f"arn:aws:iam::{ACCOUNT}:policy/t/p"]
    assert access.profiles == {}
    assert list(parsed({**ROLE, "instance_profile": True}).profiles) == ["r"]


def test_the_partition_is_the_regions() -> None:
    access = parse({"name": "ticket", "account_id": ACCOUNT, "roles": [ROLE]}, "us-gov-west-1")
    assert list(access.policies) == [f"arn:aws-us-gov:iam::{ACCOUNT}:policy/p"]


def test_everything_gets_the_estates_tags_whatever_the_common_ones_say() -> None:
    access = parsed(ROLE, tags={"Cost": 7, "Estate": "x", "ManagedBy": "hand"})
    tags = {"Cost": "7", "Estate": "ticket", "ManagedBy": "traffic_tacos.dynamodb"}
    assert access.roles["r"].tags == tags
    assert next(iter(access.policies.values())).tags == tags


def test_tags_that_iam_refuses_are_named_together() -> None:
    tags = {"Team": "a", "team": "b", "estate": "c", "aws:x": "d", **{f"n{number}": "" for number in range(45)}}
    with pytest.raises(Refused) as refused:
        parsed(ROLE, tags=tags)
    text = str(refused.value)
    assert "tags.team: IAM does not tell it from Team" in text
    assert "tags.estate: IAM does not tell it from Estate" in text
    assert "tags.aws:x: the prefix aws: belongs to AWS" in text
    assert "tags: 51 tags with those that say whose it is, AWS allows 50" in text


def test_what_the_filter_makes_is_accepted() -> None:
    services = [{"name": "api", "tables": ["*"], "event_bus": "b"}]
    access = parsed(*access_roles([{"name": "users"}], {**SETTINGS, "services": services}))
    assert sorted(access.roles) == [
        "ticket-api-service-role",
        "ticket-dynamodb-application-role",
        "ticket-dynamodb-readonly-role",
    ]


def test_aliases_become_keys() -> None:
    alias, key = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/ticket", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    desired = parsed(*access_roles([{"name": "users"}], {**SETTINGS, "kms_key_id": "alias/ticket"}))
    assert aliases(desired) == [alias]
    resolved = with_keys(desired, {alias: key})
    assert aliases(resolved) == []
    for policy in resolved.policies.values():
        assert policy.document["Statement"][-1]["Resource"] == [key]
        assert policy.document["Version"] == "2012-10-17"
    assert aliases(parsed(ROLE)) == []


@pytest.mark.parametrize(
    ("role", "problem"),
    [
        ({**ROLE, "name": "r" * 65}, "roles[0].name: "),
        ({**ROLE, "name": "a b"}, "roles[0].name: "),
        ({"trust": DOCUMENT}, "roles[0].name: is required"),
        ({**ROLE, "path": "t"}, "roles[0].path: "),
        ({**ROLE, "trust": None}, "roles[0].trust: must be a document"),
        ({**ROLE, "trust": {"Statement": []}}, "roles[0].trust: must be a document"),
        ({**ROLE, "polices": []}, "roles[0].polices: unknown field"),
        ({**ROLE, "managed_policies": ["Admin"]}, "roles[0]: 'Admin' is not the ARN"),
        ({**ROLE, "permissions_boundary": "bound"}, "roles[0]: 'bound' is not the ARN"),
        ({**ROLE, "policies": ["p"]}, "roles[0].policies[0].document: "),
        (
            {**ROLE, "policies": [{"name": "p", "document": {"Statement": [{"Resource": "x" * 6144}]}}]},
            "roles[0].policies[0].document: has 6175 characters, AWS allows 6144",
        ),
    ],
)
def test_problems(role: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        parsed(role)
    assert refused.value.problems[0].startswith(problem)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(Refused) as refused:
        parsed({**ROLE, "path": "x"}, {**ROLE, "trust": 1}, account_id="1")
    paths = [problem.split(":")[0] for problem in refused.value.problems]
    assert paths == ["account_id", "roles[0].path", "roles[1].trust", "roles[1].name"]
