# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each capability goes round on the emulator that has it: check, do, check again; created with it and changed to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module

INDEX = {"name": "idx", "hash_key": "a"}
SCALES = {"min_capacity": 2, "max_capacity": 8, "target_value": 70, "scale_in_cooldown": 60}
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::137406935518:root"},
            "Action": "dynamodb:GetItem",
            "Resource": "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-resource-policy",
        }
    ],
}
STREAM_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            **POLICY["Statement"][0],
            "Action": "dynamodb:GetRecords",
            "Resource": "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-stream-policy/stream/*",
        }
    ],
}
STREAM = {"stream_arn": "arn:aws:kinesis:ap-northeast-2:137406935518:stream/changes"}
PROVISIONED = {"billing_mode": "PROVISIONED"}

CAPABILITIES: dict[str, dict[str, Any]] = {
    "table class": {"table_class": "STANDARD_INFREQUENT_ACCESS"},
    "on-demand limits": {"on_demand_throughput": {"max_read_request_units": 9, "max_write_request_units": 7}},
    "index limits": {"global_secondary_indexes": [{**INDEX, "on_demand_throughput": {"max_read_request_units": 9}}]},
    "warm throughput": {"warm_throughput": {"read_units_per_second": 13000}},
    "index warm throughput": {
        "global_secondary_indexes": [{**INDEX, "warm_throughput": {"read_units_per_second": 13000}}]
    },
    "multi-part index keys": {
        "global_secondary_indexes": [
            {
                "name": "parts",
                "key_schema": [
                    {"attribute_name": "b", "key_type": "HASH"},
                    {"attribute_name": "c", "key_type": "HASH"},
                    {"attribute_name": "d", "key_type": "RANGE"},
                ],
            }
        ]
    },
    "insights": {"contributor_insights": {"enabled": True}},
    "insights mode": {"contributor_insights": {"mode": "THROTTLED_KEYS"}},
    "index insights": {"global_secondary_indexes": [{**INDEX, "contributor_insights": {"enabled": True}}]},
    "recovery period": {
        "point_in_time_recovery": {"recovery_period_in_days": 7},
        "allow": ["disable_point_in_time_recovery"],
    },
    "resource policy": {"resource_policy": POLICY},
    "kinesis destination": {"kinesis_streaming_destination": STREAM},
    "kinesis precision": {
        "kinesis_streaming_destination": {**STREAM, "approximate_creation_date_time_precision": "MICROSECOND"}
    },
    "stream policy": {"stream_enabled": True, "stream_resource_policy": STREAM_POLICY},
    "encryption": {"server_side_encryption": {"enabled": True}},
    "auto scaling": {**PROVISIONED, "autoscaling": {"read": SCALES}},
    "index auto scaling": {
        **PROVISIONED,
        "global_secondary_indexes": [{**INDEX, "autoscaling": {"write": {"min_capacity": 2, "max_capacity": 8}}}],
    },
    "vector indexes": {
        "attributes": [{"name": "place", "type": "N"}],
        "vector_indexes": [
            {
                "name": "near",
                "vector_attribute": "embedding",
                "dimensions": 3,
                "distance_function": "EUCLIDEAN",
                "search_schema": [{"attribute_name": "place", "search_schema_element_type": "INLINE_FILTER"}],
                "projection_type": "INCLUDE",
                "non_key_attributes": ["title"],
            }
        ],
    },
    "stream": {"stream_enabled": True},
    "protection": {"deletion_protection_enabled": True},
    "replicas": {
        "replicas": [
            {
                "region_name": "eu-west-1",
                "point_in_time_recovery": True,
                "deletion_protection_enabled": True,
                "tags": {"Team": "there"},
            },
            {"region_name": "us-east-1"},
        ]
    },
}

NOT_ON: dict[str, dict[str, str]] = {
    "moto": {
        "table class": "accepted and lost",
        "on-demand limits": "accepted and lost",
        "index limits": "accepted and lost",
        "insights": "not implemented (HTTP 500)",
        "insights mode": "not implemented (HTTP 500)",
        "index insights": "not implemented (HTTP 500)",
        "kinesis destination": "not implemented (HTTP 500)",
        "kinesis precision": "not implemented (HTTP 500)",
        "stream policy": "knows the policies of tables only",
        "encryption": "a change by UpdateTable is accepted and lost",
        "vector indexes": "accepted and lost",
        "replicas": "accepted and lost",
    },
    "ministack": {
        "warm throughput": "reads as 0",
        "index warm throughput": "an update is accepted and lost",
        "insights mode": "lost",
        "recovery period": "lost",
        "auto scaling": "no such service",
        "index auto scaling": "no such service",
    },
}
"""The one table of what an emulator cannot do, and why."""


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with MiniStack(tmp_path_factory.mktemp("ministack")) as running:
        yield running


