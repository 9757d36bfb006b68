# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a change of a global table has really ended: its regions are read, not the table's own status (T-265)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .replica_model import BUSY

Table = Mapping[str, Any]
FAILED = {
    "CREATION_FAILED": "AWS could not make it",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "its key cannot be used: enable the key",
    "REGION_DISABLED": "the region is disabled in this account",
    "REPLICATION_NOT_AUTHORIZED": "a policy forbids the replication",
}
"""States that no waiting ends, with what is behind them (documented)."""


def regions(table: Table) -> dict[str, str]:
    """The state of each replica that the table shows; one without a state counts as ACTIVE, as emulators give none."""
    return {each["RegionName"]: each.get("ReplicaStatus", "ACTIVE") for each in table.get("Replicas") or ()}


def quiet(table: Table) -> bool:
    """Whether nothing is under way in any region: every member of a group refuses changes meanwhile (T-444)."""
    witnesses = [each.get("WitnessStatus", "ACTIVE") for each in table.get("GlobalTableWitnesses") or ()]
    return not any(state in BUSY for state in (*regions(table).values(), *witnesses))


def holds_in_group(condition: str, subject: str, table: Table) -> bool:
    """Whether a condition of C(replicas_…) holds; subject are the regions, with spaces between them."""
    if table["TableStatus"] in BUSY or not quiet(table):
        return False
    found = regions(table)
    if condition == "replicas_gone":
        return not any(region in found for region in subject.split())
    if condition == "replica_apart":
        return not found
    return all(found.get(region) == "ACTIVE" for region in subject.split())


def progress(subject: str, table: Table) -> str:
    """What AWS says of each of the regions, in a word or two; a region that it does not show is waited for."""
    shares = {each["RegionName"]: each.get("ReplicaStatusPercentProgress") for each in table.get("Replicas") or ()}
    found = regions(table)
    words = []
    for region in subject.split():
        done = f", {shares[region]} %" if shares.get(region) else ""
        words.append(f"{region} {found.get(region, 'not there')}{done}")
    return "; ".join(words)


def failed(subject: str, table: Table) -> str:
    """Why a replica never becomes ACTIVE; empty where it may yet."""
    found = regions(table)
    reasons = [f"{region}: {FAILED[found[region]]}" for region in subject.split() if found.get(region) in FAILED]
    return "; ".join(reasons)
