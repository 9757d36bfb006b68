# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateBackup, DescribeBackup, ListBackups and DeleteBackup: rules 1.12 and 3.11."""

from __future__ import annotations

import copy
import re
import zlib

from .faults import AwsFault, denied, validation
from .model import Backup, Index, Json, Table, copied
from .settings import SYSTEM_BACKUP_KEPT
from .state import State
from .subresources import backed_up, check_backups_ready
from .wire import Wire, checker, table_name

ARN = re.compile(r"arn:aws:dynamodb:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):table/(?P<id>[^/]+/backup/[^/]+)")
KINDS = ("USER", "SYSTEM", "AWS_BACKUP", "ALL")


def _backup_name(wire: Wire, request: Json) -> None:
    wire.name(request.get("BackupName"), "backupName")


def _backup_arn(wire: Wire, request: Json) -> None:
    wire.length(request.get("BackupArn"), "backupArn", 37, 1024)


def _filters(wire: Wire, request: Json) -> None:
    if "TableName" in request:
        table_name(wire, request)
    wire.between(request.get("Limit", 100), "limit", 1, 100)
    wire.one_of(request.get("BackupType"), "backupType", KINDS)


_check_create = checker(table_name, _backup_name)
_check_arn = checker(_backup_arn)
_check_filters = checker(_filters)


def create_backup(state: State, request: Json) -> Json:
    """Names are not unique, and nothing tells a repeated request from a new one (B-011)."""
    _check_create(request)
    table = backed_up(state, request["TableName"], "delete_create_backup")
    check_backups_ready(state, table)
    state.created += 1
    suffix = f"{zlib.crc32(f'{table.table_id}/{state.created}'.encode()):08x}"
    return {"BackupDetails": _details(state, _new(state, table, request["BackupName"], "USER", suffix))}


def system_backup(state: State, table: Table) -> None:
    """The backup nobody can delete, of a table that is deleted with recovery on (T-167 T-453)."""

    def make() -> None:
        if table.recovery is not None:
            backup = _new(state, table, f"{table.name}$DeletedTableBackup", "SYSTEM", "00000000")
            backup.expires = state.now + SYSTEM_BACKUP_KEPT

    state.schedule.after(state.seconds("system_backup"), make)


def describe_backup(state: State, request: Json) -> Json:
    _check_arn(request)
    return {"BackupDescription": _description(state, find(state, request["BackupArn"]), request["BackupArn"])}


def list_backups(state: State, request: Json) -> Json:
    """By time; without a type only those that users made (B-014)."""
    _check_filters(request)
    low = state.time_of(request.get("TimeRangeLowerBound", 0.0))
    high = state.time_of(request.get("TimeRangeUpperBound", float("inf")))
    if low > high:
        raise validation("Time range lower bound must be less than or equal to upper bound")
    kind, last = request.get("BackupType", "USER"), request.get("ExclusiveStartBackupArn", "").rpartition("/")[2]
    name = state.name_of(request["TableName"]) if "TableName" in request else None
    found = [
        backup
        for backup in sorted(state.backups.values(), key=_number)
        if low <= backup.created < high
        and kind in (backup.kind, "ALL")
        and name in (None, backup.source.name)
        and _number(backup) > last
    ]
    size = request.get("Limit", 100)
    answer: Json = {"BackupSummaries": [_summary(state, backup) for backup in found[:size]]}
    if len(found) > size:
        answer["LastEvaluatedBackupArn"] = found[size - 1].arn
    return answer


def delete_backup(state: State, request: Json) -> Json:
    """At once (B-005)."""
    _check_arn(request)
    backup = find(state, request["BackupArn"])
    if backup.expires is not None:
        raise validation(
            f"Invalid Request: User is not allowed to delete the system backup with arn {backup.arn}. "
            f"It will automatically expire on {state.text(backup.expires)}Z"
        )
    if feeds(state, backup):
        raise in_use("Backup is being used to restore table", backup)
    del state.backups[_id(backup.arn)]
    answer = _description(state, backup, request["BackupArn"])
    answer["BackupDetails"]["BackupStatus"] = "DELETED"
    return {"BackupDescription": answer}


