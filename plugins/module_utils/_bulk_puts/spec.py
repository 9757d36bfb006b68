# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to wishes: what is wrong is named with its path, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._backups.model import LABEL
from .._engine.errors import Refused
from .._engine.fields import read
from .._exports.spec import BUCKET, repeated
from .._tables.names import check_estate, physical_name
from .._tables.rules import NAME
from .argspec import PUT_FIELDS, REPLACE
from .model import Wish, Wishes

Entry = Mapping[str, Any]

SLOWEST = 1024
"""The least that max_write_request_units may be (documented)."""
INPUT, OUTPUT = "input_s3_configuration", "output_s3_configuration"
MEMBERS = {
    "s3_bucket": "S3Bucket",
    "s3_key_prefix": "S3KeyPrefix",
    "s3_bucket_owner": "S3BucketOwner",
    "input_format": "InputFormat",
    "input_compression_type": "InputCompressionType",
    "s3_sse_algorithm": "S3SseAlgorithm",
    "s3_sse_kms_key_id": "S3SseKmsKeyId",
    "output_type": "OutputType",
}


def parse(params: Mapping[str, Any]) -> Wishes:
    """The wishes, sorted by table and name. Raises Refused with all problems of all entries."""
    estate = str(params["name"])
    problems: list[str] = []
    check_estate(estate, problems)
    wishes: dict[str, Wish] = {}
    for number, given in enumerate(params["bulk_puts"] or []):
        path = f"bulk_puts[{number}]"
        before = len(problems)
        entry = read(given, PUT_FIELDS, path, problems)
        if len(problems) == before:
            problems += [f"{path}.{problem}" for problem in _problems(entry, estate)]
        if len(problems) == before:
            wishes[path] = _wish(entry, estate)
    problems += repeated({path: (wish.token(0), wish.resource) for path, wish in wishes.items()}, "bulk put")
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
    for place in (INPUT, OUTPUT):
        yield from (f"{place}.{problem}" for problem in _place_problems(entry[place]))
    units = entry["max_write_request_units"]
    if units is not None and units < SLOWEST:
        yield f"max_write_request_units: must be at least {SLOWEST}, not {units}"


def _token_problems(entry: Entry) -> Iterator[str]:
    if entry["label"] and not LABEL.match(entry["label"]):
        yield f"label: {entry['label']!r} may only have 1 to 128 letters, digits, '.' and '-'"
    token = entry["client_token"] or ""
    if "$" in token or len(token) > 128:
        yield "client_token: has at most 128 characters, and no '$'"
    if token and entry["retry_failed"]:
        yield "retry_failed: contradicts client_token, with which AWS would answer with the failed one; give another"
    if not (token or entry["label"]):
        yield "label: nothing says which bulk put this is, so that a second run finds it; give label or client_token"


def _place_problems(place: Entry) -> Iterator[str]:
    if not BUCKET.match(place["s3_bucket"]) or len(place["s3_bucket"]) > 255:
        yield f"s3_bucket: {place['s3_bucket']!r} is not the name of a bucket"
    if len(place["s3_key_prefix"] or "") > 1024:
        yield f"s3_key_prefix: has {len(place['s3_key_prefix'])} characters, AWS allows 1024"
    if place["s3_bucket_owner"] and not re.fullmatch(r"[0-9]{12}", place["s3_bucket_owner"]):
        yield f"s3_bucket_owner: {place['s3_bucket_owner']!r} is not the id of an account, which has 12 digits"
    if "output_type" not in place:
        return
    if not place["output_type"]:
        yield "output_type: must name one type at least"
    key, algorithm = place["s3_sse_kms_key_id"], place["s3_sse_algorithm"]
    if key and algorithm != "KMS":
        yield f"s3_sse_kms_key_id: needs s3_sse_algorithm: KMS, which is {algorithm or 'not given'}"
    if algorithm == "KMS" and not key:
        yield "s3_sse_kms_key_id: is required with s3_sse_algorithm: KMS"


def _wish(entry: Entry, estate: str) -> Wish:
    table_name = _physical(entry, estate)
    request: dict[str, Any] = {
        "TableName": table_name,
        "InputS3Configuration": _place(entry[INPUT]),
        "OutputS3Configuration": _place(entry[OUTPUT]),
    }
    if entry["max_write_request_units"] is not None:
        request["MaxWriteRequestUnits"] = entry["max_write_request_units"]
    if entry["performance_tier"]:
        request["PerformanceTier"] = entry["performance_tier"]
    return Wish(
        estate=estate,
        table=entry["table"],
        table_name=table_name,
        name=entry["label"] or entry["client_token"],
        request=request,
        client_token=entry["client_token"] or "",
        label=entry["label"] or "",
        retry_failed=bool(entry["retry_failed"]),
        allowed=REPLACE in (entry["allow"] or ()),
    )


def _place(place: Entry) -> dict[str, Any]:
    request = {member: place[name] for name, member in MEMBERS.items() if place.get(name)}
    return {**request, "OutputType": sorted(set(request["OutputType"]))} if "OutputType" in request else request
