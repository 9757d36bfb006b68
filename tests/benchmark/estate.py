# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The estate that both sides deploy: the platform's tables, repeated under further names until there are enough."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import TABLES

PREFIX = "ticket"
ROLES = 3
POLICIES = 3

Json = dict[str, Any]


def tables(count: int) -> list[Json]:
    """That many tables, as this collection takes them."""
    result = []
    for number in range(count):
        generation, position = divmod(number, len(TABLES))
        table = dict(TABLES[position])
        if generation:
            table["name"] = f"{table['name']}-{generation + 1}"
        result.append(table)
    return result


def our_variables(declared: list[Json]) -> Json:
    """What an inventory of this collection says; the local one's instance profile is not part of the comparison."""
    return {"dynamodb_tables": declared, "dynamodb_instance_profile": False}


def peer_variables(declared: list[Json]) -> Json:
    """The same estate in the form of the peer's modules, as a user would write it there."""
    return {
        "peer_name": PREFIX,
        "peer_tables": [peer_table(table) for table in declared],
        "peer_alarms": [alarm for table in declared for alarm in peer_alarms(table)],
    }


def peer_table(table: Json) -> Json:
    keys = {"hash_key_name": table["hash_key"], "range_key_name": table.get("range_key")}
    return {
        "name": f"{PREFIX}-{table['name']}",
        "ttl_attribute": table.get("ttl_attribute"),
        "indexes": [peer_index(index) for index in table.get("global_secondary_indexes", [])],
        **{name: value for name, value in keys.items() if value},
    }


def peer_index(index: Json) -> Json:
    range_key = {"range_key_name": index["range_key"]} if "range_key" in index else {}
    return {"name": index["name"], "type": "global_all", "hash_key_name": index["hash_key"], **range_key}


def peer_alarms(table: Json) -> list[Json]:
    """A pair of alarms for the table, and one for each of its indexes."""
    name = f"{PREFIX}-{table['name']}"
    watched: list[tuple[str, Json]] = [(name, {"TableName": name})]
    for index in table.get("global_secondary_indexes", []):
        dimensions = {"TableName": name, "GlobalSecondaryIndexName": index["name"]}
        watched.append((f"{name}-{index['name']}", dimensions))
    return [
        {"name": f"{stem}-{kind.lower()}-throttle", "metric": f"{kind}ThrottleEvents", "dimensions": dimensions}
        for stem, dimensions in watched
        for kind in ("Read", "Write")
    ]
