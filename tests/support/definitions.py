# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Arbitrary table definitions for property tests, as users may write them."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import (
    ALLOW,
    DISTANCE_FUNCTIONS,
    VIEW_TYPES,
)
from hypothesis import strategies as st

ATTRIBUTES = ("a", "b", "c", "d")
KEY_ID = "11111111-2222-3333-4444-555555555555"
KEY = f"arn:aws:kms:ap-northeast-2:137406935518:key/{KEY_ID}"
units = st.integers(1, 20)


def policy(action: str) -> dict[str, Any]:
    """A resource policy that grants one action to the account itself."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::137406935518:root"},
        "Action": action,
        "Resource": "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-t",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def stream_policy(action: str) -> dict[str, Any]:
    """The same for whatever stream the table has."""
    (statement,) = policy(action)["Statement"]
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"{statement['Resource']}/stream/*"}]}


def kinesis(name: str, precision: str | None = None) -> dict[str, Any]:
    """A Kinesis destination of the table's region and account."""
    arn = f"arn:aws:kinesis:ap-northeast-2:137406935518:stream/{name}"
    return {"stream_arn": arn, "approximate_creation_date_time_precision": precision}


def index_keys(index: dict[str, Any]) -> set[str]:
    """The attributes that are keys of an index."""
    named = {key["attribute_name"] for key in index.get("key_schema", ())}
    return named | {index[key] for key in ("hash_key", "range_key") if index.get(key)}


@st.composite
def projections(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(("ALL", "KEYS_ONLY", "INCLUDE")))
    if kind != "INCLUDE":
        return {"projection_type": kind}
    attributes = draw(st.lists(st.sampled_from(("x", "y", "z")), min_size=1, unique=True))
    return {"projection_type": kind, "non_key_attributes": attributes}


def sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def keys(draw: st.DrawFn) -> dict[str, Any]:
    names = list(draw(st.permutations(ATTRIBUTES)))
    if draw(st.booleans()):
        return {"hash_key": names[0], "range_key": draw(sometimes(st.just(names[1])))}
    hashes = draw(st.integers(1, 2))
    ranges = draw(st.integers(0, 2))
    kinds = ["HASH"] * hashes + ["RANGE"] * ranges
    return {"key_schema": [{"attribute_name": n, "key_type": k} for n, k in zip(names, kinds, strict=False)]}


