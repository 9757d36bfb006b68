# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table is replaced only when the entry names its very id, and one that was created again is reported."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import recreated
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.account import Account
from tests.support.tables import params

TABLE: dict[str, Any] = {"name": "t", "hash_key": "pk", "deletion_protection_enabled": True}


def table_id(account: Account) -> str:
    found: str = account.aws.call("dynamodb", "DescribeTable", "t", TableName="ticket-t")["Table"]["TableId"]
    return found


def test_the_id_is_the_word_and_a_backup_comes_first() -> None:
    account = Account()
    account.converge(TABLE)
    account.aws.clock.sleep(60)
    before = table_id(account)
    other = {**TABLE, "hash_key": "other", "replace_table_id": before}
    (planned,) = account.plan(other)
    assert [step.action for step in planned.steps] == [
        "back_up_table",
        "disable_deletion_protection",
        "delete_table",
        "create_table",
        "enable_point_in_time_recovery",
    ]
    assert {step.risk for step in planned.steps[1:3]} == {"data"}
    account.converge(other)
    assert account.refusals == []
    assert table_id(account) != before
    backups = account.aws.call("dynamodb", "ListBackups", "t", TableName="ticket-t")["BackupSummaries"]
    assert [backup["BackupStatus"] for backup in backups] == ["AVAILABLE"]
    assert account.plan(other)[0].steps == ()


def test_another_id_is_a_conflict_that_names_the_right_one() -> None:
    account = Account()
    account.converge(TABLE)
    (planned,) = account.plan({**TABLE, "hash_key": "other", "replace_table_id": "of-yesterday"})
    assert planned.steps == ()
    assert f"replace_table_id names of-yesterday, but the table there has the id {table_id(account)}" in (
        planned.conflicts[0].message
    )


def test_the_word_does_nothing_where_nothing_must_be_replaced() -> None:
    account = Account()
    account.converge(TABLE)
    assert account.plan({**TABLE, "replace_table_id": table_id(account)})[0].steps == ()


def test_a_table_that_somebody_created_again_is_reported() -> None:
    account = Account()
    account.converge(TABLE)
    known = parse(params({**TABLE, "table_id": table_id(account)}))
    assert recreated(known, account.read(known)) == []
    foreign = parse(params({**TABLE, "table_id": "of-yesterday"}))
    assert recreated(foreign, account.read(foreign)) == [
        {"resource": "ticket-t", "declared": "of-yesterday", "found": table_id(account)}
    ]
