# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that are made from files in S3, a backup or a past, against the strict double: made, finished, known again."""

from __future__ import annotations

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.account import COOL_DOWN, Account, CountingAws, comparable
from tests.support.definitions import KEY, definitions
from tests.support.sources import (
    NEW,
    OLD,
    PAST,
    Entry,
    predicted,
    tags,
    with_old_table,
)
from tests.support.tables import params
from tests.support.vectors import PLAIN, VECTOR
from tests.support.vectors import entry as vectors

from .test_pairs import CONCERNS

SOURCES = ["import", "backup", "latest", "time"]
TTL: Entry = {"ttl_enabled": True, "ttl_attribute": "ttl"}
IDX: Entry = {"name": "idx", "hash_key": "a"}
RICH: Entry = {
    **TTL,
    "deletion_protection_enabled": True,
    "stream_enabled": True,
    "server_side_encryption": {"kms_key_arn": KEY},
    "global_secondary_indexes": [IDX],
    "tags": {"Team": "a"},
    "purge_tags": True,
}


def converged(account: Account, entry: Entry) -> None:
    """Deploys; nothing is refused, it becomes what check mode says, and a second run has nothing to do."""
    foretold = predicted(account, entry)
    plans = account.plan(entry)
    done = account.apply(plans)
    assert [outcome.failure for outcome in done if outcome.failure] == []
    assert [outcome.done for outcome in done] == [outcome.done for outcome in predict(plans)]
    assert account.refusals == []
    account.aws.clock.sleep(COOL_DOWN)
    assert comparable(account.read(parse(params(entry)))) == comparable(foretold)
    assert account.plan(entry)[0].steps == ()


@pytest.mark.parametrize("source", SOURCES)
def test_a_new_table_is_made_from_it_and_then_gets_everything_else(source: str) -> None:
    account, sources = with_old_table()
    entry = {**NEW, **RICH, **sources[source]}
    (planned,) = account.plan(entry)
    assert planned.verb == "add"
    assert [step.risk for step in planned.steps if step.risk != "none"] == []
    actions = [step.action for step in planned.steps]
    assert actions[:4] == [
        {"import": "import_table", "backup": "restore_table_from_backup"}.get(source, "restore_table_to_point_in_time"),
        "claim_table",
        "enable_deletion_protection",
        "enable_point_in_time_recovery",
    ]
    assert actions[-1] == "finish_table"
    assert {"enable_ttl", "enable_stream"} <= set(actions)
    assert "set_encryption" not in actions
    assert ("create_index" in actions) == (source != "import")
    converged(account, entry)
    assert tags(account.aws).items() >= {"Estate": "ticket", "Team": "a"}.items()
    assert "Unfinished" not in tags(account.aws)
    assert ("ImportedFrom" in tags(account.aws)) == (source == "import")
    assert ("RestoredFrom" in tags(account.aws)) == (source != "import")


UNTOLD = ("vectors left alone", "backup")
"""AWS tells no types of a backup, which are the entry's only where it manages the index."""
BOTH = [
    pytest.param(*pair, id=" ".join(pair))
    for pair in ((name, source) for name in CONCERNS for source in ("import", "backup"))
    if pair != UNTOLD
]


@pytest.mark.parametrize(("concern", "source"), BOTH)
def test_every_concern_on_a_table_that_is_made_from_something(concern: str, source: str) -> None:
    """The old table has the concern as it was, the new one as it should be."""
    before, after = CONCERNS[concern]
    account, sources = with_old_table({**OLD, **before, "allow": list(ALLOW)})
    converged(account, {**NEW, **after, **sources[source]})


def test_a_restore_brings_the_indexes_that_are_declared_and_no_others() -> None:
    old = {**OLD, "global_secondary_indexes": [IDX, {"name": "idy", "hash_key": "b"}]}
    account, sources = with_old_table(old)
    renamed = {**IDX, "name": "other-name"}
    entry = {**NEW, **sources["backup"], "global_secondary_indexes": [renamed, {"name": "idv", "hash_key": "c"}]}
    (planned,) = account.plan(entry)
    (override,) = planned.steps[0].request["GlobalSecondaryIndexOverride"]
    assert override["IndexName"] == "other-name"
    assert [step.subject for step in planned.steps if step.action == "create_index"] == ["idv"]
    converged(account, entry)


def test_local_indexes_come_with_a_restore_or_not_at_all() -> None:
    local = [{"name": "loc", "range_key": "by"}]
    account, sources = with_old_table({**OLD, "local_secondary_indexes": local})
    converged(account, {**NEW, **sources["backup"], "local_secondary_indexes": local})
    converged(account, {**NEW, "name": "u", **sources["latest"]})
    other = [{"name": "more", "range_key": "than-this"}]
    (planned,) = account.plan({**NEW, "name": "v", **sources["backup"], "local_secondary_indexes": other})
    assert "has no such local index as the declared more" in planned.conflicts[0].message


