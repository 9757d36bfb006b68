# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Replicas as users run them, on MiniStack, which makes tables in the other regions; read there with plain boto3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.emulator import ACCOUNT, REGION
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module
from tests.support.playbooks import play

THERE, FAR = "eu-west-1", "us-east-1"
NAME = "ticket-t"
TABLE: dict[str, Any] = {"name": "t", "hash_key": "pk", "server_side_encryption": {"enabled": False}}
OWN = {"point_in_time_recovery": True, "deletion_protection_enabled": True, "propagate_tags": True}


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with MiniStack(tmp_path_factory.mktemp("ministack")) as running:
        yield running


def tables(engine: MiniStack, *flags: str, **entry: Any) -> Run:
    run = run_module(engine, "tables", *flags, tables=[{**TABLE, **entry}])
    assert not run.failed, run.output
    return run


def names(engine: MiniStack, region: str) -> list[str]:
    found: list[str] = engine.client("dynamodb", region).list_tables()["TableNames"]
    return found


def test_regions_come_and_go(ministack: MiniStack) -> None:
    replicas = [{"region_name": THERE, **OWN}, {"region_name": FAR}]
    planned = tables(ministack, "--check", replicas=replicas)
    done = tables(ministack, replicas=replicas, tags={"Team": "x"})
    assert {step["action"] for step in planned.result["steps"]} == {step["action"] for step in done.result["steps"]}
    assert [step["region"] for step in done.result["steps"] if step["action"] == "tag_replica"] == [THERE]
    there = ministack.client("dynamodb", THERE)
    table = there.describe_table(TableName=NAME)["Table"]
    assert table["DeletionProtectionEnabled"]
    tags = there.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {"Key": "Team", "Value": "x"} in tags
    assert done.result["status"]["t"]["replicas"][THERE] == {"replica_status": "ACTIVE", "arn": table["TableArn"]}
    read = run_module(ministack, "tables_info", names=[NAME], include=["replicas"])
    (entry,) = read.result["tables"]
    assert run_module(ministack, "tables", tables=[entry]).result["changed"] is False
    words = ["delete_replica", "disable_deletion_protection", "change_stream"]
    tables(ministack, replicas=[{"region_name": FAR}], allow=words, tags={"Team": "x"})
    assert (names(ministack, THERE), names(ministack, FAR)) == ([], [NAME])
    gone = tables(ministack, state="absent", allow=["delete_table", "delete_replica"])
    assert [step["action"] for step in gone.result["steps"]] == ["delete_replica", "delete_table"]
    assert (names(ministack, FAR), names(ministack, "ap-northeast-2")) == ([], [])


def test_an_estate_with_replicas_is_adopted_whole_and_not_torn_down_behind_them(
    ministack: MiniStack, tmp_path: Path
) -> None:
    tables(ministack, replicas=[{"region_name": THERE, **OWN}])
    adopted = tmp_path / "tables.yml"
    run = play(ministack, "adopt", dynamodb_adopt_path=str(adopted), dynamodb_adopt_names=[NAME])
    assert run.returncode == 0, run.output
    ((replica,),) = [entry["replicas"] for entry in yaml.safe_load(adopted.read_text())["dynamodb_tables"]]
    assert (replica["region_name"], replica["deletion_protection_enabled"]) == (THERE, True)
    run = play(ministack, "teardown", dynamodb_teardown=f"ticket@{ACCOUNT}/{REGION}")
    assert run.returncode != 0
    assert "Nothing was removed. Also in other regions, which are not this host's: t." in " ".join(run.output.split())
    assert (names(ministack, THERE), names(ministack, REGION)) == ([NAME], [NAME])
