# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The usage domain's calls to AWS, all of which only read; memory is bounded by what one call answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby, islice
from typing import Any

from .._alarms.gateway import BATCH, AlarmsGateway, Reading
from .._engine.apply import gather, spread
from .._engine.client import READERS, Aws
from .._engine.errors import AwsError
from .._tables.ask import SERVICE, describe
from .._tables.names import logical_name, physical_name
from .._tables.reader import SCALING_SERVICE, UNSUPPORTED, TablesReader, table_names
from .measure import measured, unmeasured, with_causes
from .model import HotKeys, Measured, Place, Points, Table, Window
from .observe import Targets, hot_keys_of, table_of, targets_of, with_scaling
from .queries import Query, answers_of, batches, cause_queries, request_of, usage_queries

WORKERS = 4
"""GetMetricData calls under way at once: each has up to 100,800 data points in memory."""
ROUND = 16
"""Calls between two words about how far it is."""
REPORT_HOURS = 24
"""Of the window's end that a report of the contributor insights is asked for."""
HOTTEST = 10
HISTORY = 100
"""Changes of state of one alarm: the newest."""

Say = Callable[[str], None]
Spot = tuple[str, str]
"""A table and one of its indexes, or an empty name for the table itself."""


class Reader:
    """What AWS refuses is gathered in errors, and the rest goes on."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.errors: list[AwsError] = []

    def _each(self, read: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """Reads side by side; what fails is an error, and the others are read."""
        found, errors = gather(read, items, READERS)
        self.errors += errors
        return found


class UsageGateway(Reader):
    """Reads tables, their metrics and their hot keys."""

    def __init__(self, aws: Aws, estate: str, say: Say | None = None) -> None:
        super().__init__(aws)
        self._estate = estate
        self._say = say
        for service in (SERVICE, "cloudwatch"):
            aws.client(service)

    def tables(self, params: Mapping[str, Any]) -> list[Table]:
        """The tables that are asked for and there, sorted by name."""
        names = sorted(set(self._names(params)))
        self._tell(f"{len(names)} tables are described")
        logical = {physical_name(self._estate, entry): str(entry.get("name")) for entry in params["tables"]}

        def read(name: str) -> Table | None:
            answer = describe(self._aws, name)
            return table_of(logical.get(name) or logical_name(self._estate, name), answer) if answer else None

        tables = [table for table in self._each(read, names) if table]
        if all(table.billing_mode == "PAY_PER_REQUEST" for table in tables):
            return tables
        targets = self._targets()
        return [with_scaling(table, targets) for table in tables]

    def measure(
        self, tables: Sequence[Table], window: Window, target: float, keep_series: bool = False
    ) -> dict[Spot, Measured]:
        """What the metrics of the tables and their indexes say, and why requests were refused."""
        places = [place for table in tables for place in table.places]

        def usage(place: Place, found: Mapping[str, Points]) -> Measured:
            return measured(place, found, window, target, keep_series)

        everything = {
            _spot(result.place): result
            for result in self._ask((usage_queries(place) for place in places), window, usage, len(places))
        }
        refused = [result for result in everything.values() if result.throttled]
        causes = (
            [query for access in result.throttled for query in cause_queries(result.place, access)]
            for result in refused
        )

        def cause(place: Place, found: Mapping[str, Points]) -> Measured:
            return with_causes(everything[_spot(place)], found)

        for result in self._ask(causes, window, cause, len(refused)):
            if result.seen:
                everything[_spot(result.place)] = result
        return everything

    def hot_keys(self, tables: Sequence[Table], window: Window) -> dict[Spot, list[HotKeys]]:
        """The hot keys of the tables and indexes whose contributor insights are on."""
        wanted = {_spot(place) for table in tables for place in table.places}
        try:
            spots = [spot for spot in self._with_insights() if spot in wanted]
        except AwsError as error:
            self.errors.append(error)
            return {}
        self._tell(f"{len(spots)} tables and indexes have contributor insights")
        return dict(self._each(lambda spot: (spot, self._reports(spot, window)), spots))

    def _names(self, params: Mapping[str, Any]) -> Iterable[str]:
        """The names in AWS; where the tags cannot be read, those that begin with the estate's name."""
        if params["names"] is not None:
            return list(params["names"])
        reader = TablesReader(self._aws, self._estate)
        prefix = params["prefix"] or ""
        if params["owned"]:
            try:
                return [name for name in reader.owned_tags() if name.startswith(prefix)]
            except AwsError as error:
                self.errors.append(error)
                prefix = prefix or f"{self._estate}-"
        try:
            return [name for name in table_names(self._aws) if name.startswith(prefix)]
        except AwsError as error:
            self.errors.append(error)
            return []

    def _targets(self) -> Targets:
        try:
            subject = "the scalable targets"
            pages = self._aws.pages(SCALING_SERVICE, "DescribeScalableTargets", subject, ServiceNamespace=SERVICE)
        except AwsError as error:
            if error.code not in UNSUPPORTED:
                self.errors.append(error)
            return frozenset()
        return targets_of(pages)

    def _ask(
        self,
        groups: Iterable[list[Query]],
        window: Window,
        digest: Callable[[Place, Mapping[str, Points]], Measured],
        total: int,
    ) -> Iterator[Measured]:
        """The digests of all groups of queries, each of one place, in rounds."""
        calls = batches(groups, window)
        done = 0
        while some := list(islice(calls, ROUND)):
            for results, error in spread(lambda batch: self._answer(batch, window, digest), some, WORKERS):
                done += len(results)
                if error:
                    self.errors.append(error)
                yield from results
            self._tell(f"{done} of {total} tables and indexes are measured")

    def _answer(
        self, batch: list[Query], window: Window, digest: Callable[[Place, Mapping[str, Points]], Measured]
    ) -> tuple[list[Measured], AwsError | None]:
        groups = [(place, list(numbers)) for place, numbers in groupby(range(len(batch)), lambda at: batch[at].place)]
        subject = groups[0][0].resource
        try:
            pages = self._aws.pages("cloudwatch", "GetMetricData", subject, **request_of(batch, window))
        except AwsError as error:
            return [unmeasured(place) for place, _numbers in groups], error
        points, unread = answers_of(batch, pages)
        results, failure = [], None
        for place, numbers in groups:
            codes = [unread[number] for number in numbers if number in unread]
            if codes:
                results.append(unmeasured(place))
                failure = AwsError(codes[0], "not answered", "cloudwatch:GetMetricData", place.resource)
            else:
                results.append(digest(place, {batch[number].name: points[number] for number in numbers}))
        return results, failure

    def _with_insights(self) -> list[Spot]:
        """Of the whole account: what never had insights, or has them off, is not listed (T-092)."""
        found: list[Spot] = []
        request: dict[str, Any] = {"MaxResults": BATCH}
        while True:
            answer = self._aws.call(SERVICE, "ListContributorInsights", "the contributor insights", **request)
            found += [
                (entry["TableName"].rpartition("table/")[2], entry.get("IndexName") or "")
                for entry in answer.get("ContributorInsightsSummaries", ())
                if entry.get("ContributorInsightsStatus") == "ENABLED"
            ]
            if not answer.get("NextToken"):
                return found
            request["NextToken"] = answer["NextToken"]

    def _reports(self, spot: Spot, window: Window) -> list[HotKeys]:
        table_name, index = spot
        index_name = {"IndexName": index} if index else {}
        insights = self._aws.call(
            SERVICE, "DescribeContributorInsights", table_name, TableName=table_name, **index_name
        )
        request = {
            "StartTime": max(window.start, window.end - timedelta(hours=REPORT_HOURS)),
            "EndTime": window.end,
            "Period": 3600,
            "MaxContributorCount": HOTTEST,
            "OrderBy": "Sum",
        }
        rules = sorted(insights.get("ContributorInsightsRuleList") or ())
        return [
            hot_keys_of(rule, self._aws.call("cloudwatch", "GetInsightRuleReport", rule, RuleName=rule, **request))
            for rule in rules
        ]

    def _tell(self, text: str) -> None:
        if self._say:
            self._say(text)


