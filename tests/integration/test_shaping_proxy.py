# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shaping proxy through boto3: AWS's rules and state times, and the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from botocore.exceptions import ClientError

from tests.support.dynamodb_double import Settings
from tests.support.lab import ARN, NAME, Json, attributes, create_index, index, key, provisioned
from tests.support.refusals import refusal
from tests.support.shaping_proxy import SPEED, Meeting, ShapingProxy

TABLE: Json = {
    "TableName": NAME,
    "KeySchema": key("id"),
    "AttributeDefinitions": attributes("id"),
    "BillingMode": "PAY_PER_REQUEST",
}


def until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def status(client: Any, name: str = NAME) -> str:
    return str(client.describe_table(TableName=name)["Table"]["TableStatus"])


def create(proxy: ShapingProxy, **members: Any) -> Any:
    client = proxy.client("dynamodb")
    client.create_table(**{**TABLE, **members})
    until(lambda: status(client) == "ACTIVE")
    return client


def test_a_table_comes_and_goes_in_its_time(proxy: ShapingProxy) -> None:
    """T-001 T-006, and items work meanwhile as they should."""
    proxy.reset(Settings(speed=10))
    client = proxy.client("dynamodb")
    assert client.create_table(**TABLE)["TableDescription"]["TableStatus"] == "CREATING"
    assert status(client) == "CREATING"
    item = {"id": {"S": "1"}}
    assert refusal(client.put_item, TableName=NAME, Item=item)[0] == "ResourceNotFoundException"
    assert refusal(client.delete_table, TableName=NAME)[:2] == (
        "ResourceInUseException",
        f"Attempt to change a resource which is still in use: Table is being created: {NAME}",
    )
    until(lambda: status(client) == "ACTIVE")
    client.put_item(TableName=NAME, Item=item)
    assert client.get_item(TableName=NAME, Key=item)["Item"] == item
    client.delete_table(TableName=NAME)
    assert status(client) == "DELETING"
    until(lambda: client.list_tables()["TableNames"] == [])
    assert refusal(client.describe_table, TableName=NAME)[2] == 400
    assert proxy.mirror_refusals == []


def test_one_index_at_a_time_and_nobody_while_busy(proxy: ShapingProxy) -> None:
    """T-148 T-159."""
    proxy.reset(Settings(speed=SPEED, durations={"index_backfill": 100.0}))
    client = create(proxy)
    client.update_table(TableName=NAME, **create_index())
    assert status(client) == "UPDATING"
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
    assert refusal(client.update_table, TableName=NAME, **stream)[0] == "ResourceInUseException"
    code, message, _status = refusal(client.update_table, TableName=NAME, **create_index("by_zip", "zip"))
    assert (code, "Only 1 online index" in message) == ("LimitExceededException", True)
    until(lambda: bool(client.describe_table(TableName=NAME)["Table"]["GlobalSecondaryIndexes"][0].get("Backfilling")))
    until(lambda: "Backfilling" not in client.describe_table(TableName=NAME)["Table"]["GlobalSecondaryIndexes"][0])
    client.put_item(TableName=NAME, Item={"id": {"S": "1"}, "city": {"S": "Seoul"}})
    found = client.query(
        TableName=NAME,
        IndexName="by_city",
        KeyConditionExpression="city = :city",
        ExpressionAttributeValues={":city": {"S": "Seoul"}},
    )
    assert found["Count"] == 1
    assert [entry.code for entry in proxy.journal.refused] == ["ResourceInUseException", "LimitExceededException"]
    assert proxy.mirror_refusals == []


def test_tags_are_read_from_the_rules(proxy: ShapingProxy) -> None:
    """T-102: they can be read some time after they were written, by both services."""
    proxy.reset(Settings(speed=SPEED, durations={"tag_read_lag": 100.0}))
    client = create(proxy)
    client.tag_resource(ResourceArn=ARN, Tags=[{"Key": "Owner", "Value": "tests"}])
    assert client.list_tags_of_resource(ResourceArn=ARN)["Tags"] == []
    until(lambda: bool(client.list_tags_of_resource(ResourceArn=ARN)["Tags"]))
    tagging = proxy.client("resourcegroupstaggingapi")
    (found,) = tagging.get_resources(ResourceTypeFilters=["dynamodb:table"])["ResourceTagMappingList"]
    assert found == {"ResourceARN": ARN, "Tags": [{"Key": "Owner", "Value": "tests"}]}


