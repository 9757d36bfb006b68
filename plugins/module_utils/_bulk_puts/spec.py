# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to wishes: what is wrong is named with its path, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._exports.once import common, parse_each, place_problems, token_problems
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

    def make(entry: Entry) -> Wish:
        return _wish(entry, estate)

    return Wishes(estate, parse_each(params, "bulk_puts", PUT_FIELDS, _problems, make))


def without(wishes: Wishes, tables: set[str]) -> Wishes:
    """The wishes that are not about these tables, of which it is not known what is there."""
    return replace(wishes, wishes=tuple(wish for wish in wishes.wishes if wish.table_name not in tables))


def _problems(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry whose shape is right."""
    yield from token_problems(entry, "bulk put", entry["client_token"] or entry["label"], "label or client_token")
    for place in (INPUT, OUTPUT):
        yield from (f"{place}.{problem}" for problem in place_problems(entry[place]))
    yield from (f"{OUTPUT}.{problem}" for problem in _output_problems(entry[OUTPUT]))
    units = entry["max_write_request_units"]
    if units is not None and units < SLOWEST:
        yield f"max_write_request_units: must be at least {SLOWEST}, not {units}"


def _output_problems(place: Entry) -> Iterator[str]:
    if not place["output_type"]:
        yield "output_type: must name one type at least"
    if place["s3_sse_algorithm"] == "KMS" and not place["s3_sse_kms_key_id"]:
        yield "s3_sse_kms_key_id: is required with s3_sse_algorithm: KMS"


def _wish(entry: Entry, estate: str) -> Wish:
    of_any = common(entry, estate)
    request: dict[str, Any] = {
        "TableName": of_any["table_name"],
        "InputS3Configuration": _place(entry[INPUT]),
        "OutputS3Configuration": _place(entry[OUTPUT]),
    }
    if entry["max_write_request_units"] is not None:
        request["MaxWriteRequestUnits"] = entry["max_write_request_units"]
    if entry["performance_tier"]:
        request["PerformanceTier"] = entry["performance_tier"]
    name = entry["label"] or entry["client_token"]
    return Wish(**of_any, name=name, request=request, allowed=REPLACE in (entry["allow"] or ()))


def _place(place: Entry) -> dict[str, Any]:
    request = {member: place[name] for name, member in MEMBERS.items() if place.get(name)}
    return {**request, "OutputType": sorted(set(request["OutputType"]))} if "OutputType" in request else request
