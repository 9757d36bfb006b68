# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""With exactly the printed policies an estate is planned, deployed, changed and torn down; they cannot gain more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.deployer import deployer_policies

from tests.support.authorizing_proxy import AuthorizingProxy
from tests.support.deployer import Deployer
from tests.support.emulator import ACCOUNT, REGION
from tests.support.ministack import MiniStack
from tests.support.playbooks import writes

BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
ITEMS_ONLY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
USERS: dict[str, Any] = {"name": "users", "hash_key": "pk", "ttl_enabled": True, "ttl_attribute": "ttl"}
INDEX = {"name": "by-mail", "hash_key": "mail"}
CHANGED = [
    {**USERS, "global_secondary_indexes": [INDEX], "tags": {"Team": "tacos"}},
    {"name": "orders", "hash_key": "pk", "tags": {"Team": "tacos"}},
]
CHANGES: dict[str, Any] = {
    "dynamodb_tables": CHANGED,
    "dynamodb_alarm_actions": [f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"],
    "dynamodb_trusted_principals": ["lambda.amazonaws.com"],
}
ESTATE: dict[str, Any] = {
    "dynamodb_iam_path": "/teams/tickets/",
    "dynamodb_permissions_boundary": BOUNDARY,
    "dynamodb_services": [],
    "dynamodb_instance_profile": True,
    # MiniStack loses metric math
    "alarms_fill_missing": False,
}
POLICIES = deployer_policies(
    CHANGED,
    {
        "name": "ticket",
        "account_id": ACCOUNT,
        "regions": [REGION],
        "path": "/teams/tickets/",
        "permissions_boundary": BOUNDARY,
        "instance_profile": True,
    },
)
NOT_CALLED = {
    "application-autoscaling:DescribeScalingPolicies": "only where there are scalable targets",
    "application-autoscaling:DescribeScheduledActions": "only where there are scalable targets",
    "cloudwatch:GetMetricStatistics": "only while an index is being filled",
    "cloudwatch:UntagResource": "only where strange tags are purged",
    "dynamodb:UntagResource": "only where the tags of an entry are purged, or time to live is finished",
    "iam:ListEntitiesForPolicy": "",
    "iam:PutRolePermissionsBoundary": "only where the boundary is new",
}
"""What these runs do not come to, and why it is allowed nevertheless."""


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorizingProxy]:
    with MiniStack(tmp_path_factory.mktemp("enforcing"), enforce=True) as running, AuthorizingProxy(running) as proxy:
        running.client("iam").create_policy(PolicyName="boundary", PolicyDocument=json.dumps(ITEMS_ONLY))
        yield proxy


def test_an_estate_lives_with_these_rights_alone(account: AuthorizingProxy) -> None:
    reader = Deployer(account, "reader", POLICIES["read"])
    deployer = Deployer(account, "deployer", [*POLICIES["read"], *POLICIES["deploy"]])
    remover = Deployer(account, "remover", [*POLICIES["read"], *POLICIES["teardown"]])

    planned = reader.play("plan", dynamodb_tables=[USERS], **ESTATE)
    assert (planned.returncode, account.denied) == (0, []), planned.output
    assert writes(account) == []
    deployed = deployer.play("site", dynamodb_tables=[USERS], **ESTATE)
    assert (deployed.returncode, account.denied) == (0, []), deployed.output
    assert deployed.recap("changed") > 0

    account.journal.clear()
    converged = reader.play("site", dynamodb_tables=[USERS], **ESTATE)
    assert (converged.returncode, converged.recap("changed"), account.denied) == (0, 0, []), converged.output
    assert writes(account) == []

    changed = deployer.play("site", **ESTATE, **CHANGES)
    assert (changed.returncode, account.denied) == (0, []), changed.output
    word = f"ticket@{ACCOUNT}/{REGION}"
    removed = remover.play("teardown", dynamodb_teardown=word, **ESTATE, **CHANGES)
    assert (removed.returncode, account.denied) == (0, []), removed.output

    allowed = {
        action
        for documents in POLICIES.values()
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
    }
    assert allowed - account.actions == NOT_CALLED.keys(), "nothing is allowed that is not needed"
