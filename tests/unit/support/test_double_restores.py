# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's restores (rules 1.12 and 3.11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lab import ARN, ARU, LIMITED, MANAGED_KEY, NAME, REGION, STREAM_ON, Lab, expiry, index, units

RICH = {**STREAM_ON, **MANAGED_KEY, **LIMITED, "TableClass": "STANDARD_INFREQUENT_ACCESS"}
TAGS = [{"Key": "Owner", "Value": "tests"}]


def backup(lab: Lab) -> str:
    arn: str = lab.call("CreateBackup", TableName=NAME, BackupName="nightly")["BackupDetails"]["BackupArn"]
    lab.sleep(0.1)
    return arn


def restore(lab: Lab, arn: str, **overrides: Any) -> Any:
    request = {"TargetTableName": "copy", "BackupArn": arn, **overrides}
    return lab.call("RestoreTableFromBackup", **request)["TableDescription"]


def restore_refusal(lab: Lab, arn: str, **overrides: Any) -> tuple[str, str]:
    return lab.refusal("RestoreTableFromBackup", **{"TargetTableName": "copy", "BackupArn": arn, **overrides})[:2]


def copied(lab: Lab) -> Any:
    return lab.call("DescribeTable", TableName="copy")["Table"]


def test_a_restored_table_has_lost_most_of_its_settings() -> None:
    """T-215 T-216."""
    lab = Lab().indexed(**RICH, Tags=TAGS, DeletionProtectionEnabled=True)
    lab.call("UpdateTimeToLive", **expiry(True))
    lab.recover(True)
    source, arn = lab.table(), backup(lab)
    answer = restore(lab, arn)
    assert (answer["TableStatus"], answer["RestoreSummary"]["SourceBackupArn"]) == ("CREATING", arn)
    assert "IndexStatus" not in answer["GlobalSecondaryIndexes"][0], "T-282"
    lab.sleep(200)
    table = copied(lab)
    assert table["TableStatus"] == table["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
    assert "RestoreSummary" not in table
    for kept in ("KeySchema", "AttributeDefinitions", "SSEDescription", "OnDemandThroughput"):
        assert table[kept] == source[kept]
    for lost in ("StreamSpecification", "LatestStreamArn", "TableClassSummary"):
        assert lost not in table
    assert table["DeletionProtectionEnabled"] is False
    assert lab.call("ListTagsOfResource", ResourceArn=table["TableArn"])["Tags"] == []
    ttl = lab.call("DescribeTimeToLive", TableName="copy")["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "DISABLED"}
    lab.sleep(10)
    recovery = lab.call("DescribeContinuousBackups", TableName="copy")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_a_table_under_restore_is_hardly_there() -> None:
    """T-217 T-219 T-277 B-010 T-349."""
    lab = Lab().settled()
    arn = backup(lab)
    target = restore(lab, arn)["TableArn"]
    absent = [
        ("UpdateTable", {"TableName": "copy", "DeletionProtectionEnabled": True}),
        ("DescribeTimeToLive", {"TableName": "copy"}),
        ("ListTagsOfResource", {"ResourceArn": target}),
        ("TagResource", {"ResourceArn": target, "Tags": TAGS}),
        ("GetResourcePolicy", {"ResourceArn": target}),
        ("DescribeContributorInsights", {"TableName": "copy"}),
    ]
    for operation, request in absent:
        assert lab.refusal(operation, **request)[0] == "ResourceNotFoundException", operation
    for operation, request in [("CreateBackup", {"BackupName": "nightly"}), ("DescribeContinuousBackups", {})]:
        assert lab.refusal(operation, TableName="copy", **request)[0] == "TableNotFoundException"
    assert lab.refusal("DeleteTable", TableName="copy")[0] == "ResourceInUseException"
    with pytest.raises(Exception, match=f"{ARU}Table is being used: copy"):
        lab.create(TableName="copy")
    assert restore_refusal(lab, arn) == (
        "TableInUseException",
        f"Table: copy is already being restored from backup: {arn}",
    )
    assert restore_refusal(lab, arn, TargetTableName="other") == (
        "BackupInUseException",
        f"Backup is being used to restore another table: {arn}",
    )
    assert lab.refusal("DeleteBackup", BackupArn=arn)[0] == "BackupInUseException"
    lab.sleep(200)
    assert restore_refusal(lab, arn) == ("TableAlreadyExistsException", "Table already exists: copy")
    lab.call("DeleteBackup", BackupArn=arn)


def test_overrides() -> None:
    """T-273 T-279 T-280 T-405."""
    lab = Lab().indexed()
    arn = backup(lab)
    refusals = [
        ({"ProvisionedThroughputOverride": units(1, 1)}, "Cannot override ProvisionedThroughput unless BillingMode"),
        ({"BillingModeOverride": "PROVISIONED"}, "Must override ProvisionedThroughput if BillingMode is overridden"),
        (
            {"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": units(1, 1)},
            "Must specify provisioned throughput for index by_city",
        ),
        (
            {"BillingModeOverride": "PAY_PER_REQUEST", "ProvisionedThroughputOverride": units(1, 1)},
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
        ),
        ({"GlobalSecondaryIndexOverride": [index("by_id", "id")]}, "Index by_id does not match a secondary index"),
        ({"SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "no"}}, "KMS validation"),
    ]
    for overrides, message in refusals:
        code, found = restore_refusal(lab, arn, **overrides)
        assert (code, found[: len(message)]) == ("ValidationException", message)
    named = index("renamed", "city")
    assert (
        restore(lab, arn, GlobalSecondaryIndexOverride=[named])["GlobalSecondaryIndexes"][0]["IndexName"] == "renamed"
    )
    lab.sleep(200)
    restore(lab, arn, TargetTableName="bare", GlobalSecondaryIndexOverride=[], SSESpecificationOverride={})
    bare = lab.call("DescribeTable", TableName="bare")["Table"]
    assert "GlobalSecondaryIndexes" not in bare
    assert [item["AttributeName"] for item in bare["AttributeDefinitions"]] == ["id"]


def test_an_empty_limit_is_refused_and_restored() -> None:
    """T-463."""
    lab = Lab().settled()
    code, message = restore_refusal(lab, backup(lab), OnDemandThroughputOverride={})
    assert (code, "is already being restored" in message) == ("TableInUseException", True)
    assert copied(lab)["TableStatus"] == "CREATING"


def test_from_another_region() -> None:
    """T-274."""
    lab = Lab().settled()
    elsewhere = backup(lab).replace(REGION, "us-east-1")
    assert "must be provided for cross-region restores" in restore_refusal(lab, elsewhere)[1]


def test_to_a_point_in_time() -> None:
    """T-086 T-100 T-272, in the order of the checks."""
    lab = Lab().settled()

    def refusal(**request: Any) -> tuple[str, str]:
        return lab.refusal("RestoreTableToPointInTime", **{"TargetTableName": "copy", **request})[:2]

    latest = {"SourceTableName": NAME, "UseLatestRestorableTime": True}
    assert refusal(SourceTableName=NAME)[1].startswith("Invalid Request: Either one of RestoreDateTime")
    assert refusal(**latest, RestoreDateTime=1)[1].startswith("Invalid Request: Both RestoreDateTime")
    assert refusal(**latest, SourceTableArn=ARN)[1] == "Must provide exactly one of: sourceTableArn, sourceTableName"
    assert refusal(**latest)[1] == f"Point in time recovery is not enabled for table '{NAME}'"
    since = lab.recover(True)["EarliestRestorableDateTime"]
    assert refusal(SourceTableName=NAME, TargetTableName=NAME, RestoreDateTime=1)[0] == "InvalidRestoreTimeException"
    assert refusal(**latest, TargetTableName=NAME)[0] == "TableAlreadyExistsException"
    assert refusal(SourceTableName="none", UseLatestRestorableTime=True)[0] == "TableNotFoundException"
    answer = lab.call("RestoreTableToPointInTime", TargetTableName="copy", **latest)["TableDescription"]
    assert answer["RestoreSummary"] == {"SourceTableArn": ARN, "RestoreDateTime": since, "RestoreInProgress": True}
    lab.sleep(200)
    assert copied(lab)["TableStatus"] == "ACTIVE"


def test_fifty_restores_at_once() -> None:
    """T-350."""
    lab = Lab().settled()
    lab.recover(True)
    request = {"SourceTableName": NAME, "UseLatestRestorableTime": True}
    for number in range(50):
        lab.call("RestoreTableToPointInTime", TargetTableName=f"copy-{number}", **request)
    refusal = lab.refusal("RestoreTableToPointInTime", TargetTableName="copy", **request)
    assert refusal[1] == "Subscriber limit exceeded: Only 50 restore operations can be done simultaneously"
