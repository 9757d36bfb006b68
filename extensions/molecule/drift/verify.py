# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that somebody may have changed by hand (change.py) is as declared."""

from __future__ import annotations

import boto3

NAME = "molecule-drift"
POLICY = f"arn:aws:iam::137406935518:policy/{NAME}-dynamodb-%s-policy"

dynamodb, cloudwatch, iam = (boto3.client(service) for service in ("dynamodb", "cloudwatch", "iam"))

tables = {}
for logical in ("users", "sessions", "outbox"):
    table = tables[logical] = dynamodb.describe_table(TableName=f"{NAME}-{logical}")["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=f"{NAME}-{logical}")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED", logical
    tags = {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]}
    assert (tags["Environment"], tags["Estate"]) == ("local", NAME), tags
(index,) = tables["users"]["GlobalSecondaryIndexes"]
assert (index["IndexName"], index["KeySchema"][0]["AttributeName"]) == ("email-index", "email"), index
assert tables["sessions"]["DeletionProtectionEnabled"], tables["sessions"]
expiry = dynamodb.describe_time_to_live(TableName=f"{NAME}-sessions")["TimeToLiveDescription"]
assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}, expiry

alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{NAME}-")["MetricAlarms"]
watched = ("users", "users-email-index", "sessions", "outbox")
expected = {f"{NAME}-{each}-{direction}-throttle" for each in watched for direction in ("read", "write")}
assert {alarm["AlarmName"] for alarm in alarms} == expected, alarms
assert all(alarm["ActionsEnabled"] and alarm["AlarmActions"] for alarm in alarms), alarms

for role, policy in (("application", "access"), ("readonly", "readonly")):
    name = f"{NAME}-dynamodb-{role}-role"
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert {tuple(statement["Principal"]) for statement in trust} == {("Service",)}, trust
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [each["PolicyArn"] for each in attached] == [POLICY % policy], attached
    version = iam.get_policy(PolicyArn=POLICY % policy)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=POLICY % policy, VersionId=version)["PolicyVersion"]["Document"]
    assert not [each for each in document["Statement"] if "*" in (each["Resource"], each["Action"])], document
    assert all(f"table/{NAME}-" in str(each["Resource"]) for each in document["Statement"]), document
