# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an entry's fields to what a new table is made from: what is wrong is named with its path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .model import Environment
from .names import ownership_tags, partition_of, physical_name, table_arn
from .origins import BACKUP_ARN, TABLE_ARN, Origin, time_of
from .source_argspec import AT_LATEST, AT_TIME, FROM_ARN, FROM_BACKUP, FROM_NAME, IMPORT, SOURCES
from .source_model import Import, Restore, Source

Entry = Mapping[str, Any]
BUCKET = re.compile(r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*[a-zA-Z0-9]$")
ACCOUNT = re.compile(r"^\d{12}$")
DELIMITER = re.compile(r"^[,;:|\t ]$")
HEADER = re.compile(r"^[\x20-\x21\x23-\x2b\x2d-\x7e]+$")
"""Printable, without quotes and commas (documented)."""
MAX_HEADERS = 255
MAX_PREFIX = 1024
MAX_TAGS = 50
TAGS_OF_ITS_OWN = 2
"""A table that is made from something says from what, and until everything else is done that it is not finished."""


def check_source(entry: Entry, environment: Environment, path: str, problems: list[str]) -> None:
    """Appends what is wrong with what one entry, whose shape is right, says about where its table comes from."""
    given = [name for name in SOURCES if entry[name]]
    problems += [f"{path}.{problem}" for problem in _time_problems(entry, given)]
    if not given:
        return
    if len(given) > 1:
        problems.append(f"{path}: {' and '.join(given)} each say what the table is made from; only one can be")
    checks = {IMPORT: _import_problems, FROM_BACKUP: _arn_problems, FROM_ARN: _arn_problems, FROM_NAME: _name_problems}
    for check in dict.fromkeys(checks[name] for name in given):
        problems += [f"{path}.{problem}" for problem in check(entry, environment)]
    if entry["replace_table_id"]:
        problems.append(f"{path}.replace_table_id: contradicts {given[0]}: it puts an empty table in another's place")
    tags = {"Name", *environment.tags, *(entry["tags"] or {}), *ownership_tags(environment.estate)}
    if len(tags) + TAGS_OF_ITS_OWN > MAX_TAGS:
        text = f"{len(tags)} tags with the common ones, and {given[0]} needs {TAGS_OF_ITS_OWN}; AWS allows {MAX_TAGS}"
        problems.append(f"{path}.tags: {text}")


def source_of(entry: Entry, environment: Environment) -> Source | None:
    """What an entry that has no problems says its table is made from."""
    if entry[IMPORT]:
        return Import(_members(entry[IMPORT]))
    region, arn = environment.region, entry[FROM_ARN]
    if entry[FROM_BACKUP]:
        arn = entry[FROM_BACKUP]
        found = BACKUP_ARN.match(arn)
        name, region = (found["table"], found["region"]) if found else ("", region)
        return Restore(FROM_BACKUP, Origin(arn.partition("/backup/")[0], arn), region, name)
    time = time_of(entry[AT_TIME]) if entry[AT_TIME] else None
    if entry[FROM_NAME]:
        arn = table_arn(region, environment.account_id, entry[FROM_NAME])
        return Restore(FROM_NAME, Origin(arn, time=time), region, entry[FROM_NAME])
    found = TABLE_ARN.match(arn or "")
    return Restore(FROM_ARN, Origin(arn, time=time), found["region"], found["table"]) if found else None


def _members(given: Entry) -> dict[str, Any]:
    place = given["s3_bucket_source"]
    bucket = {"S3Bucket": place["bucket"], "S3KeyPrefix": place["key_prefix"], "S3BucketOwner": place["bucket_owner"]}
    csv = (given["input_format_options"] or {}).get("csv") or {}
    options = {"Delimiter": csv.get("delimiter"), "HeaderList": csv.get("header_list")}
    members = {
        "S3BucketSource": _said(bucket),
        "InputFormat": given["input_format"],
        "InputCompressionType": given["input_compression_type"],
        "InputFormatOptions": {"Csv": _said(options)} if _said(options) else None,
    }
    return _said(members)


def _said(members: Entry) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _time_problems(entry: Entry, given: list[str]) -> Iterator[str]:
    """A table is read at one time; a backup and files have none."""
    times = [name for name in (AT_TIME, AT_LATEST) if entry[name]]
    in_time = [name for name in given if name in (FROM_NAME, FROM_ARN)]
    others = [name for name in given if name not in in_time]
    for name in times:
        if others and not in_time:
            yield f"{name}: contradicts {others[0]}, which is not read at a time"
        elif not given:
            yield f"{name}: means nothing without {FROM_NAME} or {FROM_ARN}"
    if in_time and len(times) != 1:
        yield f"{in_time[0]}: needs exactly one of {AT_TIME} and {AT_LATEST}, not {' and '.join(times) or 'none'}"
    if entry[AT_TIME] and time_of(entry[AT_TIME]) is None:
        yield f"{AT_TIME}: {entry[AT_TIME]!r} is not a time with its zone, such as 2026-11-02T08:00:00Z"


def _arn_problems(entry: Entry, environment: Environment) -> Iterator[str]:
    """The source may be in another region, and must be of this account (T-274)."""
    for name, form, what in ((FROM_BACKUP, BACKUP_ARN, "backup"), (FROM_ARN, TABLE_ARN, "table")):
        arn = entry[name]
        found = form.match(arn or "")
        if arn and not found:
            yield f"{name}: {arn!r} is not the ARN of a DynamoDB {what}"
        elif found and found["account"] != environment.account_id:
            yield f"{name}: {arn} is not of account {environment.account_id}; AWS restores within one"
        elif found and found["partition"] != partition_of(environment.region):
            yield f"{name}: {arn} is in another AWS partition than {environment.region}"
        elif found and name == FROM_ARN and found["region"] == environment.region:
            yield from _itself(name, found["table"], entry, environment)


def _name_problems(entry: Entry, environment: Environment) -> Iterator[str]:
    yield from _itself(FROM_NAME, entry[FROM_NAME], entry, environment)


def _itself(field: str, source: str, entry: Entry, environment: Environment) -> Iterator[str]:
    if source == physical_name(environment.estate, entry):
        yield f"{field}: {source} is the table itself; AWS restores only into a new one"


def _import_problems(entry: Entry, _environment: Environment) -> Iterator[str]:
    given = entry[IMPORT]
    place = given["s3_bucket_source"]
    where = f"{IMPORT}.s3_bucket_source"
    if not BUCKET.match(place["bucket"]):
        yield f"{where}.bucket: {place['bucket']!r} is not the name of a bucket"
    if place["bucket_owner"] and not ACCOUNT.match(place["bucket_owner"]):
        yield f"{where}.bucket_owner: {place['bucket_owner']!r} is not the id of an account, which has 12 digits"
    if len((place["key_prefix"] or "").encode()) > MAX_PREFIX:
        yield f"{where}.key_prefix: is longer than {MAX_PREFIX} bytes"
    if entry["local_secondary_indexes"]:
        yield f"local_secondary_indexes: contradict {IMPORT}: AWS imports into a table without local indexes"
    csv = (given["input_format_options"] or {}).get("csv")
    if csv and given["input_format"] != "CSV":
        yield f"{IMPORT}.input_format_options.csv: contradicts input_format {given['input_format']}"
    elif csv:
        yield from _csv_problems(csv, entry)


def _csv_problems(csv: Entry, entry: Entry) -> Iterator[str]:
    where = f"{IMPORT}.input_format_options.csv"
    if csv["delimiter"] and not DELIMITER.match(csv["delimiter"]):
        yield f"{where}.delimiter: must be one of , ; : | a tab and a space, not {csv['delimiter']!r}"
    headers = csv["header_list"] or []
    if len(headers) > MAX_HEADERS:
        yield f"{where}.header_list: {len(headers)} columns, AWS allows {MAX_HEADERS}"
    for number, header in enumerate(headers):
        if header and not HEADER.match(header):
            yield f"{where}.header_list[{number}]: {header!r} has characters that AWS does not take"
        if header in headers[:number]:
            yield f"{where}.header_list[{number}]: {header!r} is named twice"
    for name in ("hash_key", "range_key"):
        if headers and entry[name] and entry[name] not in headers:
            yield f"{where}.header_list: has no column {entry[name]}, which is the {name}"
