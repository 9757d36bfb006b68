# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double behind the collection's way to AWS."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError, Refused
from botocore.exceptions import EndpointConnectionError
from botocore.validate import ParamValidator

from tests.support.dynamodb_double import OPERATIONS, SCALING_OPERATIONS, WRITES, AwsFault, FakeAws, service_model
from tests.support.lab import ACCOUNT, ARN, NAME, REGION, STREAM_ON, attributes, create_index, expiry, index, key

TABLE: dict[str, Any] = {
    "TableName": NAME,
    "KeySchema": key("id", sort=("at",)),
    "AttributeDefinitions": attributes("id", "at", "city"),
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [index("by_city", "city")],
    "LocalSecondaryIndexes": [index("local", "id", sort=("city",))],
    "Tags": [{"Key": "Owner", "Value": "tests"}],
}


@pytest.fixture
def aws() -> FakeAws:
    aws = FakeAws(account_id=ACCOUNT, region=REGION)
    aws.call("dynamodb", "CreateTable", NAME, **TABLE)
    aws.clock.sleep(60)
    return aws


def test_faults_arrive_as_the_errors_of_the_engine(aws: FakeAws) -> None:
    with pytest.raises(AwsError) as raised:
        aws.call("dynamodb", "DescribeTable", "table none", TableName="none")
    error = raised.value
    assert (error.code, error.kind, error.permission, error.subject) == (
        "ResourceNotFoundException",
        "absent",
        "dynamodb:DescribeTable",
        "table none",
    )
    assert error.message == "Requested resource not found: Table: none not found"


def test_requests_are_checked_as_boto_checks_them(aws: FakeAws) -> None:
    with pytest.raises(AwsError, match='Unknown parameter in input: "Tablename"'):
        aws.call("dynamodb", "DescribeTable", NAME, Tablename=NAME)
    with pytest.raises(AssertionError, match="the double has no s3"):
        aws.call("s3", "ListBuckets", "buckets")
    with pytest.raises(AwsError, match="UnknownOperationException"):
        aws.call("dynamodb", "DescribeEndpoints", "endpoints")
    with pytest.raises(AwsError, match="the double does not know ListKeys"):
        aws.call("kms", "ListKeys", "keys")
    with pytest.raises(AttributeError):
        aws.call("dynamodb", "DescribeTabel", NAME)


def test_every_call_is_logged_with_its_time(aws: FakeAws) -> None:
    start = aws.calls[0].time
    aws.call("dynamodb", "UpdateTimeToLive", NAME, **expiry(True))
    aws.call("dynamodb", "DescribeTable", NAME, TableName=NAME)
    assert [(call.time - start, call.operation) for call in aws.calls] == [
        (0, "CreateTable"),
        (60, "UpdateTimeToLive"),
        (60, "DescribeTable"),
    ]
    assert [call.operation for call in aws.writes] == ["CreateTable", "UpdateTimeToLive"]
    assert aws.calls[1].request == expiry(True)


def test_only_reads_change_nothing() -> None:
    names = {*OPERATIONS, *SCALING_OPERATIONS}
    assert {name for name in names if not name.startswith(("BatchGet", "Describe", "Get", "List"))} == WRITES
    assert {"DeleteBackup", "PutResourcePolicy", "PutScalingPolicy", "RegisterScalableTarget"} <= WRITES


def test_answers_belong_to_the_caller(aws: FakeAws) -> None:
    first = aws.call("dynamodb", "DescribeTable", NAME, TableName=NAME)
    expected = repr(first)
    first["Table"]["KeySchema"][0]["AttributeName"] = "spoiled"
    first["Table"]["GlobalSecondaryIndexes"][0]["Projection"]["ProjectionType"] = "spoiled"
    assert repr(aws.call("dynamodb", "DescribeTable", NAME, TableName=NAME)) == expected


def test_injected_faults(aws: FakeAws) -> None:
    aws.inject("DescribeTable", AwsFault("InternalServerError", "no", 500), count=2, skip=1)
    aws.inject("TagResource", EndpointConnectionError(endpoint_url="https://x"), applied=True)
    aws.inject("UpdateTable", AwsFault("ThrottlingException", "Rate exceeded"), when=lambda r: "TableClass" in r)
    seen = []
    for _unused in range(4):
        try:
            aws.call("dynamodb", "DescribeTable", NAME, TableName=NAME)
            seen.append("ok")
        except AwsError as error:
            seen.append(error.kind)
    assert seen == ["ok", "retry", "retry", "ok"]
    with pytest.raises(AwsError, match="EndpointConnectionError"):
        aws.call("dynamodb", "TagResource", NAME, ResourceArn=ARN, Tags=[{"Key": "a", "Value": "b"}])
    aws.clock.sleep(5)
    tags = aws.call("dynamodb", "ListTagsOfResource", NAME, ResourceArn=ARN)["Tags"]
    assert {"Key": "a", "Value": "b"} in tags
    aws.call("dynamodb", "UpdateTable", NAME, TableName=NAME, **STREAM_ON)
    with pytest.raises(AwsError, match="Rate exceeded"):
        aws.call("dynamodb", "UpdateTable", NAME, TableName=NAME, TableClass="STANDARD")


