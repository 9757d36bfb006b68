# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a deployer may do where tables are made from something, and only then."""

from __future__ import annotations

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

from .test_deployer import ACCOUNT, REGION, USERS, actions, may, policies, table

FILES = {"s3_bucket_source": {"bucket": "seed", "key_prefix": "t/*x"}, "input_format": "CSV"}
BACKUP = f"{table('ticket-old')}/backup/01489602797149-73d8d5bc"


def test_an_import_takes_its_files_and_a_place_for_its_log() -> None:
    entry = {"name": "t", "import_table": FILES}
    assert may("dynamodb:ImportTable", table("ticket-t"), entry, USERS) == {"deploy"}
    assert may("dynamodb:ImportTable", table("ticket-users"), entry, USERS) == set()
    assert may("dynamodb:DescribeImport", f"{table('ticket-t')}/import/1", entry) == {"read"}
    assert may("dynamodb:ListImports", "*", entry) == {"read"}
    assert may("s3:GetObject", "arn:aws:s3:::seed/t/1.csv", entry) == {"deploy"}
    assert may("s3:GetObject", "arn:aws:s3:::seed/u/1.csv", entry) == set()
    assert may("s3:ListBucket", "arn:aws:s3:::seed", entry) == {"deploy"}
    log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws-dynamodb/imports:*"
    assert may("logs:PutLogEvents", log, entry) == {"deploy"}
    for action in ("dynamodb:ImportTable", "dynamodb:DescribeImport", "s3:GetObject", "logs:PutLogEvents"):
        assert action not in {each for found in policies().values() for each in actions(found)}


def test_a_restore_takes_its_source_and_the_items_of_its_table() -> None:
    from_backup, from_past = (
        {"name": "t", "restore_backup_arn": BACKUP},
        {"name": "t", "restore_source_name": "ticket-old", "restore_to_latest_time": True},
    )
    for resource in (BACKUP, table("ticket-t")):
        assert may("dynamodb:RestoreTableFromBackup", resource, from_backup) == {"deploy"}
    assert may("dynamodb:DescribeBackup", BACKUP, from_backup) == {"read"}
    for resource in (table("ticket-old"), table("ticket-t")):
        assert may("dynamodb:RestoreTableToPointInTime", resource, from_past) == {"deploy"}
    assert may("dynamodb:DescribeContinuousBackups", table("ticket-old"), from_past) == {"read"}
    for entry in (from_backup, from_past):
        assert may("dynamodb:BatchWriteItem", table("ticket-t"), entry) == {"deploy"}
        assert may("dynamodb:BatchWriteItem", table("ticket-old"), entry) == set()
    assert may("dynamodb:PutItem", table("ticket-users")) == set()


def test_a_source_cannot_hide_a_wildcard() -> None:
    for entry in (
        {"name": "t", "restore_source_name": "ticket-*"},
        {"name": "t", "import_table": {"s3_bucket_source": {"bucket": "*"}}},
    ):
        with pytest.raises(Refused) as refusal:
            policies(entry)
        assert "would read as a wildcard" in refusal.value.problems[0]
