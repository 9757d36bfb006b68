# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch's metrics, reports and histories in memory, beside the double of DynamoDB; requests are boto3's own."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.metrics import METRICS

from .clock import FakeClock
from .dynamodb_double import AwsFault
from .dynamodb_double.adapter import FakeAws

DAY = 86_400
KEPT = ((63 * DAY, 3600), (15 * DAY, 300), (0, 60))
"""Data points older than this exist only in periods that are multiples of these (GetMetricData, API reference)."""
QUERY_ID = re.compile(r"^[a-z][a-zA-Z0-9_]*$")
Json = dict[str, Any]
Metric = tuple[str, str, str]
"""A table, an index (or nothing) and the name of a metric."""


class CloudWatch:
    """What was put there, as GetMetricData and its neighbours return it."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.points: dict[Metric, dict[int, float]] = defaultdict(dict)
        self.page = 100_800
        self.forbidden: set[str] = set()
        """Tables that CloudWatch answers Forbidden for."""
        self.broken: set[str] = set()
        """Tables that it answers InternalError for."""
        self.reports: dict[str, Json] = {}
        self.alarms: dict[str, Json] = {}
        self.histories: dict[str, list[Json]] = {}

    def put(self, table: str, metric: str, *points: tuple[datetime, float], index: str = "") -> None:
        assert metric in METRICS, metric
        for time, value in points:
            self.points[table, index, metric][int(time.timestamp())] = value

    def handle(self, operation: str, request: Json) -> Json:
        answers = {
            "DescribeAlarmHistory": self._history,
            "DescribeAlarms": self._describe,
            "GetInsightRuleReport": self._report,
            "GetMetricData": self._data,
            "ListTagsForResource": lambda _request: {"Tags": []},
        }
        return answers[operation](request)

    def _data(self, request: Json) -> Json:
        queries = request["MetricDataQueries"]
        if not 1 <= len(queries) <= 500:
            raise AwsFault("ValidationError", "at most 500 queries")
        ids = [query["Id"] for query in queries]
        if len(set(ids)) < len(ids) or not all(QUERY_ID.match(each) for each in ids):
            raise AwsFault("ValidationError", "ids must be unique and begin with a small letter")
        if request["StartTime"] >= request["EndTime"]:
            raise AwsFault("ValidationError", "the start must be before the end")
        answers = [(query["Id"], *self._points(query["MetricStat"], request)) for query in queries]
        everything = [(each, *point) for each, _status, points in answers for point in points]
        first = int(request.get("NextToken") or 0)
        last = first + self.page
        some = everything[first:last]
        results = [
            {
                "Id": each,
                "Label": "",
                "Timestamps": [datetime.fromtimestamp(time, UTC) for mine, time, _value in some if mine == each],
                "Values": [value for mine, _time, value in some if mine == each],
                "StatusCode": status if last >= len(everything) or status == "Forbidden" else "PartialData",
            }
            for each, status, _points in answers
        ]
        return {"MetricDataResults": results, **({"NextToken": str(last)} if last < len(everything) else {})}

    def _points(self, stat: Json, request: Json) -> tuple[str, list[tuple[int, float]]]:
        """Status and points of one metric; a set of dimensions is another metric than any part of it."""
        dimensions = {entry["Name"]: entry["Value"] for entry in stat["Metric"]["Dimensions"]}
        table, index = dimensions.pop("TableName"), dimensions.pop("GlobalSecondaryIndexName", "")
        assert not dimensions
        assert stat["Metric"]["Namespace"] == "AWS/DynamoDB"
        if table in self.forbidden:
            return "Forbidden", []
        if table in self.broken:
            return "InternalError", []
        period = stat["Period"]
        age = self._clock.now() - request["StartTime"].timestamp()
        if period % next(least for seconds, least in KEPT if age > seconds or not seconds):
            return "Complete", []
        kept: dict[int, list[float]] = defaultdict(list)
        for time, value in self.points[table, index, stat["Metric"]["MetricName"]].items():
            if request["StartTime"].timestamp() <= time < request["EndTime"].timestamp():
                kept[time // period * period].append(value)
        return "Complete", [(time, _statistic(stat["Stat"], values)) for time, values in sorted(kept.items())]

    def _report(self, request: Json) -> Json:
        if request["EndTime"].timestamp() - request["StartTime"].timestamp() > DAY:
            raise AwsFault("InvalidParameterValue", "a report covers at most 24 hours")
        assert request["Period"] % 60 == 0
        assert request["MaxContributorCount"] <= 100
        if request["RuleName"] not in self.reports:
            raise AwsFault("ResourceNotFoundException", "there is no such rule")
        return self.reports[request["RuleName"]]

    def _describe(self, request: Json) -> Json:
        names, prefix = request.get("AlarmNames"), request.get("AlarmNamePrefix")
        assert len(names or ()) <= 100
        wanted = [name for name in sorted(self.alarms) if (name in names if names else name.startswith(prefix or ""))]
        first = int(request.get("NextToken") or 0)
        last = first + request["MaxRecords"]
        more = {"NextToken": str(last)} if last < len(wanted) else {}
        return {"MetricAlarms": [self.alarms[name] for name in wanted[first:last]], **more}

    def _history(self, request: Json) -> Json:
        assert request["HistoryItemType"] == "StateUpdate"
        assert request["ScanBy"] == "TimestampDescending"
        inside = [
            item
            for item in self.histories.get(request["AlarmName"], ())
            if request["StartDate"] <= item["Timestamp"] <= request["EndDate"]
        ]
        return {"AlarmHistoryItems": sorted(inside, key=lambda item: item["Timestamp"], reverse=True)}


class MeteredAws(FakeAws):
    """The double of DynamoDB with CloudWatch beside it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.cloudwatch = CloudWatch(self.clock)
        self._handlers["cloudwatch"] = self.cloudwatch

    def deny(self, *operations: str) -> None:
        """From now on the caller may not make these calls."""
        for operation in operations:
            self.inject(operation, AwsFault("AccessDeniedException", "User: x is not authorized"), count=1_000_000)

    def asked(self, operation: str) -> list[Json]:
        """The requests of one operation so far."""
        return [call.request for call in self.calls if call.operation == operation]


def _statistic(name: str, values: list[float]) -> float:
    return sum(values) if name == "Sum" else sum(values) / len(values)
