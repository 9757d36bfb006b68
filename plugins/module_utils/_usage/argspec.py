# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the modules usage_info and alarms_info. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

RATES = {
    "type": "dict",
    "options": {
        "read_request_units": {"type": "float", "required": True},
        "write_request_units": {"type": "float", "required": True},
        "read_capacity_units": {"type": "float", "required": True},
        "write_capacity_units": {"type": "float", "required": True},
    },
}

PRICES = {
    "type": "dict",
    "options": {
        "currency": {"type": "str", "default": "USD"},
        "date": {"type": "str", "required": True},
        "source": {"type": "str"},
        "standard": {**RATES, "required": True},
        "standard_infrequent_access": RATES,
    },
}

WINDOW: dict[str, Any] = {"hours": {"type": "int"}, "start": {"type": "str"}, "end": {"type": "str"}}


def usage_info_options() -> dict[str, Any]:
    """The argument spec of the module usage_info."""
    return {
        **estate_options(),
        "names": {"type": "list", "elements": "str"},
        "prefix": {"type": "str"},
        "owned": {"type": "bool", "default": False},
        "tables": {"type": "list", "elements": "dict", "default": []},
        **WINDOW,
        "include": {"type": "list", "elements": "str", "choices": ["hot_keys", "series"], "default": []},
        "target_value": {"type": "int", "default": 70},
        "prices": PRICES,
        "progress": {"type": "bool", "default": True},
    }


def alarms_info_options() -> dict[str, Any]:
    """The argument spec of the module alarms_info."""
    return {**estate_options(), **WINDOW, "history": {"type": "bool", "default": True}}
