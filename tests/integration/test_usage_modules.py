# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage_info, alarms_info and their playbooks as users run them, with metrics that were really put and asked for.

Moto keeps metrics but no history of alarms, MiniStack both; neither has reports of contributor insights, which the
double of tests/support/metrics_double.py stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module
from tests.support.playbooks import play, writes
from tests.support.shaping_proxy import Fault, ShapingProxy

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
HOSTILE = "{{ 1 // 0 }}: \x1b[2J # '\""
RATES = {
    "read_request_units": 0.125,
    "write_request_units": 0.625,
    "read_capacity_units": 0.00013,
    "write_capacity_units": 0.00065,
}


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with MiniStack(tmp_path_factory.mktemp("ministack")) as running:
        yield running


def make(emulator: Emulator, name: str = "ticket-users", **more: Any) -> None:
    """A table of the estate with one global secondary index."""
    index = {
        "IndexName": "by-mail",
        "KeySchema": [{"AttributeName": "mail", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    units = {"ProvisionedThroughput": more["ProvisionedThroughput"]} if more else {"BillingMode": "PAY_PER_REQUEST"}
    emulator.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("id", "mail")],
        GlobalSecondaryIndexes=[{**index, **more}],
        Tags=[{"Key": key, "Value": value} for key, value in OURS.items()],
        **units,
    )


def put(emulator: Emulator, metric: str, *points: tuple[int, float], index: str = "") -> None:
    """Points of the table, so many minutes ago."""
    dimensions = {"TableName": "ticket-users", **({"GlobalSecondaryIndexName": index} if index else {})}
    emulator.client("cloudwatch").put_metric_data(
        Namespace="AWS/DynamoDB",
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
                "Timestamp": NOW - timedelta(minutes=minutes),
                "Value": value,
            }
            for minutes, value in points
        ],
    )


def busy(emulator: Emulator) -> None:
    make(emulator)
    put(emulator, "ConsumedReadCapacityUnits", (30, 600.0), (30, 60.0), (20, 1200.0))
    put(emulator, "ConsumedWriteCapacityUnits", (30, 30.0), index="by-mail")
    put(emulator, "ReadThrottleEvents", (30, 7.0), (20, 2.0))
    put(emulator, "ReadKeyRangeThroughputThrottleEvents", (30, 7.0))
    put(emulator, "ReadAccountLimitThrottleEvents", (20, 2.0))
    emulator.forget()


def ring(emulator: Emulator, name: str = "ticket-users-read-throttle") -> None:
    """An alarm of the estate that somebody has made ring."""
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="ReadThrottleEvents",
        Namespace="AWS/DynamoDB",
        Dimensions=[{"Name": "TableName", "Value": "ticket-users"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Tags=[{"Key": key, "Value": value} for key, value in OURS.items()],
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=HOSTILE)


def read(emulator: Emulator, module: str, **options: Any) -> Run:
    run = run_module(emulator, module, **options)
    assert not run.failed, run.output
    assert not run.changed
    return run


def test_what_was_used_and_what_was_refused_and_why(emulator: Emulator) -> None:
    busy(emulator)
    run = read(emulator, "usage_info", owned=True, hours=2, include=["series"])
    users = run.result["usage"]["users"]
    assert users["table_name"] == "ticket-users"
    assert users["window"]["period"] == 60
    assert users["totals"] == {
        "consumed_read": 1860.0,
        "throttled_read": 9.0,
        "peak_read": 20.0,
        "consumed_write": None,
        "throttled_write": 0.0,
        "peak_write": None,
    }
    at = [int((NOW - timedelta(minutes=minutes)).timestamp()) for minutes in (30, 20)]
    assert users["series"]["consumed_read"] == [[at[0], 660.0], [at[1], 1200.0]]
    assert [(event["cause"], event["events"]) for event in users["throttling"]] == [
        ("KeyRangeThroughput", 7.0),
        ("AccountLimit", 2.0),
    ]
    assert users["indexes"]["by-mail"]["totals"]["consumed_write"] == 30.0
    assert users["capacity"]["read"]["request_units"] == 1860.0
    assert run.result["findings"] == []
    assert writes(emulator) == []
    assert emulator.operations().count("GetMetricData") == 2


def test_a_provisioned_table_with_prices(emulator: Emulator) -> None:
    make(emulator, ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 5})
    put(emulator, "ConsumedReadCapacityUnits", (30, 600.0))
    put(emulator, "ProvisionedReadCapacityUnits", (30, 100.0), (25, 50.0))
    prices = {"date": "2024-11-01", "standard": RATES}
    users = read(emulator, "usage_info", names=["ticket-users"], hours=2, prices=prices).result["usage"]["users"]
    assert users["billing_mode"] == "PROVISIONED"
    assert (users["provisioned"]["read"], users["provisioned"]["read_average"]) == (100, 75.0)
    assert users["indexes"]["by-mail"]["provisioned"]["read"] == 100
    assert users["cost"]["now"] == round(730 * (175 * 0.00013 + 10 * 0.00065), 2)
    assert {"usage.read.idle", "usage.mode.cheaper"} <= {finding["id"] for finding in users["advice"]}


