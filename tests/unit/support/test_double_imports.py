# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The double's imports (rules 1.12 and 3.11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double.settings import BadImport, Settings
from tests.support.lab import ARU, NAME, Lab

PARAMETERS: dict[str, Any] = {
    "TableName": NAME,
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
REQUEST: dict[str, Any] = {
    "ClientToken": "one",
    "InputFormat": "CSV",
    "S3BucketSource": {"S3Bucket": "seed"},
    "TableCreationParameters": PARAMETERS,
}


def begun(lab: Lab, **members: Any) -> dict[str, Any]:
    found: dict[str, Any] = lab.call("ImportTable", **{**REQUEST, **members})["ImportTableDescription"]
    return found


def described(lab: Lab, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = lab.call("DescribeImport", ImportArn=arn)["ImportTableDescription"]
    return found


def test_the_table_comes_late_and_is_active_before_the_import_is_over() -> None:
    """I-001."""
    lab = Lab()
    arn = begun(lab)["ImportArn"]
    assert lab.refusal("DescribeTable", TableName=NAME)[0] == "ResourceNotFoundException"
    lab.sleep(31)
    assert lab.table()["TableStatus"] == "CREATING"
    lab.sleep(75)
    assert (lab.table()["TableStatus"], described(lab, arn)["ImportStatus"]) == ("ACTIVE", "IN_PROGRESS")
    lab.sleep(6)
    found = described(lab, arn)
    assert (found["ImportStatus"], found["TableId"]) == ("COMPLETED", lab.table()["TableId"])
    assert found["ImportedItemCount"] == 100


def test_a_token_answers_with_its_import_for_eight_hours_even_a_failed_one() -> None:
    """I-008."""
    lab = Lab(Settings(bad_imports={"seed": BadImport("S3NoSuchBucket", "none")}))
    arn = begun(lab)["ImportArn"]
    lab.sleep(60)
    assert described(lab, arn)["FailureCode"] == "S3NoSuchBucket"
    assert begun(lab, S3BucketSource={"S3Bucket": "other"})["ImportArn"] == arn
    other = {**REQUEST, "TableCreationParameters": {**PARAMETERS, "TableName": "another"}}
    assert lab.refusal("ImportTable", **other)[0] == "ImportConflictException"
    lab.sleep(8 * 3600)
    assert begun(lab)["ImportArn"] != arn


def test_a_name_that_is_taken_is_refused_and_of_two_imports_one_has_lost() -> None:
    """I-005."""
    lab = Lab()
    first, second = (begun(lab, ClientToken=token)["ImportArn"] for token in ("a", "b"))
    lab.sleep(200)
    assert described(lab, first)["ImportStatus"] == "COMPLETED"
    assert described(lab, second)["FailureCode"] == "TableAlreadyExists"
    assert lab.refusal("ImportTable", **{**REQUEST, "ClientToken": "c"})[1] == f"Table already exists: {NAME}"


def test_a_bad_line_fails_the_import_and_leaves_the_rest() -> None:
    """I-012."""
    lab = Lab(Settings(bad_imports={"seed": BadImport("ItemValidationError", "some", errors=2)}))
    arn = begun(lab)["ImportArn"]
    lab.sleep(200)
    found = described(lab, arn)
    assert (found["ImportStatus"], found["ErrorCount"], found["ImportedItemCount"]) == ("FAILED", 2, 98)
    assert lab.table()["TableStatus"] == "ACTIVE"


def test_imports_are_listed_by_table_in_pages() -> None:
    lab = Lab(Settings(bad_imports={"seed": BadImport("S3NoSuchBucket", "none")}))
    arns = [begun(lab, ClientToken=str(number))["ImportArn"] for number in range(3)]
    table = arns[0].partition("/import/")[0]
    page = lab.call("ListImports", TableArn=table, PageSize=2)
    assert [entry["ImportArn"] for entry in page["ImportSummaryList"]] == [arns[2], arns[1]]
    rest = lab.call("ListImports", TableArn=table, PageSize=2, NextToken=page["NextToken"])
    assert [entry["ImportArn"] for entry in rest["ImportSummaryList"]] == [arns[0]]
    assert lab.call("ListImports", TableArn=f"{table}-other")["ImportSummaryList"] == []


@pytest.mark.parametrize("operation", ["UpdateTable", "DeleteTable"])
def test_a_table_that_is_being_imported_is_not_changed(operation: str) -> None:
    lab = Lab()
    begun(lab)
    lab.sleep(40)
    change = {"DeletionProtectionEnabled": True} if operation == "UpdateTable" else {}
    code, text = lab.refusal(operation, TableName=NAME, **change)[:2]
    assert (code, text) == ("ResourceInUseException", f"{ARU}Table is being created: {NAME}")


def test_an_import_that_nobody_made_is_not_found() -> None:
    lab = Lab()
    arn = "arn:aws:dynamodb:us-west-2:137406935518:table/t/import/1"
    assert lab.refusal("DescribeImport", ImportArn=arn)[0] == "ImportNotFoundException"
