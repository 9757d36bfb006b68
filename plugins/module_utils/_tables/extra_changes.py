# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must change for the capabilities that are managed only where an entry names them; scaling has its own file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from . import requests
from .change import Change, step
from .model import Index, Insights, Limits, Observed, TableSpec, Warm

UNLIMITED = Limits(-1, -1)


def extra_changes(
    spec: TableSpec, live: Observed, seen: TableSpec, staying: frozenset[str], lasting: frozenset[str]
) -> list[Change]:
    """The changes of a table that is there.

    staying are the live indexes that no step deletes, lasting all indexes of afterwards.
    """
    pairs = list(_pairs(spec, seen, staying))
    return [
        *_class(spec, seen),
        *_limits(spec, seen, pairs),
        *_warm(spec, seen, pairs),
        *insights_changes(spec, seen, staying, lasting),
        *policy_changes(spec, seen, live.status.arn),
    ]


def creation_changes(spec: TableSpec, arn: str) -> list[Change]:
    """What a new table needs besides CreateTable, which takes the rest."""
    nothing = replace(spec, insights=None, policy={}, global_indexes=())
    lasting = frozenset(index.name for index in spec.global_indexes)
    return [*insights_changes(spec, nothing, frozenset(), lasting), *policy_changes(spec, nothing, arn)]


def _pairs(spec: TableSpec, seen: TableSpec, staying: frozenset[str]) -> Iterator[tuple[Index, Index]]:
    """The declared indexes that are there and stay, each with what is there."""
    found = {index.name: index for index in seen.global_indexes}
    for index in spec.global_indexes:
        if index.name in staying:
            yield index, found[index.name]


def _class(spec: TableSpec, seen: TableSpec) -> list[Change]:
    found = seen.table_class or "STANDARD"
    if spec.table_class in (None, found):
        return []
    reason = f"the table class is {found} and should be {spec.table_class}"
    request = requests.update_table(spec.table_name, TableClass=spec.table_class)
    made = step(
        spec.table_name,
        "set_table_class",
        reason,
        request,
        fields=("table_class",),
        subject=str(spec.table_class),
        until="class_settled",
    )
    return [Change((made,))]


def _limits(spec: TableSpec, seen: TableSpec, pairs: list[tuple[Index, Index]]) -> list[Change]:
    """A switch of the billing mode clears all limits (T-153), so after it they count as unlimited."""
    switching = spec.billing_mode != seen.billing_mode
    changes = []
    fields = ("on_demand_throughput",)
    body, reason = _limit_body(spec.limits, UNLIMITED if switching else seen.limits)
    if body:
        request = requests.update_table(spec.table_name, OnDemandThroughput=body)
        made = step(spec.table_name, "set_limits", reason, request, fields=fields, until="table_active")
        changes.append(Change((made,)))
    updates, reasons = [], []
    for wanted, found in pairs:
        body, reason = _limit_body(wanted.limits, UNLIMITED if switching else found.limits)
        if body:
            updates.append({"Update": {"IndexName": wanted.name, "OnDemandThroughput": body}})
            reasons.append(f"index {wanted.name}: {reason}")
    if updates:
        request = requests.update_table(spec.table_name, GlobalSecondaryIndexUpdates=updates)
        made = step(
            spec.table_name,
            "set_index_limits",
            "; ".join(reasons),
            request,
            fields=("global_secondary_indexes",),
            until="indexes_active",
        )
        changes.append(Change((made,)))
    return changes


def _limit_body(wanted: Limits | None, found: Limits | None) -> tuple[dict[str, int], str]:
    """The members that differ: AWS merges them, and -1 clears one (T-178)."""
    there = found or UNLIMITED
    body, reasons = {}, []
    for name, member in (("read", "MaxReadRequestUnits"), ("write", "MaxWriteRequestUnits")):
        new, old = getattr(wanted, name, None), getattr(there, name)
        if new not in (None, old):
            body[member] = new
            reasons.append(f"the {name} limit is {_limit(old)} and should be {_limit(new)}")
    return body, ", ".join(reasons)


def _limit(units: int) -> str:
    return "none" if units == -1 else str(units)


