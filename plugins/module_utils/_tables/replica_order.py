# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step needs besides its place in the order, because its table has replicas."""

from __future__ import annotations

from dataclasses import replace

from .._engine.step import Step
from .model import Observed, TableSpec
from .order import OPERATIONS, in_order
from .replica_model import Replication

GROUP_WORK = frozenset(
    action
    for action, operation in OPERATIONS.items()
    if operation in ("DeleteTable", "UpdateTable", "UpdateTimeToLive")
)
"""Actions that every region refuses while something is under way in one of them (T-228 T-444)."""
CREATING = ("create_replica", "create_strong_replicas")
MEMBERSHIP = frozenset({*CREATING, "delete_replica", "delete_strong_replicas"})
"""Actions by which regions come and go."""
FIRST = {"register_target": "prepare_target", "put_scaling_policy": "prepare_policy"}


def group_waits(live: Observed) -> list[tuple[Step, frozenset[str]]]:
    """A wait for what is under way in other regions, and the actions that must come after it."""
    busy = live.spec.replication.busy if live.spec and live.spec.replication else []
    if not busy:
        return []
    return [(Step(live.table_name, "await_replicas", "; ".join(busy), until="table_active"), GROUP_WORK)]


def in_group(steps: list[Step], seen: TableSpec) -> list[Step]:
    """The steps of a table as they must be where it has replicas, or gets some."""
    found = seen.replication or Replication()
    if not found.replicas and not any(each.action in CREATING for each in steps):
        return steps
    changed = [_settling(each) for each in steps]
    created = {each.subject for each in steps if each.action == "create_index"}
    if created and found.members:
        changed = [_before_indexes(each, created) for each in changed]
    return in_order(changed)


def _settling(step: Step) -> Step:
    """Protection is at once in effect on a table of one region only (T-230 T-297)."""
    if step.until or not step.action.endswith("_deletion_protection"):
        return step
    return replace(step, until="table_active")


def _before_indexes(step: Step, created: set[str]) -> Step:
    """Auto scaling of what is there comes before an index is created; the new index's own after it (T-190 T-291)."""
    if step.action not in FIRST or step.subject.rpartition("/")[0] in created:
        return step
    return replace(step, action=FIRST[step.action])
