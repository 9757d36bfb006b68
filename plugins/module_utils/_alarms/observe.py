# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between CloudWatch's form of an alarm and ours; PutMetricAlarm and DescribeAlarms share one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import Alarm

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")

EXPRESSION = "MAX([FILL(m1, 0), TIME_SERIES(0)])"
"""Throttle metrics have no data points while nothing is throttled, and alarms on AWS/DynamoDB metrics ignore missing
data whatever TreatMissingData says: they would stay in ALARM (PutMetricAlarm, API reference). An alarm on an
expression misses data only where the expression returns none. FILL alone is not documented to return anything for a
metric without a single point in the range; TIME_SERIES(0) always does, so the maximum of both can never be empty."""

FOREIGN = ("EvaluationCriteria", "ExtendedStatistic", "Metrics", "ThresholdMetricId", "Unit")


def request_of(alarm: Alarm) -> dict[str, Any]:
    """The alarm as PutMetricAlarm takes it, without tags: on an existing alarm AWS ignores them there."""
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": list(alarm.alarm_actions),
        "OKActions": list(alarm.ok_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison_operator,
        "TreatMissingData": alarm.treat_missing_data,
        **(_expression(alarm) if alarm.fill_missing else _plain(alarm)),
    }


def alarm_of(answer: Mapping[str, Any], tags: Mapping[str, str]) -> Alarm:
    """An alarm as DescribeAlarms returns it (or as PutMetricAlarm takes it), with its tags."""
    stat = _filled(answer.get("Metrics") or [])
    metric = stat["Metric"] if stat else answer
    statistic = stat["Stat"] if stat else answer.get("Statistic") or answer.get("ExtendedStatistic") or ""
    understood = "Metrics" if stat else "ExtendedStatistic"
    foreign = {name: answer[name] for name in FOREIGN if answer.get(name) and name != understood}
    evaluation_periods = int(answer.get("EvaluationPeriods") or 0)
    return Alarm(
        name=answer["AlarmName"],
        metric_name=metric.get("MetricName") or "",
        statistic=statistic,
        period=int((stat or answer).get("Period") or 0),
        evaluation_periods=evaluation_periods,
        datapoints_to_alarm=int(answer.get("DatapointsToAlarm") or evaluation_periods),
        threshold=None if answer.get("Threshold") is None else float(answer["Threshold"]),
        comparison_operator=answer.get("ComparisonOperator") or "",
        namespace=metric.get("Namespace") or "",
        dimensions={entry["Name"]: entry["Value"] for entry in metric.get("Dimensions") or []},
        treat_missing_data=answer.get("TreatMissingData") or "missing",
        fill_missing=bool(stat),
        description=answer.get("AlarmDescription") or "",
        alarm_actions=tuple(sorted(answer.get("AlarmActions") or [])),
        ok_actions=tuple(sorted(answer.get("OKActions") or [])),
        insufficient_data_actions=tuple(sorted(answer.get("InsufficientDataActions") or [])),
        actions_enabled=bool(answer.get("ActionsEnabled", True)),
        tags=dict(tags),
        foreign=foreign,
        arn=answer.get("AlarmArn") or "",
    )


def _plain(alarm: Alarm) -> dict[str, Any]:
    simple = alarm.statistic in STATISTICS
    return {
        **_metric(alarm),
        "Period": alarm.period,
        "Statistic" if simple else "ExtendedStatistic": alarm.statistic,
    }


def _expression(alarm: Alarm) -> dict[str, Any]:
    stat = {"Metric": _metric(alarm), "Period": alarm.period, "Stat": alarm.statistic}
    return {
        "Metrics": [
            {"Id": "m1", "MetricStat": stat, "ReturnData": False},
            {"Id": "e1", "Expression": EXPRESSION, "Label": f"{alarm.metric_name} or zero", "ReturnData": True},
        ]
    }


def _metric(alarm: Alarm) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in sorted(alarm.dimensions.items())]
    return {"Namespace": alarm.namespace, "MetricName": alarm.metric_name, "Dimensions": dimensions}


def _filled(queries: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The MetricStat of an alarm in our form with the expression; None for any other form."""
    expressions = [str(query["Expression"]) for query in queries if query.get("Expression")]
    metrics = [query for query in queries if query.get("MetricStat")]
    if len(queries) != 2 or len(expressions) != 1 or len(metrics) != 1 or metrics[0].get("Id") != "m1":
        return None
    stat: dict[str, Any] = metrics[0]["MetricStat"]
    same = "".join(expressions[0].split()) == "".join(EXPRESSION.split())
    return stat if same and not stat.get("Unit") and not metrics[0].get("AccountId") else None
