# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module dashboard. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

REPLACE = "replace_dashboard"
"""The user's word for overwriting a dashboard that does not say whose it is."""


def dashboard_options() -> dict[str, Any]:
    """The argument spec of the module dashboard; the tables are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "dashboard_name": {"type": "str"},
        "tables": {"type": "list", "elements": "dict", "default": []},
        "alarms": {"type": "list", "elements": "str", "default": []},
        "period": {"type": "int", "default": 300},
        "tags": {"type": "dict"},
        "allow": {"type": "list", "elements": "str", "choices": [REPLACE], "default": []},
    }
