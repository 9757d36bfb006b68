# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules tables and tables_info as users run them, on the emulator, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator import REGION, Emulator
from tests.support.modules import Run, run_module

WRITES = {
    "CreateTable",
    "DeleteTable",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateTable",
    "UpdateTimeToLive",
}
MAIL = {"name": "by-mail", "hash_key": "mail"}
CITY = {"name": "by-city", "hash_key": "city", "range_key": "age", "projection_type": "KEYS_ONLY"}
USERS: dict[str, Any] = {"name": "users", "hash_key": "id", "global_secondary_indexes": [MAIL]}
ORDERS: dict[str, Any] = {
    "name": "orders",
    "hash_key": "pk",
    "range_key": "sk",
    "attributes": [{"name": "age", "type": "N"}, {"name": "sk", "type": "N"}],
    "billing_mode": "PROVISIONED",
    "read_capacity": 7,
    "global_secondary_indexes": [{**CITY, "write_capacity": 3}],
    "local_secondary_indexes": [
        {"name": "by-date", "range_key": "date", "projection_type": "INCLUDE", "non_key_attributes": ["total"]}
    ],
    "stream_enabled": True,
    "stream_view_type": "NEW_IMAGE",
    "ttl_enabled": True,
    "ttl_attribute": "ttl",
    "point_in_time_recovery": {"recovery_period_in_days": 7},
    "deletion_protection_enabled": True,
    "tags": {"Team": "orders"},
}


def tables(emulator: Emulator, *entries: dict[str, Any], flags: tuple[str, ...] = (), **options: Any) -> Run:
    emulator.forget()
    return run_module(emulator, "tables", *flags, tables=list(entries), **options)


def writes(emulator: Emulator) -> list[str]:
    """The writing calls of the last run."""
    return [operation for operation in emulator.operations() if operation in WRITES]


def describe(emulator: Emulator, name: str) -> dict[str, Any]:
    return emulator.client("dynamodb").describe_table(TableName=name)["Table"]


def steps(run: Run) -> list[tuple[str, str]]:
    return [(step["resource"], step["action"]) for step in run.result["steps"]]


def test_check_do_check_again_do_again(emulator: Emulator) -> None:
    planned = tables(emulator, USERS, ORDERS, flags=("--check", "--diff"))
    assert writes(emulator) == []
    assert planned.changed
    assert planned.result["summary"] == {"add": 2, "change": 0, "remove": 0, "keep": 0}

    done = tables(emulator, USERS, ORDERS)
    assert steps(done) == steps(planned)
    assert sorted(writes(emulator)) == [
        *["CreateTable"] * 2,
        "UntagResource",
        *["UpdateContinuousBackups"] * 2,
        "UpdateTimeToLive",
    ]
    assert done.result["tables"] == planned.result["tables"]
    assert planned.result["status"]["orders"]["stream_arn"] is None
    assert done.result["status"]["orders"]["stream_arn"] == describe(emulator, "ticket-orders")["LatestStreamArn"]

    for flags in (("--check",), ()):
        again = tables(emulator, USERS, ORDERS, flags=flags)
        assert not again.changed
        assert writes(emulator) == []
        assert again.result["tables"] == done.result["tables"]


