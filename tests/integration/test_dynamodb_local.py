# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A third opinion on our requests: DynamoDB Local, AWS's own engine, accepts all that we send.

What it does not have is in the table LEFT_OUT of tests/support/third_opinion.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW, VIEW_TYPES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import TABLES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.gateway import TablesGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.definitions import KEY_ID, definitions, index_keys, pairs
from tests.support.dynamodb_local import DynamoDBLocal
from tests.support.tables import ESTATE, params
from tests.support.third_opinion import ThirdOpinion

Entry = dict[str, Any]

slow = settings(
    max_examples=3,  # of 8 definitions or pairs of them
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example is not worth its minutes
    suppress_health_check=list(HealthCheck),
)


def without_scaling(entry: Entry) -> Entry:
    """Auto scaling is another service, which would change the double's capacities and not the engine's."""
    indexes = [{**index, "autoscaling": None} for index in entry["global_secondary_indexes"]]
    return {**entry, "autoscaling": None, "global_secondary_indexes": indexes}


def without_vectors(entry: Entry) -> Entry:
    """Vector indexes are dropped in silence, and with them goes the use of their attributes, which is refused."""
    keys = {key for index in entry["global_secondary_indexes"] for key in index_keys(index)}
    attributes = [attribute for attribute in entry["attributes"] if attribute["name"] in keys]
    return {**entry, "vector_indexes": None, "attributes": attributes}


def with_own_keys(entry: Entry) -> Entry:
    """Each index with attributes of its own as keys.

    Of indexes that share attributes the engine may never finish deleting one: it takes another SQLite index for the
    old form of the deleted one, and stumbles over its own SQL (DROP INDEX table*index).
    """
    types = {attribute["name"]: attribute["type"] for attribute in entry["attributes"]}
    indexes, attributes = [], []
    for index in entry["global_secondary_indexes"]:
        own = {name: f"{index['name']}.{name}" for name in sorted(index_keys(index))}
        attributes += [{"name": own[name], "type": types[name]} for name in own]
        indexes.append({**index, **renamed(index, own)})
    return {**entry, "attributes": attributes, "global_secondary_indexes": indexes}


def renamed(index: Entry, names: dict[str, str]) -> Entry:
    if "key_schema" in index:
        return {"key_schema": [{**key, "attribute_name": names[key["attribute_name"]]} for key in index["key_schema"]]}
    return {kind: names.get(index[kind]) for kind in ("hash_key", "range_key")}


def planned(aws: ThirdOpinion, entries: list[Entry]) -> list[ResourcePlan]:
    wanted = parse(params(*entries))
    extras = {table.table_name: wanted_extras(table) for table in wanted}
    observed, failures = TablesGateway(aws, ESTATE).read(extras)
    assert failures == []
    return plan(ESTATE, wanted, observed)


def converge(aws: ThirdOpinion, entries: list[Entry]) -> None:
    """Deploys until nothing is left to do; the double and the engine then have the same tables."""
    for _run in range(4):
        plans = planned(aws, entries)
        assert [(each.withheld, each.conflicts) for each in plans if each.withheld or each.conflicts] == []
        if not any(each.steps for each in plans):
            break
        outcomes = apply(plans, TablesGateway(aws, ESTATE), Run(Deadline.after(aws.clock, 20.0), resources=10))
        assert not aws.refused, "\n".join(aws.refused)
        assert [outcome.failure for outcome in outcomes if outcome.failure] == []
    else:
        raise AssertionError("it does not converge")
    for each in plans:
        ours, theirs = aws.definitions(each.resource) if each.resource in aws.names() else (None, None)
        assert theirs == ours


def side_by_side(*entries: Entry) -> list[Entry]:
    """The definitions as tables of their own; the engine takes a second for every change of an index."""
    return [
        {**without_scaling(without_vectors(entry)), "name": f"table{number}"} for number, entry in enumerate(entries)
    ]


def account(engine: DynamoDBLocal) -> ThirdOpinion:
    aws = ThirdOpinion(engine)
    aws.dynamodb.keys.add(KEY_ID)
    return aws


@slow
@given(st.lists(definitions(), min_size=8, max_size=8))
def test_no_creation_of_arbitrary_tables_is_refused(dynamodb_local: DynamoDBLocal, drawn: list[Entry]) -> None:
    converge(account(dynamodb_local), side_by_side(*drawn))


