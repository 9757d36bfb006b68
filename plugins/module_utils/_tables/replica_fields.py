# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a table that make it a global one, in the words of Terraform's aws_dynamodb_table."""

from __future__ import annotations

from typing import Any

CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
EVENTUAL, STRONG = "EVENTUAL", "STRONG"
APART = "disassociated"

REPLICA_FIELDS: dict[str, dict[str, Any]] = {
    "region_name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ("present", APART), "default": "present"},
    "consistency_mode": {"type": "str", "choices": (EVENTUAL, STRONG), "default": EVENTUAL},
    "kms_key_arn": {"type": "str"},
    "point_in_time_recovery": {"type": "bool"},
    "deletion_protection_enabled": {"type": "bool"},
    "disassociation_protection_enabled": {"type": "bool"},
    "table_class": {"type": "str", "choices": CLASSES},
    "read_capacity": {"type": "int"},
    "on_demand_throughput": {"type": "dict", "options": {"max_read_request_units": {"type": "int"}}},
    "resource_policy": {"type": "json"},
    "propagate_tags": {"type": "bool"},
    "tags": {"type": "dict"},
}

GLOBAL_FIELDS: dict[str, dict[str, Any]] = {
    "replicas": {"type": "list", "elements": "dict", "options": REPLICA_FIELDS},
    "global_table_witness": {"type": "dict", "options": {"region_name": {"type": "str", "required": True}}},
    "global_table_settings_replication_mode": {"type": "str", "choices": ("ENABLED", "DISABLED")},
    "disassociation_protection_enabled": {"type": "bool"},
}
"""Left out, they are not managed; an empty list of replicas says that there shall be none."""
