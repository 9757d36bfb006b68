# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kinesis streaming destinations of tables: rules 1.11, 2.1, 2.3 and 3.10."""

from __future__ import annotations

from collections.abc import Callable

from .faults import AwsFault, in_use, no_table, validation
from .model import Destination, Json, Table
from .state import State
from .wire import Wire, checker, table_name

LIVE = ("ENABLING", "ACTIVE", "UPDATING", "DISABLING")
"""At most one entry of a table is in one of these; of the others there may be any number (T-268)."""
PRECISIONS = ("MILLISECOND", "MICROSECOND")
PRECISION = "ApproximateCreationDateTimePrecision"
ENABLE, UPDATE = "EnableKinesisStreamingConfiguration", "UpdateKinesisStreamingConfiguration"
PERMISSION = "User does not have a permission to use kinesis stream"
THE_STREAM_IS = "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in "
OTHER_REGION, NOT_ACTIVE = f"{THE_STREAM_IS}the current region", f"{THE_STREAM_IS}Active state"


def _stream(wire: Wire, request: Json) -> None:
    wire.length(request.get("StreamArn"), "streamArn", 37, 1024)
    for member in (ENABLE, UPDATE):
        path = f"{member[0].lower()}{member[1:]}.approximateCreationDateTimePrecision"
        wire.one_of((request.get(member) or {}).get(PRECISION), path, PRECISIONS)


_check_name = checker(table_name)
_check = checker(table_name, _stream)


def describe_destinations(state: State, request: Json) -> Json:
    """Also while the table is DELETING; new ones are hidden at first (T-233 T-236)."""
    _check_name(request)
    table = _table(state, request)
    shown = [dict(entry) for entry in table.readable_destinations]
    for entry in shown:
        if table.deleted_at is not None and entry["DestinationStatus"] == "ACTIVE":
            entry["DestinationStatus"] = "UPDATING"
    return {"TableName": table.name, "KinesisDataStreamDestinations": shown}


def enable_destination(state: State, request: Json) -> Json:
    """Never looks at the stream: that is done afterwards (T-318). Another enabling has no precision (T-300)."""
    _check(request)
    table = _table(state, request)
    if table.job("CREATE"):  # ?
        raise in_use(f"Table is being created: {table.name}")
    if any(entry.status in LIVE for entry in table.destinations.values()):
        allowed = "must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
        raise _refused(f"EnableKinesisStreamingDestination {allowed}")
    arn, configuration = request["StreamArn"], request.get(ENABLE) or {}
    entry = table.destinations[arn] = Destination("ENABLING", configuration.get(PRECISION))
    why, what = _failure(state, arn)

    def finish() -> None:
        entry.status, entry.description = ("ENABLE_FAILED", why) if why else ("ACTIVE", None)

    _change(state, table, what, finish)
    return _answer(table, arn, entry, {ENABLE: configuration})


def disable_destination(state: State, request: Json) -> Json:
    """Of any ARN that is not ACTIVE it says the same, be it unknown or no ARN at all (T-302)."""
    _check(request)
    if request.get(ENABLE) is not None:
        raise validation(f"Stream cannot be disabled using {ENABLE} parameters")
    table, arn = _table(state, request), request["StreamArn"]
    entry = table.destinations.get(arn)
    if entry is not None and entry.status == "DISABLING":
        return _answer(table, arn, entry, {})
    if entry is None or entry.status != "ACTIVE" or table.deleted_at is not None:
        raise _refused("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
    entry.status = "DISABLING"

    def finish() -> None:
        entry.status, entry.precision = "DISABLED", None

    _change(state, table, "kinesis_disable", finish)
    return _answer(table, arn, entry, {})


def update_destination(state: State, request: Json) -> Json:
    """The new precision is shown from the beginning on (T-300)."""
    _check(request)
    table, arn = _table(state, request), request["StreamArn"]
    wanted = (request.get(UPDATE) or {}).get(PRECISION)
    if wanted is None:
        raise validation(
            f"Streaming destination cannot be updated with given parameters: {UPDATE} cannot be null or contain only "
            "null values"
        )
    entry = table.destinations.get(arn)
    if entry is None:
        raise _refused(f"No streaming destination with streamArn: {arn}")
    if entry.status != "ACTIVE":
        raise _refused(
            "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
            f"TableName: {table.name}, kdsArn: {arn}"
        )
    if wanted == (entry.precision or PRECISIONS[0]):
        raise validation(
            f"Invalid Request: Precision is already set to the desired value of {wanted} for tableId: "
            f"{table.table_id}, kdsArn: {arn}"
        )
    entry.status, entry.precision = "UPDATING", wanted

    def finish() -> None:
        entry.status = "ACTIVE"

    _change(state, table, "kinesis_update", finish)
    return _answer(table, arn, entry, {UPDATE: {PRECISION: wanted}})


def _table(state: State, request: Json) -> Table:
    table = state.table(request["TableName"])
    if table.job("CREATE") and not state.passed(table.created, "create_policy_hidden"):
        raise no_table(table.name)
    return table


def _failure(state: State, arn: str) -> tuple[str | None, str]:
    """What becomes of an enabling: why it fails, if it does, and how long it takes (T-318)."""
    service, region, account = arn.split(":", 5)[2:5]
    if arn in state.settings.kinesis_failures:
        return state.settings.kinesis_failures[arn], "kinesis_fail"
    if region != state.region:
        return OTHER_REGION, "kinesis_fail"
    if account != state.account_id or service == "firehose":
        return NOT_ACTIVE, "kinesis_fail_late"
    return (None, "kinesis_enable") if service == "kinesis" and ":stream/" in arn else (PERMISSION, "kinesis_fail")


def _change(state: State, table: Table, what: str, finish: Callable[[], None]) -> None:
    """Begins a change, and shows it and its end, each a little later (T-304)."""

    def end() -> None:
        finish()
        _show(state, table)

    _show(state, table)
    state.schedule.after(state.seconds(what), end)


def _show(state: State, table: Table) -> None:
    entries = [_entry(arn, entry) for arn, entry in sorted(table.destinations.items())]

    def show() -> None:
        table.readable_destinations = entries

    state.schedule.after(state.seconds("kinesis_read_lag"), show)


def _entry(arn: str, entry: Destination) -> Json:
    shown: Json = {"StreamArn": arn, "DestinationStatus": entry.status}
    if entry.description:
        shown["DestinationStatusDescription"] = entry.description
    if entry.precision:
        shown[PRECISION] = entry.precision
    return shown


def _answer(table: Table, arn: str, entry: Destination, more: Json) -> Json:
    return {"TableName": table.name, "StreamArn": arn, "DestinationStatus": entry.status, **more}


def _refused(why: str) -> AwsFault:
    """The words are those of enabling whatever was asked for (T-299 T-300 T-302)."""
    return validation(f"Table is not in a valid state to enable Kinesis Streaming Destination: {why}")