def _warm(spec: TableSpec, seen: TableSpec, pairs: list[tuple[Index, Index]]) -> list[Change]:
    """Only ever raised; what is there already, or comes with the capacity that is set before, satisfies (T-061)."""
    changes = []
    body, reason = _warm_body(spec.warm, _floor(spec, seen, spec, seen))
    if body:
        request = requests.update_table(spec.table_name, WarmThroughput=body)
        fields = ("warm_throughput",)
        made = step(spec.table_name, "raise_warm_throughput", reason, request, fields=fields, until="warm_settled")
        changes.append(Change((made,)))
    for wanted, found in pairs:
        body, reason = _warm_body(wanted.warm, _floor(spec, seen, wanted, found))
        if body:
            update = {"Update": {"IndexName": wanted.name, "WarmThroughput": body}}
            made = step(
                spec.table_name,
                "raise_index_warm_throughput",
                f"index {wanted.name}: {reason}",
                requests.update_table(spec.table_name, GlobalSecondaryIndexUpdates=[update]),
                fields=("global_secondary_indexes",),
                subject=wanted.name,
                until="warm_settled",
            )
            changes.append(Change((made,)))
    return changes


def _floor(spec: TableSpec, seen: TableSpec, wanted: TableSpec | Index, found: TableSpec | Index) -> Warm:
    """What is warm by the time the step is sent: what is now, or what the steps before it bring."""
    floors = [found.warm or Warm(0, 0)]
    if spec.billing_mode == "PAY_PER_REQUEST" and seen.billing_mode != spec.billing_mode:
        floors.append(requests.INITIAL_WARM)
    if wanted.throughput:
        floors.append(Warm(wanted.throughput.read, wanted.throughput.write))
    return Warm(max(floor.read or 0 for floor in floors), max(floor.write or 0 for floor in floors))


def _warm_body(wanted: Warm | None, found: Warm) -> tuple[dict[str, int], str]:
    body, reasons = {}, []
    for name, member in (("read", "ReadUnitsPerSecond"), ("write", "WriteUnitsPerSecond")):
        new, old = getattr(wanted, name, None), getattr(found, name)
        if new is not None and new > old:
            body[member] = new
            reasons.append(f"{old} {name} units a second are warm and should be {new}")
    return body, ", ".join(reasons)


def insights_changes(
    spec: TableSpec, seen: TableSpec, staying: frozenset[str], lasting: frozenset[str]
) -> list[Change]:
    """Of the table and of every index, new ones included: those are asked for once they are ACTIVE (T-116)."""
    found = {index.name: index.insights for index in seen.global_indexes if index.name in staying}
    wanted: list[tuple[str, Insights | None, Insights | None]] = [("", spec.insights, seen.insights)]
    wanted += [
        (index.name, index.insights, found.get(index.name)) for index in spec.global_indexes if index.name in lasting
    ]
    changes = []
    for index_name, new, old in wanted:
        there = old or Insights(False)
        if new is None or new == there:
            continue
        request: dict[str, Any] = {
            "TableName": spec.table_name,
            "ContributorInsightsAction": "ENABLE" if new.enabled else "DISABLE",
        }
        if index_name:
            request["IndexName"] = index_name
        if new.enabled:
            request["ContributorInsightsMode"] = new.mode
        what = f"contributor insights of index {index_name}" if index_name else "contributor insights"
        reason = f"{what} are {_insights(there)} and should be {_insights(new)}"
        made = step(
            spec.table_name,
            "set_contributor_insights",
            reason,
            request,
            fields=("contributor_insights",),
            subject=index_name,
            until="insights_settled",
        )
        changes.append(Change((made,)))
    return changes


def _insights(insights: Insights) -> str:
    return f"on ({insights.mode})" if insights.enabled else "off"


def policy_changes(spec: TableSpec, seen: TableSpec, arn: str) -> list[Change]:
    """Compared in amazon.aws's canonical form; an empty mapping is no policy."""
    if spec.policy is None or seen.policy is None:
        return []
    fields = ("resource_policy",)
    if not spec.policy:
        if not seen.policy:
            return []
        made = step(
            spec.table_name,
            "delete_resource_policy",
            "there is a resource policy and should be none",
            {"ResourceArn": arn},
            fields=fields,
            until="policy_readable",
        )
        return [Change((made,))]
    if seen.policy and not compare_policies(dict(seen.policy), dict(spec.policy)):
        return []
    reason = "the resource policy differs" if seen.policy else "there is no resource policy yet"
    request = {"ResourceArn": arn, "Policy": json.dumps(spec.policy, sort_keys=True)}
    made = step(spec.table_name, "put_resource_policy", reason, request, fields=fields, until="policy_readable")
    return [Change((made,))]
