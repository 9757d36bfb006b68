# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules exports and exports_info as users run them, on the emulator that has what is looked at.

moto writes one file of a full export and forgets client tokens; MiniStack keeps these and writes nothing. Increments
are proven against the strict double alone, and so are filters, which both take and forget.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.emulator import REGION, Emulator
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module
from tests.support.playbooks import play, writes

USERS = {"name": "users", "hash_key": "user_id"}
ENTRY = {"table": "users", "label": "a", "s3_bucket": "ticket-exports", "s3_prefix": "p"}


def exports(emulator: Emulator, *entries: dict[str, Any], flags: tuple[str, ...] = (), **options: Any) -> Run:
    return run_module(emulator, "exports", *flags, exports=list(entries), **options)


@pytest.fixture
def deployed(emulator: Emulator) -> Emulator:
    """An emulator with the table ticket-users, an item in it, and a bucket."""
    # moto accepts another encryption of a table that is there, and forgets it
    assert run_module(emulator, "tables", tables=[USERS], server_side_encryption=False).changed
    emulator.client("dynamodb").put_item(TableName="ticket-users", Item={"user_id": {"S": "u1"}})
    place = {"LocationConstraint": REGION}
    emulator.client("s3").create_bucket(Bucket="ticket-exports", CreateBucketConfiguration=place)
    emulator.forget()
    return emulator


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with MiniStack(tmp_path_factory.mktemp("ministack")) as running:
        yield running


def items(emulator: Emulator) -> list[Any]:
    """Everything that lies in the bucket."""
    client = emulator.client("s3")
    keys = [entry["Key"] for entry in client.list_objects_v2(Bucket="ticket-exports").get("Contents", [])]
    texts = [gzip.decompress(client.get_object(Bucket="ticket-exports", Key=key)["Body"].read()) for key in keys]
    return [json.loads(line) for text in texts for line in text.decode().splitlines()]


def test_an_export_lies_in_the_bucket(deployed: Emulator) -> None:
    check = exports(deployed, ENTRY, flags=("--check", "--diff"))
    assert (check.changed, items(deployed), writes(deployed)) == (True, [], [])
    assert check.result["exports"][0]["client_token"] in check.output

    done = exports(deployed, ENTRY)
    assert done.result["steps"] == check.result["steps"]
    assert done.result["summary"] == {"add": 1, "change": 0, "remove": 0, "keep": 0}
    assert writes(deployed) == ["ExportTableToPointInTime"]
    assert items(deployed) == [{"Item": {"user_id": {"S": "u1"}}}]
    assert done.result["exports"][0]["status"] == "COMPLETED"
    assert "+ ticket-users/a create export, done in " in done.output
    info = run_module(deployed, "exports_info")
    assert [each["status"] for each in info.result["exports"]] == ["COMPLETED"]
    assert run_module(deployed, "exports_info", tables=["users"], status=["FAILED"]).result["exports"] == []
    assert not info.changed


def test_a_second_run_finds_the_export(ministack: MiniStack) -> None:
    ministack.reset()
    table = {**USERS, "server_side_encryption": {"enabled": False}}
    assert run_module(ministack, "tables", tables=[table]).changed
    place = {"LocationConstraint": REGION}
    ministack.client("s3").create_bucket(Bucket="ticket-exports", CreateBucketConfiguration=place)
    check, done = exports(ministack, ENTRY, flags=("--check",)), exports(ministack, ENTRY)
    assert done.result["steps"] == check.result["steps"] != []
    again = exports(ministack, ENTRY)
    assert (again.changed, again.result["steps"]) == (False, [])
    assert again.result["exports"] == done.result["exports"]
    assert len(ministack.client("dynamodb").list_exports()["ExportSummaries"]) == 1
    other = exports(ministack, {**ENTRY, "label": "b"}, wait="none")
    assert other.changed
    mine = {**ENTRY, "client_token": done.result["exports"][0]["client_token"], "s3_prefix": "other"}
    assert "has this token, with S3Prefix p, and the entry says other" in exports(ministack, mine).result["msg"]


def test_an_export_that_fails_says_why(deployed: Emulator) -> None:
    run = exports(deployed, {**ENTRY, "s3_bucket": "not-there"})
    assert run.failed
    assert (
        "ticket-users/a: create export: S3NoSuchBucket: The specified bucket does not exist. Mend that"
        in (run.result["msg"])
    )
    assert run.result["exports"][0]["failure_code"] == "S3NoSuchBucket"


def test_recovery_is_demanded_before_the_first_write(deployed: Emulator) -> None:
    off = {**USERS, "name": "orders", "point_in_time_recovery": {"enabled": False}}
    assert run_module(deployed, "tables", tables=[off], server_side_encryption=False).changed
    deployed.forget()
    run = exports(deployed, ENTRY, {**ENTRY, "table": "orders"})
    assert (run.failed, run.changed, writes(deployed)) == (True, False, [])
    assert "ticket-orders/a: point-in-time recovery is not on" in run.result["msg"]


def test_bad_input_is_named_all_at_once(emulator: Emulator) -> None:
    reversed_window = {"export_from_time": "2026-11-02T00:00:00Z", "export_to_time": "2026-11-01T00:00:00Z"}
    changes = {"export_type": "INCREMENTAL_EXPORT", "incremental_export_specification": reversed_window}
    run = exports(emulator, {**ENTRY, "label": None}, {**ENTRY, **changes}, {"table": "users"})
    assert (run.failed, run.result["refused"], emulator.operations()) == (True, True, [])
    assert [problem.split(":")[0] for problem in run.result["problems"]] == [
        "exports[0].label",
        "exports[1].incremental_export_specification",
        "exports[2].s3_bucket",
    ]


def test_the_playbook_exports_the_whole_estate(deployed: Emulator) -> None:
    estate = {"dynamodb_tables": [USERS], "dynamodb_export_bucket": "ticket-exports", "dynamodb_export_prefix": "p"}
    planned = play(deployed, "export", "--check", **estate)
    assert (planned.returncode, writes(deployed)) == (0, []), planned.output
    assert " ".join(planned.summary[0].split()) == "exports 1 to add, 0 to change, 0 to remove, 0 unchanged"
    done = play(deployed, "export", **estate)
    assert (done.returncode, writes(deployed)) == (0, ["ExportTableToPointInTime"]), done.output
    assert items(deployed) == [{"Item": {"user_id": {"S": "u1"}}}]
    nothing = play(deployed, "export", **{**estate, "dynamodb_export_tables": ["nobody"]})
    assert nothing.returncode
    assert "none but the tables users" in " ".join(nothing.output.split())
    half = play(deployed, "export", **estate, dynamodb_export_to="2026-11-02T08:00:00Z")
    assert half.returncode
    assert "dynamodb_export_to needs dynamodb_export_from" in " ".join(half.output.split())
    assert writes(deployed) == ["ExportTableToPointInTime"]  # the first one
