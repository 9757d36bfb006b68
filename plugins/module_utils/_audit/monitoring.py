# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who watches the tables, and whether anybody would hear it.

An alarm is what observe.py makes of AWS's answer. What could not be seen breaks no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._alarms.metrics import METRICS, NAMESPACE, dimensions_problem, metric_problem
from .model import Audit, Hit, Rule
from .plain import mappings, number, part, text, texts

HOUR = 3600
THROTTLES = ("ReadThrottleEvents", "WriteThrottleEvents")


def unwatched(audit: Audit, table: Any) -> Iterator[Hit]:
    """Throttling of an index is no part of its table's figure, so both need alarms."""
    if audit.watched is None or not part(table, "ours") or part(table, "table") is None:
        return
    name = text(part(table, "name"))
    indexes = [text(index.get("IndexName")) for index in mappings(part(table, "table", "GlobalSecondaryIndexes"))]
    for index in ("", *indexes):
        missing = [metric for metric in THROTTLES if (metric, name, index) not in audit.watched]
        if missing:
            yield Hit(
                f"{name}/{index}" if index else name,
                f"no alarm watches {' or '.join(missing)}",
                "an alarm on each",
                "Deploy the alarms with traffic_tacos.dynamodb.site; what nobody declares, declare in dynamodb_tables.",
            )


def impossible_metric(_audit: Audit, alarm: Any) -> Iterator[Hit]:
    """CloudWatch accepts any name; an alarm on one that nobody publishes can never fire."""
    for watched in mappings(part(alarm, "watches")):
        metric, dimensions = text(watched.get("metric")), _names(watched.get("dimensions"))
        if watched.get("namespace") != NAMESPACE or not metric:
            continue
        problem = dimensions_problem(metric, dimensions) if metric in METRICS else metric_problem(metric)
        if problem:
            yield Hit(
                text(part(alarm, "name")),
                problem,
                "a metric that DynamoDB publishes",
                "Deploy the declared alarms, and delete this one: aws cloudwatch delete-alarms --alarm-names ….",
            )


def _names(dimensions: Any) -> list[str]:
    return texts(list(dimensions)) if isinstance(dimensions, Mapping) else []


def muted(_audit: Audit, alarm: Any) -> Iterator[Hit]:
    if part(alarm, "actions_enabled") is False:
        yield Hit(
            text(part(alarm, "name")),
            "its actions are switched off: it fires, and nobody is told",
            "actions_enabled",
            "Deploy with traffic_tacos.dynamodb.site, or aws cloudwatch enable-alarm-actions --alarm-names ….",
        )


def unheard(_audit: Audit, alarm: Any) -> Iterator[Hit]:
    """An alarm that a composite alarm stands on needs no action of its own."""
    if isinstance(part(alarm, "actions"), list) and not part(alarm, "actions") and not part(alarm, "in_composite"):
        yield Hit(
            text(part(alarm, "name")),
            "it has no action: it fires, and nobody is told",
            "the ARN of an SNS topic",
            "Set dynamodb_alarm_actions and deploy with traffic_tacos.dynamodb.site.",
        )


def _stuck(audit: Audit, alarm: Any, state: str) -> float:
    """The hours for which an alarm has been in this state, where that is too long; otherwise 0."""
    since = number(part(alarm, "since"))
    hours = (audit.now - since) / HOUR
    return hours if part(alarm, "state") == state and since > 0 and hours > audit.stuck_hours else 0.0


def stuck_in_alarm(audit: Audit, alarm: Any) -> Iterator[Hit]:
    hours = _stuck(audit, alarm, "ALARM")
    if hours:
        yield Hit(
            text(part(alarm, "name")),
            f"in ALARM for {hours:.0f} hours",
            f"somebody acts within {audit.stuck_hours} hours",
            "Find the cause (the alarm's description names the metrics that tell it), and mend that.",
        )


def stuck_without_data(audit: Audit, alarm: Any) -> Iterator[Hit]:
    hours = _stuck(audit, alarm, "INSUFFICIENT_DATA")
    if hours:
        yield Hit(
            text(part(alarm, "name")),
            f"in INSUFFICIENT_DATA for {hours:.0f} hours",
            "a state that says something: silence counts as zero",
            "Deploy the declared alarms (fill_missing), and look whether its table and its index are still there.",
        )


def orphaned(audit: Audit, alarm: Any) -> Iterator[Hit]:
    tables = {text(part(watched, "dimensions", "TableName")) for watched in mappings(part(alarm, "watches"))} - {""}
    if audit.existing is not None and tables and not tables & audit.existing:
        yield Hit(
            text(part(alarm, "name")),
            f"it watches {', '.join(sorted(tables))}, which is not there",
            "alarms of tables that are there",
            "Deploy, or delete the alarm: aws cloudwatch delete-alarms --alarm-names ….",
        )


RULES = (
    Rule("monitoring.alarm.missing", "high", "table", "No alarm watches the throttling of a table or index", unwatched),
    Rule(
        "monitoring.metric.unknown",
        "high",
        "alarm",
        "An alarm on a metric that DynamoDB does not have",
        impossible_metric,
    ),
    Rule("monitoring.alarm.muted", "high", "alarm", "An alarm's actions are switched off", muted),
    Rule("monitoring.alarm.unheard", "medium", "alarm", "An alarm tells nobody", unheard),
    Rule("monitoring.alarm.stuck", "medium", "alarm", "An alarm has been in ALARM for long", stuck_in_alarm),
    Rule("monitoring.alarm.nodata", "medium", "alarm", "An alarm has had no data for long", stuck_without_data),
    Rule("monitoring.alarm.orphan", "low", "alarm", "An alarm watches a table that is not there", orphaned),
)
