# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore may do differently from its source, and the capacity and indexes that come of it (rule 3.11)."""

from __future__ import annotations

import copy

from .capacity_rules import ON_DEMAND, PROVISIONED, check_maximum, new_capacity
from .faults import invalid, validation
from .model import Capacity, Index, Json, Table
from .state import State


def check_overrides(state: State, source: Table, request: Json) -> None:
    """T-273 T-279 T-280 T-281 T-405."""
    mode = request.get("BillingModeOverride") or source.mode
    throughput = request.get("ProvisionedThroughputOverride")
    if throughput is not None and request.get("BillingModeOverride") == ON_DEMAND:
        raise validation("Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST")
    if throughput is not None and mode == ON_DEMAND:
        raise validation("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED")
    if throughput is None and mode == PROVISIONED != source.mode:
        raise validation("Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED")
    check_maximum(throughput, state.region, "")
    _check_limits(request.get("OnDemandThroughputOverride") or {}, mode)
    for member, known in (
        ("GlobalSecondaryIndexOverride", list(source.indexes.values())),
        ("LocalSecondaryIndexOverride", source.local_indexes),
    ):
        for index in request.get(member) or []:
            _source_index(index, known)
    _check_indexes(source, request, mode)


def _check_limits(limits: Json, mode: str) -> None:
    for member, value in limits.items():
        if mode == PROVISIONED:
            raise validation(
                f"Cannot override {member} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
            )
        if value < 1:
            raise invalid(f"Requested {member} for OnDemandThroughput is outside of valid range")


def _source_index(given: Json, known: list[Index]) -> Index:
    """An index may get another name, but no other key or projection (T-280)."""
    for index in known:
        if index.keys == given["KeySchema"] and _projection(index.projection) == _projection(given["Projection"]):
            return index
    raise validation(
        f"Index {given['IndexName']} does not match a secondary index that existed in the source table and cannot be "
        "created during the restore operation"
    )


def _projection(projection: Json) -> tuple[str, frozenset[str]]:
    return projection["ProjectionType"], frozenset(projection.get("NonKeyAttributes") or [])


def _check_indexes(source: Table, request: Json, mode: str) -> None:
    given = request.get("GlobalSecondaryIndexOverride")
    for index in given or []:
        throughput = index.get("ProvisionedThroughput")
        if mode == ON_DEMAND and throughput is not None:
            raise validation(
                "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST "
                f"for index {index['IndexName']}"
            )
        if mode == PROVISIONED and throughput is None and source.mode == ON_DEMAND:
            raise validation(f"Must specify provisioned throughput for index {index['IndexName']}")
    if given is None and mode == PROVISIONED != source.mode:
        for name in source.indexes:
            raise validation(f"Must specify provisioned throughput for index {name}")


def restored_capacity(source: Table, request: Json, mode: str) -> Capacity:
    """The table's own numbers; those of its indexes are not touched by the override (T-405)."""
    limits = request.get("OnDemandThroughputOverride") or (source.capacity.on_demand if mode == source.mode else {})
    return new_capacity(
        {
            "ProvisionedThroughput": request.get("ProvisionedThroughputOverride") or _units(source.capacity),
            "OnDemandThroughput": limits,
        },
        mode,
    )


def restored_indexes(state: State, source: Table, request: Json) -> tuple[list[Index], list[Index]]:
    """Local and global indexes: all without an override, none with an empty one (T-279)."""
    mode = request.get("BillingModeOverride") or source.mode
    local, known = copy.deepcopy(source.local_indexes), list(source.indexes.values())
    if "LocalSecondaryIndexOverride" in request:
        local = [_renamed(index, _source_index(index, local)) for index in request["LocalSecondaryIndexOverride"]]
    given = request.get("GlobalSecondaryIndexOverride")
    if given is None:
        given = [
            {"IndexName": index.name, "KeySchema": index.keys, "Projection": index.projection}
            for index in known
            if index.status != "DELETING"
        ]
    indexes = []
    for wanted in given:
        found = _source_index(wanted, known)
        index = _renamed(wanted, found)
        limits = wanted.get("OnDemandThroughput") or (found.capacity.on_demand if mode == source.mode else {})
        throughput = wanted.get("ProvisionedThroughput") or _units(found.capacity)
        index.capacity = new_capacity({"ProvisionedThroughput": throughput, "OnDemandThroughput": limits}, mode)
        index.status, index.backfilling, index.created = "CREATING", None, state.now
        indexes.append(index)
    return local, indexes


def _renamed(wanted: Json, source: Index) -> Index:
    index = copy.deepcopy(source)
    index.name = wanted["IndexName"]
    return index


def _units(capacity: Capacity) -> Json:
    return {"ReadCapacityUnits": capacity.read, "WriteCapacityUnits": capacity.write}