@pytest.fixture(scope="module")
def rounds(emulators: Emulator, ministack: MiniStack) -> Callable[[str], list[Run]]:
    """By an engine's name its runs: tables without the capabilities, then with them predicted, done, and once more."""
    engines = {"moto": emulators, "ministack": ministack}

    @cache
    def of(name: str) -> list[Run]:
        engine = engines[name]
        engine.reset()
        given = {each: wanted for each, wanted in CAPABILITIES.items() if each not in NOT_ON[name]}
        before = [entry(each, billing_mode=wanted.get("billing_mode")) for each, wanted in given.items()]
        after = [entry(each, **wanted) for each, wanted in given.items()]
        return [tables(engine, before), tables(engine, after, "--check"), tables(engine, after), tables(engine, after)]

    return of


def entry(capability: str, **wanted: Any) -> dict[str, Any]:
    """The table that shows a capability."""
    name = capability.replace(" ", "-")
    return {"name": name, "hash_key": "pk", "server_side_encryption": {"enabled": False}, **wanted}


def tables(engine: Emulator, entries: list[dict[str, Any]], *flags: str) -> Run:
    run = run_module(engine, "tables", *flags, tables=entries)
    assert not run.failed, run.output
    return run


@pytest.mark.parametrize("name", ["moto", "ministack"])
@pytest.mark.parametrize("capability", CAPABILITIES)
def test_it_goes_round(rounds: Callable[[str], list[Run]], name: str, capability: str) -> None:
    reason = NOT_ON[name].get(capability)
    if reason:
        pytest.skip(f"{name}, {capability}: {reason}")
    table = f"ticket-{entry(capability)['name']}"
    created, planned, done, again = (
        [step for step in run.result["steps"] if step["resource"] == table] for run in rounds(name)
    )
    assert "create_table" in [step["action"] for step in created]
    assert planned != []
    assert done == planned
    assert again == []


def test_every_capability_has_an_emulator() -> None:
    missing = {name for name in CAPABILITIES if all(name in NOT_ON[engine] for engine in NOT_ON)}
    assert missing == {"insights mode"}, "these are proven against the strict double alone"


def test_vector_indexes_come_and_go(ministack: MiniStack) -> None:
    """Made with the table, replaced, beside a global index that takes another's name, left alone, and deleted."""
    ministack.reset()
    (near,) = CAPABILITIES["vector indexes"]["vector_indexes"]
    types = {"attributes": CAPABILITIES["vector indexes"]["attributes"]}
    wide = {**near, "name": "wide", "vector_attribute": "other", "search_schema": None}
    words = {"allow": ["delete_index", "replace_index"]}
    ways: list[tuple[dict[str, Any], list[str]]] = [
        ({**types, "vector_indexes": [near]}, ["create_table", "enable_point_in_time_recovery"]),
        ({}, []),
        (
            {**types, "vector_indexes": [{**near, "dimensions": 4}, wide], **words},
            ["delete_vector_index", "create_vector_index", "create_vector_index"],
        ),
        (
            {"vector_indexes": [wide], "global_secondary_indexes": [{**INDEX, "name": "near"}], **words},
            ["delete_vector_index", "create_index"],
        ),
        ({"vector_indexes": [], **words}, ["delete_index", "delete_vector_index"]),
    ]
    for wanted, expected in ways:
        given = [entry("t", **wanted)]
        planned = tables(ministack, given, "--check")
        done = tables(ministack, given)
        assert done.result["steps"] == planned.result["steps"]
        assert sorted(step["action"] for step in done.result["steps"]) == sorted(expected)
        again = tables(ministack, given)
        assert again.result["steps"] == []
        (shown,) = run_module(ministack, "tables_info", names=["ticket-t"]).result["tables"]
        assert shown == again.result["tables"][0]
