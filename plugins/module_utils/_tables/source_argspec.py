# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of an entry that say what a new table is made from, spelled as Terraform's aws_dynamodb_table has them."""

from __future__ import annotations

from typing import Any

IMPORT = "import_table"
FROM_BACKUP = "restore_backup_arn"
FROM_NAME = "restore_source_name"
FROM_ARN = "restore_source_table_arn"
SOURCES = (IMPORT, FROM_BACKUP, FROM_NAME, FROM_ARN)
"""What a new table can be made from; at most one of them."""
AT_TIME = "restore_date_time"
AT_LATEST = "restore_to_latest_time"

SOURCE_FIELDS: dict[str, dict[str, Any]] = {
    IMPORT: {
        "type": "dict",
        "options": {
            "input_format": {"type": "str", "choices": ("CSV", "DYNAMODB_JSON", "ION"), "required": True},
            "input_compression_type": {"type": "str", "choices": ("GZIP", "NONE", "ZSTD")},
            "s3_bucket_source": {
                "type": "dict",
                "required": True,
                "options": {
                    "bucket": {"type": "str", "required": True},
                    "bucket_owner": {"type": "str"},
                    "key_prefix": {"type": "str"},
                },
            },
            "input_format_options": {
                "type": "dict",
                "options": {
                    "csv": {
                        "type": "dict",
                        "options": {
                            "delimiter": {"type": "str"},
                            "header_list": {"type": "list", "elements": "str"},
                        },
                    },
                },
            },
        },
    },
    FROM_BACKUP: {"type": "str"},
    FROM_NAME: {"type": "str"},
    FROM_ARN: {"type": "str"},
    AT_TIME: {"type": "str"},
    AT_LATEST: {"type": "bool"},
}
"""Without effect on a table that is there, so that they may stay in the entry."""
