# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UpdateTable: rules 3.2 and 3.3, in the order of checks of section 3."""

from __future__ import annotations

from datetime import timedelta

from . import admission, groups, index_updates, iops, replica_checks, replicas, sse, vectors
from .combination import Change, change_of, check_combination
from .describe import describe
from .faults import AwsFault, invalid, subscriber_limit, throttled, validation
from .model import Job, Json, Table
from .quotas import check_reserved
from .settings import CLASS_CHANGES, CLASS_WINDOW, PROTECTION_WINDOW
from .state import State
from .wire import check_update


def update_table(state: State, request: Json) -> Json:
    """All or nothing."""
    if replica_checks.concerns(request):
        return replicas.update(state, request)
    check_update(request)
    vectors.check_shape(request)
    change = change_of(request)
    name = state.name_of(request["TableName"])
    vectors.check_alone(change)
    check_combination(change, state.tables.get(name))
    stream, encryption = change.fields.get("StreamSpecification"), change.fields.get("SSESpecification")
    _check_stream_members(stream)
    sse.check_specification(encryption or {})
    table = state.table(name)
    admission.check_exists(table)
    groups.check_change(state, table, change)
    _check_content(state, table, change)
    lost = _lost(table, change)
    if not lost:
        _check_admission(table, change)
        _check_budgets(state, table, change)
        check_reserved(state, table, request)
    if encryption is not None and not table.job("SSE"):
        sse.described(state, encryption)  # the key is looked at after the budget (T-081)
    if _charged(table, change):
        state.charge()
    override = {} if lost else _apply(state, table, change)
    return {"TableDescription": {**describe(state, table), **_billing_echo(table, change), **override}}


def _check_admission(table: Table, change: Change) -> None:
    """A member has one text for all (T-444)."""
    try:
        admission.check_change(table, change)
    except AwsFault as fault:
        raise groups.in_use_in_group() if table.group is not None else fault from None


def _check_stream_members(stream: Json | None) -> None:
    if stream is None:
        return
    if stream["StreamEnabled"] and "StreamViewType" not in stream:
        raise invalid("If stream is being enabled then UpdateViewType is required")
    if not stream["StreamEnabled"] and "StreamViewType" in stream:
        raise invalid("If stream is being disabled, then UpdateViewType must not be specified")


def _check_content(state: State, table: Table, change: Change) -> None:
    """Against what is stored, whatever is running."""
    vectors.check(table, change)
    iops.check(state, table, change)
    stream = change.fields.get("StreamSpecification")
    if stream is not None and not table.job("STREAM"):
        if stream["StreamEnabled"] and table.stream_view is not None:
            raise validation(f"Table already has an enabled stream: TableName: {table.name}")
        if not stream["StreamEnabled"] and table.stream_view is None:
            raise validation(f"Table has no stream to disable: TableName: {table.name}")
    if "SSESpecification" in change.fields:
        sse.check_change(table, change.fields["SSESpecification"])
    index_updates.check(state, table, change)


def _lost(table: Table, change: Change) -> bool:
    """A class that is sent while an encryption change hides the running one: answered, never done (T-451)."""
    job = table.job("CLASS")
    return job is not None and job.hidden and "TableClass" in change.fields


def _check_budgets(state: State, table: Table, change: Change) -> None:
    if "SSESpecification" in change.fields:
        sse.check_budget(state, table)
    if not state.settings.budgets:
        return
    iops.check_budgets(state, table, change)
    if "TableClass" in change.fields:
        used = [time for time in table.class_changes if time > state.now - CLASS_WINDOW]
        if len(used) >= CLASS_CHANGES:
            raise subscriber_limit(f"Updates to TableClass are limited to {CLASS_CHANGES} times in 30 day(s).")
    changed = table.protection_changed
    if "DeletionProtectionEnabled" in change.fields and changed is not None:
        free = changed + state.settings.scaled(PROTECTION_WINDOW)
        if state.now < free:
            when = (state.moment(free) + timedelta(milliseconds=1)).isoformat(timespec="milliseconds")
            raise throttled(
                f"Deletion protection setting for table {table.name} modified within the previous "
                f"{int(PROTECTION_WINDOW * 1000)} milliseconds. Please try again after {when.replace('+00:00', 'Z')}"
            )


def _charged(table: Table, change: Change) -> bool:
    """No-ops and deletion protection do not count against the account (T-434)."""
    if set(change.fields) == {"BillingMode"} and change.fields["BillingMode"] == table.mode:
        return bool(change.actions)
    if "TableClass" in change.fields:
        return bool(change.fields["TableClass"] != (table.table_class or "STANDARD"))
    return "DeletionProtectionEnabled" not in change.fields


def _apply(state: State, table: Table, change: Change) -> Json:
    """Begins the changes; returns what the answer says differently from the table."""
    override = iops.apply(state, table, change)
    fields = change.fields
    if "StreamSpecification" in fields:
        _stream(state, table, fields["StreamSpecification"])
    if "SSESpecification" in fields:
        sse.change(state, table, fields["SSESpecification"])
    if "DeletionProtectionEnabled" in fields:
        if table.protected != fields["DeletionProtectionEnabled"]:
            table.protection_changed = state.now
        table.protected = fields["DeletionProtectionEnabled"]
        if table.group is not None:
            state.start(table, Job("REPLICA"), "replica_protection", lambda: None)
    if "TableClass" in fields:
        override["TableStatus"] = "UPDATING"  # even when nothing changes (T-177)
        _class(state, table, fields["TableClass"])
    index_updates.apply(state, table, change)
    vectors.apply(state, table, change)
    return override


def _stream(state: State, table: Table, specification: Json) -> None:
    """Visible from the first moment; the label stays when the stream goes (T-062 T-362)."""
    if specification["StreamEnabled"]:
        table.stream_label = state.text()
    table.stream_view = specification.get("StreamViewType")
    operation = "ENABLE" if specification["StreamEnabled"] else "DISABLE"
    job = Job("STREAM", detail={"stream": table.stream_label, "operation": operation})
    state.start(table, job, "stream", lambda: None)


def _class(state: State, table: Table, wanted: str) -> None:
    """The old class is shown until the end (T-052)."""
    if wanted == (table.table_class or "STANDARD"):
        return

    def finish() -> None:
        table.table_class, table.class_changed = wanted, state.now

    table.class_changes.append(state.now)
    state.start(table, Job("CLASS", detail={"class": wanted}), "table_class", finish)


def _billing_echo(table: Table, change: Change) -> Json:
    """The answer to a switch shows the new mode without numbers (T-183 T-452)."""
    mode = change.fields.get("BillingMode")
    job = table.job("TO_PROVISIONED", "TO_ON_DEMAND")
    if mode is None or job is None:
        return {}
    zero = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return {"BillingModeSummary": {"BillingMode": mode}, "ProvisionedThroughput": zero}
