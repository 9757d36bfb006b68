# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every pair of changed concerns on one table, against the strict double: no refused call, converged, as predicted."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW

from tests.support.account import COOL_DOWN, Account
from tests.support.definitions import KEY, kinesis, policy, stream_policy

IDX = {"name": "idx", "hash_key": "a"}
BASE: dict[str, Any] = {"name": "t", "hash_key": "pk", "range_key": "sk", "allow": list(ALLOW)}
SCALES = {"min_capacity": 2, "max_capacity": 8, "target_value": 70}
FILTERED = {"attribute_name": "f", "search_schema_element_type": "INLINE_FILTER"}
VECTOR = {
    "name": "vec",
    "vector_attribute": "embedding",
    "dimensions": 3,
    "distance_function": "COSINE",
    "search_schema": [FILTERED],
}
VECTORS: dict[str, Any] = {"vector_indexes": [VECTOR], "attributes": [{"name": "f", "type": "N"}]}
NO_VECTORS: dict[str, Any] = {"vector_indexes": []}

CONCERNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "protection": ({}, {"deletion_protection_enabled": True}),
    "recovery off": ({}, {"point_in_time_recovery": {"enabled": False}}),
    "recovery period": ({}, {"point_in_time_recovery": {"recovery_period_in_days": 7}}),
    "tag": ({}, {"tags": {"a": "b"}}),
    "untag": ({"tags": {"a": "b"}}, {"purge_tags": True}),
    "ttl": ({}, {"ttl_enabled": True, "ttl_attribute": "ttl"}),
    "ttl attribute": (
        {"ttl_enabled": True, "ttl_attribute": "old"},
        {"ttl_enabled": True, "ttl_attribute": "ttl"},
    ),
    "stream": ({}, {"stream_enabled": True}),
    "stream view": (
        {"stream_enabled": True},
        {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"},
    ),
    "stream policy": (
        {"stream_enabled": True, "stream_resource_policy": stream_policy("dynamodb:GetRecords")},
        {"stream_enabled": True, "stream_resource_policy": stream_policy("dynamodb:DescribeStream")},
    ),
    "stream view and policy": (
        {"stream_enabled": True, "stream_resource_policy": stream_policy("dynamodb:GetRecords")},
        {
            "stream_enabled": True,
            "stream_view_type": "KEYS_ONLY",
            "stream_resource_policy": stream_policy("dynamodb:GetRecords"),
        },
    ),
    "kinesis": ({}, {"kinesis_streaming_destination": kinesis("k1")}),
    "kinesis off": (
        {"kinesis_streaming_destination": kinesis("k1")},
        {"kinesis_streaming_destination": {"enabled": False}},
    ),
    "kinesis stream": (
        {"kinesis_streaming_destination": kinesis("k1", "MICROSECOND")},
        {"kinesis_streaming_destination": kinesis("k2")},
    ),
    "kinesis precision": (
        {"kinesis_streaming_destination": kinesis("k1")},
        {"kinesis_streaming_destination": kinesis("k1", "MICROSECOND")},
    ),
    "key": ({}, {"server_side_encryption": {"kms_key_arn": KEY}}),
    "class": ({}, {"table_class": "STANDARD_INFREQUENT_ACCESS"}),
    "policy": ({"resource_policy": policy("dynamodb:GetItem")}, {"resource_policy": policy("dynamodb:Query")}),
    "insights": ({}, {"contributor_insights": {"mode": "THROTTLED_KEYS"}}),
    "warm": ({}, {"warm_throughput": {"read_units_per_second": 13000}}),
    "index created": ({}, {"global_secondary_indexes": [IDX]}),
    "index deleted": ({"global_secondary_indexes": [IDX]}, {}),
    "index replaced": (
        {"global_secondary_indexes": [IDX]},
        {"global_secondary_indexes": [{**IDX, "projection_type": "KEYS_ONLY"}]},
    ),
    "two indexes": (
        {"global_secondary_indexes": [IDX, {"name": "idy", "hash_key": "b"}]},
        {"global_secondary_indexes": [{"name": "idv", "hash_key": "b"}, {"name": "idw", "hash_key": "c"}]},
    ),
    "vectors created": (NO_VECTORS, VECTORS),
    "vectors deleted": (VECTORS, NO_VECTORS),
    "vectors replaced": (VECTORS, {**VECTORS, "vector_indexes": [{**VECTOR, "dimensions": 4}]}),
    "vectors left alone": (VECTORS, {}),
    "to provisioned": ({"billing_mode": "PAY_PER_REQUEST"}, {"billing_mode": "PROVISIONED"}),
    "to on demand": ({"billing_mode": "PROVISIONED"}, {"billing_mode": "PAY_PER_REQUEST"}),
    "capacity": ({"billing_mode": "PROVISIONED"}, {"billing_mode": "PROVISIONED", "read_capacity": 9}),
    "limits": (
        {"billing_mode": "PAY_PER_REQUEST"},
        {"billing_mode": "PAY_PER_REQUEST", "on_demand_throughput": {"max_read_request_units": 9}},
    ),
    "scaling": ({"billing_mode": "PROVISIONED"}, {"billing_mode": "PROVISIONED", "autoscaling": {"read": SCALES}}),
    "scaling off": (
        {"billing_mode": "PROVISIONED", "autoscaling": {"write": SCALES}},
        {"billing_mode": "PROVISIONED", "autoscaling": {"write": {"enabled": False}}},
    ),
}


def together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    """Both changes on one table; None where both are about the same field, or AWS has one only without the other."""
    both = {**BASE, **one, **other}
    if one.keys() & other.keys() or (both.get("vector_indexes") and both.get("billing_mode") == "PROVISIONED"):
        return None
    return both


PAIRS = [
    pytest.param(before, after, id=f"{first} + {second}")
    for first, second in combinations(CONCERNS, 2)
    if (before := together(CONCERNS[first][0], CONCERNS[second][0]))
    and (after := together(CONCERNS[first][1], CONCERNS[second][1]))
    and not ("vector_indexes" in before.keys() - after.keys() and after.get("billing_mode") == "PROVISIONED")
]


def test_nearly_every_pair_is_possible() -> None:
    assert len(PAIRS) > 360


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_pair_of_changes(before: dict[str, Any], after: dict[str, Any]) -> None:
    account = Account()
    account.converge(before)
    account.aws.clock.sleep(COOL_DOWN)
    account.converge(after)
    assert account.refusals == []
    account.aws.clock.sleep(COOL_DOWN)
    assert [each.steps for each in account.plan(after)] == [()]
