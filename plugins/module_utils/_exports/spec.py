# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to wishes: what is wrong is named with its path, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .._backups.model import LABEL
from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.names import check_estate, physical_name, table_arn
from .._tables.origins import moment, time_of
from .._tables.rules import NAME
from .argspec import EXPORT_FIELDS, FULL, INCREMENTAL
from .filters import filter_problems, filter_request
from .model import Wish

Entry = Mapping[str, Any]

BUCKET = re.compile(r"^[a-z0-9A-Z]+[.\-\w]*[a-z0-9A-Z]+$")
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
LENGTHS = {"s3_bucket": 255, "s3_prefix": 1024, "s3_sse_kms_key_id": 2048}
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
    problems: list[str] = []
    check_estate(estate, problems)
    wishes: dict[str, Wish] = {}
    for number, given in enumerate(params["exports"] or []):
        path = f"exports[{number}]"
        before = len(problems)
        entry = read(given, EXPORT_FIELDS, path, problems)
        if len(problems) == before:
            problems += [f"{path}.{problem}" for problem in _problems(entry, estate)]
        if len(problems) == before:
            wishes[path] = _wish(entry, estate, region, account_id)
    problems += repeated({path: (wish.token(0), wish.resource) for path, wish in wishes.items()}, "export")
    if problems:
        raise Refused(problems)
    return Wishes(estate, tuple(sorted(wishes.values(), key=lambda wish: wish.resource)))


def without(wishes: Wishes, tables: set[str]) -> Wishes:
    """The wishes that are not about these tables, of which it is not known what is there."""
    return replace(wishes, wishes=tuple(wish for wish in wishes.wishes if wish.table_name not in tables))


def _physical(entry: Entry, estate: str) -> str:
    return physical_name(estate, {"name": entry["table"], "table_name": entry["table_name"]})


def _problems(entry: Entry, estate: str) -> Iterator[str]:
    """What is wrong with an entry whose shape is right."""
    name, path = _physical(entry, estate), "table_name" if entry["table_name"] else "table"
    if not NAME.match(name):
        yield f"{path}: {name!r} may only have letters, digits, '_', '.' and '-'"
    if not 3 <= len(name) <= 255:
        yield f"{path}: {name!r} has {len(name)} characters, AWS allows 3 to 255"
    yield from _token_problems(entry)
    yield from _place_problems(entry)
    yield from _time_problems(entry)
    if entry["filter_specification"]:
        yield from filter_problems(entry["filter_specification"])


def _token_problems(entry: Entry) -> Iterator[str]:
    if entry["label"] and not LABEL.match(entry["label"]):
        yield f"label: {entry['label']!r} may only have 1 to 128 letters, digits, '.' and '-'"
    token = entry["client_token"] or ""
    if "$" in token or len(token) > 128:
        yield "client_token: has at most 128 characters, and no '$'"
    if token and entry["retry_failed"]:
        yield "retry_failed: contradicts client_token, with which AWS would answer with the failed export; give another"
    if not (token or entry["label"] or entry["export_time"] or (entry[WINDOW] or {}).get("export_to_time")):
        yield f"label: nothing says which export this is, so that a second run finds it; give {WHICH}"


def _place_problems(entry: Entry) -> Iterator[str]:
    if not BUCKET.match(entry["s3_bucket"]):
        yield f"s3_bucket: {entry['s3_bucket']!r} is not the name of a bucket"
    for name, most in LENGTHS.items():
        if len(entry[name] or "") > most:
            yield f"{name}: has {len(entry[name])} characters, AWS allows {most}"
    if entry["s3_bucket_owner"] and not re.fullmatch(r"[0-9]{12}", entry["s3_bucket_owner"]):
        yield f"s3_bucket_owner: {entry['s3_bucket_owner']!r} is not the id of an account, which has 12 digits"
    if entry["s3_sse_kms_key_id"] and entry["s3_sse_algorithm"] != "KMS":
        said = entry["s3_sse_algorithm"] or "not given"
        yield f"s3_sse_kms_key_id: needs s3_sse_algorithm: KMS, which is {said}"


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


def repeated(entries: Mapping[str, tuple[str, str]], noun: str) -> Iterator[str]:
    """Entries, by path with token and resource, that AWS would make one of, or that cannot be told apart."""
    tokens: dict[str, str] = {}
    names: dict[str, str] = {}
    for path, (token, resource) in entries.items():
        same = tokens.setdefault(token, path)
        namesake = names.setdefault(resource, path)
        if same != path:
            yield f"{path}: has the same client token as {same}, so that AWS would make one {noun} of both"
        elif namesake != path:
            yield f"{path}: {resource} is the {noun} of {namesake} already; a label of its own tells them apart"


def _wish(entry: Entry, estate: str, region: str, account_id: str) -> Wish:
    table_name = _physical(entry, estate)
    request = {member: entry[name] for name, member in MEMBERS.items() if entry[name]}
    request["TableArn"] = table_arn(region, account_id, table_name)
    if entry["export_time"]:
        request["ExportTime"] = time_of(entry["export_time"])
    if entry[WINDOW]:
        request["IncrementalExportSpecification"] = _window(entry[WINDOW])
    if entry["filter_specification"]:
        request["FilterSpecification"] = filter_request(entry["filter_specification"])
    end = request.get("ExportTime") or request.get("IncrementalExportSpecification", {}).get("ExportToTime")
    return Wish(
        estate=estate,
        table=entry["table"],
        table_name=table_name,
        name=entry["label"] or entry["client_token"] or moment(end),
        request=dict(sorted(request.items())),
        client_token=entry["client_token"] or "",
        label=entry["label"] or "",
        retry_failed=bool(entry["retry_failed"]),
    )


def _window(window: Entry) -> dict[str, Any]:
    times = {"ExportFromTime": window["export_from_time"], "ExportToTime": window["export_to_time"]}
    return {
        **{member: time_of(text) for member, text in times.items() if text},
        "ExportViewType": window["export_view_type"],
    }