def test_what_was_deployed_is_what_was_declared(emulator: Emulator) -> None:
    tables(emulator, ORDERS)
    found = describe(emulator, "ticket-orders")
    assert found["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert {entry["AttributeName"]: entry["AttributeType"] for entry in found["AttributeDefinitions"]} == {
        "pk": "S",
        "sk": "N",
        "city": "S",
        "age": "N",
        "date": "S",
    }
    assert found["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
    assert found["ProvisionedThroughput"]["WriteCapacityUnits"] == 5
    (city,) = found["GlobalSecondaryIndexes"]
    assert city["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert city["ProvisionedThroughput"]["WriteCapacityUnits"] == 3
    (date,) = found["LocalSecondaryIndexes"]
    assert date["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}
    assert found["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert found["DeletionProtectionEnabled"] is True
    assert found["SSEDescription"]["SSEType"] == "KMS"
    client = emulator.client("dynamodb")
    backups = client.describe_continuous_backups(TableName="ticket-orders")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 7
    assert client.describe_time_to_live(TableName="ticket-orders")["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "ttl",
    }
    listed = client.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in listed} == {
        "Name": "ticket-orders",
        "ManagedBy": "traffic_tacos.dynamodb",
        "Estate": "ticket",
        "Team": "orders",
    }


REPLACED = ["delete_index", "create_index"]
CHANGES: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"billing_mode": "PROVISIONED"}, ["switch_billing"], ["switch_billing"]),
    ({"deletion_protection_enabled": True}, ["enable_deletion_protection"], ["disable_deletion_protection"]),
    (
        {"point_in_time_recovery": {"enabled": False}},
        ["disable_point_in_time_recovery"],
        ["enable_point_in_time_recovery"],
    ),
    # A period that is no longer declared is no longer managed
    ({"point_in_time_recovery": {"recovery_period_in_days": 3}}, ["enable_point_in_time_recovery"], []),
    ({"stream_enabled": True}, ["enable_stream"], ["disable_stream"]),
    ({"ttl_enabled": True, "ttl_attribute": "ttl"}, ["enable_ttl"], ["disable_ttl"]),
    # A tag that is no longer declared is left alone
    ({"tags": {"Team": "users"}}, ["tag_table"], []),
    ({"global_secondary_indexes": [CITY]}, REPLACED, REPLACED),
    ({"global_secondary_indexes": [{**MAIL, "projection_type": "KEYS_ONLY"}]}, REPLACED, REPLACED),
]
ANY = [
    "change_stream",
    "delete_index",
    "disable_deletion_protection",
    "disable_point_in_time_recovery",
    "enable_ttl",
    "replace_index",
]


@pytest.fixture(scope="module")
def changing(emulators: Emulator) -> list[Run]:
    """A table for each change: the change predicted, done, done again; back, and back again."""
    emulators.reset()
    users = [{**USERS, "name": f"users{number}"} for number in range(len(CHANGES))]
    allowed = [{**entry, "allow": ANY} for entry in users]
    changed = [{**entry, **change} for entry, (change, *_actions) in zip(allowed, CHANGES, strict=True)]
    tables(emulators, *users)
    planned = tables(emulators, *changed, flags=("--check", "--diff"))
    return [planned, *(tables(emulators, *entries) for entries in (changed, changed, allowed, users))]


@pytest.mark.parametrize("number", range(len(CHANGES)), ids=[" ".join(change) for change, *_rest in CHANGES])
def test_changing_there_and_back(changing: list[Run], number: int) -> None:
    _change, there, back = CHANGES[number]
    actions = [[action for table, action in steps(run) if table == f"ticket-users{number}"] for run in changing]
    assert actions == [there, there, [], back, []]
    planned, done, again, _returned, same = changing
    assert (steps(done), done.result["tables"]) == (steps(planned), planned.result["tables"])
    assert not again.changed
    assert not same.changed


def test_without_the_word_all_else_is_done_and_the_words_are_named(emulator: Emulator) -> None:
    tables(emulator, USERS)
    wanted = {**USERS, "global_secondary_indexes": [], "tags": {"Team": "users"}}
    for flags in (("--check",), ()):
        run = tables(emulator, wanted, ORDERS, flags=flags)
        assert run.failed
        assert "ticket-users: not done without 'allow: [delete_index]': index by-mail is not declared" in run.output
        assert ("ticket-users", "tag_table") in steps(run)
        assert ("ticket-orders", "create_table") in steps(run)
    assert [index["IndexName"] for index in describe(emulator, "ticket-users")["GlobalSecondaryIndexes"]] == ["by-mail"]
    assert describe(emulator, "ticket-orders")["TableStatus"] == "ACTIVE"


def test_what_needs_a_new_table_stops_everything_before_the_first_write(emulator: Emulator) -> None:
    tables(emulator, USERS)
    run = tables(emulator, {**USERS, "hash_key": "other", "range_key": "more"}, ORDERS)
    assert run.failed
    assert "ticket-users: this needs a new table: hash_key is id, declared is other; range_key is none" in run.output
    assert run.result["conflicts"][0]["fields"] == ["hash_key", "range_key"]
    assert writes(emulator) == []