def test_auto_scaling_acts(proxy: ShapingProxy) -> None:
    """T-314."""
    client = create(proxy, **provisioned(5, 5))
    scaling = proxy.client("application-autoscaling")
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{NAME}",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    assert refusal(scaling.deregister_scalable_target, **target)[0] == "ObjectNotFoundException"
    scaling.register_scalable_target(**target, MinCapacity=8, MaxCapacity=10)
    until(lambda: status(client) == "UPDATING")
    until(lambda: status(client) == "ACTIVE")
    assert client.describe_table(TableName=NAME)["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 8
    assert scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"][0]["MinCapacity"] == 8


def test_times_travel_both_ways(proxy: ShapingProxy) -> None:
    client = create(proxy)
    time.sleep(0.1)
    arn = client.create_backup(TableName=NAME, BackupName="nightly")["BackupDetails"]["BackupArn"]
    made = client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupCreationDateTime"]
    assert abs(made.timestamp() - time.time()) < 60
    assert client.list_backups(TimeRangeUpperBound=made)["BackupSummaries"] == []
    assert len(client.list_backups(TimeRangeLowerBound=made)["BackupSummaries"]) == 1


def test_a_restored_table_takes_items(proxy: ShapingProxy) -> None:
    client = create(
        proxy, AttributeDefinitions=attributes("id", "city"), GlobalSecondaryIndexes=[index("by_city", "city")]
    )
    time.sleep(0.1)
    arn = client.create_backup(TableName=NAME, BackupName="nightly")["BackupDetails"]["BackupArn"]
    client.restore_table_from_backup(TargetTableName="copy", BackupArn=arn)
    until(lambda: status(client, "copy") == "ACTIVE")
    client.put_item(TableName="copy", Item={"id": {"S": "1"}})
    assert proxy.mirror_refusals == []


def test_regions_are_apart(proxy: ShapingProxy) -> None:
    create(proxy)
    assert proxy.client("dynamodb", "us-east-1").list_tables()["TableNames"] == []


def test_the_emulators_own_keys(proxy: ShapingProxy) -> None:
    """T-021 T-033: keys are those of the emulator, and what happens to them counts."""
    kms = proxy.client("kms")
    made = kms.create_key()["KeyMetadata"]
    own = made["Arn"]
    client = create(proxy, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": own})
    assert client.describe_table(TableName=NAME)["Table"]["SSEDescription"]["KMSMasterKeyArn"] == own
    kms.disable_key(KeyId=made["KeyId"])
    encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": own}
    code, message, _status = refusal(
        client.create_table, **{**TABLE, "TableName": "more", "SSESpecification": encryption}
    )
    assert (code, message.startswith("KMS key disabled error")) == ("ValidationException", True)
    client.create_table(**{**TABLE, "TableName": "more", "SSESpecification": {"Enabled": True}})
    managed = kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    assert client.describe_table(TableName="more")["Table"]["SSEDescription"]["KMSMasterKeyArn"] == managed


def test_other_services_pass(proxy: ShapingProxy) -> None:
    proxy.client("iam").create_user(UserName="someone")
    assert len(proxy.client("iam").list_users()["Users"]) == 1
    assert proxy.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert proxy.client("sts").get_caller_identity()["Account"] == "137406935518"
    assert [(entry.service, entry.operation, entry.status) for entry in proxy.journal.entries()] == [
        ("iam", "CreateUser", 200),
        ("iam", "ListUsers", 200),
        ("monitoring", "DescribeAlarms", 200),
        ("sts", "GetCallerIdentity", 200),
    ]


def test_the_account_s_limiter(proxy: ShapingProxy) -> None:
    """T-434: of ten changes at once three to five pass."""
    proxy.reset(Settings(speed=100, mutation_limiter=True))
    client = proxy.client("dynamodb")

    def one(number: int) -> bool:
        try:
            client.create_table(**{**TABLE, "TableName": f"table-{number}"})
        except ClientError as error:
            assert "The rate of control plane requests" in str(error)
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        passed = sum(pool.map(one, range(10)))
    assert 3 <= passed <= 5


def test_latency_and_concurrency_are_logged(proxy: ShapingProxy) -> None:
    proxy.latency = 0.1
    client = proxy.client("dynamodb")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _turn: client.list_tables(), range(6)))
    assert 3 <= proxy.journal.most_in_flight <= 6
    assert all(entry.seconds >= 0.1 for entry in proxy.journal.entries("dynamodb", "ListTables"))


def test_a_call_waits_for_the_same_one_of_somebody_else(proxy: ShapingProxy) -> None:
    proxy.meetings = [Meeting("CreateTable", TableName=NAME)]
    client = proxy.client("dynamodb")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.create_table, **TABLE)
        until(lambda: bool(proxy.journal.entries(operation="CreateTable")))
        client.create_table(**{**TABLE, "TableName": "another"})
        assert (client.list_tables()["TableNames"], first.done()) == (["another"], False)
        made = [attempted(client), first.exception() is None]
    assert sorted(made) == [False, True]
    assert proxy.meetings[0].held


def attempted(client: Any) -> bool:
    try:
        client.create_table(**TABLE)
    except client.exceptions.ResourceInUseException:
        return False
    return True


def test_a_call_costs_little(proxy: ShapingProxy) -> None:
    """Without Nagle's patience, which would be 40 ms for each (emulators.md)."""
    client = proxy.client("dynamodb")
    client.list_tables()
    times = []
    for _turn in range(20):
        began = time.monotonic()
        client.list_tables()
        times.append(time.monotonic() - began)
    # Nagle would delay every call by 40 ms, a busy machine delays some
    assert median(times) < 0.03