@slow
@given(st.lists(pairs(), min_size=8, max_size=8))
def test_no_change_of_arbitrary_tables_is_refused(
    dynamodb_local: DynamoDBLocal, drawn: list[tuple[Entry, Entry]]
) -> None:
    aws = account(dynamodb_local)
    for entries in zip(*drawn, strict=True):
        converge(aws, side_by_side(*map(with_own_keys, entries)))


def table(**fields: Any) -> Entry:
    return {"name": "t", "hash_key": "pk", "range_key": "sk", "allow": list(ALLOW), **fields}


def index(name: str, **fields: Any) -> Entry:
    """With attributes of its own, see with_own_keys."""
    return {"name": name, "hash_key": f"{name}.h", "range_key": f"{name}.r", "projection_type": "ALL", **fields}


def key_schema(hashes: str, ranges: str) -> Entry:
    kinds = [*((name, "HASH") for name in hashes), *((name, "RANGE") for name in ranges)]
    return {"key_schema": [{"attribute_name": name, "key_type": kind} for name, kind in kinds]}


def capacity(units: int) -> Entry:
    return {"read_capacity": units, "write_capacity": units + 1}


def typed(**types: str) -> list[Entry]:
    return [{"name": name.replace("_", "."), "type": kind} for name, kind in types.items()]


KINDS: list[Entry] = [
    {"projection_type": "ALL"},
    {"projection_type": "KEYS_ONLY"},
    {"projection_type": "INCLUDE", "non_key_attributes": ["x", "y"]},
]
TWENTY = [index(f"idx{number}") for number in range(20)]
ON_DEMAND = table(global_secondary_indexes=[index("one"), index("two")])
PROVISIONED = table(
    billing_mode="PROVISIONED",
    **capacity(3),
    global_secondary_indexes=[index("one", **capacity(4)), index("three", **capacity(5))],
)
MANY = {"name": "many", "projection_type": "ALL", **key_schema("abcd", "efgh")}
CASES: dict[str, list[list[Entry]]] = {
    "the estate, and its end": [
        list(TABLES),
        [{"name": entry["name"], "state": "absent", "allow": list(ALLOW)} for entry in TABLES],
    ],
    "20 global indexes, one replaced by another": [
        [table(global_secondary_indexes=TWENTY)],
        [table(global_secondary_indexes=[*TWENTY[1:], index("other")])],
    ],
    "5 local indexes": [
        [table(local_secondary_indexes=[{"name": f"loc{n}", "range_key": f"r{n}", **KINDS[n % 3]} for n in range(5)])]
    ],
    "every projection, and into another one": [
        [table(global_secondary_indexes=[index(f"idx{n}", **KINDS[(n + turn) % 3]) for n in range(3)])]
        for turn in range(2)
    ],
    "keys of every type": [
        [
            table(
                attributes=typed(pk="N", sk="B", idx_h="B", idx_r="N", by="N"),
                global_secondary_indexes=[index("idx")],
                local_secondary_indexes=[{"name": "loc", "range_key": "by", "projection_type": "ALL"}],
            )
        ]
    ],
    "an index with a key of another type": [
        [table(global_secondary_indexes=[index("idx")], attributes=typed(idx_h=kind))] for kind in "SNB"
    ],
    "keys of several attributes, and one more index": [
        [table(global_secondary_indexes=[MANY])],
        [table(global_secondary_indexes=[MANY, {"name": "more", "projection_type": "ALL", **key_schema("ab", "cd")}])],
    ],
    "billing modes, with indexes": [[ON_DEMAND], [PROVISIONED], [ON_DEMAND]],
    "capacities": [[PROVISIONED], [{**PROVISIONED, **capacity(7)}], [PROVISIONED]],
    "streams": [[table(stream_enabled=True, stream_view_type=view)] for view in VIEW_TYPES] + [[table()]],
    "time to live": [[table(ttl_enabled=bool(name), ttl_attribute=name)] for name in ("ttl", "expires", None, "ttl")],
    "protection, off for the deletion": [
        [table(deletion_protection_enabled=True)],
        [{"name": "t", "state": "absent", "allow": list(ALLOW)}],
    ],
}


@pytest.mark.parametrize("states", CASES.values(), ids=CASES)
def test_no_request_is_refused(dynamodb_local: DynamoDBLocal, states: list[list[Entry]]) -> None:
    aws = account(dynamodb_local)
    for entries in states:
        converge(aws, entries)
    assert {"CreateTable", "DescribeTable"} <= {operation for operation, _request in aws.accepted}
