# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role iam beside others: strangers, neighbours, and what somebody else has made before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.emulator import ACCOUNT, Emulator
from tests.support.iam_role import (
    ACCESS_POLICY,
    APPLICATION,
    EC2_TRUST,
    ECS_TRUST,
    EVENTS,
    ITEM_ACTIONS,
    LOGS,
    NAMES,
    OWN,
    READ_ACTIONS,
    READONLY,
    READONLY_POLICY,
    SERVICE,
    SERVICE_POLICY,
    Role,
    document,
    table_statements,
    tags,
)

WILDCARD_TRUST = {
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::*:oidc-provider/*"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringEquals": {"*:sub": "system:serviceaccount:*:reservation-api", "*:aud": "sts.amazonaws.com"}},
}
SHARED_TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]},
    "Action": "sts:AssumeRole",
}
PLAIN_ECS_TRUST = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
MADE = {
    APPLICATION: ("ticket-dynamodb-access-policy", table_statements(ITEM_ACTIONS, NAMES), [SHARED_TRUST]),
    READONLY: ("ticket-dynamodb-readonly-policy", table_statements(READ_ACTIONS, NAMES), [SHARED_TRUST]),
    SERVICE: (
        "ticket-reservation-api-service-policy",
        [
            *table_statements(ITEM_ACTIONS, NAMES[3:]),
            {**EVENTS, "Resource": "arn:aws:events:*:*:event-bus/ticket-reservation-events"},
            LOGS,
        ],
        [PLAIN_ECS_TRUST, WILDCARD_TRUST],
    ),
}
ISSUER = "oidc.eks.ap-northeast-2.amazonaws.com/id/A1"
POD_TRUST = {
    "Sid": "EksServiceAccount",
    "Effect": "Allow",
    "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": "system:serviceaccount:tickets:reservation-api",
        }
    },
}


@pytest.fixture
def role(emulator: Emulator, tmp_path: Path) -> Role:
    return Role(emulator, tmp_path)


def test_strangers_stay_and_undeclared_policies_go(role: Role) -> None:
    role.run()
    foreign = role.stranger("audit-policy")
    unused = role.stranger("ticket-dynamodb-access-policy-2", **OWN)
    shared = role.stranger("ticket-old-policy", **OWN)
    neighbour = role.stranger("ticket-dev-dynamodb-access-policy", **{**OWN, "Estate": "ticket-dev"})
    role.iam.create_role(RoleName="batch", AssumeRolePolicyDocument=json.dumps(document(EC2_TRUST)))
    for arn in (foreign, unused, shared, neighbour):
        role.iam.attach_role_policy(RoleName=APPLICATION, PolicyArn=arn)
    role.iam.attach_role_policy(RoleName="batch", PolicyArn=shared)
    role.iam.tag_role(RoleName=APPLICATION, Tags=[{"Key": "Owner", "Value": "sre"}])

    planned = role.run("--check")
    done = role.run()
    assert done.actions == planned.actions
    assert set(done.actions) == {
        ("update_role", APPLICATION),
        ("remove_policy", "ticket-dynamodb-access-policy-2"),
    }
    assert {step["risk"] for step in done.result["steps"]} == {"availability"}
    assert "role/batch" in done.result["deferred"][0]["reason"]
    assert role.attached(APPLICATION) == {ACCESS_POLICY, foreign, neighbour}
    assert role.attached("batch") == {shared}
    assert "ticket-dynamodb-access-policy-2" not in role.names()
    assert tags(role.iam.get_role(RoleName=APPLICATION)["Role"]) == {**OWN, "Owner": "sre"}
    assert role.run().result["steps"] == []


def test_teardown_leaves_the_neighbour_and_strangers(role: Role) -> None:
    role.run(dynamodb_instance_profile=True)
    role.run(dynamodb_name="ticket-dev", dynamodb_instance_profile=True)
    neighbour = {name for name in role.names() if name.startswith("ticket-dev-")}
    foreign = role.stranger("ticket-audit-policy")
    role.iam.attach_role_policy(RoleName=READONLY, PolicyArn=foreign)
    role.iam.create_user(UserName="ann")
    role.iam.attach_user_policy(UserName="ann", PolicyArn=READONLY_POLICY)

    role.emulator.forget()
    planned = role.run("--check", entry="teardown")
    assert role.writes() == []
    done = role.run(entry="teardown")
    assert done.actions == planned.actions
    assert done.result["summary"]["remove"] == 6
    assert "user/ann" in done.result["deferred"][0]["reason"]
    assert role.names() == {*neighbour, "ticket-audit-policy", "ticket-dynamodb-readonly-policy"}
    assert role.attached("ticket-dev-dynamodb-readonly-role") == {
        f"arn:aws:iam::{ACCOUNT}:policy/ticket-dev-dynamodb-readonly-policy"
    }
    assert role.run(entry="teardown").result["steps"] == []


def terraform(role: Role) -> None:
    """Makes the estate with the mistakes of the deployment that was there before, and without tags."""
    for name, (policy, statements, trusts) in MADE.items():
        role.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document(*trusts)), Description="old")
        arn = role.iam.create_policy(PolicyName=policy, PolicyDocument=json.dumps(document(*statements)))["Policy"][
            "Arn"
        ]
        role.iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def test_the_estate_as_terraform_made_it(role: Role) -> None:
    terraform(role)
    identifiers = {name: role.iam.get_role(RoleName=name)["Role"]["RoleId"] for name in MADE}
    settings = {
        "dynamodb_eks_oidc_provider": f"https://{ISSUER}",
        "dynamodb_eks_namespace": "tickets",
    }

    planned = role.run("--check", **settings)
    differing = {step["resource"]: step["fields"] for step in planned.result["steps"]}
    assert differing == {
        "ticket-dynamodb-access-policy": ["tags"],
        "ticket-dynamodb-readonly-policy": ["tags"],
        "ticket-reservation-api-service-policy": ["document", "tags"],
        APPLICATION: ["trust", "tags"],
        READONLY: ["trust", "tags"],
        SERVICE: ["trust", "tags"],
    }
    steps = {step["resource"]: step for step in planned.result["steps"]}
    assert steps["ticket-reservation-api-service-policy"]["after"]["document"] == [EVENTS]
    assert steps[SERVICE]["before"]["trust"] == [PLAIN_ECS_TRUST, WILDCARD_TRUST]
    assert planned.result["summary"] == {"add": 0, "change": 6, "remove": 0, "keep": 0}

    role.run(**settings)
    assert role.trust(SERVICE) == document(ECS_TRUST, POD_TRUST)
    assert {name: role.iam.get_role(RoleName=name)["Role"]["RoleId"] for name in MADE} == identifiers
    role.emulator.forget()
    assert role.run(**settings).result["steps"] == []
    assert role.writes() == []


def test_a_role_of_another_estate_is_a_conflict_and_nothing_is_written(role: Role) -> None:
    tagged = [{"Key": "Estate", "Value": "shop"}]
    role.iam.create_role(RoleName=READONLY, AssumeRolePolicyDocument=json.dumps(document(EC2_TRUST)), Tags=tagged)
    role.emulator.forget()
    done = role.run(ok=False)
    assert done.result["conflicts"] == [
        {
            "resource": READONLY,
            "fields": ["tags"],
            "message": "it belongs to the estate 'shop'; give this estate another name",
        }
    ]
    assert role.writes() == []


def test_settings_of_all_roles_of_which_the_path_cannot_be_changed(role: Role) -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/bound"
    role.stranger("bound")
    further = role.stranger("further")
    role.run(
        dynamodb_iam_path="/tacos/",
        dynamodb_permissions_boundary=boundary,
        dynamodb_managed_policies=[further],
        dynamodb_trusted_principals=["210987654321"],
    )
    found = role.iam.get_role(RoleName=SERVICE)["Role"]
    assert found["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/tacos/{SERVICE}"
    assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    own = f"arn:aws:iam::{ACCOUNT}:policy/tacos/ticket-reservation-api-service-policy"
    assert role.attached(SERVICE) == {further, own}
    assert found["AssumeRolePolicyDocument"]["Statement"][-1]["Principal"] == {
        "AWS": ["arn:aws:iam::210987654321:root"]
    }

    role.emulator.forget()
    moved = role.run(ok=False)
    assert {entry["resource"] for entry in moved.result["conflicts"]} == {
        *(APPLICATION, READONLY, SERVICE),
        *(arn.rsplit("/", 1)[1] for arn in (ACCESS_POLICY, READONLY_POLICY, SERVICE_POLICY)),
    }
    assert SERVICE_POLICY in moved.result["msg"] and own in moved.result["msg"]
    assert role.writes() == []