def find(state: State, arn: str) -> Backup:
    """The backup behind an ARN, of which the region does not matter (B-012)."""
    match = ARN.fullmatch(arn)
    if match is None:
        raise validation("Invalid Backup ARN")
    if match["account"] != state.account_id:
        raise denied("Access is denied")
    if match["id"] not in state.backups:
        raise AwsFault("BackupNotFoundException", f"Backup not found: {arn}")
    return state.backups[match["id"]]


def feeds(state: State, backup: Backup) -> bool:
    """Whether a restore still reads it (B-010 T-349)."""
    restoring = [table.restoring for table in state.tables.values() if table.restoring]
    return any(summary.get("SourceBackupArn") == backup.arn for summary in restoring)


def in_use(what: str, backup: Backup) -> AwsFault:
    return AwsFault("BackupInUseException", f"{what}: {backup.arn}")


def _new(state: State, table: Table, name: str, kind: str, suffix: str) -> Backup:
    arn = f"{table.arn}/backup/{int(state.now * 1000):014d}-{suffix}"
    created = int(state.now * 1000) / 1000
    backup = Backup(arn, name, "SYSTEM" if kind == "SYSTEM" else "USER", created, copy.deepcopy(table))
    state.backups[_id(arn)] = backup
    return backup


def _id(arn: str) -> str:
    return arn.partition(":table/")[2]


def _number(backup: Backup) -> str:
    return backup.arn.rpartition("/")[2]


def _details(state: State, backup: Backup) -> Json:
    answer: Json = {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": 0,
        "BackupStatus": "AVAILABLE" if state.passed(backup.created, "backup") else "CREATING",
        "BackupType": backup.kind,
        "BackupCreationDateTime": state.moment(backup.created),
    }
    if backup.expires is not None:
        answer["BackupExpiryDateTime"] = state.moment(backup.expires)
    return answer


def _summary(state: State, backup: Backup) -> Json:
    table = backup.source
    return {
        "TableName": table.name,
        "TableId": table.table_id,
        "TableArn": table.arn,
        **_details(state, backup),
    }


def _description(state: State, backup: Backup, arn: str) -> Json:
    """The ARN is said back as it was given (B-012)."""
    table = backup.source
    source: Json = {
        "TableName": table.name,
        "TableId": table.table_id,
        "TableArn": table.arn,
        "TableSizeBytes": 0,
        "KeySchema": copied(table.keys),
        "TableCreationDateTime": state.moment(table.created),
        "ProvisionedThroughput": _units(table.capacity.read, table.capacity.write),
        "ItemCount": 0,
        "BillingMode": table.mode,
    }
    if table.capacity.on_demand:
        source["OnDemandThroughput"] = dict(table.capacity.on_demand)
    features = {} if backup.kind == "SYSTEM" else _features(table)  # B-015
    details = {**_details(state, backup), "BackupArn": arn}
    return {"BackupDetails": details, "SourceTableDetails": source, "SourceTableFeatureDetails": features}


def _features(table: Table) -> Json:
    """What a backup records of a table's features, each only when there is something to record (B-009)."""
    features: Json = {}
    if table.local_indexes:
        features["LocalSecondaryIndexes"] = [_index(index) for index in table.local_indexes]
    if table.indexes:
        features["GlobalSecondaryIndexes"] = [
            {
                **_index(index),
                "ProvisionedThroughput": _units(index.capacity.read, index.capacity.write),
                **({"OnDemandThroughput": dict(index.capacity.on_demand)} if index.capacity.on_demand else {}),
            }
            for index in table.indexes.values()
        ]
    if table.vectors:
        features["VectorIndexes"] = [copied(vector.body) for vector in table.vectors.values()]
    if table.stream_view is not None:
        features["StreamDescription"] = {"StreamEnabled": True, "StreamViewType": table.stream_view}
    if table.ttl_attribute is not None:
        features["TimeToLiveDescription"] = {
            "TimeToLiveStatus": "ENABLED",
            "AttributeName": table.ttl_attribute,
        }
    if table.encryption is not None:
        features["SSEDescription"] = dict(table.encryption)
    return features


def _units(read: int, write: int) -> Json:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def _index(index: Index) -> Json:
    return copied({"IndexName": index.name, "KeySchema": index.keys, "Projection": index.projection})
