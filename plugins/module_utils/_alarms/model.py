# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an alarm is. Desired and observed alarms are the same type, so reading back is writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Alarm:
    """The definition of one alarm, complete: what the user left out stands here with its default."""

    name: str
    metric_name: str
    statistic: str
    """One of CloudWatch's, or a percentile such as C(p99)."""
    period: int
    """Seconds."""
    evaluation_periods: int
    datapoints_to_alarm: int
    threshold: float | None
    comparison_operator: str
    namespace: str = "AWS/DynamoDB"
    dimensions: Mapping[str, str] = field(default_factory=dict)
    treat_missing_data: str = "missing"
    fill_missing: bool = False
    """Whether the alarm watches an expression in which silence is zero, instead of the metric itself."""
    description: str = ""
    alarm_actions: tuple[str, ...] = ()
    """Sorted, like those of the other two states: CloudWatch keeps no order."""
    ok_actions: tuple[str, ...] = ()
    insufficient_data_actions: tuple[str, ...] = ()
    actions_enabled: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    foreign: Mapping[str, Any] = field(default_factory=dict)
    """In AWS's form: what an alarm that others made watches instead of metric_name; empty in every definition."""
    arn: str = field(default="", compare=False)
    """Known only of an alarm that exists."""
