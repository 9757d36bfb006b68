# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring, against the strict double: once, from what was meant, whatever interrupts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.gateway import TablesGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan as plan_tables
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse as parse_tables

from tests.support.backups import backup, run, table
from tests.support.dynamodb_double import AwsFault, FakeAws
from tests.support.tables import ESTATE
from tests.support.tables import params as tables_params

OURS = "traffic_tacos.dynamodb_ticket_{}".format
ARN = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users"
NEW = {"table": "users", "restore_to": "new"}
LABEL: dict[str, Any] = {**NEW, "label": "a"}
LATEST: dict[str, Any] = {**NEW, "restore_from": "latest"}
PAST: dict[str, Any] = {**NEW, "use_latest_restorable_time": True}


@pytest.fixture
def aws() -> FakeAws:
    """An account with the table ticket-users, its recovery on for an hour, and a backup of it."""
    found = FakeAws()
    table(found, "ticket-users", recovery=True)
    backup(found, "ticket-users", OURS("a"))
    return found


def tags(aws: FakeAws) -> dict[str, str]:
    answer = aws.dynamodb.handle("ListTagsOfResource", {"ResourceArn": ARN.replace("users", "new")})
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def moment(aws: FakeAws, ago: float) -> str:
    return datetime.fromtimestamp(aws.clock.now() - ago, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entries(aws: FakeAws) -> dict[str, dict[str, Any]]:
    (found,) = aws.dynamodb.handle("ListBackups", {})["BackupSummaries"]
    time = {**NEW, "restore_time": moment(aws, 3600)}
    return {
        "label": LABEL,
        "arn": {**NEW, "backup_arn": found["BackupArn"]},
        "latest": LATEST,
        "past": PAST,
        "time": time,
    }


SOURCES = ["arn", "label", "latest", "past", "time"]


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_predicted_done_once_and_remembered(aws: FakeAws, source: str) -> None:
    entry = entries(aws)[source]
    predicted = run(aws, entry, check=True)
    assert aws.writes == []
    done = run(aws, entry)
    assert done.message == ""
    assert done.outcomes[0].done == predicted.outcomes[0].done
    assert (done.restored, done.diff) == (predicted.restored, predicted.diff)
    assert done.report.summary() == {"add": 1, "change": 0, "remove": 0, "keep": 0}
    assert tags(aws).items() >= {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}.items()
    assert tags(aws)["RestoredFrom"] == done.restored[0]["restored_from"]
    assert tags(aws)["RestoredFrom"].startswith(ARN)
    again = run(aws, entry)
    assert (again.actions, again.message, again.restored) == ([], "", done.restored)


@pytest.mark.parametrize("source", SOURCES)
def test_a_restore_that_was_interrupted_is_waited_for(aws: FakeAws, source: str) -> None:
    entry = entries(aws)[source]
    first = run(aws, entry, seconds=50)
    assert "Timeout" in first.message
    second = run(aws, entry)
    assert (second.actions, second.message) == (["tag_table"], "")
    assert run(aws, entry).actions == []
    assert sum(call.operation.startswith("RestoreTable") for call in aws.calls) == 1


@pytest.mark.parametrize("source", SOURCES)
def test_a_restore_that_began_meanwhile_is_adopted_if_it_is_the_same(aws: FakeAws, source: str) -> None:
    """AWS may answer that it runs already although it is this very call that began it (T-463)."""
    operation = "RestoreTableToPointInTime" if source in ("past", "time") else "RestoreTableFromBackup"
    fault = AwsFault("TableInUseException", "Table: ticket-new is already being restored from backup: x")
    aws.inject(operation, fault, applied=True)
    done = run(aws, entries(aws)[source])
    assert (done.actions, done.message) == (["tag_table"], "")


def test_a_restore_that_began_meanwhile_from_something_else_is_a_failure(aws: FakeAws) -> None:
    other = backup(aws, "ticket-users", "other")
    fault = AwsFault("TableInUseException", "Table: ticket-new is already being restored from backup: x")
    aws.inject("RestoreTableFromBackup", fault)
    original = aws.answer

    def race(service: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "RestoreTableFromBackup":
            aws.dynamodb.handle(operation, {**request, "BackupArn": other})
        return original(service, operation, request)

    aws.answer = race  # type: ignore[method-assign]
    assert "TableInUseException" in run(aws, LABEL).message


def test_a_restore_from_something_else_is_not_adopted(aws: FakeAws) -> None:
    run(aws, PAST, seconds=50)
    assert f"is being restored from {ARN}@" in run(aws, LABEL).message
    aws.clock.sleep(1000)
    assert "says nothing (tag RestoredFrom)" in run(aws, LABEL).message


def test_an_interrupted_restore_that_has_ended_since_needs_the_word(aws: FakeAws) -> None:
    run(aws, LABEL, seconds=50)
    aws.clock.sleep(1000)
    refused = run(aws, LABEL)
    assert "'allow: [adopt_table]' says so" in refused.message
    adopted = run(aws, {**LABEL, "allow": ["adopt_table"]})
    assert (adopted.actions, adopted.message) == (["tag_table"], "")
    assert adopted.report.summary()["change"] == 1
    assert run(aws, LABEL).actions == []


def test_what_exists_is_never_touched(aws: FakeAws) -> None:
    table(aws, "ticket-new", ManagedBy="traffic_tacos.dynamodb", Estate="ticket-dev")
    assert "belongs to the estate 'ticket-dev'" in run(aws, {**LABEL, "allow": ["adopt_table"]}).message
    run(aws, {**PAST, "restore_to": "b"})
    other = run(aws, {**LABEL, "restore_to": "b", "allow": ["adopt_table"]})
    assert f"was restored from {ARN}@latest; AWS restores only into a new table" in other.message


def test_a_table_that_is_being_made_is_not_the_restored_one(aws: FakeAws) -> None:
    request = {
        "TableName": "ticket-new",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    aws.dynamodb.handle("CreateTable", request)
    assert "being created, and not by a restore" in run(aws, LABEL).message


def test_a_table_that_is_being_deleted_makes_room_first(aws: FakeAws) -> None:
    table(aws, "ticket-new")
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-new"})
    assert run(aws, LABEL).actions == ["restore_table", "tag_table"]


def test_what_cannot_be_restored_is_said_before_anything_is_done(aws: FakeAws) -> None:
    table(aws, "ticket-bare")
    bare = {"table": "bare", "restore_to": "new2"}
    cases = [
        ({**NEW, "label": "zz"}, "ticket-users has no backup labelled zz"),
        ({**NEW, "restore_time": "2026-10-01T00:00:00Z"}, "is not between 2026-11-02T"),
        ({**NEW, "restore_time": moment(aws, -60)}, "is not between"),
        ({**bare, "restore_from": "latest"}, "ticket-bare has no backup that is available"),
        ({**bare, "use_latest_restorable_time": True}, "point-in-time recovery is not on for ticket-bare"),
        ({**PAST, "table": "gone"}, "the table ticket-gone is not there; only from a backup"),
    ]
    for entry, message in cases:
        done = run(aws, entry, {"table": "users", "label": "b"})
        assert message in done.message
        assert aws.writes == []


def test_a_table_that_is_gone_comes_back_from_its_backup(aws: FakeAws) -> None:
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
    aws.clock.sleep(30)
    assert run(aws, LATEST).actions == ["restore_table", "tag_table"]


def test_two_restores_from_one_backup_wait_for_each_other(aws: FakeAws) -> None:
    done = run(aws, LABEL, {**LABEL, "restore_to": "newer"})
    assert (done.message, len(done.restored)) == ("", 2)


def test_a_backup_that_is_restored_is_not_deleted_in_the_same_run(aws: FakeAws) -> None:
    backup(aws, "ticket-users", OURS("b"))
    assert "delete_backup" not in run(aws, LABEL, {"table": "users", "keep": 1}).actions
    gone = {"table": "users", "label": "a", "state": "absent", "allow": ["delete_backup"]}
    assert "another entry restores from it" in run(aws, {**LABEL, "restore_to": "c"}, gone).message


def test_afterwards_the_tables_module_brings_back_the_rest(aws: FakeAws) -> None:
    run(aws, LABEL)
    entry = {"name": "new", "hash_key": "id", "stream_enabled": True, "deletion_protection_enabled": True}
    gateway = TablesGateway(aws, ESTATE)
    desired = parse_tables(tables_params(entry, server_side_encryption=False))
    observed, failures = gateway.read({each.table_name: wanted_extras(each) for each in desired})
    (plan,) = plan_tables(ESTATE, desired, observed)
    assert (failures, plan.conflicts, plan.withheld) == ([], (), ())
    actions = {step.action for step in plan.steps}
    assert actions == {"enable_deletion_protection", "enable_point_in_time_recovery", "enable_stream", "tag_table"}
