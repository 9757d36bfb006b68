# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kinesis data stream that a table's changes go to: what it is, what a difference means, when it has settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from .._engine.step import Step
from .argspec import PRECISIONS
from .change import Change, step
from .model import Destination, DestinationStatus, Observed, TableSpec

Answer = Mapping[str, Any]
Verdict = Literal["waiting", "settled", "failed", "undone"]

DEFAULT_PRECISION = PRECISIONS[0]
"""What an absent precision means (T-300)."""
FIELD = "kinesis_streaming_destination"
WORD = "change_kinesis_destination"
LIVE = ("ENABLING", "ACTIVE", "UPDATING")
"""The states of a destination that gets the changes, or soon will; there is at most one (T-299)."""
MOVING = ("ENABLING", "DISABLING", "UPDATING")
"""The states in which AWS takes no change of the table's destinations (T-299, T-300)."""
ACTIONS = frozenset({"disable_kinesis_destination", "enable_kinesis_destination", "set_kinesis_precision"})

HINTS = (
    ("not in the current region", "The stream must be in the table's region and account."),
    ("not in Active state", "Wait until the stream is ACTIVE, then run again; is it a data stream of this account?"),
    (
        "permission",
        "AWS also says so of a stream that is not there or not ACTIVE yet, so check the ARN first. The caller's "
        "policy must allow kinesis:DescribeStream and kinesis:PutRecords on it.",
    ),
)
"""What to do about the descriptions of a destination that failed, by their words."""


def wanted_destination(given: Mapping[str, Any] | None) -> Destination | None:
    """From the user's fields; None is not managed."""
    if given is None:
        return None
    if not given["enabled"]:
        return Destination(False)
    return Destination(True, given["stream_arn"], given["approximate_creation_date_time_precision"])


def found_destination(entries: Sequence[Answer] | None) -> Destination | None:
    """From AWS's list, which keeps what is DISABLED or has failed (T-268); None where it was not read."""
    if entries is None:
        return None
    for entry in entries:
        if entry.get("DestinationStatus") in LIVE:
            precision = entry.get("ApproximateCreationDateTimePrecision") or DEFAULT_PRECISION
            return Destination(True, entry["StreamArn"], precision)
    return Destination(False)


def destination_statuses(entries: Sequence[Answer] | None) -> dict[str, DestinationStatus]:
    """What AWS says of each stream that is or was the table's destination, by ARN."""
    return {
        entry["StreamArn"]: DestinationStatus(
            entry.get("DestinationStatus", ""), entry.get("DestinationStatusDescription") or ""
        )
        for entry in entries or ()
    }


def destination_entry(found: Destination | None) -> dict[str, Any]:
    """The field in the form in which users write it; nothing where there is no destination."""
    if not found or not found.enabled:
        return {}
    entry = {"stream_arn": found.stream_arn, "approximate_creation_date_time_precision": found.precision}
    return {FIELD: {name: value for name, value in entry.items() if value}}


def stream_name(arn: str) -> str:
    return arn.rpartition("/")[2]


def destination_changes(spec: TableSpec, live: Observed | None, seen: TableSpec) -> list[Change]:
    """What makes the destination the declared one. A live one is adopted: AWS refuses to enable it again (T-299)."""
    wanted, found = spec.destination, seen.destination
    if wanted is None or found is None:
        return []
    if not found.enabled:
        return [Change((_enable(spec, wanted, _missing(wanted, live)),))] if wanted.enabled else []
    if not wanted.enabled:
        reason = f"changes go to the Kinesis stream {found.stream_arn} and should go to none; it gets no more"
        return [Change((_disable(spec, found, reason),))]
    if wanted.stream_arn != found.stream_arn:
        return [_move(spec, wanted, found)]
    if wanted.precision in (None, found.precision):
        return []
    reason = f"the precision of Kinesis records is {found.precision} and should be {wanted.precision}"
    request = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": wanted.precision}}
    return [Change((_step(spec, "set_kinesis_precision", reason, wanted, "precision_set", request),))]


def _missing(wanted: Destination, live: Observed | None) -> str:
    """Why a destination is enabled; after a failure with what AWS said of it."""
    reason = f"changes go to no Kinesis stream and should go to {wanted.stream_arn}"
    before = live.status.destinations.get(wanted.stream_arn) if live else None
    if before is None or before.status != "ENABLE_FAILED":
        return reason
    return f"{reason} (the last attempt failed: {before.description or 'AWS gives no reason'})"


def _move(spec: TableSpec, wanted: Destination, found: Destination) -> Change:
    """One is live at a time, so there is a gap; a new one has the default precision unless told (T-299, T-300)."""
    kept = replace(wanted, precision=wanted.precision or found.precision)
    off = f"changes go to the Kinesis stream {found.stream_arn} and should go to {wanted.stream_arn}"
    on = f"from now on changes go to the Kinesis stream {wanted.stream_arn}; those in between go to none"
    return Change((_disable(spec, found, off), _enable(spec, kept, on, WORD)))


