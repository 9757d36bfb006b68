# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules dashboard, alarm_topic and vpc_endpoints as users run them, read back with plain boto3."""

from __future__ import annotations

import json
from typing import Any

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.modules import Run, run_module
from tests.support.playbooks import writes

TABLES = [
    {"name": "users", "hash_key": "id", "global_secondary_indexes": [{"name": "email-index", "hash_key": "e"}]},
    {"name": "orders", "hash_key": "id"},
]
NAME = f"ticket-dynamodb-{REGION}"
TAGS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
KEY_IN_URL = "a-key-that-nobody-may-read"
SUBSCRIPTIONS = [
    {"protocol": "email", "endpoint": "on-call@example.com"},
    {"protocol": "https", "endpoint": f"https://hooks.example.com/{KEY_IN_URL}"},
]


def check_do_again(emulator: Emulator, module: str, **options: Any) -> Run:
    """A prediction that writes nothing, a run that does just that, and one that does nothing; returns the second."""
    emulator.forget()
    check = run_module(emulator, module, "--check", "--diff", **options)
    assert (check.failed, check.changed, writes(emulator)) == (False, True, []), check.output
    assert "+++ after" in check.output
    done = run_module(emulator, module, **options)
    assert done.result["steps"] == check.result["steps"]
    assert len(writes(emulator)) == len(done.result["steps"])
    emulator.forget()
    again = run_module(emulator, module, **options)
    assert (again.changed, again.result["steps"], writes(emulator)) == (False, [], [])
    return done


def test_a_dashboard(emulator: Emulator) -> None:
    cloudwatch = emulator.client("cloudwatch")
    options = {"tables": TABLES, "alarms": ["ticket-users-read-throttle"], "tags": {"Team": "core"}}
    done = check_do_again(emulator, "dashboard", **options)
    found = cloudwatch.get_dashboard(DashboardName=NAME)
    assert json.loads(found["DashboardBody"]) == done.result["dashboard"]["body"]
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {**TAGS, "Team": "core"}

    cloudwatch.put_dashboard(DashboardName="mine", DashboardBody='{"widgets": []}')
    refused = run_module(emulator, "dashboard", dashboard_name="mine", tables=TABLES)
    assert refused.failed
    assert "mine: not done without 'allow: [replace_dashboard]'" in refused.result["msg"]
    assert cloudwatch.get_dashboard(DashboardName="mine")["DashboardBody"] == '{"widgets": []}'

    gone = run_module(emulator, "dashboard", state="absent")
    assert gone.result["summary"] == {"add": 0, "change": 0, "remove": 1, "keep": 0}
    assert [entry["DashboardName"] for entry in cloudwatch.list_dashboards()["DashboardEntries"]] == ["mine"]


def test_a_topic(emulator: Emulator) -> None:
    sns = emulator.client("sns")
    done = check_do_again(emulator, "alarm_topic", topic_name="on-call", subscriptions=SUBSCRIPTIONS)
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"
    assert done.result["topic"]["arn"] == arn
    assert done.result["unconfirmed"] == ["email on-call@example.com", "https://hooks.example.com"]
    assert KEY_IN_URL not in done.output
    (statement,) = json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"]
    assert (statement["Principal"], statement["Action"]) == ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    listed = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert sorted((entry["Protocol"], entry["Endpoint"]) for entry in listed) == [
        (entry["protocol"], entry["endpoint"]) for entry in SUBSCRIPTIONS
    ]
    tags = {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=arn)["Tags"]}
    assert tags == TAGS

    neighbour = run_module(emulator, "alarm_topic", name="ticket-dev", topic_name="on-call", state="absent")
    assert "topic on-call is left alone: it does not belong to the estate ticket-dev" in neighbour.output
    assert run_module(emulator, "alarm_topic", topic_name="on-call", state="absent").changed
    assert sns.list_topics()["Topics"] == []


def test_endpoints(emulator: Emulator) -> None:
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    first, second = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _unused in range(2))

    def there() -> dict[str, Any]:
        (found,) = [each for each in ec2.describe_vpc_endpoints()["VpcEndpoints"] if each["State"] == "available"]
        endpoint: dict[str, Any] = found
        return endpoint

    entry = {"vpc_id": vpc, "route_table_ids": [first]}
    check_do_again(emulator, "vpc_endpoints", endpoints=[entry], tables=TABLES)
    assert (there()["RouteTableIds"], there()["ServiceName"]) == ([first], f"com.amazonaws.{REGION}.dynamodb")
    assert {tag["Key"]: tag["Value"] for tag in there()["Tags"]} == {**TAGS, "Name": "ticket-dynamodb"}
    (statement,) = json.loads(there()["PolicyDocument"])["Statement"]
    prefix = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-"
    assert statement["Resource"] == [f"{prefix}{name}{more}" for name in ("orders", "users") for more in ("", "/*")]

    moved = {"vpc_id": vpc, "route_table_ids": [second], "allow": ["remove_route_table"]}
    changed = run_module(emulator, "vpc_endpoints", endpoints=[moved], tables=TABLES[:1])
    assert [step["action"] for step in changed.result["steps"]] == [
        "remove_route_tables",
        "set_endpoint_policy",
        "add_route_tables",
    ]
    assert there()["RouteTableIds"] == [second]
    assert "orders" not in there()["PolicyDocument"]
    # moto moves no routes with the route tables, and deletes only an endpoint that has those it was made with.
    run_module(emulator, "vpc_endpoints", endpoints=[{**entry, "allow": moved["allow"]}], tables=TABLES)
    assert run_module(emulator, "vpc_endpoints", endpoints=[], purge=True).changed
    assert [each["State"] for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]] == ["deleted"]