def test_states_and_history_of_alarms(ministack: MiniStack) -> None:
    ministack.reset()
    ring(ministack)
    (alarm,) = read(ministack, "alarms_info", hours=1).result["alarms"]
    assert (alarm["name"], alarm["owned"], alarm["state"]) == ("ticket-users-read-throttle", True, "ALARM")
    assert alarm["reason"] == HOSTILE
    assert ("INSUFFICIENT_DATA", "ALARM", HOSTILE) in [
        (change["from"], change["to"], change["reason"]) for change in alarm["history"]
    ]


def test_insights_are_read_where_they_are_on(ministack: MiniStack) -> None:
    """MiniStack lists no rules for them, so the calls are made and there is nothing to report."""
    ministack.reset()
    busy(ministack)
    ministack.client("dynamodb").update_contributor_insights(
        TableName="ticket-users", ContributorInsightsAction="ENABLE"
    )
    users = read(ministack, "usage_info", prefix="ticket-", hours=2, include=["hot_keys"]).result["usage"]["users"]
    assert users["totals"]["throttled_read"] == 9.0
    assert users["hot_keys"] == []


def test_the_playbooks_say_it_in_lines(emulator: Emulator) -> None:
    busy(emulator)
    ring(emulator)
    emulator.forget()
    played = play(emulator, "throttling", dynamodb_usage_hours=2)
    assert played.returncode == 0, played.output
    refused, remedy = played.summary[3:5]
    assert refused.startswith("ticket-users reads 7 by KeyRangeThroughput, ")
    assert remedy.startswith("  Spread the load over more values of the partition key")
    alarm = played.summary[played.summary.index("Alarms") + 1]
    assert alarm.startswith("ticket-users-read-throttle ALARM since ")
    assert alarm.endswith("({{ 1 // 0 }}: \\x1b[2J # '\")")
    assert "[local-ap-northeast-2] 2 of 2 tables and indexes are measured" in played.output

    prices = {"ap-northeast-2": {"date": "2024-11-01", "standard": RATES}}
    played = play(emulator, "usage", dynamodb_usage_hours=2, dynamodb_prices=prices)
    assert played.returncode == 0, played.output
    assert played.summary[3].startswith("ticket-users          1860 read units (peak 20)")
    assert played.summary[4].startswith("ticket-users/by-mail  no data of reads, 30 write units")
    assert any(line.startswith("ticket-users 0.09 USD as it is") for line in played.summary), played.summary
    assert writes(emulator) == []


def test_what_could_be_read_is_shown_though_something_could_not(proxy: ShapingProxy) -> None:
    busy(proxy)
    ring(proxy)
    proxy.faults.add(Fault("refusal", operation="DescribeTable", code="ValidationException", message="not now"))
    played = play(proxy, "throttling", dynamodb_usage_hours=2)
    assert played.returncode != 0
    assert "ValidationException" in played.output
    assert played.summary[played.summary.index("Alarms") + 1].startswith("ticket-users-read-throttle ALARM since ")
    refused = play(proxy, "throttling", dynamodb_usage_hours=0)
    assert refused.returncode != 0
    assert "hours: must be at least 1, not 0" in refused.output
    assert (refused.recap("failed"), refused.recap("skipped")) == (1, 2)


@pytest.mark.parametrize("playbook", ["usage", "throttling"])
def test_tables_can_be_named_for_the_playbooks(emulator: Emulator, playbook: str) -> None:
    emulator.reset()
    busy(emulator)
    done = play(emulator, playbook, dynamodb_usage_names=["ticket-users"], dynamodb_usage_hours=2)
    assert done.returncode == 0, done.output
    assert "ticket-users" in " ".join(done.summary)
