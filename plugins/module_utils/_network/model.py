# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gateway endpoint is. Desired and observed endpoints are the same type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Endpoint:
    """A way from a VPC's route tables to DynamoDB that does not leave AWS's network."""

    vpc_id: str
    route_table_ids: tuple[str, ...]
    """Sorted."""
    policy: Mapping[str, Any]
    tags: Mapping[str, str]
    endpoint_id: str = field(default="", compare=False)
    """Known only of an endpoint that exists."""
    state: str = field(default="", compare=False)
    """AWS's word in lower case, for example C(available)."""


@dataclass(frozen=True)
class Desired:
    """An endpoint that the user wants."""

    endpoint: Endpoint
    remove_route_tables: bool = False
    """Whether route tables that are not declared may lose the route."""
