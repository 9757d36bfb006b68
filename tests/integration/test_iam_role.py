# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role iam, through ansible-playbook against the emulator, read back with plain boto3."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.emulator import Emulator

ACCOUNT = "137406935518"
REGION = "ap-northeast-2"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-"
NAMES = (
    "tickets",
    "users",
    "ticket-events",
    "reservation-reservations",
    "reservation-orders",
    "reservation-idempotency",
    "reservation-outbox",
)
APPLICATION = "ticket-dynamodb-application-role"
READONLY = "ticket-dynamodb-readonly-role"
SERVICE = "ticket-reservation-api-service-role"
ACCESS_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/ticket-dynamodb-access-policy"
READONLY_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/ticket-dynamodb-readonly-policy"
SERVICE_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/ticket-reservation-api-service-policy"
OWN = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}

ITEM_ACTIONS = [
    f"dynamodb:{name}"
    for name in (
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
        "BatchGetItem",
        "BatchWriteItem",
    )
]
READ_ACTIONS = [f"dynamodb:{name}" for name in ("GetItem", "Query", "Scan", "BatchGetItem", "DescribeTable")]
EC2_TRUST = {
    "Sid": "Ec2",
    "Effect": "Allow",
    "Principal": {"Service": "ec2.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
ECS_TRUST = {
    "Sid": "EcsTasks",
    "Effect": "Allow",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": [f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"]},
    },
}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def table_statements(actions: list[str], names: tuple[str, ...]) -> list[dict[str, Any]]:
    arns = [TABLE + name for name in names]
    return [
        {"Sid": "Tables", "Effect": "Allow", "Action": actions, "Resource": arns},
        {
            "Sid": "Indexes",
            "Effect": "Allow",
            "Action": ["dynamodb:Query", "dynamodb:Scan"],
            "Resource": [f"{arn}/index/*" for arn in arns],
        },
    ]


EVENTS = {
    "Sid": "Events",
    "Effect": "Allow",
    "Action": ["events:PutEvents"],
    "Resource": [f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/ticket-reservation-events"],
}
LOGS = {
    "Sid": "Logs",
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": [
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/ecs/reservation-api*",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/eks/reservation-api*",
    ],
}
OWN_ENV = {"ANSIBLE_PYTHON_INTERPRETER": sys.executable, "ANSIBLE_NOCOLOR": "1"}


@dataclass
class Run:
    """One run of the role."""

    returncode: int
    output: str
    result: dict[str, Any]

    def recap(self, what: str) -> int:
        return int(re.findall(rf"{what}=(\d+)", self.output)[-1])

    @property
    def actions(self) -> list[tuple[str, str]]:
        return [(step["action"], step["resource"]) for step in self.result["steps"]]


