# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tearing an estate down: only with the typed word, nothing while a table is protected, nothing of the neighbour."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.playbooks import play, writes

WORD = f"ticket@{ACCOUNT}/{REGION}"
TABLES: list[dict[str, Any]] = [
    {"name": "users", "hash_key": "user_id", "global_secondary_indexes": [{"name": "by-mail", "hash_key": "mail"}]},
    {"name": "orders", "hash_key": "pk"},
]


def everything(emulator: Emulator) -> dict[str, set[str]]:
    """The names of all that is in the account."""
    iam = emulator.client("iam")
    return {
        "tables": set(emulator.client("dynamodb").list_tables()["TableNames"]),
        "alarms": {alarm["AlarmName"] for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]},
        "roles": {role["RoleName"] for role in iam.list_roles()["Roles"]},
        "policies": {policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]},
        "profiles": {profile["InstanceProfileName"] for profile in iam.list_instance_profiles()["InstanceProfiles"]},
        "dashboards": {
            each["DashboardName"] for each in emulator.client("cloudwatch").list_dashboards()["DashboardEntries"]
        },
        "topics": {topic["TopicArn"] for topic in emulator.client("sns").list_topics()["Topics"]},
        "endpoints": {
            each["VpcEndpointId"]
            for each in emulator.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
            if each["State"] == "available"
        },
    }


def optional(emulator: Emulator, vpc: str, name: str) -> dict[str, Any]:
    """The variables that turn on what is off by default."""
    route_table = emulator.client("ec2").create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    return {
        "dynamodb_dashboard": True,
        "dynamodb_alarm_topic": {"name": name, "subscriptions": [{"protocol": "email", "endpoint": "a@example.com"}]},
        "dynamodb_network_endpoints": [{"vpc_id": vpc, "route_table_ids": [route_table]}],
    }


def test_it_removes_all_of_the_estate_and_nothing_of_its_neighbour(emulator: Emulator) -> None:
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    theirs, ours = optional(emulator, vpc, "theirs"), optional(emulator, vpc, "ours")
    assert play(emulator, "site", dynamodb_tables=TABLES, dynamodb_name="ticket-dev", **theirs).returncode == 0
    neighbour = everything(emulator)
    assert all(neighbour.values())
    assert play(emulator, "site", dynamodb_tables=TABLES, **ours).returncode == 0
    assert all(len(found) > len(neighbour[kind]) for kind, found in everything(emulator).items())
    run = play(emulator, "teardown", dynamodb_teardown=WORD, **ours)
    assert run.returncode == 0, run.output
    assert everything(emulator) == neighbour
    assert "2 tables" in run.output
    assert "1 dashboards, 1 topics, 1 endpoints" in " ".join(run.output.split())
    assert "system backup" in run.output
    emulator.forget()
    again = play(emulator, "teardown", dynamodb_teardown=WORD, **ours)
    assert (again.returncode, again.recap("changed"), writes(emulator)) == (0, 0, [])


@pytest.mark.parametrize("word", ["", "yes", "ticket", f"ticket-dev@{ACCOUNT}/{REGION}"])
def test_without_the_typed_word_nothing_is_called(emulator: Emulator, word: str) -> None:
    run = play(emulator, "teardown", dynamodb_teardown=word)
    assert run.returncode != 0
    assert f"-e dynamodb_teardown={WORD}" in run.output
    assert emulator.operations() == []


def test_while_one_table_is_protected_nothing_at_all_is_written(emulator: Emulator) -> None:
    protected = [TABLES[0], {**TABLES[1], "deletion_protection_enabled": True}]
    play(emulator, "site", dynamodb_tables=protected)
    before = everything(emulator)
    emulator.forget()
    run = play(emulator, "teardown", dynamodb_teardown=WORD)
    assert run.returncode != 0
    assert "Protected against deletion: orders." in " ".join(run.output.split())
    assert (writes(emulator), everything(emulator)) == ([], before)


def test_a_policy_that_a_stranger_uses_stays(emulator: Emulator) -> None:
    play(emulator, "site", dynamodb_tables=TABLES)
    iam = emulator.client("iam")
    iam.create_role(RoleName="stranger", AssumeRolePolicyDocument="{}")
    policy = f"arn:aws:iam::{ACCOUNT}:policy/ticket-dynamodb-readonly-policy"
    iam.attach_role_policy(RoleName="stranger", PolicyArn=policy)
    assert play(emulator, "teardown", dynamodb_teardown=WORD).returncode == 0
    left = everything(emulator)
    assert (left["tables"], left["alarms"], left["profiles"]) == (set(), set(), set())
    assert (left["roles"], left["policies"]) == ({"stranger"}, {"ticket-dynamodb-readonly-policy"})


def test_a_table_is_found_by_its_tags_even_if_it_is_no_longer_declared(emulator: Emulator) -> None:
    play(emulator, "site", dynamodb_tables=[*TABLES, {"name": "old", "table_name": "legacy", "hash_key": "pk"}])
    assert play(emulator, "teardown", dynamodb_tables=TABLES, dynamodb_teardown=WORD).returncode == 0
    assert everything(emulator)["tables"] == set()
