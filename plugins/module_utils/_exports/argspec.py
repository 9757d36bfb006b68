# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the exports modules, and the fields of one entry. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

FULL, INCREMENTAL = "FULL_EXPORT", "INCREMENTAL_EXPORT"
BOTH_IMAGES = "NEW_AND_OLD_IMAGES"
STATUSES = ("IN_PROGRESS", "COMPLETED", "FAILED")

WINDOW_FIELDS: dict[str, dict[str, Any]] = {
    "export_from_time": {"type": "str", "required": True},
    "export_to_time": {"type": "str"},
    "export_view_type": {"type": "str", "choices": (BOTH_IMAGES, "NEW_IMAGES"), "default": BOTH_IMAGES},
}

FILTER_FIELDS: dict[str, dict[str, Any]] = {
    "key_condition_expression": {"type": "str"},
    "filter_expression": {"type": "str"},
    "projection_expression": {"type": "str"},
    "expression_attribute_names": {"type": "dict"},
    "expression_attribute_values": {"type": "json"},
}

EXPORT_FIELDS: dict[str, dict[str, Any]] = {
    "table": {"type": "str", "required": True},
    "table_name": {"type": "str"},
    "label": {"type": "str"},
    "client_token": {"type": "str"},
    "s3_bucket": {"type": "str", "required": True},
    "s3_prefix": {"type": "str"},
    "s3_bucket_owner": {"type": "str"},
    "s3_sse_algorithm": {"type": "str", "choices": ("AES256", "KMS")},
    "s3_sse_kms_key_id": {"type": "str"},
    "export_format": {"type": "str", "choices": ("DYNAMODB_JSON", "ION"), "default": "DYNAMODB_JSON"},
    "export_type": {"type": "str", "choices": (FULL, INCREMENTAL), "default": FULL},
    "export_time": {"type": "str"},
    "incremental_export_specification": {"type": "dict", "options": WINDOW_FIELDS},
    "filter_specification": {"type": "dict", "options": FILTER_FIELDS},
    "retry_failed": {"type": "bool", "default": False},
}


def exports_options() -> dict[str, Any]:
    """The argument spec of the module exports; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "exports": {"type": "list", "elements": "dict", "required": True},
        "wait": {"type": "str", "choices": ["none", "completed"], "default": "completed"},
        "wait_timeout": {"type": "int", "default": 14400},
        "progress": {"type": "bool", "default": True},
    }


def exports_info_options() -> dict[str, Any]:
    """The argument spec of the module exports_info."""
    return {
        **estate_options(),
        "tables": {"type": "list", "elements": "str"},
        "table_names": {"type": "list", "elements": "str"},
        "status": {"type": "list", "elements": "str", "choices": list(STATUSES)},
    }
