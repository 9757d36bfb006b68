# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module audit_info. The one place that names them in code."""

from __future__ import annotations

from typing import Any

PROTECTION = ("recovery", "deletion_protection", "encryption", "backups")
TTL_NAMES = ("*idempotency*", "*session*", "*cache*", "*token*")


def audit_info_options() -> dict[str, Any]:
    dictionaries = {"type": "list", "elements": "dict", "default": []}
    return {
        "name": {"type": "str", "required": True},
        "account_id": {"type": "str", "required": True},
        "tables": dictionaries,
        "roles": dictionaries,
        "alarms": dictionaries,
        "comparisons": {"type": "dict", "default": {}},
        "protection": {
            "type": "list",
            "elements": "str",
            "choices": list(PROTECTION),
            "default": ["recovery", "encryption"],
        },
        "ttl_names": {"type": "list", "elements": "str", "default": list(TTL_NAMES)},
        "backup_days": {"type": "int", "default": 35},
        "stuck_hours": {"type": "int", "default": 24},
        "near_percent": {"type": "int", "default": 80},
        "tables_quota": {"type": "int", "default": 2500},
        "alarms_quota": {"type": "int", "default": 5000},
        "policies_per_role": {"type": "int", "default": 10},
        "progress": {"type": "bool", "default": True},
        "simulate": {"type": "bool", "default": True},
    }
