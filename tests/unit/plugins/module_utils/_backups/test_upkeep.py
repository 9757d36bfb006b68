# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making, keeping and deleting backups, against the strict double."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.gateway import BackupsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.results import listed

from tests.support.backups import backup, names, run, table
from tests.support.dynamodb_double import AwsFault, FakeAws, Settings

OURS = "traffic_tacos.dynamodb_ticket_{}".format
KEEP = {"table": "users", "keep": 1}
ABSENT: dict[str, Any] = {"table": "users", "state": "absent"}
ALLOWED = {**ABSENT, "allow": ["delete_backup"]}


@pytest.fixture
def aws() -> FakeAws:
    """An account with the table ticket-users."""
    found = FakeAws()
    table(found, "ticket-users")
    return found


def remade(aws: FakeAws) -> None:
    """Somebody deletes the table, and makes it again."""
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
    aws.clock.sleep(30)
    table(aws, "ticket-users")


def test_a_label_is_made_once_and_waited_for(aws: FakeAws) -> None:
    first = run(aws, {"table": "users", "label": "a"})
    assert first.actions == ["create_backup"]
    (made,) = first.backups
    assert (made["status"], made["label"], made["owned"], made["table"]) == ("AVAILABLE", "a", True, "users")
    assert first.diff[0]["after"] == OURS("a") + "\n"
    second = run(aws, {"table": "users", "label": "a"})
    assert (second.actions, second.backups, second.diff) == ([], [made], [])


def test_a_backup_that_is_being_made_is_waited_for_and_not_made_again() -> None:
    slow = FakeAws(settings=Settings(durations={"backup": 100.0}))
    table(slow, "ticket-users")
    slow.dynamodb.handle("CreateBackup", {"TableName": "ticket-users", "BackupName": OURS("a")})
    before = slow.clock.now()
    found = run(slow, {"table": "users", "label": "a"})
    assert (found.actions, found.message) == ([], "")
    assert slow.clock.now() - before >= 99


