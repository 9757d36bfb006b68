# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sources of tables that are there, of runs that wait for nothing, and of calls that are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.durations import duration
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.quotas import asked
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.sources import unused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.account import COOL_DOWN, Account
from tests.support.dynamodb_double import AwsFault
from tests.support.sources import FILES, IMPORT, NEW, PAST, Entry, operations, outcome_of, tags, with_old_table
from tests.support.tables import ESTATE, params

SOURCES = ["import", "backup", "latest", "time"]
TTL: Entry = {"ttl_enabled": True, "ttl_attribute": "ttl"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_table_that_is_there_is_never_asked_about_and_a_note_says_so(source: str) -> None:
    account, sources = with_old_table()
    account.converge(NEW)
    account.aws.calls.clear()
    entry = {**NEW, **sources[source], "tags": {"Team": "b"}}
    desired = parse(params(entry))
    (note,) = unused(ESTATE, desired, account.read(desired))
    assert note.startswith(f"ticket-t: {next(iter(sources[source]))} (")
    assert "has no effect, since the table exists already" in note
    (outcome,) = account.apply(account.plan(entry))
    assert [step.action for step in outcome.done] == ["tag_table"]
    asked = {call.operation for call in account.aws.calls}
    assert not asked & {"ListImports", "DescribeImport", "DescribeBackup", "ImportTable", "RestoreTableFromBackup"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_table_that_was_made_from_it_keeps_the_field_without_a_word(source: str) -> None:
    account, sources = with_old_table()
    entry = {**NEW, **sources[source], "purge_tags": True}
    account.converge(entry)
    account.aws.clock.sleep(COOL_DOWN)
    desired = parse(params(entry))
    assert unused(ESTATE, desired, account.read(desired)) == []
    other = parse(params({**NEW, **(PAST if source == "import" else IMPORT)}))
    assert len(unused(ESTATE, other, account.read(other))) == 1


def test_an_entry_that_is_for_the_very_table_that_is_there_contradicts_its_import() -> None:
    account = Account()
    account.converge(NEW)
    table = account.aws.dynamodb.handle("DescribeTable", {"TableName": "ticket-t"})["Table"]
    (planned,) = account.plan({**NEW, **IMPORT, "table_id": table["TableId"]})
    message = planned.conflicts[0].message
    assert "import_table (s3://seed/t/) has no effect, since the table exists already" in message
    assert "but table_id says that the entry is for that very table" in message


def test_another_estates_table_is_still_nobody_elses_business() -> None:
    account = Account()
    account.converge({**NEW, "tags": {}})
    (planned,) = account.plan({**NEW, **IMPORT})
    assert planned.steps == ()
    arn = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-t"
    owner = [{"Key": "Estate", "Value": "ticket-dev"}]
    account.aws.dynamodb.handle("TagResource", {"ResourceArn": arn, "Tags": owner})
    account.aws.clock.sleep(60)
    (planned,) = account.plan({**NEW, **IMPORT})
    assert "belongs to the estate 'ticket-dev'" in planned.conflicts[0].message


def test_a_table_that_is_being_deleted_is_waited_for() -> None:
    account, sources = with_old_table()
    account.converge(NEW)
    account.aws.clock.sleep(60)
    account.aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-t"})
    (planned,) = account.plan({**NEW, **sources["backup"]})
    assert [step.action for step in planned.steps][:2] == ["await_table", "restore_table_from_backup"]
    (outcome,) = account.apply([planned])
    assert outcome.failure is None
    assert tags(account.aws)["RestoredFrom"] == sources["backup"]["restore_backup_arn"]


@pytest.mark.parametrize("source", SOURCES)
def test_a_run_that_waits_for_nothing_begins_and_says_what_is_left(source: str) -> None:
    account, sources = with_old_table()
    entry = {**NEW, **TTL, **sources[source]}
    first = outcome_of(account.aws, entry, wait="none")
    assert (first.failure, len(first.done)) == (None, 1)
    assert len(first.plan.deferred) == 4
    second = outcome_of(account.aws, entry, wait="none")
    assert (second.failure, second.done) == (None, ())
    assert second.plan.deferred
    last = outcome_of(account.aws, entry)
    assert (last.failure, last.plan.withheld) == (None, ())
    assert account.plan(entry)[0].steps == ()
    assert len(operations(account.aws)) == 1


def test_a_call_that_is_refused_for_a_while_is_made_again() -> None:
    account, sources = with_old_table()
    for operation in ("RestoreTableFromBackup", "TagResource", "UpdateTimeToLive"):
        account.aws.inject(operation, AwsFault("ThrottlingException", "Rate exceeded"), count=12)
    outcome = outcome_of(account.aws, {**NEW, **TTL, **sources["backup"]})
    assert (outcome.failure, outcome.plan.withheld) == (None, ())


def test_a_restore_that_is_answered_with_an_error_and_runs_is_ours() -> None:
    """T-463."""
    account, sources = with_old_table()
    fault = AwsFault("TableInUseException", "Table: ticket-t is already being restored from backup: x")
    account.aws.inject("RestoreTableFromBackup", fault, applied=True)
    outcome = outcome_of(account.aws, {**NEW, **TTL, **sources["backup"]})
    assert (outcome.failure, outcome.interference) == (None, ())
    assert account.plan({**NEW, **TTL, **sources["backup"]})[0].steps == ()


def test_what_is_asked_of_an_import_is_the_same_at_any_time() -> None:
    """So that a plan can be approved, and a repeated call is one import."""
    account = Account()
    entry = {**NEW, **IMPORT}
    first = account.plan(entry)[0].steps[0].request
    account.aws.clock.sleep(COOL_DOWN)
    assert account.plan(entry)[0].steps[0].request == first
    files = {**FILES, "s3_bucket_source": {"bucket": "other"}}
    tokens = {
        account.plan(other)[0].steps[0].request["ClientToken"]
        for other in (
            entry,
            {**entry, "import_table": files},
            {**entry, "name": "u"},
            {**entry, "billing_mode": "PROVISIONED"},
        )
    }
    assert len(tokens) == 4
    assert all(len(token) <= 36 for token in tokens)


def test_the_prediction_of_what_is_there_already_does_not_need_the_source() -> None:
    account, sources = with_old_table()
    entry = {**NEW, **sources["backup"]}
    account.converge(entry)
    desired = parse(params(entry))
    assert replace(desired[0], found=None) == account.gateway.with_sources(desired, account.read(desired))[0][0]


def test_the_rights_that_are_missing_are_named_and_nothing_is_planned() -> None:
    account, sources = with_old_table()
    account.aws.inject("DescribeBackup", AwsFault("AccessDeniedException", "User is not authorized"))
    desired = parse(params({**NEW, **sources["backup"]}))
    _told, (failure,) = account.gateway.with_sources(desired, {})
    assert (failure.resource, failure.action) == ("ticket-t", "dynamodb:DescribeBackup")


@pytest.mark.parametrize("source", SOURCES)
def test_what_it_asks_for_is_held_against_quotas_and_its_time_is_foreseen(source: str) -> None:
    account, sources = with_old_table()
    plans = account.plan({**NEW, **sources[source], "billing_mode": "PROVISIONED", "read_capacity": 7})
    assert asked(plans) == {"tables", "capacity"}
    assert sum(duration(step, None).high for step in plans[0].steps) > (100 if source == "import" else 700)
