# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""With exactly the printed policies an estate is planned, deployed, changed and torn down, and nothing is denied.

The proxy enforces the whole documents; behind it MiniStack enforces what it can of them (see support/deployer.py), and
moto, which enforces nothing, knows what MiniStack does not: SetDefaultPolicyVersion, and with AWS's rules all extras.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.deployer import deployer_policies

from tests.support.authorizing_proxy import AuthorizingProxy
from tests.support.deployer import Deployer
from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.iam_policies import Document
from tests.support.ministack import MiniStack
from tests.support.playbooks import play, writes

STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/changes"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
ITEMS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
USERS: dict[str, Any] = {"name": "users", "hash_key": "pk", "ttl_enabled": True, "ttl_attribute": "ttl"}
INDEXED = {**USERS, "global_secondary_indexes": [{"name": "by-city", "hash_key": "city"}]}
SCHEDULE = {"name": "night", "schedule": "cron(0 20 * * ? *)", "min_capacity": 1, "max_capacity": 2}
INDEX = {"name": "by-mail", "hash_key": "mail", "contributor_insights": {"enabled": True}}
ORDERS: dict[str, Any] = {
    "name": "orders",
    "hash_key": "pk",
    "billing_mode": "PROVISIONED",
    "autoscaling": {
        "read": {"min_capacity": 2, "max_capacity": 8, "target_value": 70, "scheduled_actions": [SCHEDULE]}
    },
    "contributor_insights": {"enabled": True},
    "resource_policy": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "dynamodb:GetItem",
                "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-orders",
            }
        ],
    },
}
OUTBOX: dict[str, Any] = {
    "name": "outbox",
    "hash_key": "pk",
    "kinesis_streaming_destination": {"stream_arn": STREAM},
    "stream_enabled": True,
    "stream_resource_policy": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "dynamodb:GetRecords",
                "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-outbox/stream/*",
            }
        ],
    },
}
PRECISE = {"stream_arn": STREAM, "approximate_creation_date_time_precision": "MICROSECOND"}
AUDIT: dict[str, Any] = {"name": "audit", "hash_key": "pk", "kinesis_streaming_destination": {"stream_arn": STREAM}}
EVENTS = {"name": "events", "hash_key": "pk"}
CHANGED = [
    {**USERS, "global_secondary_indexes": [INDEX], "tags": {"Team": "tacos"}, "allow": ["delete_index"]},
    {**ORDERS, "autoscaling": {"read": {"enabled": False}}, "resource_policy": {}},
    {
        **OUTBOX,
        "kinesis_streaming_destination": {"enabled": False},
        "stream_resource_policy": {},
        "allow": ["change_kinesis_destination"],
    },
    {**AUDIT, "kinesis_streaming_destination": PRECISE},
    EVENTS,
]
BEFORE = [INDEXED, ORDERS, OUTBOX, AUDIT]
ESTATE: dict[str, Any] = {
    "dynamodb_iam_path": "/teams/tickets/",
    "dynamodb_permissions_boundary": BOUNDARY,
    "dynamodb_services": [],
    "dynamodb_instance_profile": True,
    # MiniStack loses metric math
    "alarms_fill_missing": False,
}
WORD = f"ticket@{ACCOUNT}/{REGION}"
RARE = {
    "application-autoscaling:DeleteScalingPolicy": "of a target that stays",
    "application-autoscaling:DeleteScheduledAction": "of a target that stays",
    "cloudwatch:UntagResource": "where strange tags are purged",
    "iam:CreateServiceLinkedRole": "made by AWS itself with the caller's right, so that there is no call",
    "iam:DeletePolicy": "where fewer tables need fewer policies",
    "iam:DetachRolePolicy": "where fewer tables need fewer policies",
    "iam:ListEntitiesForPolicy": "where one of the estate's policies is not declared",
    "iam:PutRolePermissionsBoundary": "where the boundary is new",
    "iam:RemoveRoleFromInstanceProfile": "where the profile held another role",
    **dict.fromkeys(
        (f"kinesis:{name}" for name in ("DescribeStream", "DescribeStreamSummary", "ListStreams", "PutRecords")),
        "asked by AWS itself with the right of whoever lets a table stream, so that there is no call",
    ),
}
"""What a deployment need not come to, and when it does."""
UNMET = {
    "application-autoscaling:DescribeScalingPolicies": "where there are scalable targets",
    "application-autoscaling:DescribeScheduledActions": "where there are scalable targets",
    "iam:DeletePolicyVersion": "where somebody has added a version",
}
"""The same of a teardown."""


