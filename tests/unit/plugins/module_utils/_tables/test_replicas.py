# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Global tables against the strict double: what is planned, in which order, by which region's client."""

from __future__ import annotations

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import extras_named
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition

from tests.support.definitions import KEY, KEY_ID, policy
from tests.support.global_account import (
    ARN,
    BASE,
    FAR,
    GONE,
    HERE,
    NAME,
    SCALED,
    SCALES,
    THERE,
    account,
    actions,
    described,
    entry,
    members,
    only,
    run,
)
from tests.support.tables import ESTATE


def test_a_new_table_gets_its_replicas_one_at_a_time_and_each_its_own_settings() -> None:
    found = account()
    each = {"point_in_time_recovery": True, "deletion_protection_enabled": True, "tags": {"a": "b"}}
    plan = only(found.plan(entry(THERE, FAR, each=each)))
    made = [step for step in plan.steps if "replica" in step.action]
    assert [(step.action, step.subject, step.region) for step in made] == [
        ("create_replica", THERE, ""),
        ("create_replica", FAR, ""),
        ("protect_replica", THERE, THERE),
        ("protect_replica", FAR, FAR),
        ("enable_replica_recovery", THERE, THERE),
        ("enable_replica_recovery", FAR, FAR),
        ("tag_replica", THERE, THERE),
        ("tag_replica", FAR, FAR),
    ]
    assert {step.risk for step in plan.steps} == {"none"}
    assert made[0].request == {"TableName": NAME, "ReplicaUpdates": [{"Create": {"RegionName": THERE}}]}
    assert found.apply([plan])[0].failure is None
    assert found.refusals == []
    assert members(found) == [THERE, FAR]
    assert described(found, THERE)["DeletionProtectionEnabled"]
    assert only(found.plan(entry(THERE, FAR, each=each))).steps == ()


def test_what_belongs_to_a_region_is_changed_by_its_own_client() -> None:
    found = account(entry(THERE))
    found.aws.calls.clear()
    each = {"point_in_time_recovery": True, "deletion_protection_enabled": True, "propagate_tags": True}
    assert run(found, entry(THERE, each=each, tags={"Team": "x"})).failure is None
    writes = [(call.service, call.operation) for call in found.aws.writes]
    assert writes == [
        ("dynamodb", "TagResource"),
        (f"dynamodb@{THERE}", "UpdateTable"),
        (f"dynamodb@{THERE}", "UpdateContinuousBackups"),
        (f"dynamodb@{THERE}", "TagResource"),
    ]
    arn = ARN.replace(HERE, THERE)
    tags = found.aws.in_region(THERE).call("dynamodb", "ListTagsOfResource", NAME, ResourceArn=arn)["Tags"]
    assert {"Key": "Team", "Value": "x"} in tags
    assert {"Key": "Estate", "Value": "ticket"} in tags


def test_only_tables_that_manage_replicas_are_read_elsewhere() -> None:
    found = account(entry(THERE))
    found.aws.calls.clear()
    (plan,) = found.plan({**BASE, "stream_enabled": True})
    assert plan.steps == ()
    assert {call.service for call in found.aws.calls} <= {"dynamodb", "kms"}
    found.plan(entry(THERE))
    assert f"dynamodb@{THERE}" in {call.service for call in found.aws.calls}


def test_removing_needs_the_word_and_what_is_protected_needs_another() -> None:
    found = account(entry(THERE, each={"deletion_protection_enabled": True}))
    plan = only(found.plan(entry()))
    assert plan.steps == ()
    assert [(step.action, step.word) for step in plan.withheld] == [
        ("unprotect_replica", "disable_deletion_protection"),
        ("delete_replica", "delete_replica"),
    ]
    words = ["delete_replica", "disable_deletion_protection", "change_stream"]
    assert run(found, entry(allow=words)).failure is None
    assert found.refusals == []
    assert "Replicas" not in described(found)
    assert "StreamSpecification" not in described(found)
    assert found.aws.dynamodb.in_region(THERE).status(NAME) is None


