# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Arbitrary definitions of global tables for property tests, as users may write them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.support.definitions import definitions, sometimes

REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
WRITES = {"min_capacity": 1, "max_capacity": 10, "target_value": 70}


@st.composite
def replicas(draw: st.DrawFn, provisioned: bool) -> list[dict[str, Any]]:
    regions = draw(st.lists(st.sampled_from(REGIONS), unique=True, max_size=2))
    limit = st.sampled_from((3, 7)).map(lambda units: {"max_read_request_units": units})
    return [
        {
            "region_name": region,
            "point_in_time_recovery": draw(sometimes(st.booleans())),
            "deletion_protection_enabled": draw(sometimes(st.booleans())),
            "disassociation_protection_enabled": draw(sometimes(st.booleans())),
            "table_class": draw(sometimes(st.sampled_from(("STANDARD", "STANDARD_INFREQUENT_ACCESS")))),
            "read_capacity": draw(sometimes(st.integers(1, 20))),
            "on_demand_throughput": None if provisioned else draw(sometimes(limit)),
            "propagate_tags": draw(sometimes(st.booleans())),
            "tags": draw(sometimes(st.dictionaries(st.sampled_from(("r1", "r2")), st.sampled_from(("", "v"))))),
        }
        for region in regions
    ]


@st.composite
def global_definitions(draw: st.DrawFn) -> dict[str, Any]:
    """One table with its replicas; its key is not a customer's, which cannot change while there are some."""
    entry = draw(definitions())
    provisioned = entry["billing_mode"] == "PROVISIONED"
    entry["replicas"] = draw(replicas(provisioned))
    entry["server_side_encryption"] = draw(st.sampled_from(({}, {"enabled": False})))
    # A view type cannot change while there are replicas
    entry["stream_view_type"] = "NEW_AND_OLD_IMAGES"
    if not entry["replicas"]:
        return entry
    if not entry.get("stream_resource_policy"):
        entry["stream_enabled"] = draw(st.sampled_from((None, True)))
    if provisioned:
        for holder in (entry, *entry["global_secondary_indexes"]):
            holder["autoscaling"] = {**(holder["autoscaling"] or {}), "write": dict(WRITES)}
    return entry


@st.composite
def global_pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two definitions of one table, of which either can become the other."""
    return draw(global_definitions()), draw(global_definitions())
