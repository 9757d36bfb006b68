# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the drawing shows, before it has any place: services, roles, and groups of tables with indexes and alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._tables.names import physical_name
from .access import beside_tables, reached, trusted

LETTERS = ("R", "W", "•")
"""Alarms on reads, on writes, on something else."""
INDEXES = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")
Json = Mapping[str, Any]


@dataclass
class Node:
    """A table, or one of its indexes, as a line of the drawing."""

    name: str
    keys: str
    state: str = "keep"
    """C(add), C(change), C(remove), C(keep), or C(undeclared)."""
    alarms: list[tuple[str, str]] = field(default_factory=list)
    """One of LETTERS for each alarm, and whether it is new, gone, or (where the report says so) in alarm."""
    indexes: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class RoleNode:
    """A role, who uses it, and the tables that it reaches."""

    name: str
    services: tuple[str, ...]
    reach: Mapping[str, str]
    beside: tuple[str, ...]
    state: str


@dataclass
class Group:
    """The tables that the same roles reach in the same way."""

    roles: tuple[tuple[int, str], ...]
    """Place of the role in the picture, and C(read) or C(write)."""
    tables: list[Node]
    title: str = ""


@dataclass(frozen=True)
class Picture:
    services: tuple[str, ...]
    roles: tuple[RoleNode, ...]
    groups: tuple[Group, ...]
    topics: tuple[str, ...]
    alarms: int


def picture_of(document: Json) -> Picture:
    """The estate of a report document."""
    states = _states(document)
    tables = _tables(document, states)
    roles = tuple(_role(role, tables, states) for role in document["roles"])
    services = dict.fromkeys(service for role in roles for service in role.services)
    alarms = _hang_alarms(document, tables, states)
    groups = _groups(roles, tables)
    lost = [Node(str(name), "", "undeclared") for name in document["results"]["tables"].get("undeclared") or []]
    if lost:
        groups.append(Group((), lost, "Of this estate, declared by nobody"))
    topics = dict.fromkeys(str(arn) for alarm in alarms for arn in alarm.get("alarm_actions") or [])
    return Picture(tuple(services), roles, tuple(groups), tuple(topics), len(alarms))


def _states(document: Json) -> dict[tuple[str, str], str]:
    """What the steps do, by domain and resource; indexes as C(table/index)."""
    states: dict[tuple[str, str], str] = {}
    for domain, result in document["results"].items():
        for step in result.get("steps") or []:
            action, key = str(step["action"]), (domain, str(step["resource"]))
            verb = {"create": "add", "delete": "remove"}.get(action.partition("_")[0], "change")
            if domain == "tables" and action.endswith("_index"):
                for name in _index_names(step.get("request") or {}):
                    states[domain, f"{key[1]}/{name}"] = verb
                verb = "change"
            if states.get(key, "change") == "change":
                states[key] = verb
    return states


def _index_names(request: Json) -> list[str]:
    updates = request.get("GlobalSecondaryIndexUpdates") or request.get("VectorIndexUpdates") or []
    return [str(change.get("IndexName")) for update in updates for change in update.values()]


def _tables(document: Json, states: Mapping[tuple[str, str], str]) -> dict[str, Node]:
    """By name in AWS, in the order of the entries."""
    found: dict[str, Node] = {}
    for entry in document["tables"]:
        status = document["status"].get(entry.get("name")) or {}
        name = str(status.get("table_name") or physical_name(document["estate"], entry))
        state = states.get(("tables", name), "keep")
        indexes = [index for kind in INDEXES for index in entry.get(kind) or []]
        table = Node(str(entry.get("name")), keys_of(entry), state)
        for index in indexes:
            changed = states.get(("tables", f"{name}/{index.get('name')}"), "add" if state == "add" else "keep")
            table.indexes.append(Node(str(index.get("name")), keys_of(index, entry), changed))
        found[name] = table
    for (domain, name), state in states.items():
        if domain == "tables" and state == "remove" and "/" not in name and name not in found:
            found[name] = Node(name.removeprefix(f"{document['estate']}-"), "", state)
    return found


def keys_of(entry: Json, table: Json | None = None) -> str:
    """The key attributes of a table or index, partition key first; a local index has its table's partition key."""
    if entry.get("vector_attribute"):
        return f"{entry['vector_attribute']} x {entry.get('dimensions')}"
    schema = [str(part.get("attribute_name")) for part in entry.get("key_schema") or []]
    simple = [entry.get("hash_key") or (table or {}).get("hash_key"), entry.get("range_key")]
    return " · ".join(schema or [str(key) for key in simple if key])


def _role(role: Json, tables: Mapping[str, Node], states: Mapping[tuple[str, str], str]) -> RoleNode:
    name = str(role.get("name"))
    services = dict.fromkeys(trusted(str(principal)) for principal in role.get("trusted_by") or [])
    state = states.get(("iam", name), "keep")
    return RoleNode(name, tuple(services), reached(role, tables), tuple(beside_tables(role)), state)


def _groups(roles: tuple[RoleNode, ...], tables: Mapping[str, Node]) -> list[Group]:
    groups: dict[tuple[tuple[int, str], ...], Group] = {}
    for name, table in tables.items():
        way = tuple((place, role.reach[name]) for place, role in enumerate(roles) if name in role.reach)
        title = "" if way else "No role reaches these"
        groups.setdefault(way, Group(way, [], title)).tables.append(table)
    return sorted(groups.values(), key=lambda group: not group.roles)


def _hang_alarms(
    document: Json, tables: Mapping[str, Node], states: Mapping[tuple[str, str], str]
) -> list[Mapping[str, Any]]:
    """Puts every alarm on the table or index that it watches, and returns all of them."""
    alarms = list(document["results"]["alarms"].get("alarms") or [])
    for alarm in alarms:
        dimensions = alarm.get("dimensions") or {}
        table = tables.get(str(dimensions.get("TableName")))
        index = str(dimensions.get("GlobalSecondaryIndexName", ""))
        node = next((each for each in table.indexes if each.name == index), table) if table and index else table
        if node:
            metric = str(alarm.get("metric_name") or "")
            letter = next((word[0] for word in ("Read", "Write") if metric.startswith(word)), LETTERS[-1])
            state = "alarm" if alarm.get("state") == "ALARM" else states.get(("alarms", str(alarm.get("name"))), "keep")
            node.alarms.append((letter, state))
    return alarms
