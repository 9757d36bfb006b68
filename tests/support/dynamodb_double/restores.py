# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RestoreTableFromBackup and RestoreTableToPointInTime: rules 1.12 and 3.11."""

from __future__ import annotations

import math
import uuid

from .backups import ARN, feeds, find, in_use
from .describe import describe
from .faults import AwsFault, subscriber_limit, validation
from .model import Job, Json, Table
from .restore_overrides import check_overrides, restored_capacity, restored_indexes
from .settings import RESTORES
from .sse import check_specification, described
from .state import State
from .subresources import backed_up, restorable
from .vectors import ready, restored
from .wire import BILLING_MODES, Wire, checker

ONE_TIME = "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
TWO_TIMES = (
    "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
    "request. Please use one of them."
)


def _target(wire: Wire, request: Json) -> None:
    wire.name(request.get("TargetTableName"), "targetTableName")
    wire.one_of(request.get("BillingModeOverride"), "billingModeOverride", BILLING_MODES)


_check_target = checker(_target)


def restore_from_backup(state: State, request: Json) -> Json:
    """A backup feeds one restore at a time (B-010)."""
    _check_target(request)
    match = ARN.fullmatch(request["BackupArn"])
    place = state.world.get(match["region"] if match else "", state)
    backup = find(place, request["BackupArn"])
    _check_region(state, match["region"] if match else "", request)
    check_overrides(state, backup.source, request)
    _check_name(state, request["TargetTableName"])
    if feeds(state, backup):
        raise in_use("Backup is being used to restore another table", backup)
    origin = {
        "SourceBackupArn": backup.arn,
        "SourceTableArn": backup.source.arn,
        "RestoreDateTime": state.moment(backup.created),
    }
    return _restore(state, backup.source, request, origin)


def restore_to_point_in_time(state: State, request: Json) -> Json:
    """The checks come in the order shape, recovery, time, target (T-100)."""
    _check_target(request)
    _check_times(request)
    source = _source(state, request)
    if source.recovery is None:
        raise AwsFault(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{source.name}'",
        )
    earliest, latest = restorable(_place(state, request), source.recovery)
    time = latest if request.get("UseLatestRestorableTime") else state.time_of(request["RestoreDateTime"])
    if not math.floor(earliest) <= time <= latest:
        raise AwsFault(
            "InvalidRestoreTimeException",
            f"RestoreDateTime '{_second(state, time)}' must be within EarliestRestorableDateTime "
            f"'{_second(state, earliest)}' and LatestRestorableDateTime '{_second(state, latest)}'",
        )
    check_overrides(state, source, request)
    _check_name(state, request["TargetTableName"])
    return _restore(state, source, request, {"SourceTableArn": source.arn, "RestoreDateTime": state.moment(time)})


def _second(state: State, time: float) -> str:
    return state.moment(time).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_times(request: Json) -> None:
    """T-100 T-272."""
    if "SourceTableArn" in request and "SourceTableName" in request:
        raise validation("Must provide exactly one of: sourceTableArn, sourceTableName")
    if "SourceTableArn" not in request and "SourceTableName" not in request:
        raise validation("The parameter 'TableName' is required")
    if "RestoreDateTime" in request and request.get("UseLatestRestorableTime"):
        raise validation(TWO_TIMES)
    if "RestoreDateTime" not in request and not request.get("UseLatestRestorableTime"):
        raise validation(ONE_TIME)


def _source(state: State, request: Json) -> Table:
    arn = request.get("SourceTableArn")
    if arn is None:
        return backed_up(state, request["SourceTableName"], "delete_backups")
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
        raise validation("One or more parameter values were invalid: sourceTableArn is not a valid ARN")
    if parts[4] != state.account_id:
        raise validation("This action is only supported by accounts that match the resource owner's account")
    _check_region(state, parts[3], request)
    return backed_up(_place(state, request), arn, "delete_backups")


def _place(state: State, request: Json) -> State:
    """The region of the source, where this is a double of it as well."""
    arn = request.get("SourceTableArn", "")
    return state.world.get(arn.split(":")[3], state) if arn.startswith("arn:") else state


def _check_region(state: State, region: str, request: Json) -> None:
    """T-274."""
    if region != state.region and "SSESpecificationOverride" not in request:
        raise validation("Invalid Request: sseSpecificationOverride must be provided for cross-region restores")


def _check_name(state: State, name: str) -> None:
    """A name that is being restored to is something else than a name that is taken (T-219 T-275 T-350)."""
    existing = state.tables.get(name)
    if existing is not None and existing.restoring:
        raise _restoring(existing)
    if existing is not None:
        raise AwsFault("TableAlreadyExistsException", f"Table already exists: {name}")
    if sum(bool(table.restoring) for table in state.tables.values()) >= RESTORES:
        raise subscriber_limit(f"Only {RESTORES} restore operations can be done simultaneously")


def _restoring(table: Table) -> AwsFault:
    summary = table.restoring or {}
    origin = summary.get("SourceBackupArn", summary.get("SourceTableArn"))
    return AwsFault("TableInUseException", f"Table: {table.name} is already being restored from backup: {origin}")


def _restore(state: State, source: Table, request: Json, origin: Json) -> Json:
    encryption = _encryption(state, source, request)
    state.charge()
    table = state.tables[request["TargetTableName"]] = _new_table(state, source, request, encryption)
    table.restoring = {**origin, "RestoreInProgress": True}

    def finish() -> None:
        """Nothing tells a restored table from a created one afterwards (T-216)."""
        table.restoring, table.active_at = None, state.now
        for index in table.indexes.values():
            index.status = "ACTIVE"
        ready(table)

    state.start(table, Job("CREATE"), "restore", finish)
    if request.get("OnDemandThroughputOverride") == {}:
        raise _restoring(table)  # although it has begun (T-463)
    return {"TableDescription": describe(state, table)}


def _encryption(state: State, source: Table, request: Json) -> Json | None:
    """The source's, unless the request says otherwise; an empty word means AWS's own key (T-215 T-276 T-457)."""
    override = request.get("SSESpecificationOverride")
    if override is None:
        return source.encryption
    check_specification(override)
    return described(state, override)


def _new_table(state: State, source: Table, request: Json, encryption: Json | None) -> Table:
    """Without stream, TTL, recovery, tags, protection, policy and class (T-215)."""
    state.created += 1
    name = request["TargetTableName"]
    mode = request.get("BillingModeOverride") or source.mode
    local, indexes = restored_indexes(state, source, request)
    table = Table(
        name=name,
        arn=state.arn(name),
        table_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{state.created}")),
        created=state.now,
        active_at=state.now + state.seconds("restore"),
        attributes=dict(source.attributes),
        keys=source.keys,
        mode=mode,
        capacity=restored_capacity(source, request, mode),
        mode_summary=mode == "PAY_PER_REQUEST",
        on_demand_since=state.now if mode == "PAY_PER_REQUEST" else None,
        modes_seen={mode},
        local_indexes=local,
        indexes={index.name: index for index in indexes},
        vectors=restored(source, request),
        encryption=encryption,
    )
    table.forget_attributes()
    return table
