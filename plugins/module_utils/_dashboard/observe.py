# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between CloudWatch's form of a dashboard and ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .model import Dashboard


def dashboard_of(answer: Mapping[str, Any], tags: list[Mapping[str, str]]) -> Dashboard:
    """A dashboard as GetDashboard returns it, with its tags as ListTagsForResource does."""
    body = json.loads(answer["DashboardBody"])
    return Dashboard(
        name=answer["DashboardName"],
        body=body if isinstance(body, Mapping) else {},
        tags={tag["Key"]: tag["Value"] for tag in tags},
        arn=answer["DashboardArn"],
    )


def request_of(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as PutDashboard takes it, without tags: older SDKs do not know them there, and on a dashboard that
    exists AWS ignores them."""
    return {"DashboardName": dashboard.name, "DashboardBody": json.dumps(dashboard.body, separators=(",", ":"))}
