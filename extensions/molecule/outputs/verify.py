# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outputs name what the estate has, though nothing of it is there yet."""

from __future__ import annotations

import json
import os
from pathlib import Path

import boto3

NAME = "molecule-outputs"

outputs = json.loads(Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "outputs.json").read_text(encoding="utf-8"))

assert outputs["table_names"]["tickets"] == f"{NAME}-tickets", outputs
assert outputs["table_arns"]["users"] == f"arn:aws:dynamodb:ap-northeast-2:137406935518:table/{NAME}-users", outputs
assert outputs["table_stream_arns"] == {}, outputs
assert outputs["application_role_name"] == f"{NAME}-dynamodb-application-role", outputs
assert outputs["readonly_role_arn"] == f"arn:aws:iam::137406935518:role/{NAME}-dynamodb-readonly-role", outputs
assert outputs["reservation_service_role_name"] == f"{NAME}-reservation-api-service-role", outputs
assert sorted(outputs["reservation_tables"]) == [
    "reservation-idempotency",
    "reservation-orders",
    "reservation-outbox",
    "reservation-reservations",
], outputs

tables = boto3.client("dynamodb").list_tables(ExclusiveStartTableName="molecule-outputr")["TableNames"]
assert not [name for name in tables if name.startswith(NAME)], tables
