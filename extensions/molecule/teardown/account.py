# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is in the account under the names of this scenario, as plain data that can be compared."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import boto3

PREFIX = "molecule-teardown"
KEPT = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "teardown.json")

dynamodb, cloudwatch, iam, sns = (boto3.client(service) for service in ("dynamodb", "cloudwatch", "iam", "sns"))


def everything() -> dict[str, dict[str, Any]]:
    """All that a teardown could remove or change, by kind and name."""
    found = {
        "tables": {name: table(name) for name in ours(dynamodb.list_tables()["TableNames"])},
        "alarms": alarms(),
        "dashboards": {name: cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"] for name in dashboards()},
        "topics": {arn.rpartition(":")[2]: sns.get_topic_attributes(TopicArn=arn)["Attributes"] for arn in topics()},
        "roles": {name: role(name) for name in ours(each["RoleName"] for each in iam.list_roles()["Roles"])},
        "policies": {each["PolicyName"]: policy(each["Arn"]) for each in policies()},
        "profiles": profiles(),
    }
    return json.loads(json.dumps(found, default=str))


def ours(names: Any) -> list[str]:
    return [name for name in names if name.startswith(PREFIX)]


def table(name: str) -> dict[str, Any]:
    described = dynamodb.describe_table(TableName=name)["Table"]
    return {
        "table": described,
        "tags": dynamodb.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"],
        "recovery": dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"][
            "PointInTimeRecoveryDescription"
        ]["PointInTimeRecoveryStatus"],
    }


def alarms() -> dict[str, Any]:
    return {each["AlarmName"]: each for each in cloudwatch.describe_alarms(AlarmNamePrefix=PREFIX)["MetricAlarms"]}


def dashboards() -> list[str]:
    return [
        each["DashboardName"] for each in cloudwatch.list_dashboards(DashboardNamePrefix=PREFIX)["DashboardEntries"]
    ]


def topics() -> list[str]:
    return [each["TopicArn"] for each in sns.list_topics()["Topics"] if f":{PREFIX}" in each["TopicArn"]]


def policies() -> list[dict[str, Any]]:
    return [each for each in iam.list_policies(Scope="Local")["Policies"] if each["PolicyName"].startswith(PREFIX)]


def role(name: str) -> dict[str, Any]:
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {"role": iam.get_role(RoleName=name)["Role"], "attached": attached}


def policy(arn: str) -> dict[str, Any]:
    return {
        "policy": iam.get_policy(PolicyArn=arn)["Policy"],
        "versions": iam.list_policy_versions(PolicyArn=arn)["Versions"],
    }


def profiles() -> dict[str, Any]:
    found = iam.list_instance_profiles()["InstanceProfiles"]
    return {each["InstanceProfileName"]: each for each in found if each["InstanceProfileName"].startswith(PREFIX)}
