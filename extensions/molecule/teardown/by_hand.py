# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Things that belong to no estate, though their names begin like one's; then what is there is kept for later."""

from __future__ import annotations

import json

from account import KEPT, PREFIX, cloudwatch, dynamodb, everything, iam, sns

NAME = f"{PREFIX}-by-hand"

dynamodb.create_table(
    TableName=NAME,
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
cloudwatch.put_metric_alarm(
    AlarmName=NAME,
    Namespace="AWS/DynamoDB",
    MetricName="ReadThrottleEvents",
    Dimensions=[{"Name": "TableName", "Value": f"{PREFIX}-users"}],
    Statistic="Sum",
    Period=300,
    EvaluationPeriods=1,
    Threshold=0,
    ComparisonOperator="GreaterThanThreshold",
)
trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
sns.create_topic(Name=NAME)

KEPT.write_text(json.dumps(everything()), encoding="utf-8")
