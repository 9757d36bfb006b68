# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Arbitrary table definitions for property tests, as users may write them."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW, VIEW_TYPES
from hypothesis import strategies as st

ATTRIBUTES = ("a", "b", "c", "d")
KEY_ID = "11111111-2222-3333-4444-555555555555"
KEY = f"arn:aws:kms:ap-northeast-2:137406935518:key/{KEY_ID}"
units = st.integers(1, 20)


@st.composite
def projections(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(("ALL", "KEYS_ONLY", "INCLUDE")))
    if kind != "INCLUDE":
        return {"projection_type": kind}
    attributes = draw(st.lists(st.sampled_from(("x", "y", "z")), min_size=1, unique=True))
    return {"projection_type": kind, "non_key_attributes": attributes}


@st.composite
def global_indexes(draw: st.DrawFn, name: str) -> dict[str, Any]:
    hash_key, range_key = draw(st.permutations(ATTRIBUTES))[:2]
    index = {"name": name, "hash_key": hash_key, **draw(projections())}
    if draw(st.booleans()):
        index["range_key"] = range_key
    return {**index, "read_capacity": draw(units), "write_capacity": draw(units)}


@st.composite
def definitions(draw: st.DrawFn, fixed: dict[str, Any] | None = None) -> dict[str, Any]:
    """One table; fixed are the fields that cannot change on a table that is there."""
    names = draw(st.lists(st.sampled_from(("idx-1", "idx-2", "idx-3", "idx-4")), unique=True, max_size=4))
    entry: dict[str, Any] = {
        "name": "t",
        "hash_key": "pk",
        "range_key": "sk",
        "billing_mode": draw(st.sampled_from((None, "PAY_PER_REQUEST", "PROVISIONED"))),
        "read_capacity": draw(units),
        "write_capacity": draw(units),
        "global_secondary_indexes": [draw(global_indexes(name)) for name in names],
        "stream_enabled": draw(st.booleans()),
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
    used = {
        index[key] for index in entry["global_secondary_indexes"] for key in ("hash_key", "range_key") if key in index
    }
    entry["attributes"] = [{"name": name, "type": draw(st.sampled_from("SNB"))} for name in sorted(used)]
    return entry


@st.composite
def local_indexes(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(("loc-1", "loc-2")), unique=True, max_size=2))
    return [{"name": name, "range_key": "by", **draw(projections())} for name in names]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two definitions of one table, of which either can become the other."""
    fixed = {"local_secondary_indexes": draw(local_indexes())}
    return draw(definitions(fixed)), draw(definitions(fixed))
