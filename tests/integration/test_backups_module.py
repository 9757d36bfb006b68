# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules backups and backups_info as users run them, on the emulator, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.modules import Run, run_module
from tests.support.playbooks import play, writes

NAME = "traffic_tacos.dynamodb_ticket_{}"
USERS: dict[str, Any] = {
    "name": "users",
    "hash_key": "user_id",
    "ttl_enabled": True,
    "ttl_attribute": "ttl",
    "stream_enabled": True,
    "global_secondary_indexes": [{"name": "email-index", "hash_key": "email"}],
    "allow": ["enable_ttl"],
}


def backups(emulator: Emulator, *entries: dict[str, Any], flags: tuple[str, ...] = ()) -> Run:
    return run_module(emulator, "backups", *flags, backups=list(entries))


def names(emulator: Emulator) -> list[str]:
    found = emulator.client("dynamodb").list_backups()["BackupSummaries"]
    return sorted(backup["BackupName"] for backup in found)


@pytest.fixture
def deployed(emulator: Emulator) -> Emulator:
    """An emulator with the table ticket-users, and an item in it."""
    assert run_module(emulator, "tables", tables=[USERS]).changed
    client = emulator.client("dynamodb")
    client.put_item(TableName="ticket-users", Item={"user_id": {"S": "u1"}, "email": {"S": "a@b"}})
    emulator.forget()
    return emulator


def test_a_backup_is_made_once_for_its_label(deployed: Emulator) -> None:
    entry = {"table": "users", "label": "release-1"}
    check = backups(deployed, entry, flags=("--check", "--diff"))
    assert (check.changed, names(deployed), writes(deployed)) == (True, [], [])
    assert f"+{NAME.format('release-1')}" in check.output
    deployed.forget()

    do = backups(deployed, entry)
    assert do.changed
    assert do.result["steps"] == check.result["steps"]
    assert do.result["summary"] == check.result["summary"] == {"add": 1, "change": 0, "remove": 0, "keep": 0}
    assert names(deployed) == [NAME.format("release-1")]
    assert writes(deployed) == ["CreateBackup"]
    (made,) = do.result["backups"]
    assert (made["label"], made["owned"], made["status"], made["table"]) == ("release-1", True, "AVAILABLE", "users")

    again = backups(deployed, entry)
    assert (again.changed, again.result["steps"], again.result["backups"]) == (False, [], [made])
    assert names(deployed) == [NAME.format("release-1")]


def test_retention_and_deletion_spare_strangers(deployed: Emulator) -> None:
    client = deployed.client("dynamodb")
    strangers = ["ticket-users-2020", NAME.format("dev_1"), "traffic_tacos.dynamodb_ticket-dev_1"]
    for name in strangers:
        client.create_backup(TableName="ticket-users", BackupName=name)
    for label in ("1", "2", "3"):
        done = backups(deployed, {"table": "users", "label": label, "keep": 2})
    assert names(deployed) == sorted([*strangers, NAME.format("2"), NAME.format("3")])
    assert [step["action"] for step in done.result["steps"]] == ["delete_backup", "create_backup"]
    assert done.result["summary"] == {"add": 1, "change": 0, "remove": 1, "keep": 4}

    absent = {"table": "users", "label": "2", "state": "absent"}
    refused = backups(deployed, absent)
    assert refused.failed
    assert "not done without 'allow: [delete_backup]'" in refused.result["msg"]
    assert not refused.changed
    assert backups(deployed, {**absent, "allow": ["delete_backup"]}).changed
    assert not backups(deployed, absent).failed
    assert names(deployed) == sorted([*strangers, NAME.format("3")])

    info = run_module(deployed, "backups_info").result["backups"]
    assert {backup["backup_name"]: backup["owned"] for backup in info} == {
        **dict.fromkeys(strangers, False),
        NAME.format("3"): True,
    }
    assert run_module(deployed, "backups_info", tables=["other"]).result["backups"] == []
    assert run_module(deployed, "backups_info", name="elsewhere").result["backups"] == []


def test_a_restore_makes_a_new_table_once(deployed: Emulator) -> None:
    backups(deployed, {"table": "users", "label": "1"})
    entry = {"table": "users", "restore_to": "users-new", "label": "1"}
    check = backups(deployed, entry, flags=("--check",))
    done = backups(deployed, entry)
    assert [step["action"] for step in done.result["steps"]] == ["restore_table", "tag_table"]
    assert done.result["steps"] == check.result["steps"]
    assert done.result["restored"] == check.result["restored"]
    assert not backups(deployed, entry).changed
    client = deployed.client("dynamodb")
    assert client.scan(TableName="ticket-users-new")["Count"] == 1
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-users-new"
    tags = {tag["Key"]: tag["Value"] for tag in client.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags.keys() == {"ManagedBy", "Estate", "RestoredFrom"}
    assert tags["RestoredFrom"].startswith(f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-users/backup/")

    other = backups(deployed, {**entry, "label": None, "use_latest_restorable_time": True})
    assert other.failed
    assert "AWS restores only into a new table" in other.result["msg"]


def test_bad_input_is_named_all_at_once(emulator: Emulator) -> None:
    run = backups(emulator, {"table": "users"}, {"label": "x y"}, {"table": "a", "restore_to": "b"})
    assert (run.failed, run.result["refused"], emulator.operations()) == (True, True, [])
    assert [problem.split(":")[0] for problem in run.result["problems"]] == [
        "backups[0].label",
        "backups[1].table",
        "backups[2].restore_to",
    ]


TABLES = [USERS, {"name": "orders", "hash_key": "pk"}]


def test_the_playbook_brings_back_the_whole_declared_state(emulator: Emulator) -> None:
    # moto accepts another encryption of a table that is there, and forgets it
    estate = {"dynamodb_tables": TABLES, "dynamodb_server_side_encryption": False}
    site = play(emulator, "site", **estate)
    assert site.returncode == 0, site.output
    emulator.forget()
    restore = {
        **estate,
        "dynamodb_restore_table": "users",
        "dynamodb_restore_to": "users-new",
        "dynamodb_restore_time": "latest",
    }
    planned = play(emulator, "restore", "--check", **restore)
    assert (planned.returncode, writes(emulator)) == (0, []), planned.output
    done = play(emulator, "restore", **restore)
    assert done.returncode == 0, done.output

    client = emulator.client("dynamodb")
    table = client.describe_table(TableName="ticket-users-new")["Table"]
    assert table["StreamSpecification"]["StreamEnabled"]
    ttl = client.describe_time_to_live(TableName="ticket-users-new")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    recovery = client.describe_continuous_backups(TableName="ticket-users-new")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    tags = client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {"Key": "Name", "Value": "ticket-users-new"} in tags
    alarms = {alarm["AlarmName"] for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert {"ticket-users-new-read-throttle", "ticket-users-new-email-index-write-throttle"} <= alarms
    assert "ticket-orders-read-throttle" in alarms

    emulator.forget()
    again = play(emulator, "restore", **restore)
    assert (again.returncode, writes(emulator)) == (0, []), again.output
    nothing = play(emulator, "restore", **{**restore, "dynamodb_restore_table": "nobody"})
    assert nothing.returncode
    assert "one of the tables users, orders" in " ".join(nothing.output.split())
