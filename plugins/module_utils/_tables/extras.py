# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capabilities that are managed only where an entry names them: from the user's fields to the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .model import Autoscaling, Desired, Insights, Limits, Scaling, Schedule, Warm

AUTOSCALING, INSIGHTS, POLICY = "autoscaling", "contributor_insights", "resource_policy"
DESTINATION, STREAM_POLICY = "kinesis_streaming_destination", "stream_resource_policy"
REPLICAS, REPLICA_POLICIES = "replicas", "replica_policies"
"""What costs calls of its own to read."""

DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS"
"""What an ENABLE without a mode means (T-092)."""

Entry = Mapping[str, Any]


def shared(entry: Entry) -> dict[str, Any]:
    """The members that a table and a global index have in common."""
    return {
        "limits": _limits(entry["on_demand_throughput"]),
        "warm": _warm(entry["warm_throughput"]),
        "insights": _insights(entry["contributor_insights"]),
        "autoscaling": _autoscaling(entry["autoscaling"]),
    }


def _limits(given: Entry | None) -> Limits | None:
    return (given and Limits(given["max_read_request_units"], given["max_write_request_units"])) or None


def _warm(given: Entry | None) -> Warm | None:
    return (given and Warm(given["read_units_per_second"], given["write_units_per_second"])) or None


def _insights(given: Entry | None) -> Insights | None:
    if given is None:
        return None
    return Insights(True, given["mode"] or DEFAULT_MODE) if given["enabled"] else Insights(False)


def _autoscaling(given: Entry | None) -> Autoscaling | None:
    return (given and Autoscaling(_scaling(given["read"]), _scaling(given["write"]))) or None


def _scaling(given: Entry | None) -> Scaling | None:
    if given is None:
        return None
    if not given["enabled"]:
        return Scaling(False)
    return Scaling(
        True,
        given["min_capacity"],
        given["max_capacity"],
        given["target_value"],
        given["scale_in_cooldown"],
        given["scale_out_cooldown"],
        tuple(sorted((Schedule(**action) for action in given["scheduled_actions"] or []), key=lambda each: each.name)),
    )


def wanted_extras(desired: Desired) -> frozenset[str]:
    """What must be read beside the rest: what the entry manages, and the targets that go with a table."""
    spec = desired.spec
    if spec is None:
        return frozenset({AUTOSCALING, REPLICAS})
    managed = {
        AUTOSCALING: spec.billing_mode == "PROVISIONED" or bool(desired.replace_table_id),
        INSIGHTS: bool(spec.insights) or any(index.insights for index in spec.global_indexes),
        POLICY: spec.policy is not None,
        DESTINATION: spec.destination is not None,
        STREAM_POLICY: spec.stream_policy is not None,
        REPLICAS: spec.replication is not None,
    }
    replicas = spec.replication.replicas if spec.replication else ()
    regions = [f"{REPLICAS} {each.region}" for each in replicas]
    policies = [f"{REPLICA_POLICIES} {each.region}" for each in replicas if each.policy is not None]
    return frozenset([*(name for name, needed in managed.items() if needed), *regions, *policies])


def extras_named(include: Iterable[str]) -> frozenset[str]:
    """What must be read for somebody who names it: the policies of replicas where he names both words."""
    words = frozenset(include)
    return words | {f"{REPLICA_POLICIES} *"} if {REPLICAS, POLICY} <= words else words


def regions_named(extras: Iterable[str], what: str = REPLICAS) -> set[str]:
    """The regions that shall have a replica, and are looked into even where there is none yet; or with a policy."""
    return {word.partition(" ")[2] for word in extras if word.startswith(f"{what} ")}
