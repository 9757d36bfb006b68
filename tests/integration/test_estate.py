# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The deployed estate, read back with plain boto3: what the specification says, value by value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.playbooks import play, writes

ALL = {"ProjectionType": "ALL"}
TABLES: dict[str, tuple[list[str], dict[str, list[str]]]] = {
    "ticket-tickets": (["ticket_id"], {"user-index": ["user_id"], "status-index": ["status"]}),
    "ticket-users": (["user_id"], {"email-index": ["email"]}),
    "ticket-ticket-events": (["pk", "sk"], {}),
    "ticket-reservation-reservations": (["pk", "sk"], {"GSI1": ["gsi1pk", "gsi1sk"]}),
    "ticket-reservation-orders": (["pk", "sk"], {"GSI1": ["gsi1pk", "gsi1sk"]}),
    "ticket-reservation-idempotency": (["pk"], {}),
    "ticket-reservation-outbox": (["pk", "sk"], {}),
}
TAGS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket", "Environment": "local"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ticket-alarms"


def keys(schema: list[dict[str, str]]) -> list[str]:
    assert [key["KeyType"] for key in schema] == ["HASH", "RANGE"][: len(schema)]
    return [key["AttributeName"] for key in schema]


def pairs(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def check_tables(emulator: Emulator) -> None:
    client = emulator.client("dynamodb")
    assert set(client.list_tables()["TableNames"]) == TABLES.keys()
    for name, (key, indexes) in TABLES.items():
        table = client.describe_table(TableName=name)["Table"]
        assert keys(table["KeySchema"]) == key
        assert {entry["AttributeType"] for entry in table["AttributeDefinitions"]} == {"S"}
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        found = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes", [])}
        assert {index: keys(found[index]["KeySchema"]) for index in found} == indexes
        assert all(index["Projection"] == ALL for index in found.values())
        assert not table.get("LocalSecondaryIndexes")
        assert (table["SSEDescription"]["Status"], table["SSEDescription"]["SSEType"]) == ("ENABLED", "KMS")
        assert table["DeletionProtectionEnabled"] is False
        assert not table.get("StreamSpecification", {}).get("StreamEnabled")
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
        ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        expiring = {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
        assert ttl == (expiring if name == "ticket-reservation-idempotency" else {"TimeToLiveStatus": "DISABLED"})
        assert pairs(client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]) == {**TAGS, "Name": name}


def check_alarms(emulator: Emulator) -> None:
    expected = {}
    for table, (_key, indexes) in TABLES.items():
        for name, dimensions in [(table, {"TableName": table})] + [
            (f"{table}-{index}", {"TableName": table, "GlobalSecondaryIndexName": index}) for index in indexes
        ]:
            expected[f"{name}-read-throttle"] = ("ReadThrottleEvents", dimensions)
            expected[f"{name}-write-throttle"] = ("WriteThrottleEvents", dimensions)
    assert len(expected) == 24
    alarms = {alarm["AlarmName"]: alarm for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert alarms.keys() == expected.keys()
    for name, (metric, dimensions) in expected.items():
        check_alarm(alarms[name], metric, dimensions)


def check_alarm(alarm: dict[str, Any], metric: str, dimensions: dict[str, str]) -> None:
    (query,) = [entry for entry in alarm["Metrics"] if "MetricStat" in entry]
    (math,) = [entry for entry in alarm["Metrics"] if "Expression" in entry]
    assert math["Expression"] == "MAX([FILL(m1, 0), TIME_SERIES(0)])"
    assert (query["Id"], query["ReturnData"], math["ReturnData"]) == ("m1", False, True)
    stat = query["MetricStat"]
    assert (stat["Metric"]["Namespace"], stat["Metric"]["MetricName"]) == ("AWS/DynamoDB", metric)
    assert {entry["Name"]: entry["Value"] for entry in stat["Metric"]["Dimensions"]} == dimensions
    assert (stat["Period"], stat["Stat"]) == (300, "Sum")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0.0, "GreaterThanThreshold")
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (2, 1)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert (alarm["AlarmActions"], alarm["OKActions"], alarm["ActionsEnabled"]) == ([TOPIC], [TOPIC], True)


def check_access(emulator: Emulator) -> None:
    """The documents are compared word by word in test_iam_role.py; here, who has which."""
    iam = emulator.client("iam")
    attached = {
        "ticket-dynamodb-application-role": "ticket-dynamodb-access-policy",
        "ticket-dynamodb-readonly-role": "ticket-dynamodb-readonly-policy",
        "ticket-reservation-api-service-role": "ticket-reservation-api-service-policy",
    }
    assert {role["RoleName"] for role in iam.list_roles()["Roles"]} == attached.keys()
    for role, policy in attached.items():
        found = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert [entry["PolicyName"] for entry in found] == [policy]
        assert pairs(iam.list_role_tags(RoleName=role)["Tags"]).items() >= TAGS.items()
    (profile,) = iam.list_instance_profiles()["InstanceProfiles"]
    assert [role["RoleName"] for role in profile["Roles"]] == ["ticket-dynamodb-application-role"]


def test_plan_deploy_and_deploy_again(emulator: Emulator, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs.json"
    planned = play(emulator, "plan", dynamodb_outputs_path=str(outputs))
    assert planned.returncode == 0, planned.output
    assert writes(emulator) == []
    assert not outputs.exists()
    counts = [line for line in planned.summary if "to add" in line]
    assert [line.split("to add")[0].split()[-1] for line in counts] == ["7", "3", "3", "1", "24"]

    deployed = play(emulator, "site", dynamodb_outputs_path=str(outputs))
    assert deployed.returncode == 0, deployed.output
    assert deployed.steps == planned.steps
    assert deployed.summary[0] == "tables            7 added, 0 changed, 0 removed, 0 unchanged"
    check_tables(emulator)
    check_alarms(emulator)
    check_access(emulator)
    check_outputs(json.loads(outputs.read_text()))

    emulator.forget()
    again = play(emulator, "site", dynamodb_outputs_path=str(outputs))
    assert (again.returncode, again.recap("changed"), again.steps) == (0, 0, [])
    assert writes(emulator) == []
    checked = play(emulator, "site", "--check", "--diff")
    assert (checked.returncode, checked.recap("changed")) == (0, 0)


def check_outputs(outputs: dict[str, Any]) -> None:
    assert outputs["table_names"]["reservation-outbox"] == "ticket-reservation-outbox"
    assert outputs["table_arns"]["users"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-users"
    assert outputs["application_role_arn"] == f"arn:aws:iam::{ACCOUNT}:role/ticket-dynamodb-application-role"
    assert outputs["table_stream_arns"] == {}


def test_what_is_off_by_default_is_planned_and_done_as_planned(emulator: Emulator) -> None:
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    route_table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    emulator.forget()
    on = {
        "dynamodb_tables": [{"name": "users", "hash_key": "user_id"}],
        "dynamodb_dashboard": True,
        "dynamodb_alarm_topic": {
            "name": "on-call",
            "subscriptions": [{"protocol": "email", "endpoint": "a@b.example"}],
        },
        "dynamodb_network_endpoints": [{"vpc_id": vpc, "route_table_ids": [route_table]}],
    }
    planned = play(emulator, "plan", **on)
    assert (planned.returncode, writes(emulator)) == (0, []), planned.output
    deployed = play(emulator, "site", **on)
    assert (deployed.returncode, deployed.steps) == (0, planned.steps), deployed.output
    for kind in ("topic", "dashboard", "endpoints"):
        assert f"{kind:<18}1 added, 0 changed, 0 removed, 0 unchanged" in deployed.summary
    (alarm, _write) = emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert sorted(alarm["AlarmActions"]) == [f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call", TOPIC]


def test_one_change_is_planned_and_done_as_planned(emulator: Emulator) -> None:
    own = [
        {"name": "tickets", "hash_key": "ticket_id", "stream_enabled": True},
        {"name": "users", "hash_key": "user_id", "global_secondary_indexes": [{"name": "by-mail", "hash_key": "mail"}]},
    ]
    play(emulator, "site", dynamodb_tables=own)
    own[0].update(stream_enabled=False, allow=["change_stream"])
    own[1].update(global_secondary_indexes=[], allow=["delete_index"])
    planned = play(emulator, "plan", dynamodb_tables=own)
    assert planned.steps[:2] == [
        "~ ticket-tickets disable stream [availability] "
        "(the stream is on with NEW_AND_OLD_IMAGES and should be off: its ARN goes)",
        "- ticket-users delete index [availability] (index by-mail is not declared)",
    ]
    done = play(emulator, "site", dynamodb_tables=own)
    assert (done.returncode, done.steps) == (0, planned.steps)
    alarms = {alarm["AlarmName"] for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert len(alarms) == 4


def test_everything_is_done_before_it_fails_once_with_all_that_failed(emulator: Emulator) -> None:
    play(emulator, "site", dynamodb_tables=[{"name": "users", "hash_key": "user_id"}])
    broken = [{"name": "users", "hash_key": "other"}, {"name": "more", "hash_key": "pk"}]
    for playbook in ("plan", "site"):
        run = play(emulator, playbook, dynamodb_tables=broken)
        assert run.returncode != 0
        assert "tables: ticket-users: this needs a new table: hash_key is user_id, declared is other" in run.output
        assert "alarms            2 " in run.output
    names = {alarm["AlarmName"] for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert "ticket-more-read-throttle" in names
    assert emulator.client("dynamodb").list_tables()["TableNames"] == ["ticket-users"]


def test_a_refused_input_ends_the_host_before_anything_is_called(emulator: Emulator) -> None:
    run = play(emulator, "site", dynamodb_tables=[{"name": "users", "hashkey": "x"}, {"name": "y"}])
    assert run.returncode != 0
    for problem in ("tables[0].hashkey: unknown field; did you mean 'hash_key'?", "tables[1].hash_key: is required"):
        assert problem in run.output
    assert emulator.operations() == []


def test_the_wrong_account_is_refused_before_anything_else(emulator: Emulator) -> None:
    run = play(emulator, "site", dynamodb_account_id="999999999999")
    assert run.returncode != 0
    assert emulator.operations() == ["GetCallerIdentity"]
    assert "meant for account 999999999999" in run.output


def test_a_table_that_is_not_declared_any_more_keeps_its_alarms_while_it_is_there(emulator: Emulator) -> None:
    two = [{"name": "users", "hash_key": "user_id"}, {"name": "orders", "hash_key": "pk"}]
    play(emulator, "site", dynamodb_tables=two)
    one = play(emulator, "site", dynamodb_tables=two[:1])
    assert one.returncode == 0, one.output
    assert "ticket-orders" in one.summary
    assert one.steps == []
    gone = [two[0], {"name": "orders", "state": "absent"}]
    withheld = play(emulator, "site", dynamodb_tables=gone)
    assert withheld.returncode != 0
    assert [step for step in withheld.steps if " needs delete_table" not in step] == []
    gone[1]["allow"] = ["delete_table"]
    assert play(emulator, "site", dynamodb_tables=gone).returncode == 0
    names = {alarm["AlarmName"] for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert names == {"ticket-users-read-throttle", "ticket-users-write-throttle"}


def test_production_does_not_deploy_alarms_that_nobody_hears(emulator: Emulator) -> None:
    run = play(emulator, "site", inventory="prod", dynamodb_endpoint_url=emulator.endpoint)
    assert run.returncode != 0
    assert "give the ARNs of the SNS topics" in " ".join(run.output.split())
    assert emulator.operations() == []
