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


def sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


booleans = st.booleans()
projection_types = st.sampled_from(("ALL", "KEYS_ONLY", "INCLUDE"))
projected = st.lists(st.sampled_from(("x", "y", "z")), min_size=1, unique=True)


@st.composite
def projections(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(projection_types)
    if kind != "INCLUDE":
        return {"projection_type": kind}
    return {"projection_type": kind, "non_key_attributes": draw(projected)}


orders = st.permutations(ATTRIBUTES)
hash_keys, range_keys = st.integers(1, 2), st.integers(0, 2)


@st.composite
def keys(draw: st.DrawFn) -> dict[str, Any]:
    names = list(draw(orders))
    if draw(booleans):
        return {"hash_key": names[0], "range_key": names[1] if draw(booleans) else None}
    kinds = ["HASH"] * draw(hash_keys) + ["RANGE"] * draw(range_keys)
    return {"key_schema": [{"attribute_name": n, "key_type": k} for n, k in zip(names, kinds, strict=False)]}


lowest = st.integers(1, 10)
targets = st.fixed_dictionaries(
    {"target_value": st.sampled_from((50, 70)), "scale_in_cooldown": sometimes(st.just(60))}
)
schedules = st.lists(st.sampled_from(("day", "night")), unique=True)
switches = st.sampled_from(({}, {"enabled": False}))


@st.composite
def scalings(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(lowest)
    highest = st.integers(low, 20)
    scaling: dict[str, Any] = {"min_capacity": low, "max_capacity": draw(highest)}
    if draw(booleans):
        scaling |= draw(targets)
    scaling["scheduled_actions"] = [
        {"name": name, "schedule": "cron(0 9 * * ? *)", "max_capacity": draw(highest)} for name in draw(schedules)
    ]
    return scaling | draw(switches)


def capabilities(provisioned: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What a table and an index have in common beyond capacity."""
    scaling = st.fixed_dictionaries({}, optional={"read": scalings(), "write": scalings()})
    limit = sometimes(st.sampled_from((-1, 5, 9)))
    limits = st.fixed_dictionaries({"max_read_request_units": limit, "max_write_request_units": limit})
    warm = sometimes(st.sampled_from((10, 12500, 13000)))
    warms = st.fixed_dictionaries({"read_units_per_second": warm, "write_units_per_second": warm})
    modes = st.sampled_from((None, "THROTTLED_KEYS"))
    insights = st.just({"enabled": False}) | st.fixed_dictionaries({"enabled": st.just(True), "mode": modes})
    return st.fixed_dictionaries(
        {
            "autoscaling": sometimes(scaling) if provisioned else st.none(),
            "on_demand_throughput": st.none() if provisioned else sometimes(limits),
            "warm_throughput": sometimes(warms),
            "contributor_insights": sometimes(insights),
            "read_capacity": units,
            "write_capacity": units,
        }
    )


def global_indexes(provisioned: bool) -> st.SearchStrategy[dict[str, Any]]:
    """An index without its name."""
    parts = st.tuples(keys(), projections(), capabilities(provisioned))
    return parts.map(lambda drawn: {**drawn[0], **drawn[1], **drawn[2]})


def streamed(stream_enabled: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What goes out of a table beside its stream; a policy is only of a stream that is on."""
    policies = [stream_policy(f"dynamodb:{action}") for action in ("GetRecords", "DescribeStream")]
    precisions = st.sampled_from((None, "MILLISECOND", "MICROSECOND"))
    destinations = st.just({"enabled": False}) | st.builds(kinesis, st.sampled_from(("k1", "k2")), precisions)
    return st.fixed_dictionaries(
        {
            "stream_enabled": st.just(stream_enabled),
            "kinesis_streaming_destination": sometimes(destinations),
            "stream_resource_policy": sometimes(st.sampled_from(({}, *policies) if stream_enabled else ({},))),
        }
    )


dimension_counts = st.integers(2, 3)
distances = st.sampled_from(DISTANCE_FUNCTIONS)
first_kinds = st.sampled_from(("HASH", "INLINE_FILTER"))
any_projection = projections()


@st.composite
def vector_indexes(draw: st.DrawFn, taken: list[str], keys_used: set[str]) -> list[dict[str, Any]]:
    """Vector indexes beside others, whose names are taken and whose keys hold no vectors."""
    free = [name for name in ("idx-1", "idx-2", "vec-1", "vec-2", "vec-3") if name not in taken]
    holders = [name for name in ("embedding", "d") if name not in keys_used]
    dimensions = {name: draw(dimension_counts) for name in holders}
    searched = st.lists(st.sampled_from([name for name in ("a", "b", "f") if name not in holders]), unique=True)
    holding = st.sampled_from(holders)
    indexes = []
    for name in draw(st.lists(st.sampled_from(free), unique=True, max_size=3)):
        attribute, schema = draw(holding), draw(searched)
        kinds = [draw(first_kinds), *["INLINE_FILTER"] * len(schema)]
        index = {
            "name": name,
            "vector_attribute": attribute,
            "dimensions": dimensions[attribute],
            "distance_function": draw(distances),
            "search_schema": [
                {"attribute_name": key, "search_schema_element_type": kind}
                for key, kind in zip(schema, kinds, strict=False)
            ],
        }
        indexes.append({**index, **draw(any_projection)})
    return indexes


index_names = st.lists(st.sampled_from(("idx-1", "idx-2", "idx-3", "idx-4")), unique=True, max_size=4)
billing_modes = st.sampled_from((None, "PAY_PER_REQUEST", "PROVISIONED"))
attribute_types = st.sampled_from("SNB")
indexes_of = {provisioned: global_indexes(provisioned) for provisioned in (True, False)}
capable = {provisioned: capabilities(provisioned) for provisioned in (True, False)}
independent = st.fixed_dictionaries(
    {
        "table_class": sometimes(st.sampled_from(("STANDARD", "STANDARD_INFREQUENT_ACCESS"))),
        "resource_policy": sometimes(st.sampled_from(({}, policy("dynamodb:GetItem"), policy("dynamodb:Query")))),
        "stream_view_type": st.sampled_from(VIEW_TYPES),
        "ttl_enabled": booleans,
        "ttl_attribute": st.sampled_from(("ttl", "expires")),
        "point_in_time_recovery": st.fixed_dictionaries({"enabled": st.sampled_from((None, True, False))}),
        "server_side_encryption": st.sampled_from(({}, {"enabled": False}, {"kms_key_arn": KEY})),
        "deletion_protection_enabled": booleans,
        "tags": st.dictionaries(st.sampled_from(("t1", "t2", "t3")), st.sampled_from(("", "v", "w"))),
        "purge_tags": booleans,
    }
)
streams = streamed(False) | streamed(True)


@st.composite
def definitions(draw: st.DrawFn, fixed: dict[str, Any] | None = None) -> dict[str, Any]:
    """One table; fixed are the fields that cannot change on a table that is there."""
    names, billing = draw(index_names), draw(billing_modes)
    provisioned = billing == "PROVISIONED"
    entry: dict[str, Any] = {
        "name": "t",
        "hash_key": "pk",
        "range_key": "sk",
        "billing_mode": billing,
        **draw(independent),
        **draw(capable[provisioned]),
        "global_secondary_indexes": [{"name": name, **draw(indexes_of[provisioned])} for name in names],
        **draw(streams),
        "allow": list(ALLOW),
        **(fixed or {}),
    }
    used = {key for index in entry["global_secondary_indexes"] for key in index_keys(index)}
    if entry.pop("vectors_managed", True):
        entry["vector_indexes"] = [] if provisioned else draw(vector_indexes(names, used))
        schemas = [index["search_schema"] for index in entry["vector_indexes"]]
        used |= {element["attribute_name"] for schema in schemas for element in schema}
    entry["attributes"] = [{"name": name, "type": draw(attribute_types)} for name in sorted(used)]
    return entry


local_names = st.lists(st.sampled_from(("loc-1", "loc-2")), unique=True, max_size=2)


@st.composite
def local_indexes(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [{"name": name, "range_key": "by", **draw(any_projection)} for name in draw(local_names)]


fixed_fields = st.fixed_dictionaries({"local_secondary_indexes": local_indexes(), "vectors_managed": booleans})


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two definitions of one table, of which either can become the other."""
    any_definition = definitions(draw(fixed_fields))
    return draw(any_definition), draw(any_definition)