def test_the_account_and_region_are_verified(aws: FakeAws) -> None:
    aws.verify(ACCOUNT, REGION)
    assert aws.partition == "aws"
    with pytest.raises(Refused, match="nothing was changed"):
        aws.verify("1" * 12, REGION)
    with pytest.raises(Refused, match="nothing was changed"):
        aws.verify(ACCOUNT, "eu-west-1")
    assert [call.operation for call in aws.calls[1:]] == ["GetCallerIdentity", "GetCallerIdentity"]


def test_pages(aws: FakeAws) -> None:
    for name in ("aaa", "bbb"):
        aws.call("dynamodb", "CreateTable", name, **{**TABLE, "TableName": name})
    pages = list(aws.pages("dynamodb", "ListTables", "tables", Limit=2))
    assert [page["TableNames"] for page in pages] == [["aaa", "bbb"], [NAME]]


FILTERS: list[tuple[list[dict[str, Any]], bool]] = [
    ([], True),
    ([{"Key": "Owner", "Values": ["others", "tests"]}], True),
    ([{"Key": "Owner"}], True),
    ([{"Key": "Owner", "Values": ["others"]}], False),
    ([{"Key": "Owner", "Values": ["tests"]}, {"Key": "Name", "Values": ["x"]}], False),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS)
def test_tables_are_found_by_tags(aws: FakeAws, filters: list[dict[str, Any]], found: bool) -> None:
    request = {"ResourceTypeFilters": ["dynamodb:table"], "TagFilters": filters}
    pages = list(aws.pages("resourcegroupstaggingapi", "GetResources", "tables", **request))
    expected = [{"ResourceARN": ARN, "Tags": TABLE["Tags"]}] if found else []
    assert [mapping for page in pages for mapping in page["ResourceTagMappingList"]] == expected


def test_found_tables_come_in_pages(aws: FakeAws) -> None:
    for name in ("aaa", "bbb"):
        aws.call("dynamodb", "CreateTable", name, **{**TABLE, "TableName": name})
    aws.clock.sleep(60)
    pages = list(aws.pages("resourcegroupstaggingapi", "GetResources", "tables", ResourcesPerPage=2))
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [2, 1]
    with pytest.raises(AwsError, match="InvalidParameterException"):
        list(aws.pages("resourcegroupstaggingapi", "GetResources", "tables", ResourcesPerPage=101))


def test_keys_are_described_by_any_name(aws: FakeAws) -> None:
    def metadata(name: str) -> dict[str, Any]:
        answer: dict[str, Any] = aws.call("kms", "DescribeKey", name, KeyId=name)["KeyMetadata"]
        return answer

    own = aws.dynamodb.keys.add("11111111-2222-4333-8444-555555555555", "alias/own")
    for name in (own.key_id, own.arn, "alias/own", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/own"):
        assert (metadata(name)["Arn"], metadata(name)["KeyManager"]) == (own.arn, "CUSTOMER")
    assert metadata("alias/aws/dynamodb")["KeyManager"] == "AWS"
    with pytest.raises(AwsError, match=r"NotFoundException: Alias .*alias/none is not found") as raised:
        metadata("alias/none")
    assert raised.value.kind == "absent"


READS: list[tuple[str, dict[str, Any]]] = [
    ("DescribeTable", {"TableName": NAME}),
    ("DescribeTimeToLive", {"TableName": NAME}),
    ("DescribeContinuousBackups", {"TableName": NAME}),
    ("ListTagsOfResource", {"ResourceArn": ARN}),
    ("ListTables", {}),
]


def _differences(answer: dict[str, Any], shape: Any) -> list[str]:
    """boto says that at least 1 capacity decrease has happened on every day; AWS answers 0."""
    report = ParamValidator().validate(answer, shape).generate_report()
    return [line for line in report.splitlines() if "NumberOfDecreasesToday, value: 0" not in line]


@pytest.mark.parametrize(("operation", "request_"), READS)
def test_answers_have_the_shapes_of_boto(aws: FakeAws, operation: str, request_: dict[str, Any]) -> None:
    """In every phase of a table that has everything."""
    recovery = {"PointInTimeRecoveryEnabled": True}
    aws.call("dynamodb", "UpdateTimeToLive", NAME, **expiry(True))
    aws.call("dynamodb", "UpdateContinuousBackups", NAME, TableName=NAME, PointInTimeRecoverySpecification=recovery)
    changes: list[dict[str, Any]] = [
        {"SSESpecification": {"Enabled": True}},
        STREAM_ON,
        {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 5}},
        create_index("by_name", "name"),
    ]
    shape = service_model("dynamodb").operation_model(operation).output_shape
    assert shape is not None
    for change in changes:
        written = aws.call("dynamodb", "UpdateTable", NAME, TableName=NAME, **change)
        read = aws.call("dynamodb", operation, NAME, **request_)
        update = service_model("dynamodb").operation_model("UpdateTable").output_shape
        assert update is not None
        assert _differences(written, update) == _differences(read, shape) == []
        aws.clock.sleep(30)