def test_deleting(emulator: Emulator) -> None:
    tables(emulator, USERS, ORDERS)
    gone = {"name": "orders", "state": "absent", "allow": ["delete_table"]}
    refused = tables(emulator, USERS, gone)
    assert refused.failed
    assert "allow: [delete_table, disable_deletion_protection]" in refused.output
    done = tables(emulator, USERS, {**gone, "allow": ["delete_table", "disable_deletion_protection"]})
    assert writes(emulator) == ["UpdateTable", "DeleteTable"]
    assert done.result["summary"] == {"add": 0, "change": 0, "remove": 1, "keep": 1}
    assert not tables(emulator, USERS, gone).changed


def test_a_table_that_is_no_longer_declared_is_reported_and_stays(emulator: Emulator) -> None:
    tables(emulator, USERS, ORDERS)
    run_module(emulator, "tables", name="ticket-dev", tables=[USERS])
    run = tables(emulator, USERS)
    assert run.result["undeclared"] == ["ticket-orders"]
    assert not run.changed


def test_all_problems_come_before_any_call(emulator: Emulator) -> None:
    run = tables(emulator, {**USERS, "hashkey": "x"}, {"name": "t", "hash_key": "a", "billing_mode": "CHEAP"})
    assert run.result["problems"] == [
        "tables[0].hashkey: unknown field; did you mean 'hash_key'?",
        "tables[1].billing_mode: 'CHEAP' is not possible; known are: PAY_PER_REQUEST, PROVISIONED",
    ]
    assert emulator.operations() == []


def test_the_wrong_account_is_refused_before_anything_else(emulator: Emulator) -> None:
    run = tables(emulator, USERS, account_id="999999999999")
    assert run.result["refused"] is True
    assert "meant for account 999999999999, but the credentials belong to 137406935518" in run.output
    assert emulator.operations() == ["GetCallerIdentity"]


@pytest.mark.parametrize("region", ["['ap-northeast-2', 'us-east-1']", "Seoul"])
def test_a_region_that_is_none_is_refused(emulator: Emulator, region: str) -> None:
    run = tables(emulator, USERS, region=region)
    assert run.result["refused"] is True
    assert "is not the name of a region" in run.output
    assert emulator.operations() == []


def test_an_endpoint_of_another_region_is_refused(emulator: Emulator) -> None:
    run = tables(emulator, USERS, endpoint_url="https://dynamodb.us-east-1.amazonaws.com")
    assert f"meant for {REGION}, but endpoint_url goes to us-east-1" in run.output


def test_nothing_answers_at_the_endpoint(emulator: Emulator) -> None:
    run = tables(emulator, USERS, endpoint_url="http://127.0.0.1:9")
    assert "sts:GetCallerIdentity on the caller: EndpointConnectionError" in run.output
    assert "Traceback" not in run.output


def test_no_credentials(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**emulator.env, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    monkeypatch.setattr(Emulator, "env", property(lambda _self: environment))
    run = tables(emulator, USERS)
    assert "NoCredentialsError" in run.output
    assert "Give a profile" in run.output
    assert "Traceback" not in run.output


def test_reading_back_is_writing(emulator: Emulator) -> None:
    tables(emulator, USERS, ORDERS)
    other = emulator.client("dynamodb")
    other.create_table(
        TableName="stranger",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "B"}],
        BillingMode="PAY_PER_REQUEST",
    )
    everything = run_module(emulator, "tables_info").result
    assert [entry["name"] for entry in everything["tables"]] == ["stranger", "orders", "users"]
    assert everything["tables"][0]["table_name"] == "stranger"
    assert everything["status"]["users"]["arn"].endswith(":table/ticket-users")
    owned = run_module(emulator, "tables_info", owned=True).result["tables"]
    assert [entry["name"] for entry in owned] == ["orders", "users"]
    named = run_module(emulator, "tables_info", names=["ticket-users", "ticket-none"]).result["tables"]
    assert [entry["name"] for entry in named] == ["users"]
    prefixed = run_module(emulator, "tables_info", prefix="str").result["tables"]
    assert [entry["name"] for entry in prefixed] == ["stranger"]
    assert not tables(emulator, *owned).changed
    adopted = tables(emulator, *everything["tables"])
    assert steps(adopted) == [("stranger", "tag_table")]
