# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the fields of a global table mean, and what is refused in them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.replica_model import Replica, Replication

from tests.support.definitions import KEY
from tests.support.tables import desired

THERE = "eu-west-1"
KEY_THERE = KEY.replace("ap-northeast-2", THERE)
SCALES = {"min_capacity": 2, "max_capacity": 8, "target_value": 70}


def replicas(*regions: str, **more: Any) -> dict[str, Any]:
    return {"replicas": [{"region_name": region, **more} for region in regions]}


def strong(*regions: str, **more: Any) -> dict[str, Any]:
    return {**replicas(*regions, consistency_mode="STRONG"), **more}


def witness(region: str) -> dict[str, Any]:
    return {"global_table_witness": {"region_name": region}}


def test_left_out_is_not_managed_and_an_empty_list_is() -> None:
    (none, empty) = (desired().spec, desired({"replicas": []}).spec)
    assert none is not None
    assert (none.replication, none.settings_replication, none.disassociation_protection) == (None, None, None)
    assert empty is not None
    assert empty.replication == Replication()
    assert wanted_extras(desired()) == frozenset()
    assert wanted_extras(desired({"replicas": []})) == {"replicas"}
    assert wanted_extras(desired(replicas(THERE))) == {"replicas", f"replicas {THERE}"}
    assert "replicas" in wanted_extras(desired({"state": "absent"}))


def test_what_is_given_of_a_replica() -> None:
    entry = replicas(
        THERE,
        point_in_time_recovery="yes",
        table_class="STANDARD_INFREQUENT_ACCESS",
        on_demand_throughput={"max_read_request_units": "7"},
        tags={"a": "b"},
    )
    spec = desired({**entry, "tags": {"Team": "x"}}).spec
    assert spec is not None
    assert spec.replication is not None
    assert spec.replication.replicas == (
        Replica(THERE, table_class="STANDARD_INFREQUENT_ACCESS", read_limit=7, recovery=True, tags={"a": "b"}),
    )


def test_propagated_tags_are_those_of_the_table_and_the_replicas_own_win() -> None:
    entry = replicas(THERE, propagate_tags=True, tags={"Team": "there"})
    spec = desired({**entry, "tags": {"Team": "here", "Cost": "1"}, "purge_tags": True}).spec
    assert spec is not None
    assert spec.replication is not None
    (replica,) = spec.replication.replicas
    assert replica.tags == {**spec.tags, "Team": "there"}
    assert replica.purge_tags


