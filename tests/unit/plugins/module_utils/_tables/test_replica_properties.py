# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for any two definitions of a global table, and for replicas with every other concern."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import projected
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from hypothesis import HealthCheck, given, settings

from tests.support.account import COOL_DOWN, Account, comparable
from tests.support.definitions import kinesis, policy, stream_policy
from tests.support.global_definitions import WRITES, global_definitions, global_pairs
from tests.support.tables import ACCOUNT, ESTATE, REGION, params

from .test_pairs import VECTORS

pytestmark = pytest.mark.usefixtures("in_order")
quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = 31 * 24 * COOL_DOWN


def avoidable(account: Account, *entries: dict[str, Any]) -> list[str]:
    """The refusals but those that come from auto scaling, which calls UpdateTable whenever it likes (T-314 T-316)."""
    scales = any(entry.get("billing_mode") == "PROVISIONED" for entry in entries)
    text = "The resource which you are attempting to change is in use"
    return [refusal for refusal in account.refusals if not (scales and text in refusal)]


def after_some_time(account: Account) -> None:
    """So that no budget of a class is used up."""
    account.aws.clock.sleep(DAYS)


@quick
@given(global_pairs())
def test_from_any_definition_to_any_other_without_a_single_refused_call(pair: tuple[Any, Any]) -> None:
    before, after = pair
    account = Account()
    account.converge(before)
    after_some_time(account)
    account.converge(after)
    assert avoidable(account, before, after) == []
    after_some_time(account)
    assert [each.steps for each in account.plan(after)] == [()]


@quick
@given(global_pairs())
def test_check_mode_predicts_exactly_what_is_then_done(pair: tuple[Any, Any]) -> None:
    before, after = pair
    account = Account()
    account.converge(before)
    after_some_time(account)
    desired = parse(params(after))
    observed = account.read(desired)
    plans = account.plan(after)
    predicted = projected(ESTATE, REGION, ACCOUNT, observed, predict(plans))
    done = account.apply(plans)
    if not any(outcome.interference for outcome in done):  # of auto scaling
        assert [outcome.done for outcome in done] == [outcome.done for outcome in predict(plans)]
    after_some_time(account)
    assert comparable(account.read(desired)) == comparable(predicted)


@quick
@given(global_definitions())
def test_what_is_read_back_is_an_entry_that_changes_nothing(entry: dict[str, Any]) -> None:
    account = Account()
    account.converge(entry)
    after_some_time(account)
    (table,) = account.read(parse(params(entry))).values()
    assert table.spec is not None
    assert [each.steps for each in account.plan(definition(ESTATE, table.spec))] == [()]


BASE: dict[str, Any] = {"name": "t", "hash_key": "pk", "range_key": "sk", "allow": list(ALLOW)}
IDX = {"name": "idx", "hash_key": "a"}
SCALED = {"billing_mode": "PROVISIONED", "autoscaling": {"write": WRITES}}

CONCERNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "protection": ({}, {"deletion_protection_enabled": True}),
    "protection off": ({"deletion_protection_enabled": True}, {}),
    "recovery off": ({}, {"point_in_time_recovery": {"enabled": False}}),
    "tag": ({}, {"tags": {"a": "b"}}),
    "ttl": ({}, {"ttl_enabled": True, "ttl_attribute": "ttl"}),
    "stream": ({}, {"stream_enabled": True}),
    "no stream any more": ({"stream_enabled": True}, {}),
    "class": ({}, {"table_class": "STANDARD_INFREQUENT_ACCESS"}),
    "no key": ({}, {"server_side_encryption": {"enabled": False}}),
    "policy": ({"resource_policy": policy("dynamodb:GetItem")}, {"resource_policy": policy("dynamodb:Query")}),
    "insights": ({}, {"contributor_insights": {"mode": "THROTTLED_KEYS"}}),
    "warm": ({}, {"warm_throughput": {"read_units_per_second": 13000}}),
    "index created": ({}, {"global_secondary_indexes": [IDX]}),
    "index deleted": ({"global_secondary_indexes": [IDX]}, {}),
    "index replaced": (
        {"global_secondary_indexes": [IDX]},
        {"global_secondary_indexes": [{**IDX, "projection_type": "KEYS_ONLY"}]},
    ),
    "to provisioned": ({}, SCALED),
    "to on demand": (SCALED, {}),
    "scaled index": (SCALED, {**SCALED, "global_secondary_indexes": [{**IDX, "autoscaling": {"write": WRITES}}]}),
    "scaled indexes": (
        SCALED,
        {
            **SCALED,
            "global_secondary_indexes": [
                {**IDX, "autoscaling": {"write": WRITES}},
                {"name": "idy", "hash_key": "b", "autoscaling": {"write": WRITES}},
            ],
        },
    ),
    "vectors created": ({}, VECTORS),
    "vectors deleted": (VECTORS, {"vector_indexes": []}),
    "kinesis": ({}, {"kinesis_streaming_destination": kinesis("k1")}),
    "policy of the stream": (
        {"stream_enabled": True},
        {"stream_enabled": True, "stream_resource_policy": stream_policy("dynamodb:GetRecords")},
    ),
    "limits": ({}, {"on_demand_throughput": {"max_read_request_units": 9}}),
}


def replica(region: str, **more: Any) -> dict[str, Any]:
    return {"region_name": region, **more}


GLOBALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "first": ({}, {"replicas": [replica("eu-west-1", point_in_time_recovery=True)]}),
    "kept": ({"replicas": [replica("eu-west-1")]}, {"replicas": [replica("eu-west-1")]}),
    "another": (
        {"replicas": [replica("eu-west-1")]},
        {"replicas": [replica("us-east-1", propagate_tags=True), replica("us-west-2")]},
    ),
    "last": (
        {"replicas": [replica("eu-west-1", deletion_protection_enabled=True), replica("us-east-1")]},
        {"replicas": []},
    ),
    "settings": (
        {"replicas": [replica("eu-west-1")]},
        {
            "replicas": [
                replica(
                    "eu-west-1",
                    deletion_protection_enabled=True,
                    table_class="STANDARD_INFREQUENT_ACCESS",
                    tags={"a": "b"},
                )
            ]
        },
    ),
    "apart": ({"replicas": [replica("eu-west-1")]}, {"replicas": [replica("eu-west-1", state="disassociated")]}),
}


@pytest.mark.parametrize("concern", CONCERNS)
@pytest.mark.parametrize("regions", GLOBALS)
def test_replicas_with_another_concern(concern: str, regions: str) -> None:
    (one, two), (before, after) = CONCERNS[concern], GLOBALS[regions]
    account = Account()
    account.converge({**BASE, **one, **before})
    after_some_time(account)
    account.converge({**BASE, **two, **after})
    assert avoidable(account, one, two) == []
    after_some_time(account)
    assert [each.steps for each in account.plan({**BASE, **two, **after})] == [()]
