# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of CloudWatch, in as few calls as it allows, and what its answers say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .._alarms.metrics import NAMESPACE, THROTTLE_CAUSES
from .model import ACCESSES, Place, Points, Window

MAX_QUERIES = 500
"""Of one GetMetricData (API reference)."""
MAX_DATAPOINTS = 100_800
"""Of one page of its answer; a batch whose answer fits in one page bounds what is in memory at a time."""
UNREADABLE = {"Forbidden": "AccessDenied", "InternalError": "InternalError"}
"""By the status of one metric, the code of the failure that it is."""


class Query(NamedTuple):
    """One metric of one place."""

    place: Place
    name: str
    """How it is called here, for example consumed_read."""
    metric: str
    statistic: str


def usage_queries(place: Place) -> list[Query]:
    """What was consumed and refused, and what was provisioned where capacity is.

    A metric with the dimension TableName alone is the table's own: what its indexes consume and refuse is in theirs.
    """
    queries = []
    for access in ACCESSES:
        word = access.capitalize()
        queries.append(Query(place, f"consumed_{access}", f"Consumed{word}CapacityUnits", "Sum"))
        queries.append(Query(place, f"throttled_{access}", f"{word}ThrottleEvents", "Sum"))
        if place.provisioned:
            queries.append(Query(place, f"provisioned_{access}", f"Provisioned{word}CapacityUnits", "Average"))
    return queries


def cause_queries(place: Place, access: str) -> list[Query]:
    """Why requests were refused: asked only where some were, as every metric that is asked for costs money."""
    return [
        Query(place, f"{access}:{cause}", f"{access.capitalize()}{cause}ThrottleEvents", "Sum")
        for cause in THROTTLE_CAUSES
    ]


def batches(groups: Iterable[Sequence[Query]], window: Window) -> Iterator[list[Query]]:
    """The queries, those of a group together, in batches that one call takes and one page answers."""
    size = max(1, min(MAX_QUERIES, MAX_DATAPOINTS // window.points))
    batch: list[Query] = []
    for group in groups:
        if batch and len(batch) + len(group) > size:
            yield batch
            batch = []
        batch = [*batch, *group]
    if batch:
        yield batch


def request_of(batch: Sequence[Query], window: Window) -> dict[str, Any]:
    """The GetMetricData that asks a batch; a query's id is its number, so names never take part in one."""
    return {
        "MetricDataQueries": [_query(number, query, window.period) for number, query in enumerate(batch)],
        "StartTime": window.start,
        "EndTime": window.end,
        "ScanBy": "TimestampAscending",
    }


def answers_of(batch: Sequence[Query], pages: Iterable[Mapping[str, Any]]) -> tuple[list[Points], dict[int, str]]:
    """The points of each query of a batch, and by number the codes of those that CloudWatch did not answer."""
    found: list[dict[int, float]] = [{} for _unused in batch]
    unread: dict[int, str] = {}
    for page in pages:
        for result in page.get("MetricDataResults", ()):
            number = int(result["Id"][1:])
            if result.get("StatusCode") in UNREADABLE:
                unread[number] = UNREADABLE[result["StatusCode"]]
            for time, value in zip(result.get("Timestamps", ()), result.get("Values", ()), strict=True):
                found[number][int(time.timestamp())] = float(value)
    return [sorted(points.items()) for points in found], unread


def _query(number: int, query: Query, period: int) -> dict[str, Any]:
    dimensions = [{"Name": "TableName", "Value": query.place.table_name}]
    if query.place.index:
        dimensions.append({"Name": "GlobalSecondaryIndexName", "Value": query.place.index})
    metric = {"Namespace": NAMESPACE, "MetricName": query.metric, "Dimensions": dimensions}
    return {
        "Id": f"q{number}",
        "MetricStat": {"Metric": metric, "Period": period, "Stat": query.statistic},
        "ReturnData": True,
    }
