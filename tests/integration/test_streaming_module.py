# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What streams out of a table, through the modules, on MiniStack, which has Kinesis destinations and such policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.definitions import kinesis, stream_policy
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module

READ = stream_policy("dynamodb:GetRecords")
ALLOW = ["change_kinesis_destination", "change_stream"]
TABLE: dict[str, Any] = {"name": "t", "hash_key": "pk", "server_side_encryption": {"enabled": False}}
INCLUDE = ["kinesis_streaming_destination", "stream_resource_policy"]


def tables(engine: MiniStack, entry: dict[str, Any], *flags: str) -> Run:
    return run_module(engine, "tables", *flags, tables=[{**TABLE, **entry}])


def actions(run: Run) -> list[str]:
    return [step["action"] for step in run.result["steps"]]


def test_from_creation_to_deletion(tmp_path: Path) -> None:
    streamed = {"stream_enabled": True, "stream_resource_policy": READ}
    first = {**streamed, "kinesis_streaming_destination": kinesis("first")}
    precise = {**streamed, "kinesis_streaming_destination": kinesis("first", "MICROSECOND")}
    second = {
        **streamed,
        "stream_view_type": "KEYS_ONLY",
        "kinesis_streaming_destination": kinesis("second", "MICROSECOND"),
    }
    with MiniStack(tmp_path) as engine:
        for name in ("first", "second"):
            engine.client("kinesis").create_stream(StreamName=name, ShardCount=1)
        created = tables(engine, first)
        assert not created.failed, created.output
        assert actions(created)[-2:] == ["put_stream_policy", "enable_kinesis_destination"]
        assert actions(tables(engine, first)) == []
        assert actions(tables(engine, precise)) == ["set_kinesis_precision"]

        withheld = tables(engine, second)
        assert withheld.failed
        assert {step["allow"] for step in withheld.result["withheld"]} == set(ALLOW)
        moved = tables(engine, {**second, "allow": ALLOW})
        assert not moved.failed, moved.output
        assert len(moved.result["steps"]) == 5

        read = run_module(engine, "tables_info", names=["ticket-t"], include=INCLUDE)
        (entry,) = read.result["tables"]
        assert entry["kinesis_streaming_destination"] == kinesis("second", "MICROSECOND")
        assert entry["stream_resource_policy"] == READ
        states = read.result["status"]["t"]["kinesis_destinations"]
        assert states[kinesis("second")["stream_arn"]]["status"] == "ACTIVE"
        assert actions(tables(engine, entry)) == []

        off = {"kinesis_streaming_destination": {"enabled": False}, "stream_resource_policy": {}, "allow": ALLOW}
        assert actions(tables(engine, off)) == ["disable_stream", "disable_kinesis_destination"]
        assert actions(tables(engine, off)) == []
        gone = run_module(engine, "tables", tables=[{"name": "t", "state": "absent", "allow": ["delete_table"]}])
        assert not gone.failed, gone.output