def test_backups_of_a_new_table_are_waited_for() -> None:
    aws = FakeAws()
    request = {
        "TableName": "ticket-users",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    aws.dynamodb.handle("CreateTable", request)
    found = run(aws, {"table": "users", "label": "a"})
    assert (found.actions, found.message) == (["create_backup"], "")
    assert sum(call.operation == "CreateBackup" for call in aws.calls) > 1, "refused while backups are being enabled"


def test_a_table_that_was_made_again_gets_its_own_backup_and_the_old_one_stays(aws: FakeAws) -> None:
    entry = {"table": "users", "label": "a", "keep": 1}
    run(aws, entry)
    remade(aws)
    assert run(aws, entry).actions == ["create_backup"]
    assert names(aws) == [OURS("a"), OURS("a")]


def test_keep_lets_the_oldest_go_once_the_new_one_is_there(aws: FakeAws) -> None:
    for label in "abc":
        backup(aws, "ticket-users", OURS(label))
    done = run(aws, {"table": "users", "label": "d", "keep": 2})
    assert done.actions == ["create_backup", "delete_backup", "delete_backup"]
    assert names(aws) == [OURS("c"), OURS("d")]
    assert done.report.summary() == {"add": 1, "change": 0, "remove": 2, "keep": 1}
    assert {step.risk for step in done.outcomes[0].done} == {"none", "data"}


def test_nothing_goes_when_the_new_one_cannot_be_made(aws: FakeAws) -> None:
    backup(aws, "ticket-users", OURS("a"))
    aws.inject("CreateBackup", AwsFault("LimitExceededException", "too many"))
    done = run(aws, {"table": "users", "label": "b", "keep": 1})
    assert "create backup: LimitExceededException" in done.message
    assert names(aws) == [OURS("a")]


def test_keep_days_lets_old_ones_go_but_never_the_newest(aws: FakeAws) -> None:
    for label in "abc":
        backup(aws, "ticket-users", OURS(label))
    assert run(aws, {"table": "users", "keep_days": 2}).actions == ["delete_backup"]
    aws.clock.sleep(30 * 86400)
    assert run(aws, {"table": "users", "keep_days": 2}).actions == ["delete_backup"]
    assert names(aws) == [OURS("c")]


def test_what_either_keeps_stays(aws: FakeAws) -> None:
    for label in "abcd":
        backup(aws, "ticket-users", OURS(label))
    run(aws, {"table": "users", "keep": 1, "keep_days": 2})
    assert names(aws) == [OURS("c"), OURS("d")]
    run(aws, {"table": "users", "keep": 2, "keep_days": 1})
    assert names(aws) == [OURS("c"), OURS("d")]


def test_a_label_that_the_list_names_stays(aws: FakeAws) -> None:
    backup(aws, "ticket-users", OURS("a"))
    backup(aws, "ticket-users", OURS("b"))
    assert run(aws, KEEP, {"table": "users", "label": "a"}).actions == []


def test_deleting_needs_the_word(aws: FakeAws) -> None:
    arn = backup(aws, "ticket-users", "by-hand")
    backup(aws, "ticket-users", OURS("a"))
    done = run(aws, {**ABSENT, "label": "a"}, {**ABSENT, "backup_arn": arn})
    assert done.message.startswith("ticket-users: not done without 'allow: [delete_backup]': ")
    assert (OURS("a") in done.message, "by-hand" in done.message, len(names(aws))) == (True, True, 2)
    assert run(aws, {**ALLOWED, "label": "a"}, {**ALLOWED, "backup_arn": arn}).actions == ["delete_backup"] * 2
    assert names(aws) == []
    assert run(aws, {**ABSENT, "label": "a"}, {**ABSENT, "backup_arn": arn}).message == ""


def test_a_system_backup_cannot_be_deleted_and_that_is_said_before_anything_is_done() -> None:
    aws = FakeAws()
    table(aws, "ticket-users", recovery=True)
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
    aws.clock.sleep(30)
    table(aws, "ticket-orders")
    (found,) = BackupsGateway(aws).backups(["ticket-users"], [], "SYSTEM")
    done = run(aws, {**ALLOWED, "backup_arn": found.arn}, {"table": "orders", "label": "a"})
    assert "nobody can delete it; it expires on 2026-12-07T" in done.message
    assert "Nothing was changed" in done.message
    assert (done.actions, len(names(aws))) == ([], 1)
    (shown,) = listed([found], "ticket", {})
    assert (shown["owned"], shown["type"], shown["table"]) == (False, "SYSTEM", "users")
    assert shown["expires"].startswith("2026-12-07T")


def test_a_backup_that_somebody_else_deletes_first_is_deleted(aws: FakeAws) -> None:
    backup(aws, "ticket-users", OURS("a"))
    aws.inject("DeleteBackup", AwsFault("BackupNotFoundException", "Backup not found: x"))
    done = run(aws, {**ALLOWED, "label": "a"})
    assert (done.message, done.actions) == ("", [])


def test_a_backup_in_use_is_waited_for(aws: FakeAws) -> None:
    arn = backup(aws, "ticket-users", OURS("a"))
    aws.dynamodb.handle("RestoreTableFromBackup", {"TargetTableName": "ticket-new", "BackupArn": arn})
    before = aws.clock.now()
    assert run(aws, {**ALLOWED, "label": "a"}).actions == ["delete_backup"]
    assert aws.clock.now() - before >= 190


def test_missing_and_foreign_tables_are_conflicts(aws: FakeAws) -> None:
    table(aws, "ticket-other", ManagedBy="traffic_tacos.dynamodb", Estate="ticket-dev")
    done = run(aws, {"table": "gone", "label": "a"}, {"table": "other", "label": "a"}, {"table": "users", "label": "a"})
    assert "ticket-gone: the table does not exist" in done.message
    assert "ticket-other: the table belongs to the estate 'ticket-dev'" in done.message
    assert (done.actions, names(aws)) == ([], [])
    assert "does not exist" in run(aws, {"table": "gone", "keep": 2}).message


def test_the_backup_of_a_table_that_is_gone_stays_and_can_be_deleted(aws: FakeAws) -> None:
    backup(aws, "ticket-users", OURS("a"))
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
    aws.clock.sleep(30)
    assert run(aws, {"table": "users", "label": "a"}).message == ""
    assert run(aws, {**ALLOWED, "label": "a"}).actions == ["delete_backup"]


def test_one_tables_failed_read_stops_only_that_table(aws: FakeAws) -> None:
    table(aws, "ticket-orders")
    denied = AwsFault("AccessDeniedException", "no")
    aws.inject("ListBackups", denied, when=lambda request: request["TableName"] == "ticket-orders")
    done = run(aws, {"table": "users", "label": "a"}, {"table": "orders", "label": "a"})
    assert "must allow dynamodb:ListBackups on ticket-orders" in done.message
    assert names(aws) == [OURS("a")]


def test_many_tables_are_listed_together() -> None:
    aws = FakeAws()
    entries = [{"table": f"t{number}", "label": "a"} for number in range(6)]
    for entry in entries:
        table(aws, f"ticket-{entry['table']}")
    table(aws, "stranger")
    backup(aws, "stranger", OURS("a"))
    assert run(aws, *entries).actions == ["create_backup"] * 6
    assert sum(call.operation == "ListBackups" for call in aws.calls) == 1
    assert run(aws, *entries).actions == []


def test_the_estates_backups_are_found_by_tags_and_by_their_own_names() -> None:
    aws = FakeAws()
    table(aws, "elsewhere", ManagedBy="traffic_tacos.dynamodb", Estate="ticket")
    table(aws, "ticket-users")
    backup(aws, "elsewhere", "by-hand")
    backup(aws, "ticket-users", "by-hand-too")
    backup(aws, "ticket-users", OURS("a"))
    backup(aws, "ticket-users", "traffic_tacos.dynamodb_ticket-dev_a")
    found = BackupsGateway(aws).estates_backups("ticket", "ALL")
    assert [each.name for each in found] == ["by-hand", OURS("a")]
