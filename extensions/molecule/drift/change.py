# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people do by hand: tables, alarms and access, each changed and each with something gone."""

from __future__ import annotations

import json

import boto3

NAME = "molecule-drift"
POLICY = f"arn:aws:iam::137406935518:policy/{NAME}-dynamodb-%s-policy"

dynamodb, cloudwatch, iam = (boto3.client(service) for service in ("dynamodb", "cloudwatch", "iam"))


def document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


users, sessions, outbox = (f"{NAME}-{table}" for table in ("users", "sessions", "outbox"))
recovery = {"PointInTimeRecoveryEnabled": False}
dynamodb.update_continuous_backups(TableName=users, PointInTimeRecoverySpecification=recovery)
dynamodb.update_table(TableName=users, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "email-index"}}])
arn = dynamodb.describe_table(TableName=users)["Table"]["TableArn"]
dynamodb.untag_resource(ResourceArn=arn, TagKeys=["Environment"])
expiry = {"Enabled": False, "AttributeName": "expires_at"}
dynamodb.update_time_to_live(TableName=sessions, TimeToLiveSpecification=expiry)
dynamodb.update_table(TableName=sessions, DeletionProtectionEnabled=False)
dynamodb.delete_table(TableName=outbox)

cloudwatch.delete_alarms(AlarmNames=[f"{users}-read-throttle"])
cloudwatch.disable_alarm_actions(AlarmNames=[f"{sessions}-read-throttle"])

anybody = document(Principal={"AWS": "*"}, Action="sts:AssumeRole")
iam.update_assume_role_policy(RoleName=f"{NAME}-dynamodb-application-role", PolicyDocument=anybody)
anything = document(Action="dynamodb:*", Resource="*")
iam.create_policy_version(PolicyArn=POLICY % "access", PolicyDocument=anything, SetAsDefault=True)
iam.detach_role_policy(RoleName=f"{NAME}-dynamodb-readonly-role", PolicyArn=POLICY % "readonly")