REFUSED: list[tuple[dict[str, Any], str]] = [
    (replicas("ap-northeast-2"), "replicas[0].region_name: ap-northeast-2 is the table's own region (region: ap-north"),
    (replicas("here"), "replicas[0].region_name: 'here' is not the name of a region"),
    (replicas("cn-north-1"), "replicas[0].region_name: cn-north-1 is in another AWS partition"),
    (replicas(THERE, THERE), f"replicas: 2 replicas have the region_name {THERE}"),
    (replicas(THERE, kms_key_arn=KEY_THERE), "kms_key_arn: contradicts tables[0].server_side_encryption, which names"),
    (
        {**replicas(THERE), "server_side_encryption": {"kms_key_arn": KEY}},
        "replicas[0].kms_key_arn: is required, since tables[0].server_side_encryption is the customer managed key arn:",
    ),
    (
        {**replicas(THERE, kms_key_arn=KEY), "server_side_encryption": {"kms_key_arn": KEY}},
        f"replicas[0].kms_key_arn: is a key of ap-northeast-2, the replica is in {THERE}",
    ),
    (
        {**replicas(THERE, kms_key_arn="alias/mine"), "server_side_encryption": {"kms_key_arn": KEY}},
        "replicas[0].kms_key_arn: must be the ARN of a key, not 'alias/mine'",
    ),
    (
        {
            **replicas(THERE, kms_key_arn=KEY_THERE.replace("137406935518", "1" * 12)),
            "server_side_encryption": {"kms_key_arn": KEY},
        },
        "replicas[0].kms_key_arn: is a key of account 111111111111, not of 137406935518",
    ),
    (replicas(THERE, resource_policy={"Statement": [{}]}), "replicas[0].resource_policy.Version: is required"),
    (replicas(THERE, read_capacity=0), "replicas[0].read_capacity: must be at least 1, not 0"),
    (
        replicas(THERE, on_demand_throughput={"max_read_request_units": -1}),
        "replicas[0].on_demand_throughput.max_read_request_units: must be at least 1, not -1",
    ),
    (
        {**replicas(THERE), "billing_mode": "PROVISIONED"},
        "tables[0].autoscaling.write: must scale with a target_value, since tables[0].billing_mode is PROVISIONED and",
    ),
    (
        {
            **replicas(THERE),
            "billing_mode": "PROVISIONED",
            "autoscaling": {"write": SCALES},
            "global_secondary_indexes": [{"name": "idx", "hash_key": "a"}],
        },
        "tables[0].global_secondary_indexes[0].autoscaling.write: must scale with a target_value",
    ),
    (
        {
            **replicas(THERE, on_demand_throughput={"max_read_request_units": 5}),
            "billing_mode": "PROVISIONED",
            "autoscaling": {"write": SCALES},
        },
        "replicas[0].on_demand_throughput: contradicts tables[0].billing_mode PROVISIONED",
    ),
    ({**replicas(THERE), "stream_enabled": False}, "tables[0].stream_enabled: false contradicts tables[0].replicas"),
    (
        {**replicas(THERE), "global_table_settings_replication_mode": "ENABLED"},
        "global_table_settings_replication_mode: ENABLED contradicts tables[0].replicas",
    ),
    ({"disassociation_protection_enabled": False}, "disassociation_protection_enabled: needs tables[0].replicas with"),
    (
        replicas(THERE, state="disassociated", point_in_time_recovery=True),
        "replicas[0].point_in_time_recovery: contradicts state disassociated",
    ),
    (
        witness(THERE),
        "tables[0].global_table_witness: contradicts tables[0].replicas, of which none has consistency_mo",
    ),
    ({**replicas(THERE), **witness("us-east-1")}, "tables[0].global_table_witness: contradicts tables[0].replicas"),
    (strong("ap-northeast-1"), "needs exactly two replicas, or one and a global_table_witness, not 1 and no witness"),
    (
        strong("ap-northeast-1", "ap-northeast-3", **witness("ap-northeast-1")),
        "needs exactly two replicas, or one and a global_table_witness, not 2 and the witness ap-northeast-1",
    ),
    (
        strong("ap-northeast-1", "ap-northeast-3", **witness("ap-northeast-1")),
        "global_table_witness.region_name: ap-northeast-1 is the region of a replica already",
    ),
    (
        strong("ap-northeast-1", **witness("ap-northeast-2")),
        "global_table_witness.region_name: ap-northeast-2 is the table's own region",
    ),
    (strong("ap-northeast-1", THERE), f"consistency_mode STRONG contradicts {THERE}; ap-northeast-2 can be strongly"),
    (
        {
            "replicas": [
                {"region_name": "ap-northeast-1", "consistency_mode": "STRONG"},
                {"region_name": "ap-northeast-3"},
            ]
        },
        "replicas: tables[0].replicas[0] with consistency_mode STRONG contradict tables[0].replicas[1] with EVENTUAL",
    ),
    (
        strong("ap-northeast-1", "ap-northeast-3", ttl_enabled=True, ttl_attribute="ttl"),
        "tables[0].ttl_enabled: contradicts tables[0].replicas with consistency_mode STRONG",
    ),
    (
        strong("ap-northeast-1", "ap-northeast-3", restore_source_name="old", restore_to_latest_time=True),
        "restore_source_name: contradicts tables[0].replicas with consistency_mode STRONG; only an empty table can",
    ),
    (
        strong(
            "ap-northeast-1",
            "ap-northeast-3",
            range_key="sk",
            local_secondary_indexes=[{"name": "loc", "range_key": "by"}],
        ),
        "tables[0].local_secondary_indexes: contradict tables[0].replicas with consistency_mode STRONG",
    ),
    (
        {"replicas": [{"region_name": "ap-northeast-1", "consistency_mode": "STRONG", "state": "disassociated"}]},
        "replicas[0].state: disassociated contradicts consistency_mode STRONG",
    ),
    (replicas(THERE, tags={"aws:x": "y"}), "replicas[0].tags.aws:x: the prefix aws: belongs to AWS"),
    ({"replicas": [{"region": THERE}]}, "replicas[0].region: unknown field; did you mean 'region_name'?"),
]


@pytest.mark.parametrize(("entry", "problem"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_refused(entry: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refusal:
        desired(entry)
    assert any(problem in line for line in refusal.value.problems), refusal.value.problems


def test_all_problems_at_once() -> None:
    entry = {
        "replicas": [
            {"region_name": "ap-northeast-2", "consistency_mode": "STRONG"},
            {"region_name": THERE, "kms_key_arn": KEY},
            {"region_name": THERE, "read_capacity": 0},
        ],
        "ttl_enabled": True,
        "ttl_attribute": "ttl",
    }
    with pytest.raises(Refused) as refusal:
        desired(entry)
    assert len(refusal.value.problems) >= 7


def test_the_managed_key_by_its_alias_is_no_customers_key() -> None:
    assert desired({**replicas(THERE), "server_side_encryption": {"kms_key_arn": "alias/aws/dynamodb"}}).spec


@pytest.mark.parametrize(
    "entry",
    [
        replicas(THERE, "us-east-1"),
        {**replicas(THERE, kms_key_arn=KEY_THERE), "server_side_encryption": {"kms_key_arn": KEY}},
        {**replicas(THERE, read_capacity=5), "billing_mode": "PROVISIONED", "autoscaling": {"write": SCALES}},
        strong("ap-northeast-1", "ap-northeast-3"),
        strong("ap-northeast-1", **witness("ap-northeast-3")),
        strong("ap-northeast-1", "ap-northeast-3", stream_enabled=False),
        {"global_table_settings_replication_mode": "ENABLED"},
        replicas(THERE, state="disassociated"),
    ],
)
def test_what_is_accepted(entry: dict[str, Any]) -> None:
    assert desired(entry).spec
