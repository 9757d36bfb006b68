# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module bulk_puts, and the fields of one entry. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

REPLACE = "replace_items"
ERRORS, CONDITIONS = "ERROR", "CONDITION_CHECK_FAILURE"

INPUT_FIELDS: dict[str, dict[str, Any]] = {
    "s3_bucket": {"type": "str", "required": True},
    "s3_key_prefix": {"type": "str"},
    "s3_bucket_owner": {"type": "str"},
    "input_format": {"type": "str", "choices": ("DYNAMODB_JSON", "ION"), "default": "DYNAMODB_JSON"},
    "input_compression_type": {"type": "str", "choices": ("GZIP", "NONE", "ZSTD"), "default": "NONE"},
}

OUTPUT_FIELDS: dict[str, dict[str, Any]] = {
    "s3_bucket": {"type": "str", "required": True},
    "s3_key_prefix": {"type": "str"},
    "s3_bucket_owner": {"type": "str"},
    "s3_sse_algorithm": {"type": "str", "choices": ("AES256", "KMS")},
    "s3_sse_kms_key_id": {"type": "str"},
    "output_type": {"type": "list", "elements": "str", "choices": (ERRORS, CONDITIONS), "default": [ERRORS]},
}

PUT_FIELDS: dict[str, dict[str, Any]] = {
    "table": {"type": "str", "required": True},
    "table_name": {"type": "str"},
    "label": {"type": "str"},
    "client_token": {"type": "str"},
    "input_s3_configuration": {"type": "dict", "options": INPUT_FIELDS, "required": True},
    "output_s3_configuration": {"type": "dict", "options": OUTPUT_FIELDS, "required": True},
    "max_write_request_units": {"type": "int"},
    "performance_tier": {"type": "str", "choices": ("ACCELERATED", "STANDARD")},
    "retry_failed": {"type": "bool", "default": False},
    "allow": {"type": "list", "elements": "str", "choices": (REPLACE,)},
}


def bulk_puts_options() -> dict[str, Any]:
    """The argument spec of the module bulk_puts; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "bulk_puts": {"type": "list", "elements": "dict", "required": True},
        "wait": {"type": "str", "choices": ["none", "completed"], "default": "completed"},
        "wait_timeout": {"type": "int", "default": 14400},
        "progress": {"type": "bool", "default": True},
    }
