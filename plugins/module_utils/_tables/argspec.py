# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the tables modules, and the fields of one table. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._engine.step import Risk
from .replica_fields import GLOBAL_FIELDS
from .source_argspec import SOURCE_FIELDS

VIEW_TYPES = ("NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY")
PROJECTION_TYPES = ("ALL", "KEYS_ONLY", "INCLUDE")
DISTANCE_FUNCTIONS = ("COSINE", "DOT_PRODUCT", "EUCLIDEAN")
PRECISIONS = ("MILLISECOND", "MICROSECOND")

ALLOW: dict[str, Risk] = {
    "change_kinesis_destination": "availability",
    "change_stream": "availability",
    "delete_index": "availability",
    "delete_replica": "data",
    "delete_table": "data",
    "disable_deletion_protection": "data",
    "disable_disassociation_protection": "availability",
    "disable_point_in_time_recovery": "data",
    "disassociate_replica": "availability",
    "enable_ttl": "data",
    "keep_failed_import": "data",
    "replace_index": "availability",
}
"""The words that an entry's C(allow) list can name, each with what it puts at risk."""

LIMITS = {
    "type": "dict",
    "options": {"max_read_request_units": {"type": "int"}, "max_write_request_units": {"type": "int"}},
}
WARM = {
    "type": "dict",
    "options": {"read_units_per_second": {"type": "int"}, "write_units_per_second": {"type": "int"}},
}
INSIGHTS = {
    "type": "dict",
    "options": {
        "enabled": {"type": "bool", "default": True},
        "mode": {"type": "str", "choices": ("ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS")},
    },
}
SCALING: dict[str, Any] = {
    "type": "dict",
    "options": {
        "enabled": {"type": "bool", "default": True},
        "min_capacity": {"type": "int"},
        "max_capacity": {"type": "int"},
        "target_value": {"type": "float"},
        "scale_in_cooldown": {"type": "int"},
        "scale_out_cooldown": {"type": "int"},
        "scheduled_actions": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "schedule": {"type": "str", "required": True},
                "timezone": {"type": "str"},
                "min_capacity": {"type": "int"},
                "max_capacity": {"type": "int"},
            },
        },
    },
}
AUTOSCALING = {"type": "dict", "options": {"read": SCALING, "write": SCALING}}
"""Capabilities that a table and a global index share. Left out, they are not managed: not read, not compared."""

KINESIS: dict[str, Any] = {
    "type": "dict",
    "options": {
        "stream_arn": {"type": "str"},
        "approximate_creation_date_time_precision": {"type": "str", "choices": PRECISIONS},
        "enabled": {"type": "bool", "default": True},
    },
}

INDEX_FIELDS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "range_key": {"type": "str"},
    "projection_type": {"type": "str", "choices": PROJECTION_TYPES},
    "non_key_attributes": {"type": "list", "elements": "str"},
}

VECTOR_INDEX_FIELDS: dict[str, dict[str, Any]] = {
    **{name: option for name, option in INDEX_FIELDS.items() if name != "range_key"},
    "vector_attribute": {"type": "str", "required": True},
    "dimensions": {"type": "int", "required": True},
    "distance_function": {"type": "str", "required": True, "choices": DISTANCE_FUNCTIONS},
    "search_schema": {
        "type": "list",
        "elements": "dict",
        "options": {
            "attribute_name": {"type": "str", "required": True},
            "search_schema_element_type": {"type": "str", "required": True, "choices": ("HASH", "INLINE_FILTER")},
        },
    },
}

