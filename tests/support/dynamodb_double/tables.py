# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateTable, DescribeTable, ListTables and DeleteTable."""

from __future__ import annotations

import uuid

from . import admission, groups, vectors
from .backups import system_backup
from .capacity_rules import ON_DEMAND, PROVISIONED, check_new_table, new_capacity
from .describe import describe
from .faults import AwsFault, in_use, invalid, validation
from .model import Index, Job, Json, Table
from .policies import check_document, first_policy
from .quotas import check_another_table, check_reserved
from .schema import check_schema
from .sse import check_specification, described
from .state import State
from .tagging import check_new_tags
from .wire import Wire, check_create, checker, table_name

_check_name = checker(table_name)


def create_table(state: State, request: Json) -> Json:
    """Begins a table; rule 3.1."""
    check_create(request)
    vectors.check_shape(request)
    vectors.check_new(request)
    check_schema(request)
    check_new_table(request, state.region)
    _check_stream(request.get("StreamSpecification"))
    check_new_tags(request.get("Tags") or [])
    check_specification(request.get("SSESpecification") or {})
    if "ResourcePolicy" in request:
        check_document(state, request["ResourcePolicy"])
    name = request["TableName"]
    if name in state.tables:
        raise exists(state.tables[name])
    encryption = described(state, request.get("SSESpecification") or {})
    check_another_table(state)
    check_reserved(state, None, request)
    state.charge()
    table = begin_table(state, request, encryption)
    if "ResourcePolicy" in request:
        first_policy(state, table, request["ResourcePolicy"])
    return {"TableDescription": describe(state, table)}


def begin_table(state: State, request: Json, encryption: Json | None, what: str = "") -> Table:
    """A table that is CREATING from now on, for as long as what takes."""
    table = state.tables[request["TableName"]] = _new_table(state, request, encryption)
    duration = what or _creation(table)
    table.active_at = state.now + state.seconds(duration)
    state.start(table, Job("CREATE"), duration, lambda: _created(state, table))
    return table


def describe_table(state: State, request: Json) -> Json:
    """Always works while the table exists."""
    _check_name(request)
    return {"Table": describe(state, state.visible_table(request["TableName"]))}


def list_tables(state: State, request: Json) -> Json:
    """Names in their order, in pages."""
    first = request.get("ExclusiveStartTableName", "")
    size = request.get("Limit", 100)
    wire = Wire()
    wire.between(size, "limit", 1, 100)
    wire.finish()
    names = [name for name in sorted(state.tables) if name > first]
    answer: Json = {"TableNames": names[:size]}
    if len(names) > size:
        answer["LastEvaluatedTableName"] = names[size - 1]
    return answer


def delete_table(state: State, request: Json) -> Json:
    """Begins the end of a table; rule 3.4."""
    _check_name(request)
    table = state.visible_table(request["TableName"])
    if table.protected:
        raise validation(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    groups.check_delete(state, table)
    admission.check_delete(table)
    state.charge()
    table.deleted_at = state.now
    state.start(table, Job("DELETE"), "delete", lambda: _gone(state, table))
    system_backup(state, table)
    return {"TableDescription": describe(state, table)}


def _gone(state: State, table: Table) -> None:
    del state.tables[table.name]


def exists(table: Table) -> AwsFault:
    """A name can be taken in three ways (T-001 T-005 T-008 T-219)."""
    if table.restoring:
        return in_use(f"Table is being used: {table.name}")
    if table.job("CREATE"):
        return in_use(f"Table is being created: {table.name}")
    return AwsFault("ResourceInUseException", f"Table already exists: {table.name}")


def _check_stream(stream: Json | None) -> None:
    if stream is None:
        return
    if stream["StreamEnabled"] and "StreamViewType" not in stream:
        raise invalid("Table is being created with a stream enabled, UpdateViewType is required")
    if not stream["StreamEnabled"] and "StreamViewType" in stream:
        raise invalid("Table is being created with a stream disabled, UpdateViewType should not be specified")


def _creation(table: Table) -> str:
    return "create_with_indexes" if table.indexes or table.vectors else "create"


def _new_table(state: State, request: Json, encryption: Json | None) -> Table:
    state.created += 1
    mode = request.get("BillingMode") or PROVISIONED
    stream = request.get("StreamSpecification") or {}
    table = Table(
        name=request["TableName"],
        arn=state.arn(request["TableName"]),
        table_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{request['TableName']}/{state.created}")),
        created=state.now,
        active_at=state.now,
        attributes={item["AttributeName"]: item["AttributeType"] for item in request["AttributeDefinitions"]},
        keys=request["KeySchema"],
        mode=mode,
        capacity=new_capacity(request, mode),
        mode_summary=mode == ON_DEMAND,
        modes_seen={mode},
        local_indexes=[_new_index(index) for index in request.get("LocalSecondaryIndexes") or []],
        vectors=vectors.made_with(request),
        encryption=encryption,
        table_class=request.get("TableClass") if request.get("TableClass") != "STANDARD" else None,
        protected=request.get("DeletionProtectionEnabled") or False,
        tags={tag["Key"]: tag["Value"] for tag in request.get("Tags") or []},
        stream_view=stream.get("StreamViewType"),
        stream_label=state.text() if stream.get("StreamEnabled") else None,
    )
    for given in request.get("GlobalSecondaryIndexes") or []:
        index = table.indexes[given["IndexName"]] = _new_index(given)
        index.status = "CREATING"  # without Backfilling, which is not the same as false (T-138)
        index.capacity = new_capacity(given, mode)
    return table


def _new_index(given: Json) -> Index:
    return Index(given["IndexName"], given["KeySchema"], given["Projection"])


def _created(state: State, table: Table) -> None:
    table.readable_tags = dict(table.tags)
    if table.mode == ON_DEMAND:
        table.on_demand_since = state.now
    for index in table.indexes.values():
        index.status = "ACTIVE"
    vectors.ready(table)
