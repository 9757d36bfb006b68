# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The estate as today's Terraform deployment leaves it: right tables, known mistakes, none of our tags."""

from __future__ import annotations

import json
from typing import Any

from .emulator import ACCOUNT, REGION, Emulator

KEYS = {
    "tickets": ("ticket_id", None, {"user-index": ("user_id", None), "status-index": ("status", None)}),
    "users": ("user_id", None, {"email-index": ("email", None)}),
    "ticket-events": ("pk", "sk", {}),
    "reservation-reservations": ("pk", "sk", {"GSI1": ("gsi1pk", "gsi1sk")}),
    "reservation-orders": ("pk", "sk", {"GSI1": ("gsi1pk", "gsi1sk")}),
    "reservation-idempotency": ("pk", None, {}),
    "reservation-outbox": ("pk", "sk", {}),
}
ITEM_ACTIONS = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"]
WILDCARD_TRUST = {
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::*:oidc-provider/*"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringEquals": {"*:sub": "system:serviceaccount:*:reservation-api", "*:aud": "sts.amazonaws.com"}},
}


def make(emulator: Emulator) -> None:
    for name, (hash_key, range_key, indexes) in KEYS.items():
        _table(emulator, name, hash_key, range_key, indexes)
        for direction in ("Read", "Write"):
            _alarm(emulator, name, direction)
    services = {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]}}
    both = {**services, "Action": "sts:AssumeRole"}
    _role(emulator, "dynamodb-application-role", "dynamodb-access-policy", [both])
    _role(emulator, "dynamodb-readonly-role", "dynamodb-readonly-policy", [both])
    _role(
        emulator,
        "reservation-api-service-role",
        "reservation-api-service-policy",
        [both, WILDCARD_TRUST],
        "reservation-",
    )


def _schema(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    found = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return found + ([{"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else [])


def _table(emulator: Emulator, name: str, hash_key: str, range_key: str | None, indexes: dict[str, Any]) -> None:
    client, table = emulator.client("dynamodb"), f"ticket-{name}"
    used = {key for pair in [(hash_key, range_key), *indexes.values()] for key in pair if key}
    more: dict[str, Any] = {}
    if indexes:
        more["GlobalSecondaryIndexes"] = [
            {"IndexName": index, "KeySchema": _schema(*pair), "Projection": {"ProjectionType": "ALL"}}
            for index, pair in indexes.items()
        ]
    client.create_table(
        TableName=table,
        KeySchema=_schema(hash_key, range_key),
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in sorted(used)],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
        Tags=[{"Key": "Name", "Value": table}, {"Key": "Terraform", "Value": "true"}],
        **more,
    )
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    if name == "reservation-idempotency":
        client.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})


def _alarm(emulator: Emulator, name: str, direction: str) -> None:
    emulator.client("cloudwatch").put_metric_alarm(
        AlarmName=f"ticket-{name}-{direction.lower()}-throttle",
        MetricName=f"{direction}ThrottledEvents",
        Namespace="AWS/DynamoDB",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": "TableName", "Value": f"ticket-{name}"}],
        AlarmActions=[],
    )


def _role(emulator: Emulator, role: str, policy: str, trust: list[dict[str, Any]], prefix: str = "") -> None:
    iam = emulator.client("iam")
    statement = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{action}" for action in ITEM_ACTIONS],
        "Resource": [
            f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-{name}" for name in KEYS if name.startswith(prefix)
        ],
    }
    iam.create_role(RoleName=f"ticket-{role}", AssumeRolePolicyDocument=_document(trust))
    created = iam.create_policy(PolicyName=f"ticket-{policy}", PolicyDocument=_document([statement]))
    iam.attach_role_policy(RoleName=f"ticket-{role}", PolicyArn=created["Policy"]["Arn"])


def _document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
