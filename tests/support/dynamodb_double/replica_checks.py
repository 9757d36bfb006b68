# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UpdateTable's refusals of replica and witness updates: rule 3.12. Texts that nobody has measured have a (?)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .combination import EFFECTIVE
from .faults import AwsFault, invalid, validation
from .groups import check_scales, has_customer_key
from .model import Json, Table
from .state import State

CONCERNS = (
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "DisassociationProtectionEnabled",
    "GlobalTableSettingsReplicationMode",
)
REGIONS = frozenset(
    f"{place}-{number}"
    for place in ("us-east", "us-west", "eu-west", "eu-central", "ap-northeast", "ap-southeast")
    for number in (1, 2, 3)
)
STRONG_SETS = (
    {"us-east-1", "us-east-2", "us-west-2"},
    {"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"},
    {"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"},
)


@dataclass(frozen=True)
class Action:
    """One element of ReplicaUpdates."""

    kind: str
    region: str
    body: Json


def concerns(request: Json) -> bool:
    """Whether a request is about replicas, and not about the table itself."""
    return any(request.get(name) is not None for name in CONCERNS)


def actions_of(state: State, request: Json) -> list[Action]:
    """The actions of a request whose shape is right, the same one twice counting once (T-224)."""
    given = [name for name in CONCERNS if request.get(name) is not None]
    others = [name for name in (*EFFECTIVE, "GlobalSecondaryIndexUpdates") if request.get(name) is not None]
    alone = {"DisassociationProtectionEnabled", "GlobalTableSettingsReplicationMode"} & set(given)
    if others or (alone and len(given) > 1):
        if "MultiRegionConsistency" in given or "GlobalTableWitnessUpdates" in given:
            raise invalid("Requests that modify replicas or witnesses must not also modify other fields")
        raise invalid("Replica modification must be the only operation in the request")
    updates: list[Json] | None = request.get("ReplicaUpdates")
    if updates == []:
        raise validation("There are no actions specified in the Replica Update Action of the request.")
    actions: list[Action] = []
    for update in updates or []:
        ((kind, body),) = update.items()
        if Action(kind, body["RegionName"], body) not in actions:
            actions.append(Action(kind, body["RegionName"], body))
    _check_regions(state, actions)
    return actions


def _check_regions(state: State, actions: list[Action]) -> None:
    for action in actions:
        if action.kind == "Disassociate":
            continue
        if action.region == state.region:
            raise validation(
                "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or "
                "UpdateTable as required."
            )
        if action.region not in REGIONS:
            raise validation(f"Region {action.region} is not supported. The latest version of global tables")


def check_one(actions: list[Action]) -> None:
    """Eventual consistency: one action, but for updates of one kind (T-203 T-223)."""
    kinds = {action.kind for action in actions}
    if "Disassociate" in kinds and len(actions) > 1:  # (documented)
        raise invalid("A Disassociate action must be the only replica update in the request")
    if len(kinds) > 1:
        raise validation("Update table operation with more than one type of replica actions not allowed")
    if len(actions) > 1 and kinds & {"Create", "Delete"}:
        raise validation("Update table operation with more than one create or delete replica actions not allowed")


def check_create(state: State, table: Table, action: Action) -> None:
    """T-187 T-203 T-223 T-265 T-308 T-309 T-328."""
    members = table.group.members if table.group else {}
    if action.region in members and members[action.region].table.job("CREATE"):
        names = ", ".join(sorted(members))
        raise AwsFault(
            "ResourceInUseException",
            f"Global table with name: '{table.name}' already exists with replicas in regions: {names}.",
        )
    target = state.world.get(action.region)
    if action.region in members or (target and table.name in target.tables):
        raise validation(
            f"Failed to create a the new replica of table with name: \u2018{table.name}\u2019 because one or more "
            "replicas already existed as tables."
        )
    check_key(state, table, action)
    check_scales(state, table)


