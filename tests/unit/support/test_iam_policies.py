# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The evaluation of IAM policies that tests rely on where no emulator evaluates them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.iam_policies import Check, allowed, trusted

ROLE = "arn:aws:iam::137406935518:role/a/b"


def policy(effect: str = "Allow", action: Any = "iam:GetRole", resource: Any = ROLE, **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": action, "Resource": resource, **more}]}


def condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    return policy(Condition={operator: {key: list(values)}})


CASES = [
    ([policy()], {}, True),
    ([], {}, False),
    ([policy(action="IAM:getrole")], {}, True),
    ([policy(action=["iam:Get*", "x:y"])], {}, True),
    ([policy(action="iam:GetRoles")], {}, False),
    ([policy(resource=["x", "arn:aws:iam::137406935518:role/?/*"])], {}, True),
    ([policy(resource=ROLE.upper())], {}, False),
    ([policy(resource=f"{ROLE}c")], {}, False),
    ([policy(), policy("Deny", action="iam:*")], {}, False),
    ([policy(), policy("Deny", resource="*", Condition={"StringEquals": {"k": "other"}})], {"k": "v"}, True),
    ([condition("StringEquals", "iam:K", "v", "w")], {"IAM:k": "w"}, True),
    ([condition("StringEquals", "k", "V")], {"k": "v"}, False),
    ([condition("StringEquals", "k", "v*")], {"k": "vw"}, False),
    ([condition("StringLike", "k", "v*")], {"k": "vw"}, True),
    ([condition("StringEquals", "k", "v")], {}, False),
    ([condition("StringEquals", "k", "v")], {"k": ["v", "w"]}, False),
    ([condition("ForAnyValue:StringEquals", "k", "v")], {"k": ["v", "w"]}, True),
    ([condition("ForAnyValue:StringEquals", "k", "v")], {"k": ["x", "w"]}, False),
    ([condition("ArnLike", "k", "arn:aws:iam::*:policy/t-*")], {"k": "arn:aws:iam::1:policy/t-x"}, True),
    ([condition("ArnLike", "k", "arn:*")], {"k": "arn:aws:iam::1:policy/t-x"}, False),
    ([condition("ArnLike", "k", "arn:aws:*:policy/t")], {"k": "arn:aws:iam::1:policy/t"}, False),
]


@pytest.mark.parametrize(("documents", "context", "answer"), CASES)
def test_the_decision(documents: list[Any], context: dict[str, Any], answer: bool) -> None:
    assert allowed(Check("iam:GetRole", ROLE, context), documents) is answer


def test_all_conditions_of_a_statement_must_hold() -> None:
    both = policy(Condition={"StringEquals": {"a": "1"}, "StringLike": {"b": "2*"}})
    assert allowed(Check("iam:GetRole", ROLE, {"a": "1", "b": "22"}), [both])
    assert not allowed(Check("iam:GetRole", ROLE, {"a": "1", "b": "3"}), [both])


def test_a_boundary_allows_nothing_by_itself_and_limits_what_is_allowed() -> None:
    check = Check("iam:GetRole", ROLE)
    assert allowed(check, [policy()], policy(action="iam:*"))
    assert not allowed(check, [policy()], policy(action="dynamodb:*"))
    assert not allowed(check, [], policy(action="iam:*"))


def test_who_is_trusted() -> None:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": ["a.b", "c.d"]}, "Action": ["sts:AssumeRole"]}]}
    assert trusted(trust, "Service", "c.d", Check("sts:AssumeRole", "*"))
    assert not trusted(trust, "AWS", "c.d", Check("sts:AssumeRole", "*"))
    assert not trusted(trust, "Service", "c.d", Check("sts:TagSession", "*"))


@pytest.mark.parametrize(
    "document",
    [
        policy(NotAction="x"),
        policy(resource="arn:${aws:username}"),
        policy(Condition={"StringNotEquals": {"k": "v"}}),
        policy(Condition={"ForAllValues:StringEquals": {"k": "v"}}),
    ],
)
def test_what_is_not_understood_passes_nothing(document: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError):
        allowed(Check("iam:GetRole", ROLE, {"k": "v"}), [document])
