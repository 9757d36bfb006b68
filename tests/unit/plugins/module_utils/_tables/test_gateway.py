# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading and applying through the real gateway, against the strict double, when AWS does not play along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables import requests
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.gateway import TablesGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.dynamodb_double import AwsFault, FakeAws
from tests.support.tables import ESTATE, params

USERS: dict[str, Any] = {"name": "users", "hash_key": "id"}
ORDERS: dict[str, Any] = {
    "name": "orders",
    "hash_key": "id",
    "global_secondary_indexes": [{"name": "idx", "hash_key": "x"}],
}


def deploy(aws: FakeAws, *entries: dict[str, Any], seconds: float = 3600.0) -> list[Outcome]:
    gateway = TablesGateway(aws, ESTATE)
    desired = parse(params(*entries))
    observed, failures = gateway.read({table.table_name: wanted_extras(table) for table in desired})
    assert failures == []
    return apply(plan(ESTATE, desired, observed), gateway, Run(Deadline.after(aws.clock, seconds), resources=4))


def failures(outcomes: list[Outcome]) -> dict[str, str]:
    return {each.plan.resource: each.failure.code for each in outcomes if each.failure}


def test_one_tables_failure_stops_only_that_table_and_a_rerun_completes() -> None:
    aws = FakeAws()
    fault = AwsFault("LimitExceededException", "This request would exceed the account's limit.")
    aws.inject("CreateTable", fault, when=lambda request: request["TableName"] == "ticket-orders")
    outcomes = deploy(aws, USERS, ORDERS)
    assert failures(outcomes) == {"ticket-orders": "LimitExceededException"}
    message = Report("table", outcomes).message()
    assert message.startswith("ticket-orders: create table: LimitExceededException: This request would exceed")
    assert failures(deploy(aws, USERS, ORDERS)) == {}
    assert [outcome.done for outcome in deploy(aws, USERS, ORDERS)] == [(), ()]


PASSING = [
    AwsFault("ThrottlingException", "The rate of control plane requests made by this account is too high"),
    AwsFault("ThrottlingException", "Rate exceeded"),
    AwsFault("InternalServerError", "internal", 500),
    AwsFault("ResourceInUseException", "Attempt to change a resource which is still in use: Table is being updated: x"),
    AwsFault("LimitExceededException", "Subscriber limit exceeded: Too many operations simultaneously"),
]


@pytest.mark.parametrize("fault", PASSING, ids=[fault.message for fault in PASSING])
@pytest.mark.parametrize("operation", ["CreateTable", "UpdateContinuousBackups"])
def test_what_passes_is_tried_again(fault: AwsFault, operation: str) -> None:
    aws = FakeAws()
    aws.inject(operation, fault, count=3)
    assert failures(deploy(aws, USERS)) == {}
    assert sum(call.operation == operation for call in aws.calls) == 4


def test_what_does_not_pass_is_given_up_after_a_minute() -> None:
    aws = FakeAws()
    aws.inject("CreateTable", PASSING[0], count=10**6)
    before = aws.clock.now()
    assert failures(deploy(aws, USERS)) == {"ticket-users": "ThrottlingException"}
    assert 60 <= aws.clock.now() - before < 90


def test_a_deadline_that_passes_is_a_failure_that_a_rerun_picks_up() -> None:
    aws = FakeAws()
    deploy(aws, USERS)
    wanted = {**USERS, "global_secondary_indexes": ORDERS["global_secondary_indexes"]}
    outcomes = deploy(aws, wanted, seconds=100.0)
    assert failures(outcomes) == {"ticket-users": "Timeout"}
    assert "waiting for: index active idx" in Report("table", outcomes).message()
    assert [step.action for step in outcomes[0].done] == ["create_index"]
    again = deploy(aws, wanted)
    assert (failures(again), again[0].changed) == ({}, False)


def test_access_denied_names_the_call_and_the_permission() -> None:
    aws = FakeAws()
    denied = AwsFault("AccessDeniedException", "User is not authorized to perform that action")
    aws.inject("DescribeTimeToLive", denied)
    observed, found = TablesGateway(aws, ESTATE).read({"ticket-users": frozenset()})
    assert (observed, found) == ({}, [])
    deploy(aws, USERS)
    aws.inject("DescribeTimeToLive", denied)
    observed, (failure,) = TablesGateway(aws, ESTATE).read({"ticket-users": frozenset()})
    assert observed == {}
    assert (failure.resource, failure.action) == ("ticket-users", "dynamodb:DescribeTimeToLive")
    assert failure.hint == "The caller's policy must allow dynamodb:DescribeTimeToLive on ticket-users."


