# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to the other regions of a table, as aws-rules.md 8 says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .observe_extras import policy
from .replica_model import Replica, Replication

Answer = Mapping[str, Any]


def global_members(table: Answer, regions: Mapping[str, Answer] | None) -> dict[str, Any]:
    """The members of an observed table; regions are the answers of each region, None where nobody asked there."""
    replication = _replication(table, regions or {})
    # While there are replicas, the mode is AWS's own ENABLED_WITH_OVERRIDES (T-048 T-229)
    mode = None if replication.replicas else table.get("GlobalTableSettingsReplicationMode", "DISABLED")
    protection = table.get("DisassociationProtectionEnabled") if replication.replicas else None
    return {"replication": replication, "settings_replication": mode, "disassociation_protection": protection}


def _replication(table: Answer, regions: Mapping[str, Answer]) -> Replication:
    described: Sequence[Answer] = table.get("Replicas") or ()
    here = table.get("TableArn", ":::").split(":")[3]
    # An emulator may count the table itself among its replicas, AWS does not (T-231)
    others = [each for each in described if each["RegionName"] != here]
    replicas = sorted((_replica(each, regions.get(each["RegionName"], {})) for each in others), key=_region)
    witness: Answer = next(iter(table.get("GlobalTableWitnesses") or ()), {})
    known = {each.region for each in replicas}
    strangers = {
        region: _stranger(answer["table"], here)
        for region, answer in regions.items()
        if region not in known and answer.get("table")
    }
    return Replication(
        tuple(replicas),
        table.get("MultiRegionConsistency") == "STRONG",
        witness.get("RegionName"),
        witness.get("WitnessStatus", "ACTIVE"),
        strangers,
    )


def _region(replica: Replica) -> str:
    return replica.region


def _replica(described: Answer, answer: Answer) -> Replica:
    """What the table's own region says of a replica, and what that region says itself, as far as it was asked."""
    table = answer.get("table") or {}
    units = described.get("ProvisionedThroughputOverride") or {}
    limit = described.get("OnDemandThroughputOverride") or {}
    tags = answer.get("tags")
    return Replica(
        region=described["RegionName"],
        kms_key=_key(described, table),
        table_class=(described.get("ReplicaTableClassSummary") or {}).get("TableClass"),
        read_units=units.get("ReadCapacityUnits"),
        read_limit=limit.get("MaxReadRequestUnits"),
        recovery=_recovery(answer.get("backups")),
        protection=bool(table.get("DeletionProtectionEnabled")) if table else None,
        disassociation_protection=table.get("DisassociationProtectionEnabled"),
        policy=policy(answer.get("policy")),
        tags=None if tags is None else {key: tags[key] for key in tags if not key.lower().startswith("aws:")},
        status=described.get("ReplicaStatus", "ACTIVE"),
        created=_seconds(table.get("CreationDateTime")),
    )


def _stranger(table: Answer, here: str) -> str:
    """The state of a table that the table itself does not show; one that shows it has just become its replica."""
    joined = any(each["RegionName"] == here for each in table.get("Replicas") or ())
    status = str(table["TableStatus"])
    return "CREATING" if joined and status != "DELETING" else status


def _seconds(time: Any) -> float:
    return float(time.timestamp() if hasattr(time, "timestamp") else time or 0)


def _key(described: Answer, table: Answer) -> str | None:
    """While it changes, AWS shows neither the old nor the new key for sure (T-027)."""
    encryption = table.get("SSEDescription") or {}
    if encryption.get("Status") == "UPDATING":
        return None
    return encryption.get("KMSMasterKeyArn") or described.get("KMSMasterKeyId")


def _recovery(backups: Answer | None) -> bool | None:
    if backups is None:
        return None
    recovery = backups.get("PointInTimeRecoveryDescription") or {}
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")
