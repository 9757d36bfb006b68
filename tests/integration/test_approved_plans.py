# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment of the plan that somebody has approved, and of no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.emulator import Emulator
from tests.support.playbooks import another_host, play, writes

HOST = "local-ap-northeast-2"
USERS: dict[str, Any] = {"name": "users", "hash_key": "user_id"}
INDEX = {"name": "by-mail", "hash_key": "mail"}


def test_only_the_approved_plan_is_deployed(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    planned = play(emulator, "plan", dynamodb_tables=[USERS], dynamodb_plan_path=str(path))
    assert planned.returncode == 0, planned.output
    approved = json.loads(path.read_text())["dynamodb_approved_plan"]
    assert f"dynamodb_approved_plan={approved[HOST]['digest']}" in planned.output
    assert approved[HOST]["steps"][-2].startswith("tables ticket-users create_table ")

    emulator.forget()
    tables = [{**USERS, "global_secondary_indexes": [INDEX]}]
    refused = play(emulator, "site", dynamodb_tables=tables, dynamodb_approved_plan=approved)
    assert refused.returncode != 0
    assert "Nothing was changed: this is not the approved plan." in refused.output
    assert "not approved: tables ticket-users create_table" in refused.output
    assert "approved, and no longer planned: tables ticket-users create_table" in refused.output
    assert writes(emulator) == []

    done = play(emulator, "site", dynamodb_tables=[USERS], dynamodb_approved_plan=approved)
    assert done.returncode == 0, done.output
    assert emulator.client("dynamodb").list_tables()["TableNames"] == ["ticket-users"]

    emulator.forget()
    again = play(emulator, "site", dynamodb_tables=[USERS], dynamodb_approved_plan=approved)
    assert again.returncode != 0, "it has been done, so it is no longer the plan"
    assert writes(emulator) == []


def test_where_one_hosts_plan_is_not_approved_no_host_is_touched(emulator: Emulator, tmp_path: Path) -> None:
    path, second = tmp_path / "plan.json", another_host(tmp_path, "us-east-1")
    planned = play(emulator, "plan", *second, dynamodb_tables=[USERS], dynamodb_plan_path=str(path))
    assert planned.returncode == 0, planned.output
    approved = json.loads(path.read_text())["dynamodb_approved_plan"]
    assert approved.keys() == {HOST, "local-us-east-1"}
    artifact = {"dynamodb_approved_plan_local_ap_northeast_2": {HOST: approved[HOST]}}
    half = play(emulator, "site", *second, dynamodb_tables=[USERS], **artifact)
    assert half.returncode != 0
    assert "no plan of local-us-east-1 is approved" in half.output
    assert writes(emulator) == []
    approved[HOST]["digest"] = approved["local-us-east-1"]["digest"]
    refused = play(emulator, "site", *second, dynamodb_tables=[USERS], dynamodb_approved_plan=approved)
    assert refused.returncode != 0
    assert "this is not the approved plan" in refused.output
    assert writes(emulator) == []


def test_where_approval_is_required_nothing_goes_without(emulator: Emulator) -> None:
    refused = play(emulator, "site", dynamodb_require_approved_plan=True)
    assert refused.returncode != 0
    assert "deploys approved plans only" in refused.output
    assert emulator.operations() == []
