# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From desired and observed alarms to steps: pure, total, in the order of the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Conflict, ResourcePlan, Step
from .._tables.names import COLLECTION, ESTATE, MANAGED_BY, is_owned, other_owner
from .model import Alarm
from .observe import request_of

COMPARED = tuple(field.name for field in fields(Alarm) if field.name not in ("name", "tags", "arn"))


def plan(
    desired: list[Alarm],
    observed: Mapping[str, Alarm],
    estate: str,
    purge: bool,
    purge_tags: bool = False,
    kept_tables: frozenset[str] = frozenset(),
) -> list[ResourcePlan]:
    """One plan for each alarm: the desired ones, and with purge the estate's own others that are observed.

    The alarms of kept tables stay: those tables are not declared, and still there. With purge_tags the desired alarms
    lose the tags that are not declared. Where one has a conflict, no plan has steps.
    """
    declared = {alarm.name: alarm for alarm in desired}
    plans = [_plan_one(alarm, observed.get(name), estate, purge_tags) for name, alarm in declared.items()]
    if purge:
        undeclared = [
            alarm
            for name, alarm in observed.items()
            if name not in declared and alarm.dimensions.get("TableName") not in kept_tables
        ]
        plans += [_removal(alarm) for alarm in undeclared if is_owned(alarm.tags, estate)]
    if any(entry.conflicts for entry in plans):
        plans = [replace(entry, steps=()) for entry in plans]
    return sorted(plans, key=lambda entry: entry.resource)


def differing(desired: Alarm, observed: Alarm) -> tuple[str, ...]:
    """The fields of the definition, tags apart, in which an alarm is not as it should be."""
    return tuple(name for name in COMPARED if getattr(desired, name) != getattr(observed, name))


def doubtful(desired: Alarm | None, indexed: Mapping[str, str], estate: str, purge_tags: bool = False) -> bool:
    """Whether the tags of an alarm that is there must be read from itself: those that an index has may be old, and
    are enough only where they say that nothing is to be done."""
    if desired:
        return any(tag_changes(desired, indexed, purge_tags))
    return indexed.get(ESTATE, estate) == estate


def tag_changes(desired: Alarm, tags: Mapping[str, str], purge_tags: bool) -> tuple[dict[str, str], list[str]]:
    """The tags that are to be set, and the names of those that are to go: with purge_tags all that others put there,
    without it none, and never AWS's own."""
    setting, removing = compare_aws_tags(dict(tags), dict(desired.tags), purge_tags=purge_tags)
    return setting, sorted(removing)


def _plan_one(desired: Alarm, observed: Alarm | None, estate: str, purge_tags: bool) -> ResourcePlan:
    if observed is None:
        request = {**request_of(desired), "Tags": _tag_list(desired.tags)}
        return ResourcePlan(
            desired.name, "add", (Step(desired.name, "create_alarm", "there is no such alarm", request, ("name",)),)
        )
    owner = other_owner(observed.tags, estate)
    if owner:
        message = f"an alarm of this name belongs to the estate {owner!r} (its tag {ESTATE})"
        return ResourcePlan(desired.name, conflicts=(Conflict(desired.name, ("name",), message),))
    steps = (*_update(desired, observed), *_tagging(desired, observed, estate, purge_tags))
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


def _tagging(desired: Alarm, observed: Alarm, estate: str, purge_tags: bool) -> list[Step]:
    setting, removing = tag_changes(desired, observed.tags, purge_tags)
    steps = []
    if setting:
        adopted = not is_owned(observed.tags, estate)
        lacking = f"lacks tags: {', '.join(sorted(setting))}"
        reason = f"is adopted: tagged {MANAGED_BY} {COLLECTION}" if adopted else lacking
        request = {"ResourceARN": observed.arn, "Tags": _tag_list(setting)}
        steps.append(Step(desired.name, "tag_alarm", reason, request, ("tags",)))
    if removing:
        reason = f"has undeclared tags: {', '.join(removing)}"
        steps.append(
            Step(desired.name, "untag_alarm", reason, {"ResourceARN": observed.arn, "TagKeys": removing}, ("tags",))
        )
    return steps


def _removal(alarm: Alarm) -> ResourcePlan:
    step = Step(alarm.name, "delete_alarm", "is no longer declared", {"AlarmNames": [alarm.name]}, ("name",))
    return ResourcePlan(alarm.name, "remove", (step,))


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
