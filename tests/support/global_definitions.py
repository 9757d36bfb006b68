# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Arbitrary definitions of global tables for property tests, as users may write them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.support.definitions import booleans, definitions, sometimes, units

REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
WRITES = {"min_capacity": 1, "max_capacity": 10, "target_value": 70}


def replicas(provisioned: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    limit = st.sampled_from((3, 7)).map(lambda units: {"max_read_request_units": units})
    tags = st.dictionaries(st.sampled_from(("r1", "r2")), st.sampled_from(("", "v")))
    replica = st.fixed_dictionaries(
        {
            "region_name": st.sampled_from(REGIONS),
            "point_in_time_recovery": sometimes(booleans),
            "deletion_protection_enabled": sometimes(booleans),
            "disassociation_protection_enabled": sometimes(booleans),
            "table_class": sometimes(st.sampled_from(("STANDARD", "STANDARD_INFREQUENT_ACCESS"))),
            "read_capacity": sometimes(units),
            "on_demand_throughput": st.none() if provisioned else sometimes(limit),
            "propagate_tags": sometimes(booleans),
            "tags": sometimes(tags),
        }
    )
    return st.lists(replica, unique_by=lambda drawn: drawn["region_name"], max_size=2)


replicas_of = {provisioned: replicas(provisioned) for provisioned in (True, False)}
any_definition = definitions()
aws_keys = st.sampled_from(({}, {"enabled": False}))
stream_switches = st.sampled_from((None, True))


@st.composite
def global_definitions(draw: st.DrawFn) -> dict[str, Any]:
    """One table with its replicas; its key is not a customer's, which cannot change while there are some."""
    entry = draw(any_definition)
    provisioned = entry["billing_mode"] == "PROVISIONED"
    entry["replicas"] = draw(replicas_of[provisioned])
    entry["server_side_encryption"] = draw(aws_keys)
    # A view type cannot change while there are replicas
    entry["stream_view_type"] = "NEW_AND_OLD_IMAGES"
    if not entry["replicas"]:
        return entry
    if not entry.get("stream_resource_policy"):
        entry["stream_enabled"] = draw(stream_switches)
    if provisioned:
        for holder in (entry, *entry["global_secondary_indexes"]):
            holder["autoscaling"] = {**(holder["autoscaling"] or {}), "write": dict(WRITES)}
    return entry


one_global = global_definitions()


@st.composite
def global_pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two definitions of one table, of which either can become the other."""
    return draw(one_global), draw(one_global)