TABLE_FIELDS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "table_name": {"type": "str"},
    "state": {"type": "str", "choices": ("present", "absent"), "default": "present"},
    "hash_key": {"type": "str"},
    "range_key": {"type": "str"},
    "attributes": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ("S", "N", "B"), "default": "S"},
        },
    },
    "billing_mode": {"type": "str", "choices": ("PAY_PER_REQUEST", "PROVISIONED")},
    "read_capacity": {"type": "int"},
    "write_capacity": {"type": "int"},
    "global_secondary_indexes": {
        "type": "list",
        "elements": "dict",
        "options": {
            **INDEX_FIELDS,
            "hash_key": {"type": "str"},
            "key_schema": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "attribute_name": {"type": "str", "required": True},
                    "key_type": {"type": "str", "required": True, "choices": ("HASH", "RANGE")},
                },
            },
            "read_capacity": {"type": "int"},
            "write_capacity": {"type": "int"},
            "on_demand_throughput": LIMITS,
            "warm_throughput": WARM,
            "contributor_insights": INSIGHTS,
            "autoscaling": AUTOSCALING,
        },
    },
    "local_secondary_indexes": {
        "type": "list",
        "elements": "dict",
        "options": {**INDEX_FIELDS, "range_key": {"type": "str", "required": True}},
    },
    "vector_indexes": {"type": "list", "elements": "dict", "options": VECTOR_INDEX_FIELDS},
    "stream_enabled": {"type": "bool"},
    "stream_view_type": {"type": "str", "choices": VIEW_TYPES},
    "ttl_enabled": {"type": "bool"},
    "ttl_attribute": {"type": "str"},
    "point_in_time_recovery": {
        "type": "dict",
        "options": {"enabled": {"type": "bool"}, "recovery_period_in_days": {"type": "int"}},
    },
    "server_side_encryption": {
        "type": "dict",
        "options": {"enabled": {"type": "bool"}, "kms_key_arn": {"type": "str"}},
    },
    "deletion_protection_enabled": {"type": "bool"},
    "on_demand_throughput": LIMITS,
    "warm_throughput": WARM,
    "table_class": {"type": "str", "choices": ("STANDARD", "STANDARD_INFREQUENT_ACCESS")},
    "contributor_insights": INSIGHTS,
    "resource_policy": {"type": "json"},
    "stream_resource_policy": {"type": "json"},
    "kinesis_streaming_destination": KINESIS,
    "autoscaling": AUTOSCALING,
    **GLOBAL_FIELDS,
    "table_id": {"type": "str"},
    "replace_table_id": {"type": "str"},
    **SOURCE_FIELDS,
    "tags": {"type": "dict"},
    "purge_tags": {"type": "bool"},
    "allow": {"type": "list", "elements": "str", "choices": tuple(ALLOW)},
}


def estate_options() -> dict[str, Any]:
    """The options that every module has: which estate, in which account."""
    return {"name": {"type": "str", "required": True}, "account_id": {"type": "str", "required": True}}


def tables_options() -> dict[str, Any]:
    """The argument spec of the module tables; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "tables": {"type": "list", "elements": "dict", "required": True},
        "enable_point_in_time_recovery": {"type": "bool", "default": True},
        "enable_deletion_protection": {"type": "bool", "default": False},
        "server_side_encryption": {"type": "bool", "default": True},
        "kms_key_id": {"type": "str"},
        "tags": {"type": "dict"},
        "on_deferred": {"type": "str", "choices": ["report", "fail"], "default": "report"},
        "wait": {"type": "str", "choices": ["none", "admitted", "active"], "default": "active"},
        "wait_timeout": {"type": "int", "default": 3600},
        "progress": {"type": "bool", "default": True},
    }


def tables_info_options() -> dict[str, Any]:
    """The argument spec of the module tables_info."""
    return {
        **estate_options(),
        "names": {"type": "list", "elements": "str"},
        "prefix": {"type": "str"},
        "owned": {"type": "bool", "default": False},
        "include": {
            "type": "list",
            "elements": "str",
            "choices": [
                "autoscaling",
                "contributor_insights",
                "kinesis_streaming_destination",
                "replicas",
                "resource_policy",
                "stream_resource_policy",
                "table_id",
            ],
            "default": [],
        },
    }
