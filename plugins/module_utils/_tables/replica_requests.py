# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exact bodies of the requests that make, change and end global tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .replica_model import Replica, Replication
from .requests import update_table

Request = dict[str, Any]


def create_replica(table_name: str, replica: Replica) -> Request:
    return _updates(table_name, [{"Create": _creation(replica)}])


def create_strong(table_name: str, wanted: Replication) -> Request:
    """All regions in one call, or none (T-257)."""
    request = _updates(table_name, [{"Create": _creation(replica)} for replica in wanted.replicas])
    request["MultiRegionConsistency"] = "STRONG"
    if wanted.witness:
        request["GlobalTableWitnessUpdates"] = [{"Create": {"RegionName": wanted.witness}}]
    return request


def delete_replica(table_name: str, region: str) -> Request:
    return _updates(table_name, [{"Delete": {"RegionName": region}}])


def dissolve(table_name: str, regions: Iterable[str], witness: str | None) -> Request:
    """All regions in one call (T-261)."""
    request = _updates(table_name, [{"Delete": {"RegionName": region}} for region in regions])
    if witness:
        request["GlobalTableWitnessUpdates"] = [{"Delete": {"RegionName": witness}}]
    return request


def update_replica(table_name: str, region: str, override: Mapping[str, Any]) -> Request:
    return _updates(table_name, [{"Update": {"RegionName": region, **override}}])


def disassociate(table_name: str, region: str) -> Request:
    """Asked of the region itself; the mode is the only one that there is (documented)."""
    action = {"RegionName": region, "DisassociationMode": "WAIT_FOR_REPLICATION"}
    return _updates(table_name, [{"Disassociate": action}])


def class_override(table_class: str) -> Request:
    return {"TableClassOverride": table_class}


def read_override(units: int) -> Request:
    return {"ProvisionedThroughputOverride": {"ReadCapacityUnits": units}}


def limit_override(units: int) -> Request:
    return {"OnDemandThroughputOverride": {"MaxReadRequestUnits": units}}


def _updates(table_name: str, updates: list[Request]) -> Request:
    return update_table(table_name, ReplicaUpdates=updates)


def _creation(replica: Replica) -> Request:
    body: Request = {"RegionName": replica.region}
    if replica.kms_key:
        body["KMSMasterKeyId"] = replica.kms_key
    if replica.table_class:
        body.update(class_override(replica.table_class))
    if replica.read_units is not None:
        body.update(read_override(replica.read_units))
    if replica.read_limit is not None:
        body.update(limit_override(replica.read_limit))
    return body