def test_the_stream_stays_where_the_word_to_remove_the_replicas_is_missing() -> None:
    found = account(entry(THERE))
    plan = only(found.plan(entry(allow=["change_stream"])))
    assert (plan.steps, plan.conflicts) == ((), ())
    assert [step.action for step in plan.withheld] == ["delete_replica"]


@pytest.mark.parametrize(("first", "second"), [(THERE, FAR), (FAR, THERE)])
def test_newest_first_as_a_region_that_others_were_made_from_cannot_go(first: str, second: str) -> None:
    found = account(entry(first))
    # Somebody adds a region at the endpoint of the replica, which AWS then does not let go before
    request = {"TableName": NAME, "ReplicaUpdates": [{"Create": {"RegionName": second}}]}
    found.aws.in_region(first).call("dynamodb", "UpdateTable", NAME, **request)
    found.aws.clock.sleep(3600.0)
    plan = only(found.plan(entry(allow=["delete_replica"], stream_enabled=True)))
    assert actions(plan) == [("delete_replica", second), ("delete_replica", first)]
    assert found.apply([plan])[0].failure is None
    assert found.refusals == []


def test_a_region_that_another_one_was_made_from_is_put_off() -> None:
    found = account(entry(THERE))
    request = {"TableName": NAME, "ReplicaUpdates": [{"Create": {"RegionName": FAR}}]}
    found.aws.in_region(THERE).call("dynamodb", "UpdateTable", NAME, **request)
    found.aws.clock.sleep(3600.0)
    outcome = run(found, entry(FAR, allow=["delete_replica"]))
    assert outcome.failure is None
    (deferred,) = outcome.deferred
    assert "acted as a source region" in deferred.reason


def test_a_table_goes_after_its_replicas() -> None:
    found = account(entry(THERE, FAR, each={"deletion_protection_enabled": True}))
    plan = only(found.plan(GONE))
    assert plan.steps == ()
    words = {step.word for step in plan.withheld if step.word}
    assert words == {"delete_replica", "delete_table", "disable_deletion_protection"}
    assert run(found, {**GONE, "allow": sorted(words)}).failure is None
    assert found.refusals == []
    for region in (HERE, THERE, FAR):
        assert found.aws.dynamodb.in_region(region).status(NAME) is None


