# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What being a member of a global table means for every other call (rules 1.13, 2.2 and 3.12)."""

from __future__ import annotations

import copy
from collections.abc import Callable

from .combination import Change
from .faults import AwsFault, invalid, validation
from .model import Job, JobKind, Json, Table
from .replica_model import Member
from .state import State

LOCAL: frozenset[JobKind] = frozenset({"CREATE", "DELETE", "TAGS", "POLICY", "REPLICA", "SSE"})
"""The jobs that concern one region only; a change of the encryption is spread by its own rule."""
SHARED = ("attributes", "mode", "mode_summary", "table_class", "class_changed", "stream_view")


def busy(table: Table) -> bool:
    """Whether something that TableStatus shows is under way in any region."""
    group = table.group
    if group is None:
        return table.status != "ACTIVE"
    states = [member.table.status for member in group.members.values()]
    return any(state != "ACTIVE" for state in states) or bool(group.witness and group.witness_status != "ACTIVE")


def in_use_in_group() -> AwsFault:
    """The one text of all refusals of members (T-444)."""
    return AwsFault("ResourceInUseException", "The resource which you are attempting to change is in use.")


def check_quiet(table: Table) -> None:
    if table.group is not None and busy(table):
        raise in_use_in_group()


def check_change(state: State, table: Table, change: Change) -> None:
    """What UpdateTable does not do to a member (T-222 T-249 T-291 T-309)."""
    if table.group is None:
        return
    check_quiet(table)
    stream = change.fields.get("StreamSpecification")
    if stream is not None and not stream["StreamEnabled"]:
        raise invalid("Disabling Stream is not allowed for a Global Table replica.")
    encryption = change.fields.get("SSESpecification")
    if encryption is not None and bool(encryption.get("KMSMasterKeyId")) != has_customer_key(state, table):
        raise invalid("KMSMasterKeyId must be specified for each replica.")
    if any(action.action == "Create" for action in change.actions):
        check_scales(state, table)


def has_customer_key(state: State, table: Table) -> bool:
    key = (table.encryption or {}).get("KMSMasterKeyArn")
    return bool(key and key != state.keys.managed.arn)


def check_scales(state: State, table: Table) -> None:
    """Provisioned writes must scale, with a target and a policy, on the table and on every index (T-187 T-190)."""
    if table.mode != "PROVISIONED":
        return
    places = [(f"table/{table.name}", "dynamodb:table:WriteCapacityUnits", "Table")]
    places += [
        (f"table/{table.name}/index/{name}", "dynamodb:index:WriteCapacityUnits", "GSI") for name in table.indexes
    ]
    for resource, dimension, what in places:
        key = (resource, dimension)
        if key not in state.scaling.targets or key not in state.scaling.policies:
            raise validation(f"{what} write capacity should either be Pay-Per-Request or AutoScaled.")


def check_delete(state: State, table: Table) -> None:
    """DeleteTable of a region that others were made from (T-267)."""
    if table.group is not None and any(each.seed == state.region for each in table.group.members.values()):
        raise validation(
            "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the "
            "table in the last 24 hours."
        )


def spread(state: State) -> Callable[[Table, Job], None]:
    """A change of one region that holds for all arrives in the others a while after it has ended in the first."""

    def ended(table: Table, job: Job) -> None:
        if table.group is None or job.kind in LOCAL:
            return
        for region, member in table.group.members.items():
            if member.table is not table and not member.table.job("CREATE", "DELETE"):
                _follow(state.world[region], member.table, table)

    return ended


def _follow(state: State, follower: Table, source: Table) -> None:
    copy_shared(follower, source)
    state.start(follower, Job("REPLICA"), "replica_follow", lambda: None)


def copy_shared(follower: Table, source: Table) -> None:
    """What is the same in all regions (T-230 T-251 T-294 to T-297)."""
    for name in SHARED:
        setattr(follower, name, copy.deepcopy(getattr(source, name)))
    follower.capacity = copy.deepcopy(source.capacity)
    follower.indexes = copy.deepcopy(source.indexes)
    copy_expiry(source)


def copy_expiry(source: Table) -> None:
    """Time to live holds everywhere at once (T-230)."""
    for member in source.group.members.values() if source.group else ():
        member.table.ttl_attribute, member.table.ttl_changed = source.ttl_attribute, source.ttl_changed


def copy_encryption(state: State, source: Table) -> None:
    """Of the two keys that need no name the others get the same kind; a customer's key is each region's own."""
    if source.group is None or has_customer_key(state, source):
        return
    for region, member in source.group.members.items():
        managed = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": state.world[region].keys.managed.arn}
        if member.table is not source:
            member.table.encryption = managed if source.encryption else None


def described(state: State, table: Table) -> Json:
    """What DescribeTable adds while there is a group (T-229 T-231)."""
    group = table.group
    if group is None:
        return {"GlobalTableSettingsReplicationMode": table.settings_mode} if table.settings_mode else {}
    others = {region: each for region, each in group.members.items() if each.table is not table}
    shown = [_described(state, region, each) for region, each in sorted(others.items()) if state.now >= each.shown_from]
    if not shown:
        return {}
    answer: Json = {
        "GlobalTableVersion": "2019.11.21",
        "Replicas": shown,
        "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES",
    }
    if group.strong:
        answer["MultiRegionConsistency"] = "STRONG"
        if group.witness:
            answer["GlobalTableWitnesses"] = [{"RegionName": group.witness, "WitnessStatus": group.witness_status}]
    else:
        answer["DisassociationProtectionEnabled"] = not group.members[state.region].disassociable
    return answer


def _described(state: State, region: str, member: Member) -> Json:
    table, overrides = member.table, dict(member.overrides)
    answer: Json = {"RegionName": region, "ReplicaStatus": table.status, "ReplicaArn": table.arn}
    if table.encryption and has_customer_key(state.world[region], table):
        answer["KMSMasterKeyId"] = table.encryption["KMSMasterKeyArn"]
    if "TableClassOverride" in overrides:
        answer["ReplicaTableClassSummary"] = {"TableClass": overrides.pop("TableClassOverride")}
    return {**answer, **overrides}


def check_expiry(state: State, table: Table) -> None:
    """Not while a replica is added, unless the table is empty (T-230)."""
    group = table.group
    if group and table.items and any(member.table.job("CREATE") for member in group.members.values()):
        raise validation(
            "Create/Update/Delete of replica is not allowed while the replica is being added to table with name: "
            f"\u2018{table.name}\u2019 in region: \u2018{state.region}\u2019."
        )
