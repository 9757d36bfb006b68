# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes may share one UpdateTable: rule 4. Decided on the request, before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .capacity_rules import ON_DEMAND, PROVISIONED
from .faults import internal_failure, invalid, subscriber_limit, validation
from .model import Json, Table

Action = Literal["Create", "Update", "Delete"]
ONE_ONLINE = "Only 1 online index can be created or deleted simultaneously per table"
ALONE = (
    ("SSESpecification", "Server-Side Encryption modification must be the only operation in the request"),
    ("TableClass", "TableClass modification must be the only operation in the request"),
    ("DeletionProtectionEnabled", "DeletionProtection modification must be the only operation in the request"),
)
ODT_ALONE = "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
STREAM_WITH_IOPS = "You cannot modify stream status while updating table IOPS"
INDEX_WITH_IOPS = "You cannot create or delete index while updating table IOPS"
EFFECTIVE = (
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "SSESpecification",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
)
NOTHING_TO_DO = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
    "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
)


@dataclass(frozen=True)
class IndexAction:
    """One element of GlobalSecondaryIndexUpdates."""

    action: Action
    name: str
    body: Json


@dataclass(frozen=True)
class Change:
    """An UpdateTable request, as its effective parts."""

    fields: dict[str, Any]
    """The effective members besides the index updates."""
    actions: tuple[IndexAction, ...]
    definitions: dict[str, str]
    vectors: tuple[IndexAction, ...] = ()
    """The elements of VectorIndexUpdates."""

    @property
    def parts(self) -> set[str]:
        return {*self.fields, *(action.action for action in self.actions)}

    @property
    def online(self) -> list[IndexAction]:
        """The index actions of which only one may be under way."""
        return [action for action in self.actions if action.action != "Update"]


def change_of(request: Json) -> Change:
    """The parts of a request; refused when there are none (T-015 T-357 T-448 T-456)."""
    fields = {name: request[name] for name in EFFECTIVE if request.get(name) is not None}
    updates = request.get("GlobalSecondaryIndexUpdates")
    empty = [name for name in ("OnDemandThroughput", "WarmThroughput") if fields.get(name) == {}]
    vectors = tuple(_action(update) for update in request.get("VectorIndexUpdates") or [])
    if empty and len(fields) == len(empty) and not updates:
        raise internal_failure()
    for name in empty:
        del fields[name]
    if not fields and not updates and not vectors:
        raise validation(NOTHING_TO_DO)
    if updates == []:
        raise invalid("List of GlobalSecondaryIndexUpdates is empty")
    actions = tuple(_action(update) for update in updates or [])
    _check_actions(actions)
    definitions = {item["AttributeName"]: item["AttributeType"] for item in request.get("AttributeDefinitions") or []}
    return Change(fields, actions, definitions, vectors)


def _action(update: Json) -> IndexAction:
    given = [name for name in ("Create", "Update", "Delete") if update.get(name) is not None]
    if len(given) > 1:
        raise invalid("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
    if not given:
        raise invalid(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null"
        )
    body = update[given[0]]
    return IndexAction(given[0], body["IndexName"], body)  # type: ignore[arg-type]  # one of the three words


def _check_actions(actions: tuple[IndexAction, ...]) -> None:
    """T-160 T-359 T-380."""
    names = [action.name for action in actions]
    for action in actions:
        if names.count(action.name) > 1:
            raise invalid(
                f"Only one global secondary index update per index is allowed simultaneously. Index: {action.name}"
            )
        if action.action == "Update" and action.body.get("WarmThroughput") == {}:
            raise invalid(
                "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified "
                f"for index: {action.name}"
            )


def check_combination(change: Change, table: Table | None) -> None:
    """The pairs of rule 4, in their order of precedence (T-156 T-174 T-382 T-433)."""
    parts = change.parts
    for name, message in ALONE:
        if name in parts and len(parts) > 1:
            raise invalid(message)
    billing = {"BillingMode", "ProvisionedThroughput"}
    if "OnDemandThroughput" in parts and parts - billing - {"OnDemandThroughput"}:
        raise invalid(ODT_ALONE)
    if "WarmThroughput" in parts and len(parts) > 1:
        if "Create" in parts:
            raise invalid("Create global secondary index cannot be specified when updating WarmThroughput")
        raise invalid("WarmThroughput must be the only operation in the request")
    _check_mode(change, table)
    _check_iops(change)
    if len(change.online) > 1:
        raise subscriber_limit(ONE_ONLINE)


def _check_mode(change: Change, table: Table | None) -> None:
    """Billing mode and capacity fit each other (T-056 T-057 T-164)."""
    mode = change.fields.get("BillingMode")
    throughput = "ProvisionedThroughput" in change.fields
    if mode == PROVISIONED and not throughput:
        raise invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    if mode == ON_DEMAND and throughput:
        raise invalid("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")
    settled = table is not None and not table.job("TO_PROVISIONED", "TO_ON_DEMAND")
    if throughput and mode is None and table is not None and settled and table.mode == ON_DEMAND:
        raise invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )


def _check_iops(change: Change) -> None:
    parts = change.parts
    iops = "ProvisionedThroughput" in parts  # PROVISIONED never comes without it
    unmeasured = "BillingMode" in parts and "Delete" in parts
    if "StreamSpecification" in parts and (iops or "Update" in parts):
        raise invalid(STREAM_WITH_IOPS)
    if change.online and (iops or unmeasured):
        raise invalid(INDEX_WITH_IOPS)
    if change.online and "StreamSpecification" in parts:
        raise invalid("You cannot create or delete index while changing stream status")
