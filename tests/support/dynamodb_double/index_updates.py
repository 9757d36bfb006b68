# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, updating and deleting global indexes of a table that is there (rules 1.2 and 3.3)."""

from __future__ import annotations

from . import iops
from .capacity_rules import (
    ON_DEMAND,
    PROVISIONED,
    check_maximum,
    check_new_warm,
    check_on_demand_range,
    check_warm_raise,
    new_capacity,
)
from .combination import Change, IndexAction
from .faults import internal_failure, invalid, not_found, subscriber_limit, validation
from .model import Index, Job, Json, Table
from .schema import check_global_keys, check_projection, names_of
from .settings import INDEX_LIMIT
from .state import State


def check(state: State, table: Table, change: Change) -> None:
    """Whether the actions make sense for the table as it is; any bad one refuses the whole call (T-161)."""
    mode = change.fields.get("BillingMode") or table.mode
    for action in change.actions:
        if any(index.name == action.name for index in table.local_indexes):
            _refuse_local(action)
        if action.action == "Create":
            _check_create(state, table, action, change.definitions, mode)
        elif action.name not in table.indexes:
            if action.body.get("WarmThroughput"):
                raise internal_failure()  # T-380
            raise not_found(f"Index {action.name} for table {table.name}")
        elif action.action == "Update":
            _check_update(state, table, action, mode)


def _refuse_local(action: IndexAction) -> None:
    if action.action == "Create":
        raise validation("Attempting to create an index which already exists")
    verb = action.action.lower()
    raise validation(f"Cannot {verb} an index that is not a GlobalSecondaryIndex: {action.name}")


def _check_create(state: State, table: Table, action: IndexAction, definitions: dict[str, str], mode: str) -> None:
    """T-137 T-151 T-162 T-164 T-169 T-358."""
    name, body = action.name, action.body
    if not definitions:
        raise invalid(f"AttributeDefinitions is not specified for index: {name}")
    check_global_keys(body["KeySchema"])
    missing = [key for key in names_of(body["KeySchema"]) if key not in {**definitions, **table.attributes}]
    if missing:
        raise invalid(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(missing)}], AttributeDefinitions: [{', '.join(sorted(definitions))}]"
        )
    check_projection(body["Projection"])
    _check_new_capacity(state, action, mode)
    existing = table.indexes.get(name)
    if existing is not None and existing.status != "DELETING":  # then its own job refuses it
        raise validation("Attempting to create an index which already exists")
    if len(table.indexes) >= INDEX_LIMIT and existing is None:
        raise subscriber_limit(f"Number of global secondary indexes exceeds per-table limit of {INDEX_LIMIT}")


def _check_new_capacity(state: State, action: IndexAction, mode: str) -> None:
    name, body = action.name, action.body
    given = body.get("ProvisionedThroughput")
    if mode == PROVISIONED and given is None:
        raise invalid(f"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}")
    if mode == ON_DEMAND and given is not None:
        raise invalid(
            f"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} "
            "when BillingMode is PAY_PER_REQUEST"
        )
    check_maximum(given, state.region, name)
    _check_limits(state, action, mode, lowest=1)
    check_new_warm(body, mode, state.region, name)


def _check_limits(state: State, action: IndexAction, mode: str, lowest: int) -> None:
    limits = action.body.get("OnDemandThroughput") or {}
    if limits and mode == PROVISIONED:
        raise invalid(
            f"{next(iter(limits))} for OnDemandThroughput for index : {action.name} cannot be specified when the "
            "table BillingMode is PROVISIONED"
        )
    check_on_demand_range(limits, state.region, action.name, lowest)


def _check_update(state: State, table: Table, action: IndexAction, mode: str) -> None:
    """T-152 T-155 T-164."""
    name, body = action.name, action.body
    capacity, given = table.indexes[name].capacity, body.get("ProvisionedThroughput")
    others = body.get("OnDemandThroughput") or body.get("WarmThroughput")
    if mode == ON_DEMAND and (given is not None or not others):
        raise invalid(
            f"The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to "
            "OnDemandThroughput, WarmThroughput"
        )
    if mode == PROVISIONED and given is None and not others:
        raise invalid(f"ProvisionedThroughput must be specified for index: {name}")
    _check_limits(state, action, mode, lowest=-1)
    if given is not None:
        check_maximum(given, state.region, name)
        if table.mode == PROVISIONED:
            iops.check_unchanged(capacity, given, name)
    check_warm_raise(body.get("WarmThroughput") or {}, capacity, state.region, name)


def apply(state: State, table: Table, change: Change) -> None:
    """Begins the actions. A switch of the billing mode has set its indexes' numbers already."""
    switching = table.job("TO_PROVISIONED") is not None
    for action in change.actions:
        if action.action == "Create":
            _create(state, table, action.body, change.definitions)
        elif action.action == "Delete":
            _delete(state, table, table.indexes[action.name])
        elif not switching:
            _update(state, table, table.indexes[action.name], action.body)


def _create(state: State, table: Table, body: Json, definitions: dict[str, str]) -> None:
    """Allocation, seen in TableStatus; then the backfill, seen only in the index (T-148 T-149)."""
    index = Index(body["IndexName"], body["KeySchema"], body["Projection"], status="CREATING", backfilling=False)
    index.created = state.now
    index.capacity = new_capacity(body, table.mode)
    table.indexes[index.name] = index
    for name in names_of(index.keys):
        table.attributes.setdefault(name, definitions.get(name, ""))

    def allocated() -> None:
        index.backfilling = True
        state.start(table, Job("INDEX_BACKFILL", index.name), "index_backfill", built)

    def built() -> None:
        index.status, index.backfilling = "ACTIVE", None

    state.start(table, Job("INDEX_ALLOCATION", index.name), "index_allocation", allocated)


def _delete(state: State, table: Table, index: Index) -> None:
    """The entry goes, and with it the attributes that only it used (T-151 T-375)."""
    for job in [job for job in table.jobs if job.index == index.name]:
        table.jobs.remove(job)
    index.status, index.backfilling = "DELETING", None

    def gone() -> None:
        del table.indexes[index.name]
        table.insights.pop(index.name, None)
        table.forget_attributes()

    state.start(table, Job("INDEX_DELETE", index.name), "index_delete", gone)


def _update(state: State, table: Table, index: Index, body: Json) -> None:
    """IndexStatus moves, TableStatus does not (T-148 T-165); warm throughput moves neither (T-135)."""
    throughput, limits = body.get("ProvisionedThroughput"), body.get("OnDemandThroughput")
    if body.get("WarmThroughput"):
        iops.warm_up(state, table, index.capacity, body["WarmThroughput"], index.name)
    if throughput is None and not limits:
        return
    index.status = "UPDATING"
    if throughput is not None:
        iops.note_change(state, index.capacity, throughput)

    def finish() -> None:
        index.status = "ACTIVE"
        if throughput is not None:
            iops.take(index.capacity, throughput)
        if limits:
            iops.merge_limits(state, index.capacity, limits)

    state.start(table, Job("INDEX_UPDATE", index.name), "index_update", finish)
