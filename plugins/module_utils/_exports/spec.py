# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to wishes: what is wrong is named with its path, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .._tables.names import table_arn
from .._tables.origins import moment, time_of
from .argspec import EXPORT_FIELDS, FULL, INCREMENTAL
from .filters import filter_problems, filter_request
from .model import Wish
from .once import common, parse_each, place_problems, token_problems

Entry = Mapping[str, Any]

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
"""The window of an incremental export (E-004, and documented)."""
WINDOW = "incremental_export_specification"
ENDS = ("export_from_time", "export_to_time")
MEMBERS = {
    "s3_bucket": "S3Bucket",
    "s3_prefix": "S3Prefix",
    "s3_bucket_owner": "S3BucketOwner",
    "s3_sse_algorithm": "S3SseAlgorithm",
    "s3_sse_kms_key_id": "S3SseKmsKeyId",
    "export_format": "ExportFormat",
    "export_type": "ExportType",
}
WHICH = "label, client_token, export_time or incremental_export_specification.export_to_time"


@dataclass(frozen=True)
class Wishes:
    """Everything that a user's list says."""

    estate: str
    wishes: tuple[Wish, ...] = ()

    @property
    def filtered(self) -> bool:
        return any("FilterSpecification" in wish.request for wish in self.wishes)


def parse(params: Mapping[str, Any]) -> Wishes:
    """The wishes, sorted by table and name. Raises Refused with all problems of all entries."""
    estate, region, account_id = (str(params[name]) for name in ("name", "region", "account_id"))

    def make(entry: Entry) -> Wish:
        return _wish(entry, estate, region, account_id)

    return Wishes(estate, parse_each(params, "exports", EXPORT_FIELDS, _problems, make))


def without(wishes: Wishes, tables: set[str]) -> Wishes:
    """The wishes that are not about these tables, of which it is not known what is there."""
    return replace(wishes, wishes=tuple(wish for wish in wishes.wishes if wish.table_name not in tables))


def _problems(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry whose shape is right."""
    named = entry["client_token"] or entry["label"] or entry["export_time"] or (entry[WINDOW] or {}).get(ENDS[1])
    yield from token_problems(entry, "export", named, WHICH)
    yield from place_problems(entry)
    yield from _time_problems(entry)
    if entry["filter_specification"]:
        yield from filter_problems(entry["filter_specification"])


def _time_problems(entry: Entry) -> Iterator[str]:
    window = entry[WINDOW]
    if entry["export_time"] and time_of(entry["export_time"]) is None:
        yield _no_time("export_time", entry["export_time"])
    if entry["export_type"] == FULL and window:
        yield f"{WINDOW}: contradicts export_type: {FULL}; it is for {INCREMENTAL}"
    if entry["export_type"] == INCREMENTAL and not window:
        yield f"{WINDOW}: is required with export_type: {INCREMENTAL}"
    if entry["export_type"] == INCREMENTAL and entry["export_time"]:
        yield f"export_time: contradicts export_type: {INCREMENTAL}, whose times are those of {WINDOW}"
    if window:
        yield from _window_problems(window)


def _window_problems(window: Entry) -> Iterator[str]:
    for name in ENDS:
        if window[name] and time_of(window[name]) is None:
            yield _no_time(f"{WINDOW}.{name}", window[name])
    start, end = (time_of(window[name]) if window[name] else None for name in ENDS)
    if start and end:
        yield from (f"{WINDOW}: {problem}" for problem in length_problems(start, end))


def length_problems(start: datetime, end: datetime) -> Iterator[str]:
    """What is wrong with a window of these two ends."""
    between = f"from {moment(start)} to {moment(end)}"
    if end <= start:
        yield f"export_to_time must be after export_from_time, but it goes {between}"
    elif end - start < SHORTEST:
        yield f"AWS exports at least 15 minutes, not {between}"
    elif end - start > LONGEST:
        yield f"AWS exports at most 24 hours at once, not {between}"


def _no_time(path: str, given: str) -> str:
    return f"{path}: {given!r} is not a time with its zone, such as 2026-11-02T08:00:00Z"


def _wish(entry: Entry, estate: str, region: str, account_id: str) -> Wish:
    of_any = common(entry, estate)
    request = {member: entry[name] for name, member in MEMBERS.items() if entry[name]}
    request["TableArn"] = table_arn(region, account_id, of_any["table_name"])
    if entry["export_time"]:
        request["ExportTime"] = time_of(entry["export_time"])
    if entry[WINDOW]:
        request["IncrementalExportSpecification"] = _window(entry[WINDOW])
    if entry["filter_specification"]:
        request["FilterSpecification"] = filter_request(entry["filter_specification"])
    end = request.get("ExportTime") or request.get("IncrementalExportSpecification", {}).get("ExportToTime")
    name = entry["label"] or entry["client_token"] or moment(end)
    return Wish(**of_any, name=name, request=dict(sorted(request.items())))


def _window(window: Entry) -> dict[str, Any]:
    times = {"ExportFromTime": window["export_from_time"], "ExportToTime": window["export_to_time"]}
    return {
        **{member: time_of(text) for member, text in times.items() if text},
        "ExportViewType": window["export_view_type"],
    }
