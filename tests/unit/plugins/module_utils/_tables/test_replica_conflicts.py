# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Strong consistency, and what a global table does not let happen, against the strict double."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.replica_observe import global_members

from tests.support.account import Account
from tests.support.definitions import KEY
from tests.support.dynamodb_double import AwsFault, Settings
from tests.support.global_account import (
    ARN,
    BASE,
    FAR,
    GONE,
    HERE,
    NAME,
    NEAR,
    THERE,
    account,
    described,
    entry,
    members,
    only,
    run,
    strong,
)
from tests.support.tables import ESTATE


def test_strong_consistency_is_made_and_ended_in_one_call() -> None:
    found = account()
    given = strong(*NEAR, tags={"a": "b"})
    plan = only(found.plan(given))
    (made,) = [step for step in plan.steps if "strong" in step.action]
    assert made.request["MultiRegionConsistency"] == "STRONG"
    assert len(made.request["ReplicaUpdates"]) == 2
    assert found.apply([plan])[0].failure is None
    assert described(found)["MultiRegionConsistency"] == "STRONG"
    assert only(found.plan(given)).steps == ()
    (table,) = found.read(found.desired).values()
    assert table.spec
    assert only(found.plan(definition(ESTATE, table.spec))).steps == ()
    outcome = run(found, entry(allow=["delete_replica"]))
    assert [step.action for step in outcome.done] == ["delete_strong_replicas"]
    assert "Replicas" not in described(found)
    assert found.refusals == []


def test_a_witness_comes_and_goes_with_its_replica() -> None:
    found = account()
    given = strong(NEAR[0], witness=NEAR[1])
    assert run(found, given).failure is None
    assert described(found)["GlobalTableWitnesses"] == [{"RegionName": NEAR[1], "WitnessStatus": "ACTIVE"}]
    assert only(found.plan(given)).steps == ()
    assert run(found, {**GONE, "allow": ["delete_replica", "delete_table"]}).failure is None
    assert found.aws.dynamodb.status(NAME) is None
    assert found.refusals == []


def filled(found: Account) -> None:
    found.aws.dynamodb._state.tables[NAME].items["a",] = {}


CONFLICTS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        entry(THERE),
        BASE,
        "the stream is on with NEW_AND_OLD_IMAGES and should be off, but the table has replicas in eu",
    ),
    (
        entry(THERE),
        entry(THERE, stream_enabled=True, stream_view_type="KEYS_ONLY"),
        "should be on with KEYS_ONLY, but the table has replicas in eu-west-1",
    ),
    (
        entry(THERE),
        entry(
            THERE,
            each={"kms_key_arn": KEY.replace(HERE, THERE)},
            server_side_encryption={"kms_key_arn": KEY},
        ),
        "encrypted with no such key and should be with a customer managed key, which would need the same",
    ),
    (
        entry(THERE),
        {**BASE, "stream_enabled": True, "global_table_settings_replication_mode": "ENABLED"},
        "ENABLED is declared for a table of one region, but it has replicas in eu-west-1",
    ),
    (
        entry(NEAR[0]),
        strong(*NEAR),
        "the table is eventually consistent with ap-northeast-1, and should be strongly with ap-northeast-1, ap-north",
    ),
    (
        strong(*NEAR),
        entry(*NEAR),
        "the table is strongly consistent with ap-northeast-1, ap-northeast-3, and should be",
    ),
    (
        strong(*NEAR),
        strong(NEAR[0], witness=NEAR[1]),
        "and should be strongly with ap-northeast-1, ap-northeast-3 (witness): its regions and its mode are frozen",
    ),
]


@pytest.mark.parametrize(("before", "after", "message"), CONFLICTS)
def test_what_a_global_table_does_not_let_happen(before: Any, after: Any, message: str) -> None:
    found = account(before)
    plan = only(found.plan(after))
    assert plan.steps == ()
    assert any(message in conflict.message for conflict in plan.conflicts), plan.conflicts


def test_a_table_with_items_does_not_become_strongly_consistent() -> None:
    found = account(BASE)
    filled(found)
    (conflict,) = only(found.plan(strong(*NEAR))).conflicts
    assert "the table has items (1), and consistency_mode STRONG is declared" in conflict.message


