# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables, indexes and their alarms are as the step has them that was declared last, and no item was lost on the way."""

from __future__ import annotations

import json
import os
from pathlib import Path

import boto3

NAME = "molecule-lifecycle"
BY_STATUS = {"by-status": (["status"], "ALL")}
BY_DAY = {"by-day": (["day", "order_id"], "KEYS_ONLY")}
INDEXES = {1: BY_STATUS, 2: BY_STATUS | BY_DAY, 3: BY_DAY, 4: BY_DAY}

step = json.loads(Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "lifecycle.json").read_text(encoding="utf-8"))[
    "step"
]
dynamodb = boto3.client("dynamodb")
orders, sessions = (dynamodb.describe_table(TableName=f"{NAME}-{name}")["Table"] for name in ("orders", "sessions"))


def units(described: dict) -> tuple[int, int]:
    throughput = described["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


found = {index["IndexName"]: index for index in orders.get("GlobalSecondaryIndexes", [])}
shapes = {
    name: ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"]["ProjectionType"])
    for name, index in found.items()
}
assert shapes == INDEXES[step], shapes
assert bool(orders.get("StreamSpecification", {}).get("StreamEnabled")) == (step == 2), orders
assert orders["BillingModeSummary"]["BillingMode"] == ("PROVISIONED" if step == 4 else "PAY_PER_REQUEST"), orders
if step == 4:
    assert (units(orders), units(found["by-day"])) == ((7, 3), (2, 1)), orders

assert sessions["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST", sessions
assert sessions["DeletionProtectionEnabled"] == (step > 1), sessions
expiry = dynamodb.describe_time_to_live(TableName=f"{NAME}-sessions")["TimeToLiveDescription"]
assert expiry.get("AttributeName") == ("expires_at" if step > 1 else None), expiry

watched = ["orders", "sessions", *(f"orders-{index}" for index in INDEXES[step])]
alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{NAME}-")["MetricAlarms"]
expected = {f"{NAME}-{each}-{direction}-throttle" for each in watched for direction in ("read", "write")}
assert {alarm["AlarmName"] for alarm in alarms} == expected, alarms

for table in ("orders", "sessions"):
    assert dynamodb.scan(TableName=f"{NAME}-{table}")["Count"] == (1 if step > 1 else 0), table
