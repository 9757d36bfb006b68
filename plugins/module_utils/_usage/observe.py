# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers to tables, hot keys and the states of alarms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .._alarms.model import Alarm
from .._tables.names import is_owned, other_owner
from .._tables.scaling import dimension, resource_id
from .model import ACCESSES, HotKeys, Place, Table, iso

Answer = Mapping[str, Any]
Targets = frozenset[tuple[str, str]]
"""Resource and dimension of every scalable target."""
KINDS = {"C": "accessed", "T": "throttled"}
"""By the last letter of a rule's second part: DynamoDBContributorInsights-PKC-… counts accesses, -PKT- throttles.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_tutorial.html"""


def table_of(logical: str, answer: Answer) -> Table:
    """A table of that logical name, of DescribeTable. Local indexes have no capacity and no metrics of their own."""
    name = answer["TableName"]
    # Absent on a table that was provisioned all its life (T-028)
    summary = answer.get("BillingModeSummary") or {}
    billing_mode = "PAY_PER_REQUEST" if summary.get("BillingMode") == "PAY_PER_REQUEST" else "PROVISIONED"
    indexes = [
        _place(name, index["IndexName"], index, billing_mode, index.get("IndexStatus", "ACTIVE") == "ACTIVE")
        for index in sorted(answer.get("GlobalSecondaryIndexes") or (), key=lambda index: str(index["IndexName"]))
    ]
    return Table(
        name=logical,
        table_name=name,
        billing_mode=billing_mode,
        table_class=(answer.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        places=(_place(name, "", answer, billing_mode, answer.get("TableStatus") == "ACTIVE"), *indexes),
        created=answer.get("CreationDateTime"),
        on_demand_only=bool(answer.get("VectorIndexes")),
    )


def with_scaling(table: Table, targets: Targets) -> Table:
    """The table with what auto scaling owns of it."""

    def scaled(place: Place) -> frozenset[str]:
        resource = resource_id(place.table_name, place.index)
        return frozenset(each for each in place.provisioned if (resource, dimension(place.index, each)) in targets)

    return replace(table, places=tuple(replace(place, scaled=scaled(place)) for place in table.places))


def targets_of(pages: Iterable[Answer]) -> Targets:
    """Every scalable target of DescribeScalableTargets."""
    return frozenset(
        (target["ResourceId"], target["ScalableDimension"]) for page in pages for target in page["ScalableTargets"]
    )


def hot_keys_of(rule: str, answer: Answer) -> HotKeys:
    """A rule's report, the most frequent keys first."""
    part = f"{rule}--".split("-")[1]
    keys = [
        (tuple(str(value) for value in contributor.get("Keys", ())), float(contributor["ApproximateAggregateValue"]))
        for contributor in answer.get("Contributors", ())
    ]
    labels = tuple(str(label) for label in answer.get("KeyLabels", ()))
    return HotKeys(KINDS.get(part[-1:], "accessed"), labels, tuple(sorted(keys, key=lambda key: -key[1])))


def estates_alarms(
    estate: str,
    alarms: Mapping[str, Alarm],
    states: Mapping[str, Answer],
    history: Mapping[str, Iterable[Answer]],
) -> list[dict[str, Any]]:
    """The alarms that are no other estate's, sorted by name; a name's prefix may be that of a neighbour, too."""
    return [
        _alarm(estate, alarms[name], states[name], history.get(name, ()))
        for name in sorted(alarms)
        if name in states and not other_owner(alarms[name].tags, estate)
    ]


def _alarm(estate: str, alarm: Alarm, answer: Answer, history: Iterable[Answer]) -> dict[str, Any]:
    """An alarm with its state as DescribeAlarms returns it, and its changes of state, the newest first."""
    return {
        "name": alarm.name,
        "owned": is_owned(alarm.tags, estate),
        "state": answer.get("StateValue", ""),
        "reason": answer.get("StateReason", ""),
        "since": _moment(answer.get("StateTransitionedTimestamp") or answer.get("StateUpdatedTimestamp")),
        "metric_name": alarm.metric_name,
        "dimensions": dict(alarm.dimensions),
        "actions_enabled": alarm.actions_enabled,
        "alarm_actions": list(alarm.alarm_actions),
        "history": [_change(item) for item in history],
    }


def _place(table_name: str, index: str, answer: Answer, billing_mode: str, active: bool) -> Place:
    if billing_mode != "PROVISIONED":
        return Place(table_name, index, active=active)
    units = answer.get("ProvisionedThroughput") or {}
    provisioned = {access: int(units.get(f"{access.capitalize()}CapacityUnits", 0)) for access in ACCESSES}
    return Place(table_name, index, provisioned, active=active)


def _change(item: Answer) -> dict[str, Any]:
    """AWS describes the data of a history item as JSON without promising its form."""
    try:
        data = json.loads(item.get("HistoryData") or "{}")
        old, new = data.get("oldState") or {}, data.get("newState") or {}
        states = {"from": str(old.get("stateValue", "")), "to": str(new.get("stateValue", ""))}
        reason = str(new.get("stateReason", ""))
    except (ValueError, AttributeError):
        states, reason = {"from": "", "to": ""}, ""
    return {"time": _moment(item.get("Timestamp")), **states, "reason": reason or item.get("HistorySummary", "")}


def _moment(value: Any) -> str:
    return iso(value.astimezone(UTC)) if isinstance(value, datetime) else ""