def test_a_stranger_of_the_same_name_is_named() -> None:
    found = account(BASE)
    request = {
        "TableName": NAME,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    elsewhere = found.aws.in_region(THERE)
    elsewhere.call("dynamodb", "CreateTable", NAME, **request)
    found.aws.clock.sleep(60.0)
    (conflict,) = only(found.plan(entry(THERE))).conflicts
    assert f"a replica is declared in {THERE}, where a table named {NAME} is that is none of this one's" in (
        conflict.message
    )
    elsewhere.call("dynamodb", "DeleteTable", NAME, TableName=NAME)
    plan = only(found.plan(entry(THERE)))
    assert [step.action for step in plan.steps] == ["await_region", "create_replica"]
    assert found.apply([plan])[0].failure is None
    assert members(found) == [THERE]
    assert found.refusals == []


def test_what_an_earlier_run_has_begun_is_waited_for() -> None:
    found = account(BASE)
    request = {"TableName": NAME, "ReplicaUpdates": [{"Create": {"RegionName": THERE}}]}
    found.aws.call("dynamodb", "UpdateTable", NAME, **request)
    found.aws.clock.sleep(10.0)
    outcome = run(found, entry(THERE, FAR, each={"deletion_protection_enabled": True}))
    assert outcome.failure is None
    assert found.refusals == []
    assert members(found) == [THERE, FAR]
    assert described(found, THERE)["DeletionProtectionEnabled"]


def test_a_replica_that_aws_gives_up_is_a_failure_and_no_endless_wait() -> None:
    found = account(BASE, settings=Settings(aborted_replicas=frozenset({THERE})))
    outcome = run(found, entry(THERE))
    assert outcome.failure
    assert outcome.failure.code == "ReplicaFailed"
    assert "AWS has given up making a replica in eu-west-1" in outcome.failure.message


def test_a_table_with_replicas_is_not_replaced_behind_them() -> None:
    found = account(entry(THERE))
    table_id = described(found)["TableId"]
    plan = only(found.plan(entry(THERE, hash_key="other", replace_table_id=table_id)))
    assert any("but it has replicas in eu-west-1" in conflict.message for conflict in plan.conflicts)


def test_settings_replication_of_a_table_of_one_region() -> None:
    found = account({**BASE, "global_table_settings_replication_mode": "ENABLED"})
    assert described(found)["GlobalTableSettingsReplicationMode"] == "ENABLED"
    (table,) = found.read(found.desired).values()
    assert table.spec
    assert definition(ESTATE, table.spec)["global_table_settings_replication_mode"] == "ENABLED"
    assert only(found.plan({**BASE, "global_table_settings_replication_mode": "ENABLED"})).steps == ()
    assert run(found, {**BASE, "global_table_settings_replication_mode": "DISABLED"}).changed
    assert only(found.plan({**BASE, "global_table_settings_replication_mode": "DISABLED"})).steps == ()
    assert found.refusals == []


def test_a_denied_region_is_named() -> None:
    found = account(entry(THERE))
    fault = AwsFault("AccessDeniedException", "no")
    found.aws.inject("ListTagsOfResource", fault, when=lambda request: THERE in request["ResourceArn"])
    observed, failures = found.gateway.read({NAME: frozenset({"replicas"})})
    assert observed == {}
    (failure,) = failures
    assert (failure.resource, failure.message) == (NAME, f"in {THERE}: no")


def test_what_has_just_become_a_replica_is_no_stranger() -> None:
    """The table itself is read before the other region, and may show less."""
    answer = {"table": {"TableStatus": "ACTIVE", "Replicas": [{"RegionName": HERE}]}}
    table = {"TableArn": ARN, "TableStatus": "ACTIVE"}
    found = global_members(table, {THERE: answer})["replication"]
    assert found.unsettled == {THERE: "CREATING"}
    gone = global_members(table, {THERE: {"table": {**answer["table"], "TableStatus": "DELETING"}}})["replication"]
    assert gone.unsettled == {THERE: "DELETING"}
