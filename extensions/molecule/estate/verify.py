# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of an estate are there and know each other: what the outputs name is granted, watched and reachable."""

from __future__ import annotations

import json
import os
from pathlib import Path

import boto3

NAME = "molecule-estate"
TOPIC = f"arn:aws:sns:ap-northeast-2:137406935518:{NAME}-on-call"

dynamodb, iam, cloudwatch = (boto3.client(service) for service in ("dynamodb", "iam", "cloudwatch"))
outputs = json.loads(Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "estate-outputs.json").read_text())


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def granted(role: str) -> set[str]:
    """The tables that a role's policies name."""
    found = set()
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        for statement in version["Document"]["Statement"]:
            found.update(arn for arn in listed(statement["Resource"]) if ":table/" in arn and "/index/" not in arn)
    return found


names, arns = outputs["table_names"], outputs["table_arns"]
tables = {name: dynamodb.describe_table(TableName=name)["Table"] for name in names.values()}
assert len(tables) == 7, tables.keys()
assert {table["TableArn"] for table in tables.values()} == set(arns.values()), arns

reservation = {arns[logical] for logical in outputs["reservation_tables"]}
assert granted(outputs["application_role_name"]) == set(arns.values())
assert granted(outputs["readonly_role_name"]) == set(arns.values())
assert granted(outputs["reservation_service_role_name"]) == reservation
for role in ("application_role", "readonly_role", "reservation_service_role"):
    assert iam.get_role(RoleName=outputs[f"{role}_name"])["Role"]["Arn"] == outputs[f"{role}_arn"], role
profiles = iam.list_instance_profiles_for_role(RoleName=outputs["application_role_name"])["InstanceProfiles"]
assert len(profiles) == 1, profiles

watched = {(name, "") for name in tables}
for name, table in tables.items():
    watched |= {(name, index["IndexName"]) for index in table.get("GlobalSecondaryIndexes", [])}
pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{NAME}-")
alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
seen = []
for alarm in alarms:
    (metric,) = [entry["MetricStat"]["Metric"] for entry in alarm["Metrics"] if "MetricStat" in entry]
    dimensions = {entry["Name"]: entry["Value"] for entry in metric["Dimensions"]}
    seen.append((dimensions["TableName"], dimensions.get("GlobalSecondaryIndexName", "")))
    assert TOPIC in alarm["AlarmActions"], alarm
assert sorted(seen) == sorted([*watched, *watched]), seen

subscriptions = boto3.client("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
assert [entry["Endpoint"] for entry in subscriptions] == ["on-call@example.com"], subscriptions

dashboard = cloudwatch.get_dashboard(DashboardName=f"{NAME}-dynamodb-ap-northeast-2")["DashboardBody"]
(shown,) = [each["properties"]["alarms"] for each in json.loads(dashboard)["widgets"] if "alarms" in each["properties"]]
assert sorted(shown) == sorted(alarm["AlarmArn"] for alarm in alarms), shown

filters = [{"Name": "tag:Estate", "Values": [NAME]}]
(endpoint,) = boto3.client("ec2").describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
(statement,) = json.loads(endpoint["PolicyDocument"])["Statement"]
assert {arn for arn in statement["Resource"] if not arn.endswith("/*")} == set(arns.values()), statement