def test_a_table_that_was_deleted_comes_back_from_its_system_backup() -> None:
    """AWS tells nothing of the indexes of such a backup (B-015)."""
    account, _sources = with_old_table({**OLD, "global_secondary_indexes": [IDX]})
    account.converge({**OLD, "state": "absent", "allow": ["delete_table"]})
    account.aws.clock.sleep(60)
    (backup,) = account.aws.dynamodb.handle("ListBackups", {"BackupType": "SYSTEM"})["BackupSummaries"]
    entry = {**OLD, "restore_backup_arn": backup["BackupArn"], "global_secondary_indexes": [IDX]}
    converged(account, entry)
    account.converge({**OLD, "state": "absent", "allow": ["delete_table"]})
    wrong = {**entry, "global_secondary_indexes": [{"name": "idz", "hash_key": "z"}]}
    (outcome,) = account.apply(account.plan(wrong))
    assert outcome.failure
    assert "Index idz does not match a secondary index that existed" in outcome.failure.message


@pytest.mark.parametrize("source", ["backup", "latest"])
def test_a_table_of_another_region_is_restored_with_a_key_of_this_one(source: str) -> None:
    here = CountingAws()
    request = {
        "TableName": "ticket-old",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        "BillingMode": "PAY_PER_REQUEST",
    }
    other = here.in_region("us-east-1").dynamodb
    arn = other.handle("CreateTable", request)["TableDescription"]["TableArn"]
    here.clock.sleep(60)
    on = {"PointInTimeRecoveryEnabled": True}
    other.handle("UpdateContinuousBackups", {"TableName": "ticket-old", "PointInTimeRecoverySpecification": on})
    made = other.handle("CreateBackup", {"TableName": "ticket-old", "BackupName": "nightly"})
    here.clock.sleep(1000)
    sources = {
        "backup": {"restore_backup_arn": made["BackupDetails"]["BackupArn"]},
        "latest": {"restore_source_table_arn": arn, "restore_to_latest_time": True},
    }
    converged(Account(here), {**NEW, **sources[source], "server_side_encryption": {"kms_key_arn": KEY}})


CONFLICTS: list[tuple[Entry, str]] = [
    (
        {"restore_backup_arn": "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-old/backup/1-2"},
        "there is no such backup",
    ),
    ({**PAST, "restore_source_name": "ticket-none"}, "the table ticket-none is not there"),
    (
        {"restore_source_name": "ticket-old", "restore_date_time": "2001-01-01T00:00:00Z"},
        "2001-01-01T00:00:00Z is not between ",
    ),
    ({**PAST, "range_key": None}, "its key is pk (HASH), sk (RANGE), declared is pk (HASH)"),
    ({**PAST, "attributes": [{"name": "sk", "type": "N"}]}, "type of sk is S, declared is N"),
]


@pytest.mark.parametrize(("source", "message"), CONFLICTS, ids=[message for _source, message in CONFLICTS])
def test_what_cannot_be_restored_is_found_before_the_first_write(source: Entry, message: str) -> None:
    account, _sources = with_old_table()
    (planned,) = account.plan({**NEW, **source})
    assert planned.steps == ()
    assert message in planned.conflicts[0].message
    assert planned.conflicts[0].fields[0] in source


def test_the_past_of_a_table_without_recovery_cannot_be_restored() -> None:
    account, _sources = with_old_table()
    account.converge({**OLD, "point_in_time_recovery": {"enabled": False}, "allow": list(ALLOW)})
    (planned,) = account.plan({**NEW, **PAST})
    assert "point-in-time recovery is not on for ticket-old" in planned.conflicts[0].message


@pytest.mark.parametrize("source", SOURCES[1:])
def test_an_index_of_another_name_keeps_the_limits_of_its_source(source: str) -> None:
    """AWS matches them by key and projection (T-280), and a backup tells their limits."""
    limited = {**IDX, "on_demand_throughput": {"max_write_request_units": 5}}
    account, sources = with_old_table({**OLD, "global_secondary_indexes": [limited]})
    converged(account, {**NEW, "global_secondary_indexes": [{**IDX, "name": "renamed"}], **sources[source]})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions(), definitions(), st.sampled_from(SOURCES))
def test_from_any_table_to_any_other_without_a_single_refused_call(old: Entry, new: Entry, source: str) -> None:
    """Types of index keys are the same in both, as AWS does not tell them of a backup."""
    own = {"name": "old", "deletion_protection_enabled": False}
    account, sources = with_old_table({**old, **own, **strings(old)})
    converged(account, {**new, **strings(new), **sources[source]})


def strings(entry: Entry) -> Entry:
    return {"attributes": [{**attribute, "type": "S"} for attribute in entry["attributes"]]}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "declared", [{}, vectors(), vectors(VECTOR), vectors({**VECTOR, "name": "other"}), vectors(PLAIN)]
)
def test_vector_indexes_are_restored_where_there_were_such_and_otherwise_made(source: str, declared: Entry) -> None:
    """Those that the entry does not manage are restored, too; of a backup's AWS does not tell the types."""
    account, sources = with_old_table({**OLD, **vectors({**VECTOR, "search_schema": []} if not declared else VECTOR)})
    converged(account, {**NEW, **declared, **sources[source]})
