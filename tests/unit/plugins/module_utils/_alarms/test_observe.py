# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch's form of an alarm, there and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.model import Alarm
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.observe import alarm_of, request_of

PLAIN = Alarm(
    name="a",
    metric_name="ReadThrottleEvents",
    statistic="Sum",
    period=300,
    evaluation_periods=2,
    datapoints_to_alarm=1,
    threshold=0.0,
    comparison_operator="GreaterThanThreshold",
    dimensions={"TableName": "t", "GlobalSecondaryIndexName": "i"},
    alarm_actions=("arn:aws:sns:x:1:a", "arn:aws:sns:x:1:b"),
)
FILLED = replace(PLAIN, fill_missing=True)


def test_the_expression_can_never_be_empty() -> None:
    metric, expression = request_of(FILLED)["Metrics"]
    assert metric == {
        "Id": "m1",
        "ReturnData": False,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": "ReadThrottleEvents",
                "Dimensions": [
                    {"Name": "GlobalSecondaryIndexName", "Value": "i"},
                    {"Name": "TableName", "Value": "t"},
                ],
            },
            "Period": 300,
            "Stat": "Sum",
        },
    }
    assert expression["Expression"] == "MAX([FILL(m1, 0), TIME_SERIES(0)])"
    assert expression["ReturnData"] is True
    # PutMetricAlarm refuses these next to Metrics
    assert not {"MetricName", "Namespace", "Dimensions", "Period", "Statistic"} & request_of(FILLED).keys()


@pytest.mark.parametrize("alarm", [PLAIN, FILLED, replace(PLAIN, statistic="p99"), replace(FILLED, statistic="p99")])
def test_there_and_back(alarm: Alarm) -> None:
    assert alarm_of(request_of(alarm), {}) == alarm


def test_a_percentile_is_an_extended_statistic() -> None:
    request = request_of(replace(PLAIN, statistic="p99"))
    assert request["ExtendedStatistic"] == "p99"
    assert "Statistic" not in request


@pytest.mark.parametrize(
    "noise",
    [
        {"StateValue": "ALARM", "StateReason": "x", "AlarmConfigurationUpdatedTimestamp": 1, "EvaluationState": None},
        {"Dimensions": [{"Name": "TableName", "Value": "t"}, {"Name": "GlobalSecondaryIndexName", "Value": "i"}]},
        {"AlarmActions": ["arn:aws:sns:x:1:b", "arn:aws:sns:x:1:a"]},
        {"Threshold": 0, "AlarmDescription": None, "OKActions": None, "TreatMissingData": None},
        {"AlarmArn": "arn:aws:cloudwatch:x:1:alarm:a"},
    ],
)
def test_what_says_nothing_new_is_the_same_alarm(noise: dict[str, Any]) -> None:
    assert alarm_of({**request_of(PLAIN), **noise}, {}) == PLAIN


def test_absent_datapoints_are_all_periods() -> None:
    request = request_of(replace(PLAIN, datapoints_to_alarm=2))
    del request["DatapointsToAlarm"]
    assert alarm_of(request, {}).datapoints_to_alarm == 2


@pytest.mark.parametrize("expression", ["FILL(m1, 0)", "m1", "MAX([FILL(m1, 1), TIME_SERIES(0)])"])
def test_another_expression_is_another_alarm(expression: str) -> None:
    request = request_of(FILLED)
    request["Metrics"][1]["Expression"] = expression
    seen = alarm_of(request, {})
    assert seen != FILLED
    assert seen.foreign == {"Metrics": request["Metrics"]}


def test_white_space_in_the_expression_means_nothing() -> None:
    request = request_of(FILLED)
    request["Metrics"][1]["Expression"] = "MAX([FILL(m1,0),TIME_SERIES(0)])"
    assert alarm_of(request, {}) == FILLED


@pytest.mark.parametrize("setting", [{"Unit": "Count"}, {"ThresholdMetricId": "ad1", "Threshold": None}])
def test_what_we_never_say_is_a_difference(setting: dict[str, Any]) -> None:
    assert alarm_of({**request_of(PLAIN), **setting}, {}) != PLAIN
