# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the role iam through ansible-playbook, and looks at what it left behind with plain boto3."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ansible_programs import run
from tests.support.emulator import ACCOUNT, REGION, Emulator

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
OWN_ENV = {"ANSIBLE_NOCOLOR": "1"}
RESULT = re.compile(r"iam_result=([\w+/=]+)")


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
        settings = {
            "ansible_python_interpreter": sys.executable,
            "dynamodb_account_id": ACCOUNT,
            "dynamodb_region": REGION,
            **variables,
        }
        include = {"name": "traffic_tacos.dynamodb.iam", "tasks_from": entry}
        tell = {"msg": "iam_result={{ iam_result | to_json | b64encode }}"}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": settings,
            "tasks": [
                {
                    "block": [{"ansible.builtin.import_role": include}],
                    "always": [{"ansible.builtin.debug": tell}],
                }
            ],
        }
        playbook = self.directory / "play.yml"
        playbook.write_text(json.dumps([play]))
        argv = ["ansible-playbook", "--inventory=localhost,", "--connection=local", *arguments, playbook]
        done = run(*argv, env={**os.environ, **self.emulator.env, **OWN_ENV})
        output = done.stdout + done.stderr
        assert (done.returncode == 0) is ok, output
        told = RESULT.search(done.stdout)
        return Run(done.returncode, output, json.loads(base64.b64decode(told[1])) if told else {})

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
