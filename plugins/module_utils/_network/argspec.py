# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module vpc_endpoints, and the fields of one endpoint. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

REMOVE = "remove_route_table"
"""The user's word for taking the route to DynamoDB out of a route table."""

ENDPOINT_FIELDS: dict[str, dict[str, Any]] = {
    "vpc_id": {"type": "str", "required": True},
    "route_table_ids": {"type": "list", "elements": "str", "required": True},
    "allow": {"type": "list", "elements": "str", "choices": (REMOVE,)},
}


def vpc_endpoints_options() -> dict[str, Any]:
    """The argument spec of the module vpc_endpoints; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "endpoints": {"type": "list", "elements": "dict", "required": True},
        "tables": {"type": "list", "elements": "dict", "default": []},
        "other_tables": {"type": "list", "elements": "str", "default": []},
        "tags": {"type": "dict"},
        "purge": {"type": "bool", "default": False},
    }
