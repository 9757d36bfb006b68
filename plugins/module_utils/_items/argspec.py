# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module items, and the fields of one entry. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

REPLACE = "replace_items"
DELETE = "delete_items"
TYPED = "dynamodb_json"

ITEM_FIELDS: dict[str, dict[str, Any]] = {
    "table": {"type": "str", "required": True},
    "table_name": {"type": "str"},
    "state": {"type": "str", "choices": ("present", "absent"), "default": "present"},
    "items": {"type": "list", "elements": "json"},
    "file": {"type": "str"},
    "format": {"type": "str", "choices": ("plain", TYPED), "default": "plain"},
    "allow": {"type": "list", "elements": "str", "choices": (DELETE, REPLACE)},
}


def items_options() -> dict[str, Any]:
    """The argument spec of the module items; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "items": {"type": "list", "elements": "dict", "required": True},
        "wait_timeout": {"type": "int", "default": 3600},
        "progress": {"type": "bool", "default": True},
    }
