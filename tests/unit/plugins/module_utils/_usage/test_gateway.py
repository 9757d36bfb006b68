# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading: few calls, bounded answers, and what happens where AWS refuses some of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.names import ownership_tags
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.gateway import ROUND, UsageGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.model import Measured, Window
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.queries import MAX_DATAPOINTS, MAX_QUERIES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.unseen import is_denied, unseen

from tests.support.dynamodb_double import AwsFault
from tests.support.lab import QUIET, attributes, index, key, units
from tests.support.metrics_double import MeteredAws

HOURS = 2
ALL = {"names": None, "prefix": None, "owned": False, "tables": []}


def account(*names: str, indexes: int = 0, **options: Any) -> MeteredAws:
    """Tables of the estate, made a while ago."""
    aws = MeteredAws()
    by = [index(f"by-{number}", f"a{number}") for number in range(indexes)]
    for name in names:
        request = {
            "TableName": name,
            "KeySchema": key("id"),
            "AttributeDefinitions": attributes("id", *(f"a{number}" for number in range(indexes))),
            "BillingMode": "PAY_PER_REQUEST",
            "Tags": [{"Key": each, "Value": value} for each, value in ownership_tags("ticket").items()],
            **({"GlobalSecondaryIndexes": by} if by else {}),
            **options,
        }
        aws.call("dynamodb", "CreateTable", name, **request)
        aws.clock.sleep(QUIET)
    aws.calls.clear()
    return aws


