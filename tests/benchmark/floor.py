# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The floor: what boto3 needs for the same estate with the same threads, and without a question asked.

floor.py CASE SCOPE FILE: reads the complete state (four calls a table, all alarms, roles and policies), or creates
everything, or adds the first table's last index. It compares nothing, plans nothing and survives no refusal but the
one that every new table gives: recovery cannot be turned on in its first seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

READERS = 32
WRITERS = 10
POLL_SECONDS = 0.5

Json = dict[str, Any]


class Floor:
    """One client for each service, shared by all threads."""

    def __init__(self, estate: Json) -> None:
        session = boto3.session.Session()
        config = Config(max_pool_connections=READERS, retries={"mode": "standard", "max_attempts": 4})
        self.dynamodb, self.cloudwatch, self.iam = (
            session.client(service, config=config) for service in ("dynamodb", "cloudwatch", "iam")
        )
        self.tables: list[Json] = estate["tables"]
        self.alarms: list[Json] = estate["alarms"]
        self.roles: list[Json] = estate["roles"]

    def read_tables(self) -> None:
        spread(self.read_table, [table["TableName"] for table in self.tables], READERS)

    def read_table(self, name: str) -> None:
        try:
            arn = self.dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        except self.dynamodb.exceptions.ResourceNotFoundException:
            return
        self.dynamodb.describe_continuous_backups(TableName=name)
        self.dynamodb.describe_time_to_live(TableName=name)
        self.dynamodb.list_tags_of_resource(ResourceArn=arn)

    def read_others(self) -> None:
        list(self.cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix="ticket-"))
        spread(self.read_role, self.roles, READERS)

    def read_role(self, role: Json) -> None:
        try:
            self.iam.get_role(RoleName=role["name"])
            self.iam.list_attached_role_policies(RoleName=role["name"])
            version = self.iam.get_policy(PolicyArn=role["policy_arn"])["Policy"]["DefaultVersionId"]
            self.iam.get_policy_version(PolicyArn=role["policy_arn"], VersionId=version)
        except self.iam.exceptions.NoSuchEntityException:
            return

    def create_tables(self) -> None:
        spread(self.create_table, self.tables, WRITERS)

    def create_table(self, table: Json) -> None:
        name = table["TableName"]
        request = {member: value for member, value in table.items() if member != "ttl"}
        self.dynamodb.create_table(**request)
        self.wait_until_active(name)
        if table["ttl"]:
            expiry = {"Enabled": True, "AttributeName": table["ttl"]}
            self.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
        while not self.recovers(name):
            time.sleep(POLL_SECONDS)

    def recovers(self, name: str) -> bool:
        wanted = {"PointInTimeRecoveryEnabled": True}
        try:
            self.dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ContinuousBackupsUnavailableException":
                raise
            return False
        return True

    def wait_until_active(self, name: str) -> None:
        """Table and indexes."""
        while True:
            table = self.dynamodb.describe_table(TableName=name)["Table"]
            indexes = [index["IndexStatus"] for index in table.get("GlobalSecondaryIndexes", [])]
            if {table["TableStatus"], *indexes} == {"ACTIVE"}:
                return
            time.sleep(POLL_SECONDS)

    def create_others(self) -> None:
        spread(self.create_role, self.roles, WRITERS)
        spread(lambda alarm: self.cloudwatch.put_metric_alarm(**alarm), self.alarms, WRITERS)

    def create_role(self, role: Json) -> None:
        trust, document = json.dumps(role["trust"]), json.dumps(role["document"])
        self.iam.create_policy(PolicyName=role["policy"], PolicyDocument=document)
        self.iam.create_role(RoleName=role["name"], AssumeRolePolicyDocument=trust)
        self.iam.attach_role_policy(RoleName=role["name"], PolicyArn=role["policy_arn"])

    def add_index(self) -> None:
        table = self.tables[0]
        self.dynamodb.update_table(
            TableName=table["TableName"],
            AttributeDefinitions=table["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": table["GlobalSecondaryIndexes"][-1]}],
        )
        self.wait_until_active(table["TableName"])

    def add_alarms(self) -> None:
        """Those of the added index, which are the last of the first table."""
        added = self.tables[0]["GlobalSecondaryIndexes"][-1]["IndexName"]
        of_index = [
            alarm
            for alarm in self.alarms
            if {"Name": "GlobalSecondaryIndexName", "Value": added} in alarm["Dimensions"]
        ]
        spread(lambda alarm: self.cloudwatch.put_metric_alarm(**alarm), of_index, WRITERS)


def spread(work: Callable[[Any], object], items: Iterable[Any], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, items))


def run(floor: Floor, case: str, scope: str) -> None:
    """One case; what creates or changes reads first, as everybody must."""
    stages = {"check": [], "deploy": [floor.create_tables, floor.create_others], "converged": []}
    stages["index"] = [floor.add_index, floor.add_alarms]
    both = [floor.read_tables, floor.read_others], stages[case]
    for tables_and_others in both:
        for stage in tables_and_others[: 1 if scope == "tables" else 2]:
            stage()


if __name__ == "__main__":
    run(Floor(json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))), *sys.argv[1:3])
