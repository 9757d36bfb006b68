# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds a deployer's policies tries to gain more with them, and is denied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.deployer import deployer_policies

from tests.support.authorizing_proxy import AuthorizingProxy
from tests.support.deployer import Deployer
from tests.support.emulator import ACCOUNT, REGION
from tests.support.least_privilege import KEY, Clients, create_table, denied
from tests.support.ministack import MiniStack

PATH = "/teams/tickets/"
IAM = f"arn:aws:iam::{ACCOUNT}"
BOUNDARY = f"{IAM}:policy/boundary"
OWN_ROLE, UNBOUNDED_ROLE = "ticket-dynamodb-application-role", "ticket-dynamodb-readonly-role"
OWN_POLICY = f"{IAM}:policy{PATH}ticket-dynamodb-access-policy"
STRANGE_POLICY = f"{IAM}:policy/ticket-dev-dynamodb-access-policy"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
POLICIES = deployer_policies(
    [{"name": "users"}],
    {
        "name": "ticket",
        "account_id": ACCOUNT,
        "regions": [REGION],
        "path": PATH,
        "permissions_boundary": BOUNDARY,
        "instance_profile": True,
    },
)


def document(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(who: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": f"{IAM}:{who}"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


EVERYTHING, SELF = document("*"), trust("role/deployer")


def create_role(name: str, path: str = PATH, **more: str) -> Callable[[Clients], Any]:
    return lambda aws: aws("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=SELF, **more)


def attach(role: str, policy: str) -> Callable[[Clients], Any]:
    return lambda aws: aws("iam").attach_role_policy(RoleName=role, PolicyArn=policy)


def rewrite(policy: str) -> Callable[[Clients], Any]:
    return lambda aws: aws("iam").create_policy_version(PolicyArn=policy, PolicyDocument=EVERYTHING, SetAsDefault=True)


def trust_self(role: str) -> Callable[[Clients], Any]:
    return lambda aws: aws("iam").update_assume_role_policy(RoleName=role, PolicyDocument=SELF)


BOTH: dict[str, Callable[[Clients], Any]] = {
    "attach a policy to a strange role": attach("admin", OWN_POLICY),
    "create a role of another name": create_role("ticket-dynamodb-other-role", PermissionsBoundary=BOUNDARY),
    "create a role of another estate": create_role("ticket-dev-dynamodb-readonly-role", PermissionsBoundary=BOUNDARY),
    "take the boundary away": lambda aws: aws("iam").delete_role_permissions_boundary(RoleName=OWN_ROLE),
    "put an inline policy on the role": lambda aws: aws("iam").put_role_policy(
        RoleName=OWN_ROLE, PolicyName="all", PolicyDocument=EVERYTHING
    ),
    "put an inline policy on oneself": lambda aws: aws("iam").put_role_policy(
        RoleName="deployer", PolicyName="all", PolicyDocument=EVERYTHING
    ),
    "attach the administrator's policy to oneself": attach("deployer", ADMINISTRATOR),
    "rewrite the boundary": rewrite(BOUNDARY),
    "rewrite another estate's policy": rewrite(STRANGE_POLICY),
    "be trusted by a strange role": trust_self("admin"),
    "assume a strange role": lambda aws: aws("sts").assume_role(RoleArn=f"{IAM}:role/admin", RoleSessionName="me"),
    "create a user": lambda aws: aws("iam").create_user(UserName="me"),
    "create a key": lambda aws: aws("iam").create_access_key(UserName="ann"),
    "a service-linked role that is not needed": lambda aws: aws("iam").create_service_linked_role(
        AWSServiceName="dynamodb.application-autoscaling.amazonaws.com"
    ),
    "read an item": lambda aws: aws("dynamodb").get_item(TableName="ticket-users", Key=KEY),
    "delete a table that shall stay": lambda aws: aws("dynamodb").delete_table(TableName="ticket-users"),
    "look at another estate's table": lambda aws: aws("dynamodb").describe_table(TableName="ticket-dev-users"),
    "change another estate's table": lambda aws: aws("dynamodb").update_table(
        TableName="ticket-dev-users", DeletionProtectionEnabled=False
    ),
    "delete another estate's table": lambda aws: aws("dynamodb").delete_table(TableName="ticket-dev-users"),
    "create a table outside of the estate": lambda aws: create_table(aws, "ticket-userss"),
}
"""Denied by MiniStack's enforcement, and by our own evaluation of the whole documents."""
CONDITION, PLACE = "it knows no condition key of IAM's", "it takes this resource for everything, or knows no path"
OWN_ONLY: dict[str, tuple[str, Callable[[Clients], Any]]] = {
    "attach the administrator's policy": (CONDITION, attach(OWN_ROLE, ADMINISTRATOR)),
    "attach another estate's policy": (CONDITION, attach(OWN_ROLE, STRANGE_POLICY)),
    "attach to a role without the boundary": (CONDITION, attach(UNBOUNDED_ROLE, OWN_POLICY)),
    "be trusted by a role without the boundary": (CONDITION, trust_self(UNBOUNDED_ROLE)),
    "create a role without the boundary": (CONDITION, create_role(OWN_ROLE)),
    "create a role with another boundary": (CONDITION, create_role(OWN_ROLE, PermissionsBoundary=ADMINISTRATOR)),
    "put another boundary on the role": (
        CONDITION,
        lambda aws: aws("iam").put_role_permissions_boundary(RoleName=OWN_ROLE, PermissionsBoundary=ADMINISTRATOR),
    ),
    "detach a stranger's policy": (
        CONDITION,
        lambda aws: aws("iam").detach_role_policy(RoleName=OWN_ROLE, PolicyArn=f"{IAM}:policy/guard"),
    ),
    "create a role on another path": (PLACE, create_role(OWN_ROLE, "/admins/", PermissionsBoundary=BOUNDARY)),
    "create a policy of another name": (
        PLACE,
        lambda aws: aws("iam").create_policy(PolicyName="mine", Path=PATH, PolicyDocument=EVERYTHING),
    ),
    "create a policy on another path": (
        PLACE,
        lambda aws: aws("iam").create_policy(PolicyName=OWN_POLICY.rpartition("/")[2], PolicyDocument=EVERYTHING),
    ),
    "pass a strange role to EC2": (
        PLACE,
        lambda aws: aws("iam").add_role_to_instance_profile(InstanceProfileName=OWN_ROLE, RoleName="admin"),
    ),
    "pass the role in a strange profile": (
        PLACE,
        lambda aws: aws("iam").add_role_to_instance_profile(InstanceProfileName="strange", RoleName=OWN_ROLE),
    ),
    "silence another estate's alarm": (
        PLACE,
        lambda aws: aws("cloudwatch").delete_alarms(AlarmNames=["ticket-dev-users-read-throttle"]),
    ),
    "tag another estate's table": (
        PLACE,
        lambda aws: aws("dynamodb").tag_resource(
            ResourceArn=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-dev-users",
            Tags=[{"Key": "Estate", "Value": "ticket"}],
        ),
    ),
}
"""Denied by our own evaluation alone, each with the reason for which MiniStack would let it through."""


@pytest.fixture(scope="module")
def deployer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployer]:
    """In an account with the estate's and others' things; one of the estate's roles has lost its boundary."""
    with MiniStack(tmp_path_factory.mktemp("enforcing"), enforce=True) as running, AuthorizingProxy(running) as proxy:
        iam = running.client("iam")
        for name in ("boundary", "guard", STRANGE_POLICY.rpartition("/")[2]):
            iam.create_policy(PolicyName=name, PolicyDocument=document("dynamodb:*"))
        iam.create_policy(
            PolicyName=OWN_POLICY.rpartition("/")[2], Path=PATH, PolicyDocument=document("dynamodb:GetItem")
        )
        create_role(OWN_ROLE, PermissionsBoundary=BOUNDARY)(running.client)
        create_role(UNBOUNDED_ROLE)(running.client)
        create_role("admin", "/")(running.client)
        iam.attach_role_policy(RoleName=OWN_ROLE, PolicyArn=f"{IAM}:policy/guard")
        for name in (OWN_ROLE, "strange"):
            iam.create_instance_profile(InstanceProfileName=name, Path=PATH if name == OWN_ROLE else "/")
        iam.create_user(UserName="ann")
        for table in ("ticket-users", "ticket-dev-users"):
            create_table(running.client, table)
        yield Deployer(proxy, "deployer", [*POLICIES["read"], *POLICIES["deploy"]])


@pytest.mark.parametrize("attempt", BOTH)
def test_both_deny_it(deployer: Deployer, attempt: str) -> None:
    assert denied(lambda: BOTH[attempt](deployer.clients()))
    assert denied(lambda: BOTH[attempt](deployer.clients(deployer.proxy.emulator)))


@pytest.mark.parametrize("attempt", OWN_ONLY)
def test_our_evaluation_denies_it(deployer: Deployer, attempt: str) -> None:
    assert denied(lambda: OWN_ONLY[attempt][1](deployer.clients()))


def test_what_is_needed_is_not_denied(deployer: Deployer) -> None:
    """So that the denials above are due to what they say."""
    aws = deployer.clients()
    for call in (attach(OWN_ROLE, OWN_POLICY), trust_self(OWN_ROLE), rewrite(OWN_POLICY)):
        assert not denied(lambda call=call: call(aws))
    aws("iam").put_role_permissions_boundary(RoleName=OWN_ROLE, PermissionsBoundary=BOUNDARY)
    aws("iam").add_role_to_instance_profile(InstanceProfileName=OWN_ROLE, RoleName=OWN_ROLE)
    aws("dynamodb").update_table(TableName="ticket-users", DeletionProtectionEnabled=True)


def test_ministack_cannot_enforce_the_whole_documents(deployer: Deployer) -> None:
    """When it can, as_ministack_sees and OWN_ONLY have had their day."""
    whole = Deployer(deployer.proxy, "whole", deployer.documents, whole=True)
    aws = whole.clients(deployer.proxy.emulator)
    assert denied(lambda: attach(OWN_ROLE, OWN_POLICY)(aws)), "it does not know iam:PolicyARN"
    assert denied(lambda: trust_self(OWN_ROLE)(aws)), "it does not know iam:PermissionsBoundary"
