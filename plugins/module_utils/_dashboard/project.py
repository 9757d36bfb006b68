# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard after a run, predicted or real, for the result and for --diff: pure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from .._engine.step import Outcome, Step
from .model import Dashboard


def after(observed: Dashboard | None, outcome: Outcome) -> Dashboard | None:
    """The dashboard as the steps that were done leave it."""
    for step in outcome.done:
        observed = _project(observed, step)
    return observed


def render(dashboard: Dashboard | None) -> dict[str, Any]:
    """The dashboard as the module returns it; empty for none."""
    if dashboard is None:
        return {}
    tags = dict(sorted(dashboard.tags.items()))
    return {"name": dashboard.name, "arn": dashboard.arn, "body": dict(dashboard.body), "tags": tags}


def diff(before: Dashboard | None, outcome: Outcome) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: the parts that change."""
    old, new = render(before), render(after(before, outcome))
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    header = f"dashboard {outcome.plan.resource}"
    shown = {
        "before_header": header,
        "after_header": header,
        "before": {key: old[key] for key in changed if key in old} or "",
        "after": {key: new[key] for key in changed if key in new} or "",
    }
    return [shown] if changed else []


def _project(dashboard: Dashboard | None, step: Step) -> Dashboard | None:
    if step.action == "delete_dashboard":
        return None
    if step.action == "tag_dashboard":
        tags = {tag["Key"]: tag["Value"] for tag in step.request["Tags"]}
        arn = step.request["ResourceARN"]
        return replace(dashboard, arn=arn, tags={**dashboard.tags, **tags}) if dashboard else None
    body = json.loads(step.request["DashboardBody"])
    return replace(dashboard, body=body) if dashboard else Dashboard(step.resource, body, {})
