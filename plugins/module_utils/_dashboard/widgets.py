# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The widgets of a dashboard, each without its place: pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._alarms.metrics import NAMESPACE
from .model import Table

Widget = dict[str, Any]
Metric = list[Any]
"""An entry of C(metrics): namespace, name, dimensions and options; or options with an expression alone."""

ACCESSES = ("Read", "Write")
OPERATIONS = (
    "GetItem",
    "Query",
    "Scan",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
)
ERRORS = ("SystemErrors", "ConditionalCheckFailedRequests", "TransactionConflict")
TOP = 50
"""How many series a query shows that ranks all tables of the account and region."""


def text(markdown: str) -> Widget:
    return {"type": "text", "properties": {"markdown": markdown}}


def alarm_status(title: str, arns: list[str]) -> Widget:
    """At most 100 alarms (AlarmWidgetProperties, alarms), those that changed last first."""
    return {"type": "alarm", "properties": {"title": title, "sortBy": "stateUpdatedTimestamp", "alarms": arns}}


def graph(title: str, region: str, period: int, metrics: list[Metric], stat: str = "Sum") -> Widget:
    """A graph over time, in its own region: dashboards belong to an account, not to a region."""
    properties = {
        "title": title,
        "region": region,
        "view": "timeSeries",
        "stacked": False,
        "period": period,
        "stat": stat,
        "yAxis": {"left": {"min": 0}},
        "metrics": metrics,
    }
    return {"type": "metric", "properties": properties}


def metric_count(widget: Widget) -> int:
    """The metrics of a widget that CloudWatch counts: hidden ones too, expressions not."""
    return sum(isinstance(entry[0], str) for entry in widget["properties"].get("metrics", ()))


def parts(table: Table) -> Iterator[tuple[str, list[str]]]:
    """A table and its indexes, each with its name for people and its dimensions."""
    yield "table", ["TableName", table.name]
    for index in table.indexes:
        yield index, ["TableName", table.name, "GlobalSecondaryIndexName", index]


def throttles(table: Table) -> list[Metric]:
    return [
        [NAMESPACE, f"{access}ThrottleEvents", *dimensions, {"label": f"{name} {access.lower()}s"}]
        for name, dimensions in parts(table)
        for access in ACCESSES
    ]


def capacity(table: Table, access: str) -> list[Metric]:
    """Consumed units a second, and what is provisioned: the one is published as a sum, the other as a rate."""
    metrics: list[Metric] = []
    for number, (name, dimensions) in enumerate(parts(table)):
        consumed = {"id": f"m{number}", "visible": False}
        rate = {"id": f"e{number}", "expression": f"m{number}/PERIOD(m{number})", "label": f"{name} consumed"}
        metrics += [[rate], [NAMESPACE, f"Consumed{access}CapacityUnits", *dimensions, consumed]]
        if table.provisioned:
            shown = {"stat": "Average", "label": f"{name} provisioned"}
            metrics.append([NAMESPACE, f"Provisioned{access}CapacityUnits", *dimensions, shown])
    return metrics


def latency(table: Table) -> list[Metric]:
    return [
        [NAMESPACE, "SuccessfulRequestLatency", "TableName", table.name, "Operation", operation, {"label": operation}]
        for operation in OPERATIONS
    ]


def errors(table: Table) -> list[Metric]:
    return [[NAMESPACE, name, "TableName", table.name, {"label": name}] for name in ERRORS]


def index_progress(table: Table) -> list[Metric]:
    """How far the filling of each index is, which DynamoDB publishes only while it goes on."""
    return [
        [NAMESPACE, "OnlineIndexPercentageProgress", *dimensions, {"label": f"{table.name} {name}"}]
        for name, dimensions in parts(table)
        if len(dimensions) > 2
    ]


def named(metric: str, table: Table, whole: bool = False) -> list[Metric]:
    """One metric of a table (and, if whole, of its indexes) for a graph of many tables."""
    return [
        [NAMESPACE, metric, *dimensions, {"label": table.name if name == "table" else f"{table.name} {name}"}]
        for name, dimensions in parts(table)
        if whole or name == "table"
    ]


def ranking(metric: str, indexes: bool) -> list[Metric]:
    """The tables, or the indexes, with the most of a metric. A Metrics Insights query, which looks at 10,000 metrics
    and counts with those that it shows; it knows no list of names, so it ranks all of the account and region."""
    keys = "GlobalSecondaryIndexName, TableName" if indexes else "TableName"
    source = f'FROM SCHEMA("{NAMESPACE}", {keys}) GROUP BY {keys} ORDER BY SUM() DESC LIMIT {TOP}'
    query = f"SELECT SUM({metric}) {source}"
    return [[{"id": "q1", "expression": query, "label": ""}]]
