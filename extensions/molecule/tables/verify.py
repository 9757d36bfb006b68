# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The seven tables of the ticket platform are there, as declared."""

from __future__ import annotations

import boto3

PREFIX = "molecule-tables-"
# Logical name to key attributes, and index names to theirs.
TABLES = {
    "tickets": (["ticket_id"], {"user-index": ["user_id"], "status-index": ["status"]}),
    "users": (["user_id"], {"email-index": ["email"]}),
    "ticket-events": (["pk", "sk"], {}),
    "reservation-reservations": (["pk", "sk"], {"GSI1": ["gsi1pk", "gsi1sk"]}),
    "reservation-orders": (["pk", "sk"], {"GSI1": ["gsi1pk", "gsi1sk"]}),
    "reservation-idempotency": (["pk"], {}),
    "reservation-outbox": (["pk", "sk"], {}),
}

dynamodb = boto3.client("dynamodb")


def keys(description: dict) -> list[str]:
    return [key["AttributeName"] for key in description["KeySchema"]]


def verify(logical: str, table_keys: list[str], indexes: dict[str, list[str]]) -> None:
    name = PREFIX + logical
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert keys(table) == table_keys, name
    assert {index["IndexName"]: keys(index) for index in table.get("GlobalSecondaryIndexes", [])} == indexes, name
    assert all(i["Projection"] == {"ProjectionType": "ALL"} for i in table.get("GlobalSecondaryIndexes", [])), name
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}, name
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST", name
    assert table["SSEDescription"]["SSEType"] == "KMS", name
    assert not table["DeletionProtectionEnabled"], name
    assert not table.get("StreamSpecification", {}).get("StreamEnabled"), name

    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED", name
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl.get("AttributeName") == ("ttl" if logical == "reservation-idempotency" else None), name
    tags = {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]}
    ours = {"Name": name, "Estate": "molecule-tables", "ManagedBy": "traffic_tacos.dynamodb", "Environment": "local"}
    assert tags == ours, name


names = {name for name in dynamodb.list_tables()["TableNames"] if name.startswith(PREFIX)}
assert names == {PREFIX + logical for logical in TABLES}, names
for logical, (table_keys, indexes) in TABLES.items():
    verify(logical, table_keys, indexes)
