# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TagResource, UntagResource and ListTagsOfResource: rules 1.8 and 3.7."""

from __future__ import annotations

import re

from .faults import AwsFault, denied, in_use, invalid, not_found, subscriber_limit, validation
from .model import Job, Json, Table
from .state import State

TEXT = re.compile(r"[\w\s+\-=.:/@]*")
MOST = 50
LARGEST = 10240


def check_new_tags(tags: list[dict[str, str]]) -> None:
    """What tags may look like (T-105 to T-108)."""
    seen: set[str] = set()
    for tag in tags:
        _check_key(tag["Key"])
        if len(tag["Value"]) > 256 or not TEXT.fullmatch(tag["Value"]):
            raise validation(f"The Tag Value provided is invalid, Value: {tag['Value']}")
        if tag["Key"] in seen:
            raise validation(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {tag['Key']}")
        seen.add(tag["Key"])
    _check_number({tag["Key"]: tag["Value"] for tag in tags})


def tag_resource(state: State, request: Json) -> Json:
    """Adds and replaces tags, all or nothing."""
    if not request["Tags"]:
        raise validation("Atleast one Tag needs to be provided as Input.")
    check_new_tags(request["Tags"])
    table = _table(state, request["ResourceArn"])
    given = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    wanted = {**table.tags, **given}
    _check_phase(state, table, effective=wanted != table.tags)
    if table.job("CREATE"):
        raise in_use(f"Table is being created: {table.name}")
    _check_number(wanted)
    _check_lock(table, {("+", *pair) for pair in given.items()})
    _write(state, table, wanted)
    return {}


def untag_resource(state: State, request: Json) -> Json:
    """Removes tags; one that is not there is no error."""
    keys = request["TagKeys"]
    if not keys:
        raise validation("Atleast one Tag Key needs to be provided as Input.")
    if len(keys) > MOST:
        raise validation("Number of Tags exceed the current limit for the provided ResourceArn")
    for key in keys:
        _check_key(key)
    table = _table(state, request["ResourceArn"])
    wanted = {key: value for key, value in table.tags.items() if key not in keys}
    _check_phase(state, table, effective=wanted != table.tags)
    if table.job("CREATE"):
        return {}
    _check_lock(table, {("-", key, "") for key in keys})
    _write(state, table, wanted)
    return {}


def list_tags(state: State, request: Json) -> Json:
    """The tags as reads see them, some time after a write (T-102 T-406)."""
    table = _table(state, request["ResourceArn"])
    _check_hidden(state, table)
    if table.deleted_at is not None and state.passed(table.deleted_at, "delete_tags_list"):
        raise _unknown(table.arn)
    return {"Tags": [{"Key": key, "Value": value} for key, value in table.readable_tags.items()]}


def _table(state: State, arn: str) -> Table:
    if not arn.startswith("arn:"):
        raise invalid(f"ARNs must start with 'arn:': {arn}")
    parts = arn.split(":", 5)
    if len(parts) < 6 or not re.fullmatch(r"table/[^/]+", parts[5]):
        raise validation(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    if parts[4] != state.account_id:
        raise denied("Access is denied")
    name = parts[5].removeprefix("table/")
    table = state.tables.get(name)
    if parts[3] != state.region or table is None or table.restoring:
        raise _unknown(arn)
    return table


def _unknown(arn: str) -> AwsFault:
    return not_found(f"ResourceArn: {arn} not found")


def _check_hidden(state: State, table: Table) -> None:
    """A new table cannot be tagged until shortly before it is ACTIVE (T-101)."""
    if table.job("CREATE") and not state.last_phase(table):
        raise _unknown(table.arn)


def _check_phase(state: State, table: Table, effective: bool) -> None:
    _check_hidden(state, table)
    if table.deleted_at is None:
        return
    if state.passed(table.deleted_at, "delete_tags_other" if effective else "delete_tags_same"):  # T-104 T-374
        raise _unknown(table.arn)
    if effective:
        raise in_use(f"Table is being deleted: {table.name}")


def _check_lock(table: Table, writes: set[tuple[str, str, str]]) -> None:
    """During a write only one that contains it is accepted (T-103 T-440 T-441)."""
    job = table.job("TAGS")
    if job and not job.detail["writes"] <= writes:
        raise subscriber_limit(f"Table tags are being updated: {table.name}")


def _write(state: State, table: Table, wanted: dict[str, str]) -> None:
    if wanted == table.tags:
        return
    state.charge()
    changed = {("+", key, value) for key, value in wanted.items() if table.tags.get(key) != value}
    removed = {("-", key, "") for key in table.tags if key not in wanted}
    table.tags = wanted
    running = table.job("TAGS")
    if running:
        table.jobs.remove(running)
        changed |= running.detail["writes"]
    state.start(table, Job("TAGS", detail={"writes": changed | removed}), "tag_lock", lambda: None)

    def show() -> None:
        table.readable_tags = dict(wanted)

    state.schedule.after(state.seconds("tag_read_lag"), show)


def _check_key(key: str) -> None:
    if key.lower().startswith("aws:"):
        raise validation(f"Tag Key cannot be prefixed with aws:, Key: {key}")
    if not 1 <= len(key) <= 128 or not TEXT.fullmatch(key):
        raise validation(f"The Tag Key provided is invalid, Key: {key}")


def _check_number(tags: dict[str, str]) -> None:
    if len(tags) > MOST:
        raise validation("Number of Tags exceed the current limit for the provided ResourceArn")
    size = sum(len(key.encode()) + len(value.encode()) for key, value in tags.items())
    if size > LARGEST:
        raise validation(f"Tag set size {size} bytes is above max size limit of {LARGEST} bytes")
