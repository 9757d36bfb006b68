# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is in an account after a run, read with plain boto3: two runs that end alike have equal states."""

from __future__ import annotations

from typing import Any, Protocol

State = dict[str, dict[str, Any]]
TABLE = ("KeySchema", "AttributeDefinitions", "TableStatus", "BillingModeSummary", "StreamSpecification")
INDEX = ("KeySchema", "Projection", "IndexStatus")
ROLE = ("Path", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "PermissionsBoundary")
ALARM_VOLATILE = {"AlarmConfigurationUpdatedTimestamp", "StateUpdatedTimestamp", "StateTransitionedTimestamp"}
ALARM_VOLATILE |= {"StateReason", "StateReasonData", "StateValue"}


class Account(Protocol):
    """Whatever has clients for an account in one region; an emulator, for example."""

    def client(self, service: str) -> Any: ...


def end_state(account: Account) -> State:
    """Tables, roles, policies with the number of their versions, instance profiles and alarms, by kind and name."""
    iam = account.client("iam")
    return {
        "tables": _tables(account.client("dynamodb")),
        "roles": _roles(iam),
        "policies": _policies(iam),
        "instance profiles": _instance_profiles(iam),
        "alarms": _alarms(account.client("cloudwatch")),
    }


def _tables(dynamodb: Any) -> dict[str, Any]:
    names = dynamodb.list_tables()["TableNames"]
    return {name: _table(dynamodb, dynamodb.describe_table(TableName=name)["Table"]) for name in names}


def _table(dynamodb: Any, table: dict[str, Any]) -> dict[str, Any]:
    name = table["TableName"]
    found = {member: table.get(member) for member in TABLE}
    found["AttributeDefinitions"] = sorted(table["AttributeDefinitions"], key=str)
    found["BillingModeSummary"] = table.get("BillingModeSummary", {}).get("BillingMode")
    indexes = [*table.get("GlobalSecondaryIndexes", []), *table.get("LocalSecondaryIndexes", [])]
    found["indexes"] = {index["IndexName"]: {member: index.get(member) for member in INDEX} for index in indexes}
    found["protected"] = table.get("DeletionProtectionEnabled")
    found["ttl"] = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    found["recovery"] = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    found["tags"] = _tags(dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"])
    return found


def _roles(iam: Any) -> dict[str, Any]:
    found = {}
    for listed in iam.list_roles()["Roles"]:
        name = listed["RoleName"]
        role = iam.get_role(RoleName=name)["Role"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        found[name] = {member: role.get(member) for member in ROLE}
        found[name]["attached"] = sorted(policy["PolicyArn"] for policy in attached)
        found[name]["tags"] = _tags(role.get("Tags", []))
    return found


def _policies(iam: Any) -> dict[str, Any]:
    found = {}
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        arn = policy["Arn"]
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        (default,) = [version["VersionId"] for version in versions if version["IsDefaultVersion"]]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=default)["PolicyVersion"]["Document"]
        tags = _tags(iam.get_policy(PolicyArn=arn)["Policy"]["Tags"])
        found[policy["PolicyName"]] = {"document": document, "versions": len(versions), "tags": tags}
    return found


def _instance_profiles(iam: Any) -> dict[str, Any]:
    profiles = iam.list_instance_profiles()["InstanceProfiles"]
    return {
        profile["InstanceProfileName"]: {
            "roles": [role["RoleName"] for role in profile["Roles"]],
            "tags": _tags(profile.get("Tags", [])),
        }
        for profile in profiles
    }


def _alarms(cloudwatch: Any) -> dict[str, Any]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for kind in ("MetricAlarms", "CompositeAlarms") for alarm in page[kind]]
    return {
        alarm["AlarmName"]: {
            **{member: value for member, value in alarm.items() if member not in ALARM_VOLATILE},
            "tags": _tags(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]),
        }
        for alarm in alarms
    }


def _tags(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