@st.composite
def scalings(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(st.integers(1, 10))
    scaling: dict[str, Any] = {"min_capacity": low, "max_capacity": draw(st.integers(low, 20))}
    if draw(st.booleans()):
        scaling.update(target_value=draw(st.sampled_from((50, 70))), scale_in_cooldown=draw(sometimes(st.just(60))))
    names = draw(st.lists(st.sampled_from(("day", "night")), unique=True))
    scaling["scheduled_actions"] = [
        {"name": name, "schedule": "cron(0 9 * * ? *)", "max_capacity": draw(st.integers(low, 20))} for name in names
    ]
    return scaling | draw(st.sampled_from(({}, {"enabled": False})))


@st.composite
def capabilities(draw: st.DrawFn, provisioned: bool) -> dict[str, Any]:
    """What a table and an index have in common beyond capacity."""
    scaling = st.fixed_dictionaries({}, optional={"read": scalings(), "write": scalings()})
    limit = sometimes(st.sampled_from((-1, 5, 9)))
    limits = st.fixed_dictionaries({"max_read_request_units": limit, "max_write_request_units": limit})
    warm = sometimes(st.sampled_from((10, 12500, 13000)))
    modes = st.sampled_from((None, "THROTTLED_KEYS"))
    return {
        "autoscaling": draw(sometimes(scaling)) if provisioned else None,
        "on_demand_throughput": None if provisioned else draw(sometimes(limits)),
        "warm_throughput": draw(
            sometimes(st.fixed_dictionaries({"read_units_per_second": warm, "write_units_per_second": warm}))
        ),
        "contributor_insights": draw(
            sometimes(st.just({"enabled": False}) | st.fixed_dictionaries({"enabled": st.just(True), "mode": modes}))
        ),
    }


@st.composite
def global_indexes(draw: st.DrawFn, name: str, provisioned: bool) -> dict[str, Any]:
    index = {"name": name, **draw(keys()), **draw(projections()), **draw(capabilities(provisioned))}
    return {**index, "read_capacity": draw(units), "write_capacity": draw(units)}


def streamed(stream_enabled: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What goes out of a table beside its stream; a policy is only of a stream that is on."""
    policies = [stream_policy(f"dynamodb:{action}") for action in ("GetRecords", "DescribeStream")]
    precisions = st.sampled_from((None, "MILLISECOND", "MICROSECOND"))
    destinations = st.just({"enabled": False}) | st.builds(kinesis, st.sampled_from(("k1", "k2")), precisions)
    return st.fixed_dictionaries(
        {
            "kinesis_streaming_destination": sometimes(destinations),
            "stream_resource_policy": sometimes(st.sampled_from(({}, *policies) if stream_enabled else ({},))),
        }
    )


@st.composite
def vector_indexes(draw: st.DrawFn, taken: list[str], keys_used: set[str]) -> list[dict[str, Any]]:
    """Vector indexes beside others, whose names are taken and whose keys hold no vectors."""
    free = [name for name in ("idx-1", "idx-2", "vec-1", "vec-2", "vec-3") if name not in taken]
    holders = [name for name in ("embedding", "d") if name not in keys_used]
    dimensions = {name: draw(st.integers(2, 3)) for name in holders}
    searched = [name for name in ("a", "b", "f") if name not in holders]
    indexes = []
    for name in draw(st.lists(st.sampled_from(free), unique=True, max_size=3)):
        attribute = draw(st.sampled_from(holders))
        schema = draw(st.lists(st.sampled_from(searched), unique=True))
        first = draw(st.sampled_from(("HASH", "INLINE_FILTER")))
        kinds = [first, *["INLINE_FILTER"] * len(schema)]
        index = {
            "name": name,
            "vector_attribute": attribute,
            "dimensions": dimensions[attribute],
            "distance_function": draw(st.sampled_from(DISTANCE_FUNCTIONS)),
            "search_schema": [
                {"attribute_name": key, "search_schema_element_type": kind}
                for key, kind in zip(schema, kinds, strict=False)
            ],
        }
        indexes.append({**index, **draw(projections())})
    return indexes


@st.composite
def definitions(draw: st.DrawFn, fixed: dict[str, Any] | None = None) -> dict[str, Any]:
    """One table; fixed are the fields that cannot change on a table that is there."""
    names = draw(st.lists(st.sampled_from(("idx-1", "idx-2", "idx-3", "idx-4")), unique=True, max_size=4))
    billing = draw(st.sampled_from((None, "PAY_PER_REQUEST", "PROVISIONED")))
    provisioned = billing == "PROVISIONED"
    stream_enabled = draw(st.booleans())
    entry: dict[str, Any] = {
        "name": "t",
        "hash_key": "pk",
        "range_key": "sk",
        "billing_mode": billing,
        "table_class": draw(sometimes(st.sampled_from(("STANDARD", "STANDARD_INFREQUENT_ACCESS")))),
        "resource_policy": draw(sometimes(st.sampled_from(({}, policy("dynamodb:GetItem"), policy("dynamodb:Query"))))),
        **draw(capabilities(provisioned)),
        "read_capacity": draw(units),
        "write_capacity": draw(units),
        "global_secondary_indexes": [draw(global_indexes(name, provisioned)) for name in names],
        "stream_enabled": stream_enabled,
        **draw(streamed(stream_enabled)),
        "stream_view_type": draw(st.sampled_from(VIEW_TYPES)),
        "ttl_enabled": draw(st.booleans()),
        "ttl_attribute": draw(st.sampled_from(("ttl", "expires"))),
        "point_in_time_recovery": {"enabled": draw(st.sampled_from((None, True, False)))},
        "server_side_encryption": draw(st.sampled_from(({}, {"enabled": False}, {"kms_key_arn": KEY}))),
        "deletion_protection_enabled": draw(st.booleans()),
        "tags": draw(st.dictionaries(st.sampled_from(("t1", "t2", "t3")), st.sampled_from(("", "v", "w")))),
        "purge_tags": draw(st.booleans()),
        "allow": list(ALLOW),
        **(fixed or {}),
    }
    used = {key for index in entry["global_secondary_indexes"] for key in index_keys(index)}
    if entry.pop("vectors_managed", True):
        entry["vector_indexes"] = [] if provisioned else draw(vector_indexes(names, used))
        schemas = [index["search_schema"] for index in entry["vector_indexes"]]
        used |= {element["attribute_name"] for schema in schemas for element in schema}
    entry["attributes"] = [{"name": name, "type": draw(st.sampled_from("SNB"))} for name in sorted(used)]
    return entry


@st.composite
def local_indexes(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(("loc-1", "loc-2")), unique=True, max_size=2))
    return [{"name": name, "range_key": "by", **draw(projections())} for name in names]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two definitions of one table, of which either can become the other."""
    fixed = {"local_secondary_indexes": draw(local_indexes()), "vectors_managed": draw(st.booleans())}
    return draw(definitions(fixed)), draw(definitions(fixed))
