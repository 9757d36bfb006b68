# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module items as users run it, on both emulators, read back with plain boto3."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module
from tests.support.playbooks import play, writes

USERS = {"name": "users", "hash_key": "user_id", "range_key": "n", "attributes": [{"name": "n", "type": "N"}]}
MANY = [{"user_id": f"{number:03}", "n": number, "more": {"list": [number, None, 1.5, "x"]}} for number in range(120)]


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with MiniStack(tmp_path_factory.mktemp("ministack")) as running:
        yield running


@pytest.fixture(params=["moto", "ministack"])
def engine(request: pytest.FixtureRequest) -> Emulator:
    """An emulator with the table ticket-users."""
    found: Emulator = request.getfixturevalue("emulator" if request.param == "moto" else "ministack")
    found.reset()
    table = {**USERS, "server_side_encryption": {"enabled": False}}
    assert run_module(found, "tables", tables=[table]).changed
    return found


def items(emulator: Emulator, *entries: dict[str, Any], flags: tuple[str, ...] = ()) -> Run:
    return run_module(emulator, "items", *flags, items=list(entries))


def there(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.client("dynamodb").scan(TableName="ticket-users")["Items"]
    return sorted(found, key=lambda item: str(item["user_id"]))


def test_only_what_differs_is_written(engine: Emulator) -> None:
    entry = {"table": "users", "items": MANY}
    check = items(engine, entry, flags=("--check",))
    assert (check.changed, check.result["summary"]["add"], there(engine)) == (True, 120, [])
    done = items(engine, entry)
    assert done.result["steps"] == check.result["steps"]
    assert done.result["steps"][0]["request"] == {"ticket-users": 25}
    assert len(there(engine)) == 120
    assert there(engine)[7]["more"] == {"M": {"list": {"L": [{"N": "7"}, {"NULL": True}, {"N": "1.5"}, {"S": "x"}]}}}
    again = items(engine, entry)
    assert (again.changed, again.result["summary"]) == (False, {"add": 0, "change": 0, "remove": 0, "keep": 120})

    changed = {"table": "users", "items": [{**MANY[0], "more": "else"}, {"user_id": "new", "n": 1}]}
    refused = items(engine, changed)
    assert refused.failed
    assert "not done without 'allow: [replace_items]'" in refused.result["msg"]
    assert refused.result["summary"] == {"add": 1, "change": 0, "remove": 0, "keep": 1}
    allowed = items(engine, {**changed, "allow": ["replace_items"]}, flags=("--diff",))
    assert (allowed.failed, allowed.result["summary"]["change"]) == (False, 1)
    assert there(engine)[0]["more"] == {"S": "else"}
    gone = {"table": "users", "state": "absent", "items": MANY, "allow": ["delete_items"]}
    assert items(engine, gone).result["summary"]["remove"] == 120
    assert [item["user_id"] for item in there(engine)] == [{"S": "new"}]
    assert not items(engine, gone).changed


def test_a_file_of_an_export_goes_back_as_it_was(engine: Emulator, tmp_path: Path) -> None:
    item = {
        "user_id": {"S": "a"},
        "n": {"N": "1"},
        "b": {"B": "AAE="},
        "s": {"SS": ["y", "x"]},
        "ns": {"NS": ["1.0", "2"]},
    }
    path = tmp_path / "part.json.gz"
    path.write_bytes(gzip.compress(f"{json.dumps({'Item': item})}\n".encode()))
    entry = {"table": "users", "file": str(path), "format": "dynamodb_json"}
    assert items(engine, entry).changed
    assert there(engine)[0]["b"] == {"B": b"\x00\x01"}
    assert not items(engine, entry).changed


def test_bad_input_is_named_all_at_once(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps([{"a": "x" * 500_000}, {"b": {"c": [float("inf")]}}, "text"]))
    run = items(emulator, {"table": "users", "file": str(path)}, {"table": "users"})
    assert (run.failed, run.result["refused"], emulator.operations()) == (True, True, [])
    assert [problem.split(":")[0] for problem in run.result["problems"]] == [
        "items[0].file[0]",
        "items[0].file[1].b.c[0]",
        "items[0].file[2]",
        "items[1].items",
    ]


def test_what_is_wrong_in_the_table_is_named_before_any_write(engine: Emulator) -> None:
    wrong = [{"user_id": "a"}, {"user_id": 1, "n": "1"}, {"user_id": "a", "n": 1}, {"user_id": "a", "n": 1.0, "x": 1}]
    run = items(engine, {"table": "users", "items": wrong})
    assert (run.failed, run.changed, there(engine)) == (True, False, [])
    assert run.result["msg"].splitlines() == [
        "ticket-users: items[0].items[0].n: is required, as it is part of the key of ticket-users",
        "ticket-users: items[0].items[1].user_id: is N, but the key of ticket-users is S",
        "ticket-users: items[0].items[1].n: is S, but the key of ticket-users is N",
        "ticket-users: items[0].items[3]: has the same key as items[0].items[2], with other attributes",
        "Nothing was changed in any item.",
    ]


def test_the_playbook_seeds_once(emulator: Emulator) -> None:
    run_module(emulator, "tables", tables=[USERS], server_side_encryption=False)
    given = {"dynamodb_items": [{"table": "users", "items": MANY[:30]}]}
    emulator.forget()
    planned = play(emulator, "seed", "--check", **given)
    assert (planned.returncode, writes(emulator)) == (0, []), planned.output
    assert " ".join(planned.summary[0].split()) == "items 30 to add, 0 to change, 0 to remove, 0 unchanged"
    done = play(emulator, "seed", **given)
    assert (done.returncode, writes(emulator)) == (0, ["BatchWriteItem"] * 2), done.output
    emulator.forget()
    again = play(emulator, "seed", **given)
    assert (again.returncode, writes(emulator)) == (0, []), again.output
