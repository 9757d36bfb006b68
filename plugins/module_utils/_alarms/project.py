# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alarms after a run, predicted or real, for the result and for --diff: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Outcome, Step
from .argspec import ALARM_FIELDS
from .model import Alarm
from .observe import alarm_of


def project(alarm: Alarm | None, step: Step) -> Alarm | None:
    """What AWS has after the step, where it had alarm before; None is no alarm."""
    if step.action == "delete_alarm":
        return None
    if step.action == "untag_alarm":
        return replace(alarm, tags=_without(alarm.tags, step.request["TagKeys"])) if alarm else None
    tags = {entry["Key"]: entry["Value"] for entry in step.request.get("Tags", [])}
    if step.action == "tag_alarm":
        return replace(alarm, tags={**alarm.tags, **tags}) if alarm else None
    found = alarm_of(step.request, alarm.tags if alarm else tags)
    return replace(found, arn=alarm.arn if alarm else "")


def after(observed: Mapping[str, Alarm], outcome: Outcome) -> Alarm | None:
    """The alarm as the steps that were done leave it."""
    alarm = observed.get(outcome.plan.resource)
    for step in outcome.done:
        alarm = project(alarm, step)
    return alarm


def render(alarm: Alarm | None) -> dict[str, Any]:
    """The alarm in the form of the module's option alarms; empty for no alarm."""
    if alarm is None:
        return {}
    shown = {name: _value(getattr(alarm, name)) for name in ALARM_FIELDS}
    return {**shown, "foreign": dict(alarm.foreign)} if alarm.foreign else shown


def rendered(observed: Mapping[str, Alarm], outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """All alarms that there are after the run."""
    alarms = (after(observed, outcome) for outcome in outcomes)
    return [render(alarm) for alarm in alarms if alarm]


def diff(observed: Mapping[str, Alarm], outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: of every alarm that changes, the fields that do."""
    shown = []
    for outcome in outcomes:
        name = outcome.plan.resource
        old, new = render(observed.get(name)), render(after(observed, outcome))
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        if changed:
            shown.append(
                {
                    "before_header": f"alarm {name}",
                    "after_header": f"alarm {name}",
                    "before": {key: old[key] for key in changed if key in old} or "",
                    "after": {key: new[key] for key in changed if key in new} or "",
                }
            )
    return shown


def _without(tags: Mapping[str, str], names: list[str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if name not in names}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return dict(sorted(value.items())) if isinstance(value, Mapping) else value