def test_overrides_are_said_where_they_differ_and_taken_back() -> None:
    found = account(entry(THERE, each={"table_class": "STANDARD_INFREQUENT_ACCESS"}))
    (replica,) = described(found)["Replicas"]
    assert replica["ReplicaTableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    both = {"table_class": "STANDARD", "on_demand_throughput": {"max_read_request_units": 7}}
    plan = only(found.plan(entry(THERE, each=both)))
    assert [list(step.request["ReplicaUpdates"][0]["Update"])[1] for step in plan.steps] == [
        "TableClassOverride",
        "OnDemandThroughputOverride",
    ]
    assert found.apply([plan])[0].failure is None
    (replica,) = described(found)["Replicas"]
    assert "ReplicaTableClassSummary" not in replica
    assert replica["OnDemandThroughputOverride"] == {"MaxReadRequestUnits": 7}
    assert only(found.plan(entry(THERE, each=both))).steps == ()
    assert found.refusals == []


def test_every_region_has_a_key_of_its_own_which_is_changed_there() -> None:
    found = account()
    for region in (THERE, FAR):
        found.aws.dynamodb.in_region(region).keys.add(KEY_ID)
    other = "99999999-2222-3333-4444-555555555555"
    found.aws.dynamodb.in_region(THERE).keys.add(other)
    keyed = {"server_side_encryption": {"kms_key_arn": KEY}}
    there = KEY.replace(HERE, THERE)
    given = entry(THERE, each={"kms_key_arn": there}, **keyed)
    assert run(found, given).failure is None
    assert described(found, THERE)["SSEDescription"]["KMSMasterKeyArn"] == there
    (table,) = found.read(found.desired).values()
    assert table.spec
    assert definition(ESTATE, table.spec)["replicas"][0]["kms_key_arn"] == there
    changed = entry(THERE, each={"kms_key_arn": there.replace(KEY_ID, other)}, **keyed)
    plan = only(found.plan(changed))
    assert [(step.action, step.region) for step in plan.steps] == [("set_replica_key", THERE)]
    assert found.apply([plan])[0].failure is None
    assert only(found.plan(changed)).steps == ()
    assert found.refusals == []


def test_a_policy_of_a_replica_is_written_and_read_in_its_region_only_where_it_is_named() -> None:
    found = account(entry(THERE))
    there = {**policy("dynamodb:GetItem")["Statement"][0], "Resource": ARN.replace(HERE, THERE)}
    given = entry(THERE, FAR, each={"resource_policy": {"Version": "2012-10-17", "Statement": [there]}})
    given["replicas"][1].pop("resource_policy")
    outcome = run(found, given)
    assert outcome.failure is None
    assert [(step.action, step.region) for step in outcome.done if "policy" in step.action] == [
        ("put_replica_policy", THERE)
    ]
    found.aws.calls.clear()
    assert only(found.plan(given)).steps == ()
    read = [call.service for call in found.aws.calls if call.operation == "GetResourcePolicy"]
    assert read == [f"dynamodb@{THERE}"]
    (table,) = found.gateway.read({NAME: extras_named(["replicas", "resource_policy"])})[0].values()
    assert table.spec
    assert only(found.plan(definition(ESTATE, table.spec))).steps == ()
    found.aws.clock.sleep(60.0)
    given["replicas"][0]["resource_policy"] = {}
    assert [step.action for step in run(found, given).done] == ["delete_replica_policy"]
    assert only(found.plan(given)).steps == ()
    assert found.refusals == []


def test_write_capacity_scales_before_a_replica_and_before_an_index() -> None:
    found = account()
    plan = only(found.plan(entry(THERE, **SCALED)))
    assert [action for action, _subject in actions(plan)][-3:] == [
        "register_target",
        "put_scaling_policy",
        "create_replica",
    ]
    assert found.apply([plan])[0].failure is None
    index = {"name": "idx", "hash_key": "a", "autoscaling": {"write": SCALES}}
    found = account({**BASE, "billing_mode": "PAY_PER_REQUEST", **entry(THERE)})
    plan = only(found.plan(entry(THERE, **SCALED, global_secondary_indexes=[index])))
    assert actions(plan) == [
        ("switch_billing", ""),
        ("prepare_target", "write"),
        ("prepare_policy", "write"),
        ("create_index", "idx"),
        ("register_target", "idx/write"),
        ("put_scaling_policy", "idx/write"),
    ]


def test_a_replica_that_becomes_a_table_of_its_own_keeps_its_items() -> None:
    found = account(entry(THERE))
    apart = entry(THERE, each={"state": "disassociated"}, stream_enabled=True)
    assert [step.word for step in only(found.plan(apart)).withheld] == ["disassociate_replica"] * 2
    outcome = run(found, {**apart, "allow": ["disassociate_replica"]})
    assert outcome.failure is None
    assert [(step.action, step.region) for step in outcome.done] == [
        ("allow_disassociation", THERE),
        ("disassociate_replica", THERE),
    ]
    assert "Replicas" not in described(found)
    assert "Replicas" not in described(found, THERE)
    assert only(found.plan(apart)).steps == ()
    assert found.refusals == []


def test_protection_against_being_disassociated() -> None:
    found = account(entry(THERE))
    off = entry(THERE, each={"disassociation_protection_enabled": False}, disassociation_protection_enabled=False)
    plan = only(found.plan(off))
    assert {step.word for step in plan.withheld} == {"disable_disassociation_protection"}
    assert len(plan.withheld) == 2
    assert run(found, {**off, "allow": list(ALLOW)}).failure is None
    assert only(found.plan(off)).withheld == ()
    (table,) = found.read(found.desired).values()
    assert table.spec
    rendered = definition(ESTATE, table.spec)
    assert rendered["disassociation_protection_enabled"] is False
    assert rendered["replicas"][0]["disassociation_protection_enabled"] is False
