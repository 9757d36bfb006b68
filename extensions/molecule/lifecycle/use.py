# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An item in each table: no later step may lose it."""

from __future__ import annotations

import boto3

NAME = "molecule-lifecycle"

dynamodb = boto3.client("dynamodb")
order = {"customer_id": "c1", "order_id": "o1", "status": "paid", "day": "2026-11-24"}
for table, item in (("orders", order), ("sessions", {"session_id": "s1"})):
    dynamodb.put_item(TableName=f"{NAME}-{table}", Item={key: {"S": value} for key, value in item.items()})