class AlarmStates(Reader):
    """Reads the states of an estate's alarms, and how they came about."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        self._alarms = AlarmsGateway(aws)

    def alarms(self, estate: str) -> Reading:
        """The alarms of the estate, as the module alarms finds them when it purges."""
        try:
            return self._alarms.read([], estate, purge=True)
        except AwsError as error:
            self.errors.append(error)
            return Reading({})

    def states(self, names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """DescribeAlarms's answers by name, a hundred a call."""

        def ask(some: Sequence[str]) -> list[dict[str, Any]]:
            pages = self._aws.pages("cloudwatch", "DescribeAlarms", "all alarms", AlarmNames=some, MaxRecords=BATCH)
            return [alarm for page in pages for alarm in page.get("MetricAlarms", ())]

        requests = [list(names[start : start + BATCH]) for start in range(0, len(names), BATCH)]
        return {alarm["AlarmName"]: alarm for answer in self._each(ask, requests) for alarm in answer}

    def history(self, states: Mapping[str, Mapping[str, Any]], window: Window) -> dict[str, list[dict[str, Any]]]:
        """The changes of state in the window, newest first; asked only of alarms that changed since it began."""
        changed = [name for name, state in states.items() if _changed_since(state, window)]

        def ask(name: str) -> tuple[str, list[dict[str, Any]]]:
            answer = self._aws.call(
                "cloudwatch",
                "DescribeAlarmHistory",
                name,
                AlarmName=name,
                HistoryItemType="StateUpdate",
                StartDate=window.start,
                EndDate=window.end,
                MaxRecords=HISTORY,
                ScanBy="TimestampDescending",
            )
            return name, answer.get("AlarmHistoryItems", [])

        return dict(self._each(ask, changed))


def _spot(place: Place) -> Spot:
    return place.table_name, place.index


def _changed_since(state: Mapping[str, Any], window: Window) -> bool:
    changed = state.get("StateUpdatedTimestamp")
    return changed is None or changed >= window.start
