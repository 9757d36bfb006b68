# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From desired and observed alarms to steps: pure, total, in the order of the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from .._engine.step import Conflict, ResourcePlan, Step
from .._tables.names import COLLECTION, ESTATE, MANAGED_BY, is_owned, other_owner
from .model import Alarm
from .observe import request_of

COMPARED = tuple(field.name for field in fields(Alarm) if field.name not in ("name", "tags", "arn"))


def plan(desired: list[Alarm], observed: Mapping[str, Alarm], estate: str, purge: bool) -> list[ResourcePlan]:
    """One plan for each alarm: the desired ones, and with purge the estate's own others that are observed.

    Where one has a conflict, no plan has steps.
    """
    declared = {alarm.name: alarm for alarm in desired}
    plans = [_plan_one(alarm, observed.get(name), estate) for name, alarm in declared.items()]
    if purge:
        undeclared = [alarm for name, alarm in observed.items() if name not in declared]
        plans += [_removal(alarm) for alarm in undeclared if is_owned(alarm.tags, estate)]
    if any(entry.conflicts for entry in plans):
        plans = [replace(entry, steps=()) for entry in plans]
    return sorted(plans, key=lambda entry: entry.resource)


def differing(desired: Alarm, observed: Alarm) -> tuple[str, ...]:
    """The fields of the definition, tags apart, in which an alarm is not as it should be."""
    return tuple(name for name in COMPARED if getattr(desired, name) != getattr(observed, name))


def doubtful(desired: Alarm | None, indexed: Mapping[str, str], estate: str) -> bool:
    """Whether the tags of an alarm that is there must be read from itself: those that an index has may be old, and
    are enough only where they say that nothing is to be done."""
    if desired:
        return bool(missing_tags(desired, indexed))
    return indexed.get(ESTATE, estate) == estate


def missing_tags(desired: Alarm, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that are to be set; those that others put there are left alone."""
    return {name: value for name, value in desired.tags.items() if tags.get(name) != value}


def _plan_one(desired: Alarm, observed: Alarm | None, estate: str) -> ResourcePlan:
    if observed is None:
        request = {**request_of(desired), "Tags": _tag_list(desired.tags)}
        return ResourcePlan(
            desired.name, "add", (Step(desired.name, "create_alarm", "there is no such alarm", request, ("name",)),)
        )
    owner = other_owner(observed.tags, estate)
    if owner:
        message = f"an alarm of this name belongs to the estate {owner!r} (its tag {ESTATE})"
        return ResourcePlan(desired.name, conflicts=(Conflict(desired.name, ("name",), message),))
    steps = (*_update(desired, observed), *_tagging(desired, observed, estate))
    return ResourcePlan(desired.name, "change" if steps else "keep", steps)


def _update(desired: Alarm, observed: Alarm) -> tuple[Step, ...]:
    """PutMetricAlarm overwrites the whole definition and keeps the alarm's state."""
    names = differing(desired, observed)
    if not names:
        return ()
    reason = "differs in " + ", ".join(_difference(name, desired, observed) for name in names)
    return (Step(desired.name, "update_alarm", reason, request_of(desired), names),)


def _difference(name: str, desired: Alarm, observed: Alarm) -> str:
    wanted, found = getattr(desired, name), getattr(observed, name)
    scalar = isinstance(wanted, (int, float, str)) and name != "description"
    return f"{name} ({found!r} instead of {wanted!r})" if scalar else name


def _tagging(desired: Alarm, observed: Alarm, estate: str) -> tuple[Step, ...]:
    tags = missing_tags(desired, observed.tags)
    if not tags:
        return ()
    adopted = not is_owned(observed.tags, estate)
    reason = f"is adopted: tagged {MANAGED_BY} {COLLECTION}" if adopted else f"lacks tags: {', '.join(sorted(tags))}"
    request = {"ResourceARN": observed.arn, "Tags": _tag_list(tags)}
    return (Step(desired.name, "tag_alarm", reason, request, ("tags",)),)


def _removal(alarm: Alarm) -> ResourcePlan:
    step = Step(alarm.name, "delete_alarm", "is no longer declared", {"AlarmNames": [alarm.name]}, ("name",))
    return ResourcePlan(alarm.name, "remove", (step,))


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
