# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's backups (rules 1.12, 2.1, 2.3 and 3.11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import FakeAws
from tests.support.lab import (
    ACCOUNT,
    ARN,
    LIMITED,
    MANAGED_KEY,
    NAME,
    REGION,
    STREAM_ON,
    Lab,
    attributes,
    expiry,
    key,
)

RICH = {**STREAM_ON, **MANAGED_KEY, **LIMITED, "TableClass": "STANDARD_INFREQUENT_ACCESS"}
TAGS = [{"Key": "Owner", "Value": "tests"}]


def backup(lab: Lab, name: str = "nightly") -> str:
    arn: str = lab.call("CreateBackup", TableName=NAME, BackupName=name)["BackupDetails"]["BackupArn"]
    lab.sleep(0.1)
    return arn


def listed(lab: Lab, **filters: Any) -> list[str]:
    return [entry["BackupName"] for entry in lab.call("ListBackups", **filters)["BackupSummaries"]]


def test_the_life_of_a_backup() -> None:
    """B-003 to B-006 B-011 B-024."""
    lab = Lab().settled()
    details = lab.call("CreateBackup", TableName=NAME, BackupName="nightly")["BackupDetails"]
    assert (details["BackupStatus"], details["BackupType"]) == ("CREATING", "USER")
    assert "BackupExpiryDateTime" not in details
    lab.sleep(0.1)
    again = backup(lab)
    assert again != details["BackupArn"], "names are not unique"
    described = lab.call("DescribeBackup", BackupArn=again)["BackupDescription"]
    assert described["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    assert described["SourceTableFeatureDetails"] == {}
    assert described["SourceTableDetails"]["TableId"] == lab.table()["TableId"]
    gone = lab.call("DeleteBackup", BackupArn=again)["BackupDescription"]["BackupDetails"]
    assert gone["BackupStatus"] == "DELETED"
    assert lab.refusal("DescribeBackup", BackupArn=again)[:2] == (
        "BackupNotFoundException",
        f"Backup not found: {again}",
    )
    assert listed(lab) == ["nightly"]


def test_what_a_backup_records() -> None:
    """B-009."""
    lab = Lab().indexed(**RICH, Tags=TAGS)
    lab.call("UpdateTimeToLive", **expiry(True))
    features = lab.call("DescribeBackup", BackupArn=backup(lab))["BackupDescription"]["SourceTableFeatureDetails"]
    expected = {"GlobalSecondaryIndexes", "StreamDescription", "TimeToLiveDescription", "SSEDescription"}
    assert set(features) == expected


def test_arns_of_backups() -> None:
    """B-012: the region is not looked at, and is said back as given."""
    lab = Lab().settled()
    arn = backup(lab)
    elsewhere = arn.replace(REGION, "us-east-1")
    details = lab.call("DescribeBackup", BackupArn=elsewhere)["BackupDescription"]["BackupDetails"]
    assert details["BackupArn"] == elsewhere
    assert lab.refusal("DescribeBackup", BackupArn=f"{ARN}/{'x' * 40}")[1] == "Invalid Backup ARN"
    assert lab.refusal("DescribeBackup", BackupArn=arn.replace(ACCOUNT, "1" * 12))[0] == "AccessDeniedException"


def test_lists_of_backups() -> None:
    """B-014 B-016 B-023: by time, in pages, also of tables that are gone."""
    lab = Lab().settled()
    for name in ("first", "second", "third"):
        backup(lab, name)
        lab.sleep(10)
    page = lab.call("ListBackups", TableName=NAME, Limit=2)
    assert [entry["BackupName"] for entry in page["BackupSummaries"]] == ["first", "second"]
    rest = lab.call("ListBackups", Limit=2, ExclusiveStartBackupArn=page["LastEvaluatedBackupArn"])
    assert "LastEvaluatedBackupArn" not in rest
    second = page["BackupSummaries"][1]["BackupCreationDateTime"]
    assert listed(lab, TimeRangeLowerBound=second) == ["second", "third"]
    assert listed(lab, TimeRangeUpperBound=second) == ["first"]
    assert listed(lab, TableName="never") == []
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(60)
    assert listed(lab, TableName=NAME, BackupType="ALL") == ["first", "second", "third"]
    for filters in ({"Limit": 101}, {"BackupType": "user"}, {"TimeRangeLowerBound": 2, "TimeRangeUpperBound": 1}):
        assert lab.refusal("ListBackups", **filters)[0] == "ValidationException"


def test_the_engine_pages_through_backups() -> None:
    aws = FakeAws(account_id=ACCOUNT, region=REGION)
    aws.call(
        "dynamodb",
        "CreateTable",
        NAME,
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=key("id"),
        AttributeDefinitions=attributes("id"),
    )
    aws.clock.sleep(60)
    for _turn in range(3):
        aws.call("dynamodb", "CreateBackup", NAME, TableName=NAME, BackupName="nightly")
    pages = list(aws.pages("dynamodb", "ListBackups", "backups", Limit=2))
    assert [len(page["BackupSummaries"]) for page in pages] == [2, 1]


def test_when_a_table_can_be_backed_up() -> None:
    """B-001 B-002 T-454."""
    lab = Lab()
    lab.create()
    assert lab.refusal("CreateBackup", TableName=NAME, BackupName="nightly")[0] == "TableNotFoundException"
    lab.sleep(6)
    assert lab.refusal("CreateBackup", TableName=NAME, BackupName="nightly")[0] == (
        "ContinuousBackupsUnavailableException"
    )
    lab.sleep(3)
    lab.update(STREAM_ON)
    backup(lab)
    lab.sleep(10)
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(1.5)
    arn = backup(lab)
    assert lab.refusal("CreateBackup", TableName=NAME, BackupName="nightly")[0] == "TableNotFoundException"
    assert lab.call("DescribeBackup", BackupArn=arn)


@pytest.mark.parametrize(
    ("before", "meanwhile", "made"), [(True, None, 1), (True, False, 0), (False, True, 1), (False, None, 0)]
)
def test_the_backup_nobody_asked_for(before: bool, meanwhile: bool | None, made: int) -> None:
    """T-167 T-453 B-015."""
    lab = Lab().settled()
    lab.recover(before)
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(1)
    if meanwhile is not None:
        lab.recover(meanwhile)
    lab.sleep(8)
    assert listed(lab) == []
    found = lab.call("ListBackups", BackupType="SYSTEM")["BackupSummaries"]
    assert [entry["BackupName"] for entry in found] == [f"{NAME}$DeletedTableBackup"] * made
    for entry in found:
        assert (entry["BackupExpiryDateTime"] - entry["BackupCreationDateTime"]).days == 35
        code, message, _status = lab.refusal("DeleteBackup", BackupArn=entry["BackupArn"])
        assert (code, "not allowed to delete the system backup" in message) == ("ValidationException", True)
