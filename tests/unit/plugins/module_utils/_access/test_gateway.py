# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which reads are made, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.gateway import Gateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.model import Access, Policy, Role
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError

ARN = "arn:aws:iam::137406935518:policy/"
OWN = [{"Key": "ManagedBy", "Value": "traffic_tacos.dynamodb"}, {"Key": "Estate", "Value": "ticket"}]
DOCUMENT = {"Version": "2012-10-17", "Statement": []}
DESIRED = Access(
    {ARN + "ticket-p": Policy("ticket-p", "/", DOCUMENT, {})},
    {"ticket-r": Role("ticket-r", "/", DOCUMENT, frozenset(), {})},
)


class FakeAws:
    """Answers from an account in a dictionary; what is not in it is absent, what is denied is refused."""

    def __init__(self, denied: str = "") -> None:
        self.calls: list[str] = []
        self.denied = denied
        self.roles = {"ticket-r": OWN, "ticket-gone": OWN, "ticket-theirs": [], "other": OWN}
        self.policies = {"ticket-p": OWN, "ticket-old": OWN, "ticket-theirs": [], "other": OWN}

    def client(self, service: str) -> None:
        self.calls.append(service)

    def call(self, service: str, operation: str, subject: str, **request: Any) -> dict[str, Any]:
        name = str(next(iter(request.values()))).removeprefix(ARN)
        self.calls.append(f"{operation} {name}")
        if operation == self.denied:
            raise AwsError("AccessDenied", "no", f"{service}:{operation}", subject)
        known = {"GetRole": self.roles, "GetPolicy": self.policies, "GetPolicyVersion": self.policies}
        if name not in known.get(operation, {}):
            raise AwsError("NoSuchEntity", "none", f"{service}:{operation}", subject)
        return {
            "Role": {"RoleName": name, "AssumeRolePolicyDocument": DOCUMENT, "Tags": self.roles.get(name)},
            "Policy": {"PolicyName": name, "DefaultVersionId": "v3", "Tags": self.policies.get(name)},
            "PolicyVersion": {"Document": DOCUMENT},
        }

    def pages(self, service: str, operation: str, subject: str, **_request: Any) -> Iterator[dict[str, Any]]:
        self.calls.append(operation)
        if operation == self.denied:
            raise AwsError("AccessDenied", "no", f"{service}:{operation}", subject)
        attached = [{"PolicyName": "ticket-p", "PolicyArn": ARN + "ticket-p"}]
        yield {
            "Policies": [{"PolicyName": name, "Arn": ARN + name} for name in self.policies],
            "Roles": [{"RoleName": name} for name in self.roles],
            "InstanceProfiles": [],
            "AttachedPolicies": attached,
            "PolicyRoles": [{"RoleName": "ticket-gone"}],
        }
        yield {
            "Policies": [],
            "Roles": [],
            "InstanceProfiles": [],
            "AttachedPolicies": [{"PolicyName": "x", "PolicyArn": ARN + "x"}],
            "PolicyUsers": [{"UserName": "ann"}],
            "PolicyGroups": [{"GroupName": "ops"}],
        }


def test_declared_things_are_read_with_all_pages() -> None:
    aws = FakeAws()
    gateway = Gateway(aws, "ticket")  # type: ignore[arg-type]
    found = gateway.observe(DESIRED)
    assert found.access.roles["ticket-r"].attached == {ARN + "ticket-p", ARN + "x"}
    assert found.access.policies[ARN + "ticket-p"].document == DOCUMENT
    assert gateway.failures == []


def test_undeclared_policies_of_the_estate_are_found_by_their_tags() -> None:
    aws = FakeAws()
    found = Gateway(aws, "ticket").observe(DESIRED)  # type: ignore[arg-type]
    assert set(found.access.policies) == {ARN + "ticket-p", ARN + "ticket-old"}
    assert found.users == {ARN + "ticket-old": ("role/ticket-gone", "user/ann", "group/ops")}
    assert found.access.roles["ticket-gone"].tags["Estate"] == "ticket"
    assert "GetPolicy other" not in aws.calls and "ListRoles" not in aws.calls


def test_for_a_teardown_everything_of_the_estates_name_is_looked_at() -> None:
    aws = FakeAws()
    found = Gateway(aws, "ticket").observe_all()  # type: ignore[arg-type]
    assert set(found.access.roles) == {"ticket-r", "ticket-gone", "ticket-theirs"}
    assert set(found.access.policies) == {ARN + "ticket-p", ARN + "ticket-old"}
    assert aws.calls.count("GetRole ticket-gone") == 1
    assert "ListAttachedRolePolicies" not in aws.calls


def test_what_is_not_there_is_no_failure() -> None:
    aws = FakeAws()
    aws.roles.clear()
    aws.policies.clear()
    gateway = Gateway(aws, "ticket")  # type: ignore[arg-type]
    assert gateway.observe(DESIRED).access == Access()
    assert gateway.failures == []


def test_what_is_denied_is_named_with_its_permission() -> None:
    for denied in ("GetRole", "GetPolicy", "ListPolicies", "ListAttachedRolePolicies", "ListEntitiesForPolicy"):
        gateway = Gateway(FakeAws(denied), "ticket")  # type: ignore[arg-type]
        gateway.observe(DESIRED)
        assert {failure.action for failure in gateway.failures} == {f"iam:{denied}"}
        assert f"must allow iam:{denied}" in gateway.failures[0].hint


def test_an_alias_that_is_not_there_is_a_failure() -> None:
    aws = FakeAws()
    gateway = Gateway(aws, "ticket")  # type: ignore[arg-type]
    assert gateway.keys([]) == {}
    assert "kms" not in aws.calls
    assert gateway.keys(["alias"]) == {}
    assert [failure.action for failure in gateway.failures] == ["kms:DescribeKey"]
