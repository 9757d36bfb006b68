# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each role of an estate, assumed where IAM is enforced: what it may do works, and everything else is denied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.roles import access_roles

from tests.support.emulator import ACCOUNT, REGION
from tests.support.iam_policies import Check, trusted
from tests.support.least_privilege import (
    ON_TABLES,
    Call,
    Clients,
    create_role,
    create_table,
    denied,
    permitted,
    session,
    token,
)
from tests.support.ministack import MiniStack

OWN = ("ticket-users", "ticket-reservation-orders")
STRANGE = ("ticket-dev-users", "ticket-userss")
"""Another estate's table, and one whose name only begins like ours."""
NOTHING: frozenset[str] = frozenset()
READS = {"GetItem", "BatchGetItem", "Query", "Query an index", "Scan", "Scan an index"}
ITEMS = READS | {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
ISSUER = "oidc.eks.ap-northeast-2.amazonaws.com/id/A1"
SERVICE_ACCOUNT = "system:serviceaccount:tickets:reservation-api"
BUS, GROUP = "ticket-reservation-events", "/aws/ecs/reservation-api"
SETTINGS: dict[str, Any] = {
    "name": "ticket",
    "account_id": ACCOUNT,
    "regions": [REGION],
    "path": "/teams/tickets/",
    "eks_oidc_provider": [ISSUER],
    "eks_namespace": "tickets",
    "services": [{"name": "reservation-api", "tables": ["reservation-*"], "event_bus": BUS, "log_groups": [GROUP]}],
}
ROLES = access_roles([{"name": "users"}, {"name": "reservation-orders"}], SETTINGS)

ELSEWHERE: dict[str, Call] = {
    "events:PutEvents": lambda aws, bus: aws("events").put_events(
        Entries=[{"Source": "s", "DetailType": "t", "Detail": "{}", "EventBusName": bus}]
    ),
    "logs:CreateLogStream": lambda aws, bus: aws("logs").create_log_stream(
        logGroupName=GROUP if bus == BUS else bus, logStreamName="stream"
    ),
    "dynamodb:ListTables": lambda aws, _name: aws("dynamodb").list_tables(),
    "cloudwatch:DescribeAlarms": lambda aws, _name: aws("cloudwatch").describe_alarms(),
    "iam:ListRoles": lambda aws, _name: aws("iam").list_roles(),
    "kms:ListKeys": lambda aws, _name: aws("kms").list_keys(),
    "s3:ListBuckets": lambda aws, _name: aws("s3").list_buckets(),
}


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    """An account with the estate's roles and tables, and with those of others."""
    with MiniStack(tmp_path_factory.mktemp("enforcing"), enforce=True) as running:
        for name in (*OWN, *STRANGE):
            create_table(running.client, name)
        for role in ROLES:
            create_role(running.client, role)
        running.client("iam").create_open_id_connect_provider(Url=f"https://{ISSUER}")
        for bus in (BUS, "payment-events"):
            running.client("events").create_event_bus(Name=bus)
        for group in (GROUP, "/aws/ecs/payment-api"):
            running.client("logs").create_log_group(logGroupName=group)
        yield running


def arn(role: dict[str, Any]) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role{role['path']}{role['name']}"


def on_an_instance(enforcing: MiniStack, role: dict[str, Any]) -> Clients:
    """A session as EC2 gives it; for the emulator, the account's owner stands for every trusted service."""
    answer = enforcing.client("sts").assume_role(RoleArn=arn(role), RoleSessionName="instance")
    return session(enforcing, answer["Credentials"])


def in_a_pod(enforcing: MiniStack, **claims: str) -> Any:
    return enforcing.client("sts").assume_role_with_web_identity(
        RoleArn=arn(ROLES[2]), RoleSessionName="pod-1", WebIdentityToken=token(ISSUER, **claims)
    )


@pytest.mark.parametrize(
    ("number", "own"), [(0, ITEMS), (1, READS | {"DescribeTable"})], ids=["application", "read-only"]
)
def test_application_and_read_only_role(enforcing: MiniStack, number: int, own: set[str]) -> None:
    aws = on_an_instance(enforcing, ROLES[number])
    found = {table: permitted(aws, table) for table in (*OWN, *STRANGE)}
    assert found == {**dict.fromkeys(OWN, own), **dict.fromkeys(STRANGE, NOTHING)}
    assert permitted(aws, BUS, ELSEWHERE) == set()


def test_the_service_role_in_a_pod(enforcing: MiniStack) -> None:
    aws = session(enforcing, in_a_pod(enforcing, sub=SERVICE_ACCOUNT, aud="sts.amazonaws.com")["Credentials"])
    found = {table: permitted(aws, table) for table in (*OWN, *STRANGE)}
    assert found == {**dict.fromkeys((OWN[0], *STRANGE), NOTHING), OWN[1]: ITEMS}
    assert permitted(aws, BUS, ELSEWHERE) == {"events:PutEvents", "logs:CreateLogStream"}
    assert permitted(aws, "payment-events", ELSEWHERE) == set()


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "system:serviceaccount:tickets:payment-api"},
        {"sub": "system:serviceaccount:other:reservation-api"},
        {"sub": "system:serviceaccount:tickets:reservation-api-2"},
        {"aud": "somebody.example.com"},
    ],
    ids=["service account", "namespace", "longer name", "audience"],
)
def test_a_wrong_pod_does_not_get_the_role(enforcing: MiniStack, claims: dict[str, str]) -> None:
    wrong = {"sub": SERVICE_ACCOUNT, "aud": "sts.amazonaws.com", **claims}
    assert denied(lambda: in_a_pod(enforcing, **wrong))


def test_nobody_else_gets_a_role(enforcing: MiniStack) -> None:
    """Not even a user who may assume every role as far as his own policy goes."""
    iam = enforcing.client("iam")
    iam.create_user(UserName="ann")
    everything = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    iam.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=everything)
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = session(enforcing, {**key, "SessionToken": None})
    assert permitted(ann, OWN[0], {"GetItem": ON_TABLES["GetItem"]}) == {"GetItem"}
    for role in ROLES:
        assert denied(lambda role=role: ann("sts").assume_role(RoleArn=arn(role), RoleSessionName="ann-1"))
    # The service's role is for ECS tasks and pods; ECS says which account and cluster it acts for, and EC2 says nothing
    assert denied(lambda: on_an_instance(enforcing, ROLES[2]))


TASK = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/c/1"}


@pytest.mark.parametrize(
    ("context", "trusts"),
    [
        (TASK, True),
        ({**TASK, "aws:SourceAccount": "210987654321"}, False),
        ({**TASK, "aws:SourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/c/1"}, False),
        ({**TASK, "aws:SourceArn": f"arn:aws:ecs:{REGION}:210987654321:task/c/1"}, False),
        ({}, False),
    ],
    ids=["own task", "other account", "other region", "other account's task", "unsaid"],
)
def test_tasks_of_the_own_account_and_region_only(context: dict[str, str], trusts: bool) -> None:
    """By our own evaluation: no emulator lets one act as a service with a source."""
    for role in ROLES:
        check = Check("sts:AssumeRole", "*", context)
        assert trusted(role["trust"], "Service", "ecs-tasks.amazonaws.com", check) is trusts
        assert not trusted(role["trust"], "Service", "lambda.amazonaws.com", check)
        assert trusted(role["trust"], "Service", "ec2.amazonaws.com", check) is (role is not ROLES[2])
