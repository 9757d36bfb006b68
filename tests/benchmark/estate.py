# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The estate that everybody deploys: the platform's tables, repeated under further names until there are enough."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import TABLES
from ansible_collections.traffic_tacos.dynamodb.tests.support.emulator import ACCOUNT, REGION

PREFIX = "ticket"
ALARM_ACTION = f"arn:aws:sns:{REGION}:{ACCOUNT}:ticket-alarms"
ADDED_INDEX = "added-index"
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


def with_index(declared: list[Json]) -> list[Json]:
    """The same tables, the first of them with one index more."""
    first, *others = declared
    added = {"name": ADDED_INDEX, "hash_key": "added", "projection_type": "ALL"}
    return [{**first, "global_secondary_indexes": [*first.get("global_secondary_indexes", []), added]}, *others]


def physical(table: Json) -> str:
    return f"{PREFIX}-{table['name']}"


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
        "name": physical(table),
        "ttl_attribute": table.get("ttl_attribute"),
        "indexes": [peer_index(index) for index in table.get("global_secondary_indexes", [])],
        **{name: value for name, value in keys.items() if value},
    }


def peer_index(index: Json) -> Json:
    range_key = {"range_key_name": index["range_key"]} if "range_key" in index else {}
    return {"name": index["name"], "type": "global_all", "hash_key_name": index["hash_key"], **range_key}


def peer_alarms(table: Json) -> list[Json]:
    """A pair of alarms for the table, and one for each of its indexes."""
    name = physical(table)
    watched: list[tuple[str, Json]] = [(name, {"TableName": name})]
    for index in table.get("global_secondary_indexes", []):
        dimensions = {"TableName": name, "GlobalSecondaryIndexName": index["name"]}
        watched.append((f"{name}-{index['name']}", dimensions))
    return [
        {"name": f"{stem}-{kind.lower()}-throttle", "metric": f"{kind}ThrottleEvents", "dimensions": dimensions}
        for stem, dimensions in watched
        for kind in ("Read", "Write")
    ]


def floor_variables(declared: list[Json]) -> Json:
    """The same estate as requests of boto3."""
    arns = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{physical(table)}" for table in declared]
    # A policy holds some tens of ARNs; more than enough for the floor, which nobody's program has to work with.
    reads = {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": arns[:40]}
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    return {
        "tables": [floor_table(table) for table in declared],
        "alarms": [floor_alarm(alarm) for table in declared for alarm in peer_alarms(table)],
        "roles": [
            {
                "name": f"{PREFIX}-role-{number}",
                "policy": f"{PREFIX}-policy-{number}",
                "policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/{PREFIX}-policy-{number}",
                "trust": {"Version": "2012-10-17", "Statement": [trusted]},
                "document": {"Version": "2012-10-17", "Statement": [reads]},
            }
            for number in range(ROLES)
        ],
    }


def floor_table(table: Json) -> Json:
    indexes = table.get("global_secondary_indexes", [])
    names = {keyed[part] for keyed in (table, *indexes) for part in ("hash_key", "range_key") if part in keyed}
    request = {
        "TableName": physical(table),
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema(table),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
        "SSESpecification": {"Enabled": True},
        "Tags": [{"Key": "Name", "Value": physical(table)}, {"Key": "Environment", "Value": "local"}],
        "ttl": table.get("ttl_attribute"),
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [
            {"IndexName": index["name"], "KeySchema": key_schema(index), "Projection": {"ProjectionType": "ALL"}}
            for index in indexes
        ]
    return request


def key_schema(keyed: Json) -> list[Json]:
    kinds = {"HASH": keyed["hash_key"], "RANGE": keyed.get("range_key")}
    return [{"AttributeName": name, "KeyType": kind} for kind, name in kinds.items() if name]


def floor_alarm(alarm: Json) -> Json:
    return {
        "AlarmName": alarm["name"],
        "Namespace": "AWS/DynamoDB",
        "MetricName": alarm["metric"],
        "Dimensions": [{"Name": name, "Value": value} for name, value in alarm["dimensions"].items()],
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "Period": 300,
        "EvaluationPeriods": 2,
        "AlarmActions": [ALARM_ACTION],
        "OKActions": [ALARM_ACTION],
    }
