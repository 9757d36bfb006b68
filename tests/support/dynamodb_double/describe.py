# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables in the shapes of AWS's answers."""

from __future__ import annotations

from . import groups
from .model import Capacity, Index, Json, Table, copied
from .settings import DAY
from .state import State
from .vectors import describe_vectors

ALWAYS_HIDDEN_WHILE_DELETING = (
    "AttributeDefinitions",
    "CreationDateTime",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "VectorIndexes",
    "WarmThroughput",
)
"""T-006 T-363."""


def describe(state: State, table: Table) -> Json:
    """The TableDescription of a table as it is now."""
    creating = table.job("CREATE") is not None
    answer: Json = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in sorted(table.attributes.items())
        ],
        "TableName": table.name,
        "KeySchema": copied(table.keys),
        "TableStatus": table.status,
        "CreationDateTime": state.moment(table.created),
        "ProvisionedThroughput": _provisioned(state, table.capacity),
        "TableSizeBytes": 0,
        "ItemCount": len(table.items),
        "TableArn": table.arn,
        "TableId": table.table_id,
        "DeletionProtectionEnabled": table.protected,
        **_capacity_extras(table.capacity, creating),
        **_billing(state, table),
        **_indexes(state, table, creating),
        **describe_vectors(table),
        **_stream(table),
        **groups.described(state, table),
    }
    if table.encryption is not None:
        answer["SSEDescription"] = dict(table.encryption)
    if table.table_class is not None:
        answer["TableClassSummary"] = {"TableClass": table.table_class}
        if table.class_changed is not None:
            answer["TableClassSummary"]["LastUpdateDateTime"] = state.moment(table.class_changed)
    if table.restoring:
        answer["RestoreSummary"] = dict(table.restoring)
    if answer["TableStatus"] == "DELETING":
        return {name: value for name, value in answer.items() if name not in ALWAYS_HIDDEN_WHILE_DELETING}
    return answer


def decreases_today(state: State, capacity: Capacity) -> int:
    """Accepted decreases since 00:00 UTC (T-326)."""
    return sum(time // DAY == state.now // DAY for time in capacity.decreases)


def _provisioned(state: State, capacity: Capacity) -> Json:
    answer: Json = {}
    if capacity.last_increase is not None:
        answer["LastIncreaseDateTime"] = state.moment(capacity.last_increase)
    if capacity.last_decrease is not None:
        answer["LastDecreaseDateTime"] = state.moment(capacity.last_decrease)
    return {
        **answer,
        "NumberOfDecreasesToday": decreases_today(state, capacity),
        "ReadCapacityUnits": capacity.read,
        "WriteCapacityUnits": capacity.write,
    }


def _capacity_extras(capacity: Capacity, creating: bool) -> Json:
    answer: Json = {}
    if capacity.on_demand:
        answer["OnDemandThroughput"] = dict(capacity.on_demand)
    if not creating or capacity.warm_declared:
        warming = capacity.warm_target is not None or creating
        answer["WarmThroughput"] = {**capacity.warm, "Status": "UPDATING" if warming else "ACTIVE"}
    return answer


def _billing(state: State, table: Table) -> Json:
    if not table.mode_summary:
        return {}
    summary: Json = {"BillingMode": table.mode}
    if table.on_demand_since is not None:
        summary["LastUpdateToPayPerRequestDateTime"] = state.moment(table.on_demand_since)
    return {"BillingModeSummary": summary}


def _indexes(state: State, table: Table, creating: bool) -> Json:
    answer: Json = {}
    if table.local_indexes:
        answer["LocalSecondaryIndexes"] = [_index(table, index) for index in table.local_indexes]
    if table.indexes:
        answer["GlobalSecondaryIndexes"] = [
            _global_index(state, table, index, creating) for index in table.indexes.values()
        ]
    return answer


def _global_index(state: State, table: Table, index: Index, creating: bool) -> Json:
    answer = _index(table, index)
    classed = index.status == "ACTIVE" and table.job("CLASS")  # T-284
    if not table.restoring:  # T-282
        answer["IndexStatus"] = "UPDATING" if classed else index.status
    if index.backfilling is not None:
        answer["Backfilling"] = index.backfilling
    answer["ProvisionedThroughput"] = _provisioned(state, index.capacity)
    answer.update(_capacity_extras(index.capacity, creating or index.status == "CREATING"))
    return answer


def _index(table: Table, index: Index) -> Json:
    projection = copied(index.projection)
    if "NonKeyAttributes" in projection:
        projection["NonKeyAttributes"].sort()
    return {
        "IndexName": index.name,
        "KeySchema": copied(index.keys),
        "Projection": projection,
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        "IndexArn": f"{table.arn}/index/{index.name}",
    }


def _stream(table: Table) -> Json:
    answer: Json = {}
    if table.stream_view is not None:
        answer["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream_view}
    if table.stream_label is not None:
        answer["LatestStreamLabel"] = table.stream_label
        answer["LatestStreamArn"] = f"{table.arn}/stream/{table.stream_label}"
    return answer