def _disable(spec: TableSpec, found: Destination, reason: str) -> Step:
    return _step(spec, "disable_kinesis_destination", reason, found, "destination_gone", {}, WORD)


def _enable(spec: TableSpec, wanted: Destination, reason: str, word: str = "") -> Step:
    precise = wanted.precision not in (None, DEFAULT_PRECISION)
    configuration = {"ApproximateCreationDateTimePrecision": wanted.precision}
    more = {"EnableKinesisStreamingConfiguration": configuration} if precise else {}
    return _step(spec, "enable_kinesis_destination", reason, wanted, "destination_active", more, word)


def _step(
    spec: TableSpec, action: str, reason: str, about: Destination, until: str, more: Mapping[str, Any], word: str = ""
) -> Step:
    request = {"TableName": spec.table_name, "StreamArn": about.stream_arn, **more}
    subject = stream_name(about.stream_arn)
    return step(spec.table_name, action, reason, request, word=word, fields=(FIELD,), subject=subject, until=until)


def with_destination_wait(live: Observed, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """With a wait for a destination that is under way, before the first step about it, or as the end of the run."""
    moving = {arn: found.status for arn, found in sorted(live.status.destinations.items()) if found.status in MOVING}
    if not moving:
        return steps
    reason = ", ".join(f"the Kinesis destination {stream_name(arn)} is {status}" for arn, status in moving.items())
    wait = Step(live.table_name, "await_destination", reason, until="destination_settled")
    place = next((place for place, each in enumerate(steps) if each.action in ACTIONS), len(steps))
    return (*steps[:place], wait, *steps[place:])


def verdict(waited: Step, entries: Iterable[Answer]) -> Verdict:
    """Whether what a step waits for holds, by AWS's list of destinations, which lags up to 0.1 s behind (T-268)."""
    found = {entry["StreamArn"]: entry for entry in entries}
    if waited.until == "destination_settled":
        return "waiting" if any(entry["DestinationStatus"] in MOVING for entry in found.values()) else "settled"
    entry = found.get(waited.request["StreamArn"], {})
    status = str(entry.get("DestinationStatus", ""))
    if waited.until == "precision_set":
        return _precise(waited, entry, status)
    return _gone(status) if waited.until == "destination_gone" else _on(status)


def _gone(status: str) -> Verdict:
    """Whether a destination is off; undone, here and below, is what the step has ended, or what a read still shows."""
    if status in LIVE:
        return "undone"
    return "waiting" if status == "DISABLING" else "settled"


def _on(status: str) -> Verdict:
    if status in ("DISABLING", "DISABLED"):
        return "undone"
    if status == "ENABLE_FAILED":
        return "failed"
    return "settled" if status == "ACTIVE" else "waiting"


def _precise(waited: Step, entry: Answer, status: str) -> Verdict:
    """The new precision is shown from the beginning on (T-300)."""
    if status != "ACTIVE":
        return "waiting" if status in MOVING else "undone"
    shown = entry.get("ApproximateCreationDateTimePrecision") or DEFAULT_PRECISION
    return "settled" if shown == _precision(waited) else "undone"


def _precision(done: Step) -> str:
    """What a step sets."""
    configuration: Mapping[str, str] = done.request["UpdateKinesisStreamingConfiguration"]
    return configuration["ApproximateCreationDateTimePrecision"]


def hint_on(description: str) -> str:
    """What a user can do about a destination that AWS could not enable."""
    known = next((advice for words, advice in HINTS if words in description), "")
    return known or "Check the stream with 'aws kinesis describe-stream-summary'; a rerun tries again."


def with_destinations(status: Mapping[str, Any], observed: Mapping[str, Observed]) -> dict[str, Any]:
    """The status of tables with what AWS says of their destinations, by ARN, also of those that it could not enable."""
    shown = {}
    for name, state in status.items():
        table = observed.get(state["table_name"])
        found = table.status.destinations if table else {}
        shown[name] = {**state, "kinesis_destinations": {arn: vars(each) for arn, each in sorted(found.items())}}
    return shown


def _enabled(spec: TableSpec, done: Step) -> TableSpec:
    configuration = done.request.get("EnableKinesisStreamingConfiguration", {})
    precision = configuration.get("ApproximateCreationDateTimePrecision", DEFAULT_PRECISION)
    return replace(spec, destination=Destination(True, done.request["StreamArn"], precision))


def _disabled(spec: TableSpec, _done: Step) -> TableSpec:
    return replace(spec, destination=Destination(False))


def _updated(spec: TableSpec, done: Step) -> TableSpec:
    return replace(spec, destination=replace(spec.destination or Destination(True), precision=_precision(done)))


EFFECTS: dict[str, Callable[[TableSpec, Step], TableSpec]] = {
    "disable_kinesis_destination": _disabled,
    "enable_kinesis_destination": _enabled,
    "set_kinesis_precision": _updated,
}
"""The effect of each step, for project.py."""
