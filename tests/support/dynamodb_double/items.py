# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""BatchWriteItem and BatchGetItem, as far as they are documented, with a capacity that may be used up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .faults import AwsFault, invalid, no_table, validation
from .model import Json, Table, copied
from .state import State

WRITES, READS = 25, 100
ITEM_BYTES, NESTING = 400 * 1024, 32


def batch_write(state: State, request: Json) -> Json:
    """Everything is checked before anything is written; what the capacity does not take comes back."""
    given = _batch(request, WRITES, "BatchWriteItem", len)
    work = [(_table(state, name), each) for name, requests in given.items() for each in requests]
    keys = []
    for table, each in work:
        item = each["PutRequest"]["Item"] if "PutRequest" in each else each["DeleteRequest"]["Key"]
        check_item(table, item, "PutRequest" in each)
        keys.append((table.name, key_of(table, item)))
    _check_repeated(keys)
    left: dict[str, list[Json]] = {}
    for (table, each), (name, key) in zip(work, keys, strict=True):
        if not _takes(state, table):
            left.setdefault(name, []).append(each)
        elif "PutRequest" in each:
            table.items[key] = {name: normal(value) for name, value in each["PutRequest"]["Item"].items()}
        else:
            table.items.pop(key, None)
    if work and sum(map(len, left.values())) == len(work):
        raise _used_up()
    return {"UnprocessedItems": left}


def batch_get(state: State, request: Json) -> Json:
    """Items in no order, of keys that are there; what the capacity does not take comes back."""
    given = _batch(request, READS, "BatchGetItem", lambda wanted: len(wanted["Keys"]))
    found: dict[str, list[Json]] = {name: [] for name in given}
    left: Json = {}
    keys = []
    for name, wanted in given.items():
        table = _table(state, name)
        for key in wanted["Keys"]:
            check_item(table, key, False)
            keys.append((name, key_of(table, key)))
            if _takes(state, table):
                found[name] += [copied(table.items[keys[-1][1]])] if keys[-1][1] in table.items else []
            else:
                left.setdefault(name, {**wanted, "Keys": []})["Keys"].append(key)
        found[name].reverse()
    _check_repeated(keys)
    if sum(len(wanted["Keys"]) for wanted in left.values()) == len(keys):
        raise _used_up()
    return {"Responses": found, "UnprocessedKeys": left}


def _batch(request: Json, most: int, operation: str, count: Callable[[Any], int]) -> dict[str, Any]:
    given: dict[str, Any] = request["RequestItems"]
    total = sum(count(each) for each in given.values())
    if not total:
        raise validation("The batch write request list for a table cannot be null or empty")
    if total > most:
        raise validation(f"Too many items requested for the {operation} call")
    return given


def _table(state: State, name: str) -> Table:
    table = state.table(name)
    if table.status == "CREATING":
        raise no_table(name)
    return table


def _takes(state: State, table: Table) -> bool:
    """Whether the table's capacity takes one more item in this second; without a setting it takes all."""
    most = state.settings.items_per_second
    if most is None:
        return True
    table.taken = [time for time in table.taken if time > state.now - 1.0]
    if len(table.taken) >= most:
        return False
    table.taken.append(state.now)
    return True


def _used_up() -> AwsFault:
    return AwsFault(
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded.",
    )


def _check_repeated(keys: list[tuple[str, Any]]) -> None:
    if len(set(keys)) < len(keys):
        raise validation("Provided list of item keys contains duplicates")


def check_item(table: Table, item: Json, whole: bool) -> None:
    """Whether a whole item, or just its key, may be in the table; raises AwsFault."""
    names = [key["AttributeName"] for key in table.keys]
    if not whole and set(item) != set(names):
        raise validation("The provided key element does not match the schema")
    for name in names:
        if name not in item:
            raise invalid(f"Missing the key {name} in the item")
    _check_types(table, item, names)
    for value in item.values():
        _check_value(value, 1)
    if _size({"M": item}) - 3 - len(item) > ITEM_BYTES:
        raise validation("Item size has exceeded the maximum allowed size")


def _check_types(table: Table, item: Json, names: list[str]) -> None:
    for name in sorted(table.attributes.keys() & item.keys()):
        (kind, content), wanted = next(iter(item[name].items())), table.attributes[name]
        what = "key" if name in names else "Index Key"
        if kind != wanted:
            raise invalid(f"Type mismatch for {what} {name} expected: {wanted} actual: {kind}")
        if kind in ("S", "B") and not content:
            raise validation(f"The AttributeValue for a key attribute cannot contain an empty value. Key: {name}")


def _check_value(value: Json, depth: int) -> None:
    ((kind, content),) = value.items()
    if kind in ("SS", "NS", "BS") and (not content or len(set(content)) < len(content)):
        raise invalid("An input collection is empty or contains duplicates")
    if depth > NESTING:
        raise validation("Nesting Levels have exceeded supported limits")
    if kind == "N" and len(Decimal(content).as_tuple().digits) > 38:
        raise validation("Attempting to store more than 38 significant digits in a Number")
    for inner in content if kind == "L" else content.values() if kind == "M" else ():
        _check_value(inner, depth + 1)


def key_of(table: Table, item: Json) -> tuple[Any, ...]:
    """What tells an item from the others of its table."""
    return tuple(repr(normal(item[key["AttributeName"]])) for key in table.keys)


def normal(value: Json) -> Json:
    """As AWS gives it back: numbers without superfluous zeros, sets in an order of their own."""
    ((kind, content),) = value.items()
    if kind == "N":
        return {"N": f"{Decimal(content).normalize():f}" if len(content) < 28 else content}
    if kind == "NS":
        return {"NS": sorted((normal({"N": each})["N"] for each in content), reverse=True)}
    if kind in ("SS", "BS"):
        return {kind: sorted(content, reverse=True)}
    if kind == "L":
        return {"L": [normal(each) for each in content]}
    return {"M": {name: normal(each) for name, each in content.items()}} if kind == "M" else {kind: content}


def _size(value: Json) -> int:
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in content.items())
    if kind == "L":
        return 3 + sum(1 + _size(each) for each in content)
    if kind == "N":
        return min(len(content) // 2 + 1, 21)
    members = content if kind in ("SS", "NS", "BS") else [content]
    return sum(
        len(each.encode()) if isinstance(each, str) else len(each) if isinstance(each, bytes) else 1 for each in members
    )
