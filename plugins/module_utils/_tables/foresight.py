# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan costs: how long it takes until all is in effect, and which of AWS's allowances it uses up. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._engine.run import RESOURCES
from .._engine.step import ResourcePlan, Step, Wait, impossible, share
from .durations import Duration, duration
from .model import Observed
from .order import BUDGETS, OPERATIONS

CHARGED = frozenset({"CreateTable", "DeleteTable", "TagResource", "UntagResource", "UpdateTable"})
"""The operations that AWS counts against the account's limiter of changes (aws-rules.md 6.2)."""
FREE = frozenset({"disable_deletion_protection", "enable_deletion_protection"})
"""Actions that it does not count, though their operation is among those (T-434)."""
MOST_A_SECOND, LEAST_A_SECOND = 5.0, 3.0
"""How many of them pass in a second: of ten at once, three to five did, and the rest a second later (T-434)."""


@dataclass(frozen=True)
class Allowance:
    """How many changes of a kind AWS accepts of one table (or index) in some time."""

    changes: int
    what: str
    window: str


DECREASES = "capacity decreases"
ALLOWANCES: Mapping[str, Allowance] = {
    "disable_ttl": Allowance(1, "changes of time to live", "in up to an hour"),
    "enable_ttl": Allowance(1, "changes of time to live", "in up to an hour"),
    "set_encryption": Allowance(4, "encryption changes", "in a day"),
    "set_index_throughput": Allowance(4, DECREASES, "in a day"),
    "set_replica_key": Allowance(4, "encryption changes of a replica", "in a day"),
    "set_table_class": Allowance(2, "class changes", "in 30 days"),
    "set_throughput": Allowance(4, DECREASES, "in a day"),
    "update_replica": Allowance(2, "class changes of a replica", "in 30 days"),
}
"""By action, of the steps that have a budget (order.py); aws-rules.md 6.1."""
OF_PARTS = ("set_index_throughput", "set_replica_key", "update_replica")
"""Actions whose allowance is that of one index or of one replica."""
TO_ON_DEMAND = Allowance(4, "switches to on-demand", "in 24 hours")
"""Documented, and not met by whoever measured (T-183), so that a step says nothing of it."""


def foresight(plans: list[ResourcePlan], observed: Mapping[str, Observed], wait: Wait) -> dict[str, Any]:
    """What a module returns of it: C(expected_seconds) and C(budgets); nothing where nothing is to be done.

    Expected is the time until all steps of this run are in effect, whether or not the run waits for that.
    """
    shares = [share(plan, wait) for plan in plans]
    if impossible(plans) or not any(step.writes for each in shares for step in each.steps):
        return {}
    budgets = [budget for each in shares for budget in _budgets(each, observed.get(each.resource))]
    return {"expected_seconds": _expected(shares, observed), **({"budgets": budgets} if budgets else {})}


def _expected(plans: list[ResourcePlan], observed: Mapping[str, Observed]) -> dict[str, Any]:
    """Steps of one table follow one another, tables are changed side by side, and AWS takes only so many calls."""
    paths = {each.resource: (_path(each, observed.get(each.resource)), each) for each in plans if each.steps}
    (longest, slowest) = max(paths.values(), key=lambda path: (path[0].high, path[0].low))
    charged = [step for each in plans for step in each.steps if OPERATIONS.get(step.action) in CHARGED]
    calls = max(sum(step.action not in FREE for step in charged) - 1, 0)
    crowd = [sum(path.low for path, _plan in paths.values()), sum(path.high for path, _plan in paths.values())]
    low = max(*(path.low for path, _plan in paths.values()), crowd[0] / RESOURCES, calls / MOST_A_SECOND)
    high = max(longest.high, crowd[1] / RESOURCES) + calls / LEAST_A_SECOND
    return {
        "low": round(low, 1),
        "high": round(max(high, low), 1),
        "slowest": slowest.resource,
        "steps": sum(step.writes for step in slowest.steps),
    }


def _path(plan: ResourcePlan, live: Observed | None) -> Duration:
    """All steps of one table, one after the other."""
    taken = [duration(step, live) for step in plan.steps]
    return Duration(sum(each.low for each in taken), sum(each.high for each in taken), "")


def _budgets(plan: ResourcePlan, live: Observed | None) -> Iterator[dict[str, Any]]:
    """Of a table (and each index) and each allowance, what the plan uses, and what was used before where AWS says."""
    spent: dict[tuple[str, str], list[Step]] = {}
    for step in plan.steps:
        known = _allowance(step)
        if known:
            subject = step.subject if step.action in OF_PARTS else ""
            spent.setdefault((known.what, subject), []).append(step)
    for (what, subject), steps in spent.items():
        allowance = _allowance(steps[0]) or TO_ON_DEMAND
        before = live.status.decreases.get(subject, 0) if live and what == DECREASES else 0
        entry = {
            "resource": f"{plan.resource}/{subject}" if subject else plan.resource,
            "spent": len(steps),
            "of": allowance.changes,
            "what": what,
            "window": allowance.window,
            "budget": steps[0].budget,
        }
        yield {**entry, "before": before} if before else entry


def _allowance(step: Step) -> Allowance | None:
    """What a step uses up; a budget without numbers here is one of which only its words are known."""
    if step.action == "switch_billing" and step.request.get("BillingMode") == "PAY_PER_REQUEST":
        return TO_ON_DEMAND
    if not step.budget:
        return None
    return ALLOWANCES.get(step.action) or Allowance(0, step.action.replace("_", " "), BUDGETS.get(step.action, ""))
