# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bench for the DynamoDB double: short requests, and what came of them."""

from __future__ import annotations

from typing import Any

from .clock import FakeClock
from .dynamodb_double import AwsFault, DynamoDB, Settings

ACCOUNT = "137406935518"
REGION = "ap-northeast-2"
NAME = "orders"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{NAME}"
QUIET = 2000.0
"""Seconds after which every change of an empty table has ended."""
OOM = "One or more parameter values were invalid: "
ARU = "Attempt to change a resource which is still in use: "
SLE = "Subscriber limit exceeded: "

Json = dict[str, Any]


def key(*names: str, sort: tuple[str, ...] = ()) -> list[Json]:
    """A key schema."""
    hashes = [{"AttributeName": name, "KeyType": "HASH"} for name in names]
    return [*hashes, *({"AttributeName": name, "KeyType": "RANGE"} for name in sort)]


def attributes(*names: str) -> list[Json]:
    """Definitions of string attributes."""
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def units(read: int, write: int) -> Json:
    """Provisioned capacity."""
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def index(name: str, *hashes: str, sort: tuple[str, ...] = (), **others: Any) -> Json:
    """A global or local index as CreateTable takes it."""
    return {
        "IndexName": name,
        "KeySchema": key(*hashes, sort=sort),
        "Projection": {"ProjectionType": "ALL"},
        **others,
    }


def create_index(name: str = "by_city", attribute: str = "city", **others: Any) -> Json:
    """The members of an UpdateTable that creates an index."""
    return {
        "AttributeDefinitions": attributes(attribute),
        "GlobalSecondaryIndexUpdates": [{"Create": index(name, attribute, **others)}],
    }


def delete_index(name: str = "by_city") -> Json:
    """The members of an UpdateTable that deletes an index."""
    return {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}


def update_index(name: str = "by_city", **others: Any) -> Json:
    """The members of an UpdateTable that updates an index."""
    return {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": name, **others}}]}


STREAM_ON: Json = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
STREAM_OFF: Json = {"StreamSpecification": {"StreamEnabled": False}}
ON_DEMAND: Json = {"BillingMode": "PAY_PER_REQUEST"}
MANAGED_KEY: Json = {"SSESpecification": {"Enabled": True}}
OWNED_KEY: Json = {"SSESpecification": {"Enabled": False}}
RARE: Json = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
STANDARD: Json = {"TableClass": "STANDARD"}
PROTECTED: Json = {"DeletionProtectionEnabled": True}
UNPROTECTED: Json = {"DeletionProtectionEnabled": False}
LIMITED: Json = {"OnDemandThroughput": {"MaxReadRequestUnits": 100}}
WARMER: Json = {"WarmThroughput": {"ReadUnitsPerSecond": 13000}}


def provisioned(read: int = 5, write: int = 5) -> Json:
    """The members of a request for provisioned billing."""
    return {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(read, write)}


def encryption(**members: Any) -> Json:
    """The members of a request for encryption."""
    return {"SSESpecification": members}


class Lab:
    """One double, one clock, mostly one table."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.clock = FakeClock()
        self.aws = DynamoDB(self.clock, ACCOUNT, REGION, settings or Settings())

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def call(self, operation: str, **request: Any) -> Json:
        return self.aws.handle(operation, request)

    def refusal(self, operation: str, **request: Any) -> tuple[str, str, int]:
        """Code, message and HTTP status of a call that must be refused."""
        try:
            answer = self.call(operation, **request)
        except AwsFault as fault:
            return fault.code, fault.message, fault.http_status
        raise AssertionError(f"{operation} was accepted: {answer}")

    def create(self, **members: Any) -> Json:
        """Begins the table; on demand and with the one key attribute C(id) unless said otherwise."""
        request = {"TableName": NAME, "KeySchema": key("id"), "AttributeDefinitions": attributes("id")}
        if "ProvisionedThroughput" not in members:
            request["BillingMode"] = "PAY_PER_REQUEST"
        answer: Json = self.call("CreateTable", **{**request, **members})["TableDescription"]
        return answer

    def settled(self, **members: Any) -> Lab:
        """Begins the table and waits until nothing runs."""
        self.create(**members)
        self.sleep(QUIET)
        return self

    def indexed(self, **members: Any) -> Lab:
        """A settled table with the index C(by_city)."""
        given: Json = {"ProvisionedThroughput": units(5, 5)} if "ProvisionedThroughput" in members else {}
        return self.settled(
            AttributeDefinitions=attributes("id", "city"),
            GlobalSecondaryIndexes=[index("by_city", "city", **given)],
            **members,
        )

    def update(self, *members: Json, **others: Any) -> Json:
        answer: Json = self.call("UpdateTable", TableName=NAME, **_merged(*members, others))["TableDescription"]
        return answer

    def refused(self, *members: Json) -> tuple[str, str]:
        """Code and message of an UpdateTable that must be refused."""
        return self.refusal("UpdateTable", TableName=NAME, **_merged(*members))[:2]

    def table(self) -> Json:
        answer: Json = self.call("DescribeTable", TableName=NAME)["Table"]
        return answer

    def status(self) -> str:
        return str(self.table()["TableStatus"])

    def index(self, name: str = "by_city") -> Json | None:
        """The description of one index, if it is there."""
        found = self.table().get("GlobalSecondaryIndexes", [])
        return next((item for item in found if item["IndexName"] == name), None)

    def tag(self, **tags: str) -> Json:
        return self.call("TagResource", ResourceArn=ARN, Tags=[{"Key": k, "Value": v} for k, v in tags.items()])

    def untag(self, *keys: str) -> Json:
        return self.call("UntagResource", ResourceArn=ARN, TagKeys=list(keys))

    def tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.call("ListTagsOfResource", ResourceArn=ARN)["Tags"]}

    def recover(self, enabled: bool, **others: Any) -> Json:
        """Sets point-in-time recovery; returns its description."""
        specification = {"PointInTimeRecoveryEnabled": enabled, **others}
        answer = self.call("UpdateContinuousBackups", TableName=NAME, PointInTimeRecoverySpecification=specification)
        recovery: Json = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        return recovery


def expiry(enabled: bool, attribute: str = "expires") -> Json:
    """The members of an UpdateTimeToLive."""
    return {"TableName": NAME, "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}


def _merged(*members: Json) -> Json:
    """One request of several; index updates and attribute definitions of all of them."""
    request: Json = {}
    for part in members:
        for name, value in part.items():
            request[name] = [*request.get(name, []), *value] if isinstance(value, list) else value
    return request