def check_key(state: State, table: Table, action: Action) -> None:
    key = action.body.get("KMSMasterKeyId")
    if has_customer_key(state, table) and not key:
        raise invalid("KMSMasterKeyId must be specified for each replica.")
    if key and not has_customer_key(state, table):
        raise invalid("All replica keys must either be Customer Managed CMK or AWS Managed CMK.")
    if not key:
        return
    try:
        found = state.in_region(action.region).keys.find(key)
    except AwsFault as fault:
        raise validation(f"KMS validation error for region {action.region}: {fault.message}") from fault
    if found.condition != "Enabled":  # T-311 T-312
        raise validation(
            "Operation cannot be performed while replica server-side encryption status is in UPDATING state. Please "
            "retry the request after the status is updated to ENABLED."
        )


def check_member(table: Table, action: Action) -> Any:
    """The member that an action is about."""
    members = table.group.members if table.group else {}
    if action.region not in members:
        raise validation(
            "Update global table operation failed because one or more replicas were not part of the global table. "
            f"Please retry the request without these replicas: [{action.region}]."
        )
    return members[action.region]


def check_delete(_state: State, table: Table, action: Action) -> None:
    """T-266; and a protected replica stays."""
    member = check_member(table, action)
    assert table.group is not None
    if any(other.seed == action.region for other in table.group.members.values()):
        raise validation(
            "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the "
            "table in the last 24 hours."
        )
    if member.table.protected:
        raise validation(
            f"Cannot delete table {table.name} in region {action.region} because it has deletion protection enabled. "
            "Disable deletion protection first."
        )


def check_strong(state: State, table: Table, actions: list[Action], request: Json) -> None:
    """Two Creates, or one and a witness, on an empty table of one region (T-202 T-257 to T-264)."""
    witnesses: list[Json] = request.get("GlobalTableWitnessUpdates") or []
    if len(witnesses) > 1:
        raise validation("Cannot target multiple regions with the same action")
    if request.get("MultiRegionConsistency") != "STRONG":
        raise invalid(
            "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present."
        )
    if any(action.kind != "Create" for action in actions):
        raise invalid("Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.")
    if table.group is not None:
        if table.group.strong:
            raise validation("Cannot add replicas to a global table with strong MultiRegionConsistency")
        raise validation("MultiRegionConsistency parameter is unsupported on existing global table")
    if len(actions) != (1 if witnesses else 2):
        raise validation("Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.")
    _check_set(
        {state.region, *(each.region for each in actions), *(each["Create"]["RegionName"] for each in witnesses)}
    )
    _check_plain(table)
    for action in actions:
        check_create(state, table, action)


def _check_set(regions: set[str]) -> None:
    if not any(regions <= known for known in STRONG_SETS) or len(regions) != 3:
        raise validation(f"Unsupported Region(s) specified for MultiRegionConsistency STRONG: [{sorted(regions)}]")


def _check_plain(table: Table) -> None:
    """(documented; the texts are not)"""
    if table.items:
        raise validation("MultiRegionConsistency STRONG needs an empty table (?)")
    if table.ttl_attribute or table.local_indexes:
        raise validation("MultiRegionConsistency STRONG supports neither TTL nor local secondary indexes (?)")


def check_dissolve(state: State, table: Table, actions: list[Action], request: Json) -> None:
    """All at once (T-261)."""
    assert table.group is not None
    if any(action.kind == "Create" for action in actions):
        raise validation("Cannot add replicas to a global table with strong MultiRegionConsistency")
    if any(action.kind == "Update" for action in actions):
        raise validation("Replicas of a global table with strong MultiRegionConsistency cannot be updated (?)")
    gone = {witness["Delete"]["RegionName"] for witness in request.get("GlobalTableWitnessUpdates") or []}
    if table.group.witness and table.group.witness not in gone:
        raise validation("Update table delete operation does not include all witnesses.")
    if len(actions) < len(table.group.members) - 1:
        raise validation(
            "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to "
            "STRONG."
        )
    for action in actions:
        check_delete(state, table, action)
