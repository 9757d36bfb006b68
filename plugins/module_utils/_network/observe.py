# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From EC2's form of a gateway endpoint to ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .model import Endpoint

GONE = frozenset({"deleting", "deleted", "failed", "expired", "rejected"})


def endpoint_of(answer: Mapping[str, Any]) -> Endpoint | None:
    """An endpoint as DescribeVpcEndpoints returns it; None for one that is on its way out, or is an interface, which
    has the same service and no route tables."""
    state = str(answer.get("State") or "").lower()
    if state in GONE or answer.get("VpcEndpointType", "Gateway") != "Gateway":
        return None
    return Endpoint(
        vpc_id=answer["VpcId"],
        route_table_ids=tuple(sorted(answer.get("RouteTableIds") or [])),
        policy=json.loads(answer.get("PolicyDocument") or "{}"),
        tags={tag["Key"]: tag["Value"] for tag in answer.get("Tags") or []},
        endpoint_id=answer["VpcEndpointId"],
        state=state,
    )


def service_name(region: str) -> str:
    """What DynamoDB is called as the service of a gateway endpoint."""
    return f"com.amazonaws.{region}.dynamodb"
