# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time to live and continuous backups: rules 1.6, 1.7, 3.5 and 3.6."""

from __future__ import annotations

from . import groups
from .faults import AwsFault, in_use, no_table, no_table_for_backups, validation
from .model import Json, Recovery, Table
from .settings import TTL_COOL_DOWN
from .state import State
from .wire import Wire, checker, table_name

DEFAULT_DAYS = 35


def _ttl_specification(wire: Wire, request: Json) -> None:
    specification = request["TimeToLiveSpecification"]
    wire.length(specification.get("AttributeName"), "timeToLiveSpecification.attributeName", 1, 255)
    wire.required(specification.get("Enabled"), "timeToLiveSpecification.enabled")


def _recovery_specification(wire: Wire, request: Json) -> None:
    specification = request["PointInTimeRecoverySpecification"]
    path = "pointInTimeRecoverySpecification"
    wire.required(specification.get("PointInTimeRecoveryEnabled"), f"{path}.pointInTimeRecoveryEnabled")
    if "RecoveryPeriodInDays" in specification:
        wire.between(specification["RecoveryPeriodInDays"], f"{path}.recoveryPeriodInDays", 1, DEFAULT_DAYS)


_check_name = checker(table_name)
_check_ttl = checker(table_name, _ttl_specification)
_check_recovery = checker(table_name, _recovery_specification)


def describe_ttl(state: State, request: Json) -> Json:
    _check_name(request)
    table = state.table(request["TableName"])
    if table.status in ("CREATING", "DELETING"):
        raise validation(
            f"Cannot describe time to live while table is in {table.status} state: "
            f"Current table state is {table.status}"
        )
    if table.ttl_attribute is None:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl_attribute}}


def update_ttl(state: State, request: Json) -> Json:
    """At once; then not again for half an hour (T-143 to T-147)."""
    _check_ttl(request)
    table = state.table(request["TableName"])
    specification = request["TimeToLiveSpecification"]
    if table.job("CREATE"):
        if not state.last_phase(table):
            raise no_table(table.name)
        raise in_use(f"Table {table.name} is being created")
    groups.check_expiry(state, table)
    enable, attribute = specification["Enabled"], specification["AttributeName"]
    if table.ttl_attribute is not None and table.ttl_attribute != attribute:
        raise validation(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {table.ttl_attribute}"
        )
    if enable == (table.ttl_attribute is not None):
        raise validation(f"TimeToLive is already {'enabled' if enable else 'disabled'}")
    if _cooling(state, table):
        raise validation("Time to live has been modified multiple times within a fixed interval")
    table.ttl_attribute = attribute if enable else None
    table.ttl_changed = state.now
    groups.copy_expiry(table)
    return {"TimeToLiveSpecification": dict(specification)}


def _cooling(state: State, table: Table) -> bool:
    changed = table.ttl_changed
    return state.settings.budgets and changed is not None and state.now < changed + TTL_COOL_DOWN


def describe_backups(state: State, request: Json) -> Json:
    _check_name(request)
    table = backed_up(state, request["TableName"], "delete_backups")
    return {"ContinuousBackupsDescription": _backups(state, table)}


def update_backups(state: State, request: Json) -> Json:
    """At once, once the table's backups are ready (T-083 to T-088 T-115)."""
    _check_recovery(request)
    specification = request["PointInTimeRecoverySpecification"]
    enable = specification["PointInTimeRecoveryEnabled"]
    if not enable and "RecoveryPeriodInDays" in specification:
        raise validation("Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")
    table = backed_up(state, request["TableName"], "delete_backups")
    check_backups_ready(state, table)
    if not enable:
        table.recovery = None
    else:
        table.recovery = table.recovery or Recovery(state.now, DEFAULT_DAYS)
        table.recovery.days = specification.get("RecoveryPeriodInDays", table.recovery.days)
    return {"ContinuousBackupsDescription": _backups(state, table)}


def backed_up(state: State, given: str, until: str) -> Table:
    """The table, unless it is too new or too far gone for the backup calls."""
    name = state.name_of(given)
    table = state.tables.get(name)
    if table is None or table.restoring:
        raise no_table_for_backups(name)
    too_new = table.job("CREATE") and not state.passed(table.created, "create_backups_hidden")
    gone = table.deleted_at is not None and state.passed(table.deleted_at, until)
    if too_new or gone:
        raise no_table_for_backups(name)
    return table


def check_backups_ready(state: State, table: Table) -> None:
    """T-115 B-002."""
    if not _backups_ready(state, table):
        raise AwsFault(
            "ContinuousBackupsUnavailableException",
            f"Backups are being enabled for the table: {table.name}. Please retry later",
        )


def _backups_ready(state: State, table: Table) -> bool:
    return not table.job("CREATE") and state.passed(table.active_at, "backups_ready")


def _backups(state: State, table: Table) -> Json:
    description: Json = {"PointInTimeRecoveryStatus": "DISABLED"}
    if table.recovery is not None:
        since, latest = restorable(state, table.recovery)
        description = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": table.recovery.days,
            "EarliestRestorableDateTime": state.moment(since),
            "LatestRestorableDateTime": state.moment(latest),
        }
    return {
        "ContinuousBackupsStatus": "ENABLED" if _backups_ready(state, table) else "DISABLED",
        "PointInTimeRecoveryDescription": description,
    }


def restorable(state: State, recovery: Recovery) -> tuple[float, float]:
    """The earliest and the latest time that can be restored to (T-086)."""
    return recovery.since, max(recovery.since, state.now - state.seconds("restorable_lag"))
