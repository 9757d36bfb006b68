# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the desired and the observed dashboard to steps: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Conflict, ResourcePlan, Step
from .argspec import REPLACE
from .model import Dashboard, Desired
from .observe import request_of


def plan(desired: Desired, observed: Dashboard | None, estate: str) -> ResourcePlan:
    """What makes the dashboard the desired one. That of another estate is a conflict, one that does not say whose it is
    is overwritten only with the user's word, and neither is ever deleted."""
    if desired.dashboard is None:
        return _removal(desired.name, observed, estate)
    if observed is None:
        request = request_of(desired.dashboard)
        create = Step(desired.name, "create_dashboard", "there is no such dashboard", request, ("body",))
        return ResourcePlan(desired.name, "add", (create, *_tagging(desired.dashboard, {})))
    if observed.owner not in ("", estate):
        message = f"a dashboard of this name belongs to the estate {observed.owner!r}"
        return ResourcePlan(desired.name, conflicts=(Conflict(desired.name, ("dashboard_name",), message),))
    steps = (*_update(desired.dashboard, observed), *_tagging(desired.dashboard, observed.tags))
    if not observed.owner and not desired.replace and steps and steps[0].word:
        return ResourcePlan(desired.name, "keep", withheld=steps)
    return ResourcePlan(desired.name, "change" if steps else "keep", steps)


def _update(desired: Dashboard, observed: Dashboard) -> tuple[Step, ...]:
    if desired.body == observed.body:
        return ()
    if not observed.owner:
        reason = "a dashboard of this name is there that does not say whose it is: its widgets go"
        request = request_of(desired)
        return (Step(desired.name, "replace_dashboard", reason, request, ("body",), risk="data", word=REPLACE),)
    reason = f"differs in {_differing(desired.body, observed.body)}"
    return (Step(desired.name, "update_dashboard", reason, request_of(desired), ("body",)),)


def _differing(desired: Mapping[str, Any], observed: Mapping[str, Any]) -> str:
    """Which widgets differ, at most three of them by name."""
    wanted, found = _by_title(desired), _by_title(observed)
    titles = [title for title in {**wanted, **found} if wanted.get(title) != found.get(title)]
    more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    return f"{', '.join(titles[:3])}{more}" if titles else "its order"


def _by_title(body: Mapping[str, Any]) -> dict[str, Any]:
    """The widgets without their places, each under its title; those that a person added may have none."""
    widgets = body.get("widgets")
    found = [widget for widget in widgets if isinstance(widget, Mapping)] if isinstance(widgets, list) else []
    return {_title(widget): {key: widget[key] for key in widget if key not in ("x", "y")} for widget in found}


def _title(widget: Mapping[str, Any]) -> str:
    properties = widget.get("properties")
    title = properties.get("title") if isinstance(properties, Mapping) else None
    return str(title or f"the {widget.get('type', 'unknown')} widget")


def _tagging(desired: Dashboard, tags: Mapping[str, str]) -> tuple[Step, ...]:
    setting, _unused = compare_aws_tags(dict(tags), dict(desired.tags), purge_tags=False)
    if not setting:
        return ()
    pairs = [{"Key": name, "Value": value} for name, value in sorted(setting.items())]
    request = {"ResourceARN": desired.arn, "Tags": pairs}
    return (Step(desired.name, "tag_dashboard", f"lacks tags: {', '.join(sorted(setting))}", request, ("tags",)),)


def _removal(name: str, observed: Dashboard | None, estate: str) -> ResourcePlan:
    if observed is None or observed.owner != estate:
        return ResourcePlan(name)
    step = Step(name, "delete_dashboard", "shall not be there", {"DashboardNames": [name]}, ("dashboard_name",))
    return ResourcePlan(name, "remove", (step,))
