# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the backups modules, and the fields of one entry. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

ADOPT = "adopt_table"
DELETE = "delete_backup"

BACKUP_FIELDS: dict[str, dict[str, Any]] = {
    "table": {"type": "str", "required": True},
    "table_name": {"type": "str"},
    "state": {"type": "str", "choices": ("present", "absent"), "default": "present"},
    "label": {"type": "str"},
    "backup_arn": {"type": "str"},
    "keep": {"type": "int"},
    "keep_days": {"type": "int"},
    "restore_to": {"type": "str"},
    "restore_to_table_name": {"type": "str"},
    "restore_from": {"type": "str", "choices": ("latest",)},
    "restore_time": {"type": "str"},
    "use_latest_restorable_time": {"type": "bool", "default": False},
    "allow": {"type": "list", "elements": "str", "choices": (ADOPT, DELETE)},
}

SOURCES = ("backup_arn", "label", "restore_from", "restore_time", "use_latest_restorable_time")
"""What a restore can read from; exactly one of them."""


def backups_options() -> dict[str, Any]:
    """The argument spec of the module backups; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "backups": {"type": "list", "elements": "dict", "required": True},
        "wait_timeout": {"type": "int", "default": 14400},
    }


def backups_info_options() -> dict[str, Any]:
    """The argument spec of the module backups_info."""
    return {
        **estate_options(),
        "tables": {"type": "list", "elements": "str"},
        "table_names": {"type": "list", "elements": "str"},
        "backup_type": {"type": "str", "choices": ("USER", "SYSTEM", "AWS_BACKUP", "ALL"), "default": "USER"},
    }
