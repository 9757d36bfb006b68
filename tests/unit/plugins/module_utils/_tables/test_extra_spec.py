# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The capabilities that are managed only where an entry names them: what they mean, and what is refused in them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import (
    Insights,
    Limits,
    Scaling,
    Warm,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.definitions import policy
from tests.support.tables import desired, params

SCALES = {"min_capacity": 2, "max_capacity": 8}
PROVISIONED: dict[str, Any] = {"billing_mode": "PROVISIONED"}


def test_left_out_is_not_managed() -> None:
    spec = desired().spec
    assert spec is not None
    found = (spec.limits, spec.warm, spec.table_class, spec.insights, spec.policy, spec.autoscaling)
    assert found == (None,) * 6
    assert wanted_extras(desired()) == frozenset()


def test_what_is_named_is_managed_and_read() -> None:
    entry = {
        "on_demand_throughput": {"max_read_request_units": 9},
        "warm_throughput": {"write_units_per_second": "5000"},
        "contributor_insights": {},
        "resource_policy": {},
    }
    table = desired(entry)
    assert table.spec is not None
    assert (table.spec.limits, table.spec.warm) == (Limits(9, None), Warm(None, 5000))
    assert table.spec.insights == Insights(True, "ACCESSED_AND_THROTTLED_KEYS")
    assert wanted_extras(table) == {"contributor_insights", "resource_policy"}
    scaled = desired({**PROVISIONED, "autoscaling": {"read": SCALES, "write": {"enabled": False}}})
    assert scaled.spec is not None
    assert scaled.spec.autoscaling is not None
    assert (scaled.spec.autoscaling.read, scaled.spec.autoscaling.write) == (Scaling(True, 2, 8), Scaling(False))
    assert wanted_extras(scaled) == {"autoscaling"}


def test_a_policy_may_be_json_text() -> None:
    text = '{"Version": "2012-10-17", "Statement": []}'
    with pytest.raises(Refused, match=r"resource_policy\.Statement: is required"):
        desired({"resource_policy": text})
    with pytest.raises(Refused, match="resource_policy: is not JSON"):
        desired({"resource_policy": "{"})


def index(**more: Any) -> dict[str, Any]:
    return {"global_secondary_indexes": [{"name": "idx", **more}]}


def key(name: str, kind: str) -> dict[str, str]:
    return {"attribute_name": name, "key_type": kind}


REFUSED: list[tuple[dict[str, Any], str]] = [
    (index(hash_key="a", key_schema=[key("a", "HASH")]), "needs either hash_key or key_schema, and not both"),
    (index(key_schema=[key("a", "RANGE")]), "key_schema: needs a HASH key, and all HASH keys before the RANGE keys"),
    (index(key_schema=[key("a", "RANGE"), key("b", "HASH")]), "all HASH keys before the RANGE keys"),
    (index(key_schema=[key(name, "HASH") for name in "abcde"]), "key_schema: 5 HASH keys, AWS allows 4"),
    (index(key_schema=[key("a", "HASH"), key("a", "RANGE")]), "key_schema: names 'a' 2 times"),
    (index(key_schema=[key("a", "HASH")], range_key="b"), "key_schema: contradicts range_key"),
    (index(key_schema=[key("a", "FIRST")]), "key_schema[0].key_type: 'FIRST' is not possible"),
    ({**PROVISIONED, "on_demand_throughput": {"max_read_request_units": 9}}, "contradicts billing_mode PROVISIONED"),
    ({"on_demand_throughput": {"max_read_request_units": 0}}, "max_read_request_units: must be at least 1, or -1"),
    ({"warm_throughput": {"read_units_per_second": 0}}, "read_units_per_second: must be at least 1, not 0"),
    ({"autoscaling": {"read": SCALES}}, "autoscaling.read: contradicts billing_mode PAY_PER_REQUEST"),
    (
        {**PROVISIONED, "autoscaling": {"read": {"min_capacity": 9, "max_capacity": 3}}},
        "autoscaling.read: min_capacity 9 is above max_capacity 3",
    ),
    ({**PROVISIONED, "autoscaling": {"read": {"min_capacity": 9}}}, "autoscaling.read.max_capacity: must be given"),
    (
        {**PROVISIONED, "autoscaling": {"read": {**SCALES, "target_value": 95}}},
        "target_value: must be 10 to 90 percent",
    ),
    ({**PROVISIONED, "autoscaling": {"read": {**SCALES, "scale_in_cooldown": 9}}}, "cooldowns need a target_value"),
    (
        {**PROVISIONED, "autoscaling": {"read": {**SCALES, "scheduled_actions": [{"name": "n", "schedule": "daily"}]}}},
        "scheduled_actions[0].schedule: must be at(...), rate(...) or cron(...), not 'daily'",
    ),
    ({"contributor_insights": {"enabled": False, "mode": "THROTTLED_KEYS"}}, "a mode is given, but enabled is false"),
    ({"table_class": "COLD"}, "table_class: 'COLD' is not possible"),
    ({"resource_policy": {"Statement": policy("dynamodb:Query")["Statement"]}}, "resource_policy.Version: is required"),
    (
        {
            "resource_policy": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "x", "Resource": "y"}],
            }
        },
        "resource_policy.Statement[0].Principal: is required",
    ),
    ({"resource_policy": {**policy("dynamodb:Query"), "Id": "x" * 20480}}, "bytes, AWS allows 20480"),
]


@pytest.mark.parametrize(("entry", "expected"), REFUSED, ids=[text for _entry, text in REFUSED])
def test_refused(entry: dict[str, Any], expected: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(params({"name": "users", "hash_key": "id", **entry}))
    assert any(expected in problem for problem in refusal.value.problems), refusal.value.problems
