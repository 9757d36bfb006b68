# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An account with enforcement on: sessions with exactly given rights, and the calls that are tried with them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .emulator import REGION, Emulator

DENIED = {"AccessDenied", "AccessDeniedException"}
Clients = Callable[[str], Any]
Call = Callable[[Clients, str], Any]
KEY: dict[str, Any] = {"pk": {"S": "1"}}
BY_KEY: dict[str, Any] = {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": {":v": {"S": "1"}}}
OF_INDEX: dict[str, Any] = {
    "IndexName": "by-mail",
    "KeyConditionExpression": "mail = :v",
    "ExpressionAttributeValues": {":v": {"S": "1"}},
}

ON_TABLES: dict[str, Call] = {
    "GetItem": lambda aws, table: aws("dynamodb").get_item(TableName=table, Key=KEY),
    "BatchGetItem": lambda aws, table: aws("dynamodb").batch_get_item(RequestItems={table: {"Keys": [KEY]}}),
    "Query": lambda aws, table: aws("dynamodb").query(TableName=table, **BY_KEY),
    "Query an index": lambda aws, table: aws("dynamodb").query(TableName=table, **OF_INDEX),
    "Scan": lambda aws, table: aws("dynamodb").scan(TableName=table),
    "Scan an index": lambda aws, table: aws("dynamodb").scan(TableName=table, IndexName="by-mail"),
    "PutItem": lambda aws, table: aws("dynamodb").put_item(TableName=table, Item=KEY),
    "UpdateItem": lambda aws, table: aws("dynamodb").update_item(TableName=table, Key=KEY),
    "BatchWriteItem": lambda aws, table: aws("dynamodb").batch_write_item(
        RequestItems={table: [{"PutRequest": {"Item": KEY}}]}
    ),
    "TransactWriteItems": lambda aws, table: aws("dynamodb").transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": KEY}}]
    ),
    "DeleteItem": lambda aws, table: aws("dynamodb").delete_item(TableName=table, Key=KEY),
    "DescribeTable": lambda aws, table: aws("dynamodb").describe_table(TableName=table),
    "DescribeTimeToLive": lambda aws, table: aws("dynamodb").describe_time_to_live(TableName=table),
    "UpdateTable": lambda aws, table: aws("dynamodb").update_table(
        TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    ),
    "UpdateTimeToLive": lambda aws, table: aws("dynamodb").update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    ),
    "CreateBackup": lambda aws, table: aws("dynamodb").create_backup(TableName=table, BackupName="copy"),
    "DeleteTable": lambda aws, table: aws("dynamodb").delete_table(TableName=table),
}
"""What is tried on each table."""


def create_table(aws: Clients, name: str) -> None:
    """A table with the keys that the calls use."""
    aws("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "mail")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-mail",
                "KeySchema": [{"AttributeName": "mail", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def create_role(aws: Clients, role: Mapping[str, Any]) -> str:
    """A role in the form that access_info takes; returns its ARN."""
    iam = aws("iam")
    made = iam.create_role(RoleName=role["name"], Path=role["path"], AssumeRolePolicyDocument=json.dumps(role["trust"]))
    for policy in role["policies"]:
        document = json.dumps(policy["document"])
        arn = iam.create_policy(PolicyName=policy["name"], Path=role["path"], PolicyDocument=document)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=role["name"], PolicyArn=arn)
    return str(made["Role"]["Arn"])


def session(emulator: Emulator, credentials: Mapping[str, str]) -> Clients:
    """Clients with temporary credentials, as AssumeRole gives them."""
    own = boto3.Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], region_name=REGION
    )
    config = Config(retries={"total_max_attempts": 1})

    @cache
    def client(service: str) -> Any:
        return own.client(service, endpoint_url=emulator.endpoint, config=config)

    return client


def permitted(aws: Clients, table: str, calls: Mapping[str, Call] | None = None) -> set[str]:
    """The calls that are not denied; any other error is one of the test."""
    return {name for name, call in (calls or ON_TABLES).items() if not denied(lambda call=call: call(aws, table))}


def denied(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return True
    return False


def token(issuer: str, **claims: str) -> str:
    """A web identity token with these claims; the emulator does not look at its signature."""
    parts: Iterable[dict[str, str]] = ({"alg": "RS256", "typ": "JWT"}, {"iss": f"https://{issuer}", **claims}, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