def policies(*tables: dict[str, Any]) -> dict[str, list[Document]]:
    settings = {
        "name": "ticket",
        "account_id": ACCOUNT,
        "regions": [REGION],
        "path": "/teams/tickets/",
        "permissions_boundary": BOUNDARY,
        "instance_profile": True,
    }
    return deployer_policies(list(tables), settings)


def actions(documents: list[Document]) -> set[str]:
    return {action for document in documents for statement in document["Statement"] for action in statement["Action"]}


def bound(emulator: Emulator) -> None:
    emulator.client("iam").create_policy(PolicyName="boundary", PolicyDocument=json.dumps(ITEMS))


def test_where_iam_is_enforced(tmp_path: Path) -> None:
    """Deployed, looked at with the right to read, and torn down."""
    found = policies(USERS)
    with MiniStack(tmp_path, enforce=True) as running, AuthorizingProxy(running) as proxy:
        bound(running)
        deployer = Deployer(proxy, "deployer", [*found["read"], *found["deploy"]])
        deployed = deployer.play("site", dynamodb_tables=[USERS], **ESTATE)
        assert (deployed.returncode, proxy.denied) == (0, []), deployed.output
        assert deployed.recap("changed") > 0

        proxy.forget()
        reader = Deployer(proxy, "reader", found["read"])
        converged = reader.play("site", dynamodb_tables=[USERS], **ESTATE)
        assert (converged.returncode, converged.recap("changed"), proxy.denied) == (0, 0, []), converged.output
        assert writes(proxy) == []

        remover = Deployer(proxy, "remover", [*found["read"], *found["teardown"]])
        removed = remover.play("teardown", dynamodb_tables=[USERS], dynamodb_teardown=WORD, **ESTATE)
        assert (removed.returncode, proxy.denied) == (0, []), removed.output
        assert running.client("dynamodb").list_tables()["TableNames"] == []
        assert actions(found["teardown"]) - proxy.actions == UNMET.keys()


def test_every_call_is_allowed_and_everything_allowed_is_called(emulator: Emulator) -> None:
    """With all extras: planned with the right to read, deployed, and changed in every domain."""
    found = policies(*CHANGED)
    with AuthorizingProxy(emulator, by_rules=True) as proxy:
        proxy.rules.clear(proxy.settings)
        bound(emulator)
        reader = Deployer(proxy, "reader", found["read"])
        planned = reader.play("plan", dynamodb_tables=BEFORE, **ESTATE)
        assert (planned.returncode, proxy.denied, writes(proxy)) == (0, [], []), planned.output

        deployer = Deployer(proxy, "deployer", [*found["read"], *found["deploy"]])
        deployed = deployer.play("site", dynamodb_tables=BEFORE, **ESTATE)
        assert (deployed.returncode, proxy.denied) == (0, []), deployed.output
        changes = {
            "dynamodb_alarm_actions": [f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"],
            "dynamodb_trusted_principals": ["lambda.amazonaws.com"],
        }
        changed = deployer.play("site", dynamodb_tables=CHANGED, **ESTATE, **changes)
        assert (changed.returncode, proxy.denied) == (0, []), changed.output
        assert actions([*found["read"], *found["deploy"]]) - proxy.actions == RARE.keys()


def test_the_playbook_prints_the_documents_and_calls_nothing(emulator: Emulator, tmp_path: Path) -> None:
    tables = [USERS, ORDERS]
    printed = play(emulator, "permissions", dynamodb_tables=tables, dynamodb_permissions_path=str(tmp_path), **ESTATE)
    assert printed.returncode == 0, printed.output
    assert emulator.operations() == []
    assert "nobody gains more" in " ".join(printed.output.split())
    assert {path.name: json.loads(path.read_text()) for path in tmp_path.iterdir()} == {
        f"ticket-{purpose}-1.json": documents[0] for purpose, documents in policies(*tables).items()
    }