def test_the_estates_tables_are_found_by_their_tags_not_by_their_names() -> None:
    aws = FakeAws()
    deploy(aws, {**USERS, "table_name": "elsewhere"}, ORDERS)
    aws.dynamodb.handle(
        "CreateTable",
        {
            "TableName": "ticket-stranger",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    assert list(TablesGateway(aws, ESTATE).owned_tags()) == ["elsewhere", "ticket-orders"]
    assert TablesGateway(aws, "ticket-dev").owned_tags() == {}


def test_keys_are_resolved_before_they_are_compared() -> None:
    aws = FakeAws()
    aws.dynamodb.keys.add("1234", "alias/mine")
    gateway = TablesGateway(aws, ESTATE)
    assert gateway.resolve_keys(["alias/mine", "alias/aws/dynamodb"]) == {
        "alias/mine": "arn:aws:kms:ap-northeast-2:137406935518:key/1234",
        "alias/aws/dynamodb": None,
    }
    with pytest.raises(AwsError, match="kms:DescribeKey on alias/none: NotFoundException"):
        gateway.resolve_keys(["alias/none"])


def test_a_converged_run_only_reads_four_things_of_each_table() -> None:
    aws = FakeAws()
    deploy(aws, USERS, ORDERS)
    aws.calls.clear()
    deploy(aws, USERS, ORDERS)
    assert sorted(call.operation for call in aws.calls) == sorted(
        ["DescribeTable", "DescribeContinuousBackups", "DescribeTimeToLive", "ListTagsOfResource"] * 2 + ["DescribeKey"]
    )


TTL: dict[str, Any] = {**USERS, "ttl_enabled": True, "ttl_attribute": "ttl"}


def test_a_creation_that_failed_midway_is_completed_without_a_word() -> None:
    aws = FakeAws()
    aws.inject("UpdateContinuousBackups", AwsFault("AccessDeniedException", "not authorized"))
    assert failures(deploy(aws, TTL)) == {"ticket-users": "AccessDeniedException"}
    (again,) = deploy(aws, TTL)
    assert [step.action for step in again.done] == ["enable_point_in_time_recovery", "enable_ttl", "finish_table"]
    assert [outcome.done for outcome in deploy(aws, TTL)] == [()]
    aws.clock.sleep(3600)
    (off,) = deploy(aws, {**TTL, "ttl_enabled": False})
    aws.clock.sleep(3600)
    (on,) = deploy(aws, TTL)
    assert ([step.action for step in off.done], [step.word for step in on.plan.withheld]) == (
        ["disable_ttl"],
        ["enable_ttl"],
    )


def test_a_creation_whose_answer_was_lost_is_ours_all_the_same() -> None:
    aws = FakeAws()
    aws.inject("CreateTable", AwsFault("InternalServerError", "internal", 500), applied=True)
    (outcome,) = deploy(aws, TTL)
    assert outcome.failure is None
    assert [step.action for step in outcome.done][-1] == "finish_table"


def test_a_table_that_is_still_being_made_is_waited_for_and_then_looked_at() -> None:
    """Its owner is not known before."""
    aws = FakeAws()
    other = parse(params(USERS, name="ticket-other"))[0].spec
    assert other is not None
    aws.dynamodb.handle("CreateTable", requests.create_table(replace(other, table_name="ticket-users")))
    gateway = TablesGateway(aws, ESTATE)
    observed, _failures = gateway.read({"ticket-users": frozenset()})
    assert observed["ticket-users"].unread
    observed, _failures = gateway.read_when_made({"ticket-users": frozenset()}, Run(Deadline.after(aws.clock, 60.0)))
    (planned,) = plan(ESTATE, parse(params(USERS)), observed)
    assert (planned.steps, len(planned.conflicts)) == ((), 1)


def test_a_table_that_is_being_restored_loses_nothing_without_a_word() -> None:
    aws = FakeAws()
    deploy(aws, ORDERS)
    aws.clock.sleep(60)
    backup = aws.call("dynamodb", "CreateBackup", "x", TableName="ticket-orders", BackupName="now")["BackupDetails"]
    aws.clock.sleep(60)
    restore = {"TargetTableName": "ticket-users", "BackupArn": backup["BackupArn"]}
    aws.call("dynamodb", "RestoreTableFromBackup", "x", **restore)
    gateway = TablesGateway(aws, ESTATE)
    observed, _failures = gateway.read_when_made({"ticket-users": frozenset()}, Run(Deadline.after(aws.clock, 3600.0)))
    (planned,) = plan(ESTATE, parse(params(TTL)), observed)
    assert {step.word for step in planned.withheld} == {"delete_index", "enable_ttl"}
    assert {step.risk for step in planned.steps} == {"none"}
