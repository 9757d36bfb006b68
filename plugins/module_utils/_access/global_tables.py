# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deployer needs for replicas of global tables: AWS makes and fills them by the caller's rights (documented).

A table's ARN in another region has the region that is declared; any region where replicas may be removed, since those
that are to go are not declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._tables.names import physical_name, table_arn
from .documents import Place, Statement, allow, key_statement, listed, mappings
from .grants import KEY_DEPLOY, TABLE_READ, TABLE_WRITE

REPLICATION_ROLE = ("replication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBReplication")
ADDING = (
    "dynamodb:BatchWriteItem",
    "dynamodb:CreateTableReplica",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)
REMOVING = ("dynamodb:DeleteTable", "dynamodb:DeleteTableReplica")
LETTING_GO = (*REMOVING, "dynamodb:UpdateTable")
"""Also what takes a replica's protection away."""
POLICY_WRITES = ("dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy")
WITNESS = ("dynamodb:CreateGlobalTableWitness", "dynamodb:DeleteGlobalTableWitness")


@dataclass(frozen=True)
class Replicas:
    """The other regions of one table, as its entry says."""

    table: str
    regions: tuple[str, ...]
    keys: tuple[str, ...]
    witness: bool
    apart: bool
    removable: bool
    policies: bool

    def arns(self, place: Place) -> list[str]:
        """Where there are replicas, or may be some that are to go."""
        return self._in(["*"], place) if self.removable else self.declared(place)

    def declared(self, place: Place) -> list[str]:
        return self._in(self.regions, place)

    def _in(self, regions: Iterable[str], place: Place) -> list[str]:
        return [f"arn:{place.partition}:dynamodb:{region}:{place.account_id}:table/{self.table}" for region in regions]


def replicas_of(estate: str, entries: Iterable[Mapping[str, Any]]) -> tuple[Replicas, ...]:
    """Of every entry that manages replicas, or lets them go; what is wrong with it is said where it is deployed."""
    found = (_replicas(physical_name(estate, entry), entry) for entry in entries)
    return tuple(each for each in found if each.regions or each.removable)


def _replicas(table: str, entry: Mapping[str, Any]) -> Replicas:
    given = [each for each in mappings(entry, "replicas") if each.get("region_name")]
    return Replicas(
        table,
        tuple(dict.fromkeys(str(each["region_name"]) for each in given)),
        tuple(dict.fromkeys(str(each["kms_key_arn"]) for each in given if each.get("kms_key_arn"))),
        bool(entry.get("global_table_witness")),
        any(each.get("state") == "disassociated" for each in given),
        "delete_replica" in listed(entry, "allow"),
        any(each.get("resource_policy") is not None for each in given),
    )


def read_replicas(place: Place, replicas: tuple[Replicas, ...]) -> list[Statement]:
    """Looking at every replica, and at whether a region is free."""
    arns = [arn for each in replicas for arn in each.arns(place)]
    policies = [arn for each in replicas if each.policies for arn in each.arns(place)]
    statements = [allow("Replicas", TABLE_READ, arns)] if arns else []
    return [*statements, *([allow("ReplicaPolicies", ["dynamodb:GetResourcePolicy"], policies)] if policies else [])]


def deploy_replicas(place: Place, replicas: tuple[Replicas, ...]) -> list[Statement]:
    """Adding, changing and, where an entry allows it, removing replicas.

    Asked in the replica's region; the table itself needs no more than its update, but for a witness. What goes with the
    replicas is not declared any more, its witness neither.
    """
    removable = [each for each in replicas if each.removable]
    wanted = (
        ("Replicas", (*TABLE_WRITE, *ADDING), [arn for each in replicas for arn in each.declared(place)]),
        ("ReplicaDeletions", LETTING_GO, [arn for each in removable for arn in each.arns(place)]),
        ("ReplicaPolicies", POLICY_WRITES, [arn for each in replicas if each.policies for arn in each.declared(place)]),
        ("Witnesses", WITNESS, [arn for each in replicas if each.witness for arn in _own(place, each)]),
        ("WitnessDeletions", WITNESS[1:], [arn for each in removable if not each.witness for arn in _own(place, each)]),
        (
            "Disassociations",
            ("dynamodb:DisassociateTableReplica",),
            [arn for each in replicas if each.apart for arn in each.declared(place)],
        ),
    )
    statements = [allow(sid, sorted(actions), arns) for sid, actions, arns in wanted if arns]
    keys = list(dict.fromkeys(key for each in replicas for key in each.keys))
    if keys:
        regions = tuple(dict.fromkeys(region for each in replicas for region in each.regions))
        statements.append({**key_statement(KEY_DEPLOY, Place(place.account_id, regions), keys), "Sid": "ReplicaKeys"})
    return statements


def _own(place: Place, replicas: Replicas) -> list[str]:
    return [table_arn(region, place.account_id, replicas.table) for region in place.regions]
