# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the deployer's policies say of replicas: the declared regions, and any region where they may be removed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

from .test_deployer import KEY, USERS, actions, may, policies, table

THERE, FAR = "eu-west-1", "us-east-1"
NAME = "ticket-users"


def replicated(**more: Any) -> dict[str, Any]:
    return {**USERS, "replicas": [{"region_name": THERE}], **more}


def test_nothing_of_them_where_there_are_none() -> None:
    assert not any(
        "Replica" in action or "Witness" in action for found in policies().values() for action in actions(found)
    )


def test_a_replica_is_made_and_looked_at_where_it_is_declared() -> None:
    for action in ("CreateTable", "CreateTableReplica", "Scan", "PutItem", "UpdateTable", "UpdateTimeToLive"):
        assert "deploy" in may(f"dynamodb:{action}", table(NAME, THERE), replicated()), action
    assert "deploy" in may("dynamodb:UpdateTable", table(NAME), replicated())
    for action in ("CreateTableReplica", "PutItem", "DeleteTableReplica"):
        assert may(f"dynamodb:{action}", table(NAME), replicated()) == set()
    assert may("dynamodb:DescribeTable", table(NAME, THERE), replicated()) == {"read"}
    assert may("dynamodb:DescribeTable", table(NAME, FAR), replicated()) == set()
    assert may("dynamodb:DeleteTableReplica", table(NAME, THERE), replicated()) == set()
    role = "arn:aws:iam::137406935518:role/aws-service-role/replication.dynamodb.amazonaws.com/x"
    context = {"iam:AWSServiceName": "replication.dynamodb.amazonaws.com"}
    resource = role.replace("/x", "/AWSServiceRoleForDynamoDBReplication")
    assert may("iam:CreateServiceLinkedRole", resource, replicated(), context=context) == {"deploy"}


@pytest.mark.parametrize("entry", [replicated(), {**USERS, "replicas": []}, {**USERS, "state": "absent"}])
def test_with_the_word_to_remove_them_in_any_region(entry: dict[str, Any]) -> None:
    given = {**entry, "allow": ["delete_replica"]}
    assert may("dynamodb:DeleteTableReplica", table(NAME, FAR), given) == {"deploy"}, "a teardown refuses replicas"
    assert may("dynamodb:DescribeTable", table(NAME, FAR), given) == {"read"}
    assert may("dynamodb:DeleteTableReplica", table("ticket-others", FAR), given) == set()
    assert "deploy" in may("dynamodb:UpdateTable", table(NAME, FAR), given)
    for action in ("CreateTableReplica", "DeleteItem", "PutItem", "Scan"):
        assert may(f"dynamodb:{action}", table(NAME, FAR), given) == set()
        assert may(f"dynamodb:{action}", table(NAME), given) == set()
    assert may("dynamodb:DeleteGlobalTableWitness", table(NAME), given) == {"deploy"}
    assert may("dynamodb:CreateGlobalTableWitness", table(NAME), given) == set()


def test_a_witness_and_a_table_apart_have_calls_of_their_own() -> None:
    witness = replicated(global_table_witness={"region_name": FAR})
    assert may("dynamodb:CreateGlobalTableWitness", table(NAME), witness) == {"deploy"}
    apart = {**USERS, "replicas": [{"region_name": THERE, "state": "disassociated"}]}
    assert may("dynamodb:DisassociateTableReplica", table(NAME, THERE), apart) == {"deploy"}
    assert may("dynamodb:DisassociateTableReplica", table(NAME, THERE), replicated()) == set()


def test_a_key_of_another_region_is_used_there_only() -> None:
    key = KEY.replace("ap-northeast-2", THERE)
    entry = {**USERS, "replicas": [{"region_name": THERE, "kms_key_arn": key}]}
    via = {"kms:ViaService": f"dynamodb.{THERE}.amazonaws.com"}
    assert may("kms:CreateGrant", key, entry, context=via) == {"deploy"}
    assert may("kms:CreateGrant", key, entry, context={"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}) == set()


def test_a_region_that_is_a_wildcard_is_refused() -> None:
    with pytest.raises(Refused, match="wildcard"):
        policies({**USERS, "replicas": [{"region_name": "*"}]})