class Role:
    """Runs the role iam, and looks at what it left behind."""

    def __init__(self, emulator: Emulator, directory: Path) -> None:
        self.emulator = emulator
        self.directory = directory
        self.iam = emulator.client("iam")

    def run(self, *arguments: str, entry: str = "main", ok: bool = True, **variables: Any) -> Run:
        result = self.directory / "result.json"
        result.unlink(missing_ok=True)
        settings = {"dynamodb_account_id": ACCOUNT, "dynamodb_region": REGION, **variables}
        include = {"name": "traffic_tacos.dynamodb.iam", "tasks_from": entry}
        keep = {"content": "{{ iam_result | to_json }}", "dest": str(result), "mode": "0600"}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": settings,
            "tasks": [
                {
                    "block": [{"ansible.builtin.import_role": include}],
                    "always": [{"ansible.builtin.copy": keep, "check_mode": False, "changed_when": False}],
                }
            ],
        }
        playbook = self.directory / "play.yml"
        playbook.write_text(json.dumps([play]))
        done = subprocess.run(
            [Path(sys.executable).parent / "ansible-playbook", "-i", "localhost,", "-c", "local", *arguments, playbook],
            env={
                **os.environ,
                **self.emulator.env,
                "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
                "ANSIBLE_NOCOLOR": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert (done.returncode == 0) is ok, output
        return Run(done.returncode, output, json.loads(result.read_text()) if result.exists() else {})

    def document(self, arn: str) -> dict[str, Any]:
        version = self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return self.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]

    def trust(self, name: str) -> dict[str, Any]:
        return self.iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]

    def attached(self, name: str) -> set[str]:
        policies = self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return {policy["PolicyArn"] for policy in policies}

    def names(self) -> set[str]:
        """Everything in the account that IAM calls a role, a policy or an instance profile."""
        return {
            *(entry["RoleName"] for entry in self.iam.list_roles()["Roles"]),
            *(entry["PolicyName"] for entry in self.iam.list_policies(Scope="Local")["Policies"]),
            *(entry["InstanceProfileName"] for entry in self.iam.list_instance_profiles()["InstanceProfiles"]),
        }

    def stranger(self, name: str, **tags: str) -> str:
        policy = json.dumps(document({"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}))
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return self.iam.create_policy(PolicyName=name, PolicyDocument=policy, Tags=listed)["Policy"]["Arn"]

    def writes(self) -> list[str]:
        reads = ("Get", "List", "Describe")
        return [operation for operation in self.emulator.operations() if not operation.startswith(reads)]


def tags(answer: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


@pytest.fixture
def role(emulator: Emulator, tmp_path: Path) -> Role:
    return Role(emulator, tmp_path)


def test_check_do_check_do(role: Role) -> None:
    planned = role.run("--check", "--diff", dynamodb_tags={"Team": "tacos"}, dynamodb_instance_profile=True)
    assert planned.result["summary"] == {"add": 7, "change": 0, "remove": 0, "keep": 0}
    assert role.writes() == []
    assert role.names() == set()
    assert "ticket-dynamodb-access-policy (declared)" in planned.output

    done = role.run(dynamodb_tags={"Team": "tacos"}, dynamodb_instance_profile=True)
    assert done.result["steps"] == planned.result["steps"]
    assert done.result["changed"] is False
    assert role.document(ACCESS_POLICY) == document(*table_statements(ITEM_ACTIONS, NAMES))
    assert role.document(READONLY_POLICY) == document(*table_statements(READ_ACTIONS, NAMES))
    assert role.document(SERVICE_POLICY) == document(*table_statements(ITEM_ACTIONS, NAMES[3:]), EVENTS, LOGS)
    assert role.trust(APPLICATION) == role.trust(READONLY) == document(EC2_TRUST, ECS_TRUST)
    assert role.trust(SERVICE) == document(ECS_TRUST)
    assert role.attached(APPLICATION) == {ACCESS_POLICY}
    assert role.attached(READONLY) == {READONLY_POLICY}
    assert role.attached(SERVICE) == {SERVICE_POLICY}
    profile = role.iam.get_instance_profile(InstanceProfileName=APPLICATION)["InstanceProfile"]
    assert [holder["RoleName"] for holder in profile["Roles"]] == [APPLICATION]
    for answer in (
        role.iam.get_role(RoleName=SERVICE)["Role"],
        role.iam.get_policy(PolicyArn=SERVICE_POLICY)["Policy"],
        profile,
    ):
        assert tags(answer) == {**OWN, "Team": "tacos"}

    for arguments in (("--check", "--diff"), ()):
        role.emulator.forget()
        again = role.run(*arguments, dynamodb_tags={"Team": "tacos"}, dynamodb_instance_profile=True)
        assert again.result["summary"] == {"add": 0, "change": 0, "remove": 0, "keep": 7}
        assert role.writes() == []
        # One request for each thing that is read, and no amazon.aws module
        assert sorted(role.emulator.operations()) == sorted(
            ["GetCallerIdentity", "ListPolicies", "GetInstanceProfile"]
            + 3 * ["GetRole", "ListAttachedRolePolicies", "GetPolicy", "GetPolicyVersion"]
        )
        assert again.recap("changed") == 0
        assert again.recap("skipped") == 5


def test_a_changed_table_list_changes_the_policies_only(role: Role) -> None:
    tables = [{"name": name, "hash_key": "pk"} for name in NAMES]
    role.run(dynamodb_tables=tables)
    changed = role.run(dynamodb_tables=[*tables, {"name": "reservation-refunds", "hash_key": "pk"}])
    assert changed.actions == [
        ("update_policy", "ticket-dynamodb-access-policy"),
        ("update_policy", "ticket-dynamodb-readonly-policy"),
        ("update_policy", "ticket-reservation-api-service-policy"),
    ]
    more = (*NAMES, "reservation-refunds")
    assert role.document(SERVICE_POLICY) == document(*table_statements(ITEM_ACTIONS, more[3:]), EVENTS, LOGS)
    assert len(role.iam.list_policy_versions(PolicyArn=ACCESS_POLICY)["Versions"]) == 1

    without = role.run(dynamodb_tables=tables[:3])
    assert without.result["summary"]["change"] == 3
    assert role.document(SERVICE_POLICY) == document(EVENTS, LOGS)


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


def test_a_service_that_is_no_longer_declared_keeps_a_role_without_policies(role: Role) -> None:
    role.run()
    done = role.run(dynamodb_services=[])
    assert done.actions == [("remove_policy", "ticket-reservation-api-service-policy")]
    assert role.attached(SERVICE) == set()


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


def test_the_estate_as_terraform_made_it(role: Role) -> None:
    wildcard = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::*:oidc-provider/*"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"*:sub": "system:serviceaccount:*:reservation-api", "*:aud": "sts.amazonaws.com"}
        },
    }
    both = {
        "Effect": "Allow",
        "Principal": {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]},
        "Action": "sts:AssumeRole",
    }
    ecs = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = {
        APPLICATION: ("ticket-dynamodb-access-policy", table_statements(ITEM_ACTIONS, NAMES), [both]),
        READONLY: ("ticket-dynamodb-readonly-policy", table_statements(READ_ACTIONS, NAMES), [both]),
        SERVICE: (
            "ticket-reservation-api-service-policy",
            [
                *table_statements(ITEM_ACTIONS, NAMES[3:]),
                {**EVENTS, "Resource": "arn:aws:events:*:*:event-bus/ticket-reservation-events"},
                LOGS,
            ],
            [ecs, wildcard],
        ),
    }
    for name, (policy, statements, trusts) in made.items():
        role.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document(*trusts)), Description="old")
        arn = role.iam.create_policy(PolicyName=policy, PolicyDocument=json.dumps(document(*statements)))["Policy"][
            "Arn"
        ]
        role.iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    identifiers = {name: role.iam.get_role(RoleName=name)["Role"]["RoleId"] for name in made}
    settings = {
        "dynamodb_eks_oidc_provider": "https://oidc.eks.ap-northeast-2.amazonaws.com/id/A1",
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
    assert steps[SERVICE]["before"]["trust"] == [ecs, wildcard]
    assert planned.result["summary"] == {"add": 0, "change": 6, "remove": 0, "keep": 0}

    role.run(**settings)
    issuer = "oidc.eks.ap-northeast-2.amazonaws.com/id/A1"
    assert role.trust(SERVICE) == document(
        ECS_TRUST,
        {
            "Sid": "EksServiceAccount",
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{issuer}:aud": "sts.amazonaws.com",
                    f"{issuer}:sub": "system:serviceaccount:tickets:reservation-api",
                }
            },
        },
    )
    assert {name: role.iam.get_role(RoleName=name)["Role"]["RoleId"] for name in made} == identifiers
    role.emulator.forget()
    assert role.run(**settings).result["steps"] == []
    assert role.writes() == []


def test_an_alias_is_resolved_before_documents_are_compared(role: Role) -> None:
    kms = role.emulator.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/ticket", TargetKeyId=key)
    role.run(dynamodb_kms_key_id="alias/ticket")
    found = [entry for entry in role.document(READONLY_POLICY)["Statement"] if entry["Sid"] == "Keys"]
    assert found == [
        {
            "Sid": "Keys",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:DescribeKey"],
            "Resource": [key],
            "Condition": {"StringEquals": {"kms:ViaService": [f"dynamodb.{REGION}.amazonaws.com"]}},
        }
    ]
    assert role.run(dynamodb_kms_key_id="alias/ticket").result["steps"] == []
    role.emulator.forget()
    missing = role.run(ok=False, dynamodb_kms_key_id="alias/other")
    assert missing.result["failures"][0]["action"] == "kms:DescribeKey"
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


def test_the_host_of_a_further_region_compares_only(role: Role) -> None:
    compared = role.run(dynamodb_regions=["us-east-1", REGION])
    assert compared.result["summary"]["add"] == 6
    assert role.writes() == []
    tables = role.run(dynamodb_regions=[REGION, "us-east-1"])
    assert tables.result["summary"]["add"] == 6
    resources = role.document(ACCESS_POLICY)["Statement"][0]["Resource"]
    assert len(resources) == 14 and f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/ticket-users" in resources


def test_more_tables_than_one_policy_holds(role: Role) -> None:
    tables = [{"name": f"table-{number:03}", "hash_key": "pk"} for number in range(60)]
    role.run(dynamodb_tables=tables, dynamodb_services=[])
    assert role.attached(APPLICATION) == {ACCESS_POLICY, f"{ACCESS_POLICY}-2"}
    fewer = role.run(dynamodb_tables=tables[:10], dynamodb_services=[])
    assert set(fewer.actions) == {
        ("update_policy", "ticket-dynamodb-access-policy"),
        ("update_policy", "ticket-dynamodb-readonly-policy"),
        ("update_role", APPLICATION),
        ("update_role", READONLY),
        ("remove_policy", "ticket-dynamodb-access-policy-2"),
        ("remove_policy", "ticket-dynamodb-readonly-policy-2"),
    }
    assert role.attached(APPLICATION) == {ACCESS_POLICY}
    assert role.names() == {
        *(APPLICATION, READONLY),
        *("ticket-dynamodb-access-policy", "ticket-dynamodb-readonly-policy"),
    }


def test_the_wrong_account_is_refused_before_anything_is_read(role: Role) -> None:
    refused = role.run(ok=False, dynamodb_account_id="210987654321")
    assert refused.result["refused"] is True
    assert role.emulator.operations() == ["GetCallerIdentity"]


def test_what_aws_refuses_for_good_is_not_tried_again(role: Role) -> None:
    missing = f"arn:aws:iam::{ACCOUNT}:policy/missing"
    failed = role.run(ok=False, dynamodb_managed_policies=[missing], dynamodb_services=[])
    assert f"Failed to attach policy {missing} to role" in " ".join(failed.output.split())
    assert "RETRYING" not in failed.output


def test_bad_settings_are_named_together_before_any_call(role: Role) -> None:
    refused = role.run(ok=False, dynamodb_eks_oidc_provider="https://*", dynamodb_managed_policies=["Admin"])
    assert "eks_oidc_provider[0]:" in refused.output and "managed_policies[0]:" in refused.output
    assert role.emulator.operations() == []
