# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module alarms, and the fields of one alarm. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

OPERATORS = (
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
TREATMENTS = ("notBreaching", "breaching", "ignore", "missing")

ALARM_FIELDS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str", "default": ""},
    "namespace": {"type": "str", "default": "AWS/DynamoDB"},
    "metric_name": {"type": "str", "required": True},
    "dimensions": {"type": "dict"},
    "statistic": {"type": "str", "required": True},
    "period": {"type": "int", "required": True},
    "evaluation_periods": {"type": "int", "required": True},
    "datapoints_to_alarm": {"type": "int"},
    "threshold": {"type": "float", "required": True},
    "comparison_operator": {"type": "str", "choices": OPERATORS, "required": True},
    "treat_missing_data": {"type": "str", "choices": TREATMENTS, "default": "notBreaching"},
    "fill_missing": {"type": "bool", "default": True},
    "alarm_actions": {"type": "list", "elements": "str"},
    "ok_actions": {"type": "list", "elements": "str"},
    "insufficient_data_actions": {"type": "list", "elements": "str"},
    "actions_enabled": {"type": "bool", "default": True},
    "tags": {"type": "dict"},
}


def alarms_options() -> dict[str, Any]:
    """The argument spec of the module alarms; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "alarms": {"type": "list", "elements": "dict", "required": True},
        "tags": {"type": "dict"},
        "purge_tags": {"type": "bool", "default": False},
        "purge": {"type": "bool", "default": False},
        "kept_tables": {"type": "list", "elements": "str", "default": []},
    }