def window(aws: MeteredAws, hours: int = HOURS, period: int = 60) -> Window:
    end = datetime.fromtimestamp(aws.clock.now() // period * period, UTC)
    return Window(end - timedelta(hours=hours), end, period)


def measure(aws: MeteredAws, when: Window, **asked: Any) -> tuple[dict[tuple[str, str], Measured], UsageGateway]:
    gateway = UsageGateway(aws, "ticket")
    return gateway.measure(gateway.tables({**ALL, **asked}), when, 0.7, keep_series=True), gateway


def test_each_place_gets_its_own_points() -> None:
    aws = account("ticket-users", indexes=1)
    when = window(aws)
    at = when.start + timedelta(minutes=30)
    aws.cloudwatch.put("ticket-users", "ConsumedReadCapacityUnits", (at, 60.0), (at + timedelta(seconds=61), 120.0))
    aws.cloudwatch.put("ticket-users", "ConsumedReadCapacityUnits", (at, 7.0), index="by-0")
    aws.cloudwatch.put("ticket-users", "ConsumedWriteCapacityUnits", (when.end, 1.0), (when.start, 5.0))
    found, gateway = measure(aws, when)
    own, by = found["ticket-users", ""], found["ticket-users", "by-0"]
    assert own.consumed == {"read": 180.0, "write": 5.0}
    assert own.peak == {"read": 2.0, "write": 5 / 60}
    assert by.consumed == {"read": 7.0}
    assert own.series["consumed_read"] == [(int(at.timestamp()), 60.0), (int(at.timestamp()) + 60, 120.0)]
    assert gateway.errors == []
    assert len(aws.asked("GetMetricData")) == 1


def test_causes_are_asked_only_for_what_was_refused() -> None:
    aws = account("ticket-users", "ticket-orders", indexes=1)
    when = window(aws)
    at = when.start + timedelta(minutes=30)
    aws.cloudwatch.put("ticket-orders", "WriteThrottleEvents", (at, 3.0), index="by-0")
    aws.cloudwatch.put("ticket-orders", "WriteMaxOnDemandThroughputThrottleEvents", (at, 3.0), index="by-0")
    found, _gateway = measure(aws, when)
    first, second = aws.asked("GetMetricData")
    assert len(first["MetricDataQueries"]) == 4 * 4
    names = [query["MetricStat"]["Metric"]["MetricName"] for query in second["MetricDataQueries"]]
    assert sorted(names) == [
        "WriteAccountLimitThrottleEvents",
        "WriteKeyRangeThroughputThrottleEvents",
        "WriteMaxOnDemandThroughputThrottleEvents",
        "WriteProvisionedThroughputThrottleEvents",
    ]
    (cause,) = found["ticket-orders", "by-0"].causes
    assert (cause.access, cause.cause, cause.events) == ("write", "MaxOnDemandThroughput", 3.0)
    assert not any(each.causes for spot, each in found.items() if spot != ("ticket-orders", "by-0"))


def test_provisioned_capacity_is_asked_where_it_is_and_auto_scaling_is_known() -> None:
    aws = account("ticket-users", BillingMode="PROVISIONED", ProvisionedThroughput=units(5, 3))
    aws.call(
        "application-autoscaling",
        "RegisterScalableTarget",
        "ticket-users",
        ServiceNamespace="dynamodb",
        ResourceId="table/ticket-users",
        ScalableDimension="dynamodb:table:WriteCapacityUnits",
        MinCapacity=1,
        MaxCapacity=9,
    )
    when = window(aws)
    aws.cloudwatch.put(
        "ticket-users", "ProvisionedReadCapacityUnits", (when.start, 4.0), (when.start + timedelta(minutes=5), 6.0)
    )
    found, _gateway = measure(aws, when)
    own = found["ticket-users", ""]
    assert own.place.provisioned == {"read": 5, "write": 3}
    assert own.place.scaled == {"write"}
    assert own.provisioned == {"read": 5.0}
    assert len(aws.asked("GetMetricData")[0]["MetricDataQueries"]) == 6


@pytest.mark.parametrize(("hours", "period"), [(2, 60), (23, 60), (24, 300)])
def test_a_call_asks_and_gets_no_more_than_aws_allows(hours: int, period: int) -> None:
    aws = account(*(f"ticket-{number:03}" for number in range(7)), indexes=20)
    when = window(aws, hours, period)
    said: list[str] = []
    gateway = UsageGateway(aws, "ticket", said.append)
    found = gateway.measure(gateway.tables(ALL), when, 0.7)
    calls = aws.asked("GetMetricData")
    sizes = sorted(len(call["MetricDataQueries"]) for call in calls)
    assert sum(sizes) == 4 * 7 * 21
    assert max(sizes) <= min(MAX_QUERIES, MAX_DATAPOINTS // when.points)
    assert min(sizes[1:]) > min(MAX_QUERIES, MAX_DATAPOINTS // when.points) - 4, "the calls are filled"
    assert len(found) == 7 * 21
    assert all(not each.series for each in found.values())
    assert said[-1] == "147 of 147 tables and indexes are measured"
    assert len(said) <= 1 + -(-len(calls) // ROUND)


def test_an_answer_in_many_pages_is_put_together() -> None:
    aws = account("ticket-users", "ticket-orders")
    when = window(aws)
    for minute in range(60):
        at = when.start + timedelta(minutes=minute)
        aws.cloudwatch.put("ticket-users", "ConsumedReadCapacityUnits", (at, 1.0))
        aws.cloudwatch.put("ticket-orders", "ConsumedReadCapacityUnits", (at, 2.0))
    aws.cloudwatch.page = 7
    found, _gateway = measure(aws, when)
    assert found["ticket-users", ""].consumed == {"read": 60.0}
    assert found["ticket-orders", ""].consumed == {"read": 120.0}
    assert len(aws.asked("GetMetricData")) == 18


def findings(gateway: UsageGateway) -> list[dict[str, Any]]:
    assert all(is_denied(error) for error in gateway.errors)
    return unseen(gateway.errors, "nothing is known")


def test_without_metrics_the_tables_are_still_there_and_it_is_said_once() -> None:
    aws = account(*(f"ticket-{number}" for number in range(9)), indexes=20)
    aws.deny("GetMetricData")
    found, gateway = measure(aws, window(aws, 23))
    assert len(found) == 9 * 21
    assert not any(each.seen for each in found.values())
    (finding,) = findings(gateway)
    assert finding["id"] == "unseen.permission"
    assert finding["mend"] == "Allow the caller cloudwatch:GetMetricData, then run this again."
    assert "cloudwatch:GetMetricData was denied for ticket-0, and for " in finding["found"]


def test_what_cloudwatch_forbids_is_not_taken_for_silence() -> None:
    aws = account("ticket-users", "ticket-orders")
    aws.cloudwatch.forbidden.add("ticket-orders")
    found, gateway = measure(aws, window(aws))
    assert {spot[0]: each.seen for spot, each in found.items()} == {"ticket-users": True, "ticket-orders": False}
    assert [finding["resource"] for finding in findings(gateway)] == ["ticket-orders"]


def test_what_cloudwatch_fails_at_is_no_denial() -> None:
    aws = account("ticket-users", "ticket-orders")
    aws.cloudwatch.broken.add("ticket-orders")
    found, gateway = measure(aws, window(aws))
    assert {spot[0]: each.seen for spot, each in found.items()} == {"ticket-users": True, "ticket-orders": False}
    assert [(error.code, error.subject) for error in gateway.errors] == [("InternalError", "ticket-orders")]
    assert not is_denied(gateway.errors[0])


def test_a_table_is_called_as_its_entry_calls_it() -> None:
    aws = account("ticket-users", "old-name")
    declared = [{"name": "orders", "table_name": "old-name"}]
    found = UsageGateway(aws, "ticket").tables({**ALL, "tables": declared})
    assert [(table.name, table.table_name) for table in found] == [("orders", "old-name"), ("users", "ticket-users")]


def test_a_table_that_may_not_be_described_is_a_finding() -> None:
    aws = account("ticket-users", "ticket-orders")
    aws.inject(
        "DescribeTable",
        AwsFault("AccessDeniedException", "no"),
        when=lambda request: bool(request["TableName"] == "ticket-users"),
    )
    found, gateway = measure(aws, window(aws))
    assert [spot[0] for spot in found] == ["ticket-orders"]
    assert [finding["resource"] for finding in findings(gateway)] == ["ticket-users"]


def test_without_the_tags_the_estates_tables_are_those_with_its_prefix() -> None:
    aws = account("ticket-users", "other")
    found, gateway = measure(aws, window(aws), owned=True)
    assert sorted(spot[0] for spot in found) == ["other", "ticket-users"]
    aws.deny("GetResources")
    found, gateway = measure(aws, window(aws), owned=True)
    assert [spot[0] for spot in found] == ["ticket-users"]
    assert [finding["mend"] for finding in findings(gateway)] == [
        "Allow the caller tag:GetResources, then run this again."
    ]
    aws.deny("ListTables")
    found, gateway = measure(aws, window(aws), owned=True)
    assert (found, len(findings(gateway))) == ({}, 2)


def test_a_failure_that_is_no_denial_is_kept_apart() -> None:
    aws = account("ticket-users")
    aws.inject("GetMetricData", AwsFault("InternalServiceFault", "AWS is ill", 500))
    found, gateway = measure(aws, window(aws))
    assert not found["ticket-users", ""].seen
    assert [is_denied(error) for error in gateway.errors] == [False]


def insights(aws: MeteredAws, name: str, **more: str) -> list[str]:
    request = {"TableName": name, **more}
    aws.call("dynamodb", "UpdateContributorInsights", name, ContributorInsightsAction="ENABLE", **request)
    aws.clock.sleep(QUIET)
    rules: list[str] = aws.call("dynamodb", "DescribeContributorInsights", name, **request)[
        "ContributorInsightsRuleList"
    ]
    return rules


def report(*keys: tuple[str, float]) -> dict[str, Any]:
    return {
        "KeyLabels": ["id"],
        "Contributors": [
            {"Keys": [value], "ApproximateAggregateValue": count, "Datapoints": []} for value, count in keys
        ],
    }


def test_hot_keys_are_those_of_tables_and_indexes_with_insights() -> None:
    aws = account("ticket-users", "ticket-orders", indexes=1)
    rules = [*insights(aws, "ticket-users"), *insights(aws, "ticket-users", IndexName="by-0")]
    for rule in rules:
        aws.cloudwatch.reports[rule] = report((f"cold of {rule}", 1.0), (f"hot of {rule}", 9.0))
    gateway = UsageGateway(aws, "ticket")
    hot = gateway.hot_keys(gateway.tables(ALL), window(aws, 14 * 24, 900))
    assert gateway.errors == []
    assert sorted(hot) == [("ticket-users", ""), ("ticket-users", "by-0")]
    own = hot["ticket-users", ""]
    assert [keys.kind for keys in own] == ["accessed", "throttled"]
    assert [keys.keys[0] for keys in own] == [
        ((f"hot of {rule}",), 9.0) for rule in sorted(rules) if "by-0" not in rule
    ]
    assert hot["ticket-users", "by-0"][0].labels == ("id",)


def test_hot_keys_that_may_not_be_seen_are_a_finding() -> None:
    aws = account("ticket-users")
    insights(aws, "ticket-users")
    aws.deny("GetInsightRuleReport")
    gateway = UsageGateway(aws, "ticket")
    assert gateway.hot_keys(gateway.tables(ALL), window(aws)) == {}
    assert [finding["mend"] for finding in findings(gateway)] == [
        "Allow the caller cloudwatch:GetInsightRuleReport, then run this again."
    ]
