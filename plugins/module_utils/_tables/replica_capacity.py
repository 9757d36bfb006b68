# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a provisioned global table cannot get while some of its writes do not scale (T-187 T-249 T-291).

An entry that manages replicas must let all that it declares scale (replica_rules.py); what is there besides, may not.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._engine.step import Conflict
from .change import Change
from .indexes import created_names, deleted_names, index_changes, present_indexes
from .model import Desired, Observed, Scaling, TableSpec
from .replica_conflicts import replicas_stay
from .replica_order import CREATING
from .scaling import scalings


def unscaled_indexes(
    changes: list[Change], desired: Desired, spec: TableSpec, live: Observed, seen: TableSpec
) -> list[Change]:
    """The creations of indexes that AWS refuses since something has to stay that does not scale."""
    staying = present_indexes(live, seen).keys() - deleted_names(changes)
    if not replicas_stay(desired, spec, seen) or not _unscaled(spec, seen, staying):
        return []
    return [change for change in changes if created_names([change])]


def unscaled_replicas(changes: list[Change], spec: TableSpec, seen: TableSpec, staying: Iterable[str]) -> list[Change]:
    """The same of replicas; staying are the live indexes that no step deletes."""
    if not _unscaled(spec, seen, staying):
        return []
    return [change for change in changes if any(each.action in CREATING for each in change.steps)]


def scaling_conflicts(spec: TableSpec, live: Observed, seen: TableSpec) -> list[Conflict]:
    """An entry that says nothing of replicas is held against those that there are only here."""
    found = seen.replication
    if spec.replication is not None or found is None or not found.replicas:
        return []
    created = created_names(index_changes(spec, live, seen))
    declared = {index.name for index in spec.global_indexes} - created
    lacking = _unscaled(spec, seen, declared) if created else []
    if not lacking:
        return []
    parts = ", ".join(f"index {name}" if name else "the table" for name in lacking)
    regions = ", ".join(each.region for each in found.replicas)
    message = (
        f"billing_mode is PROVISIONED, and the table has replicas in {regions}: AWS makes no index "
        f"({', '.join(sorted(created))}) before all writes scale; declare autoscaling.write with a target_value for "
        f"{parts}"
    )
    return [Conflict(spec.table_name, ("autoscaling", "global_secondary_indexes"), message)]


def _unscaled(spec: TableSpec, seen: TableSpec, indexes: Iterable[str]) -> list[str]:
    """Of the table, whose name is empty, and these indexes those whose writes will not scale by a target."""
    if spec.billing_mode != "PROVISIONED":
        return []
    known = {**scalings(seen), **scalings(spec)}
    return [name for name in ("", *sorted(indexes)) if not _scales(known.get((name, "write")))]


def _scales(scaling: Scaling | None) -> bool:
    return scaling is not None and scaling.enabled and scaling.target_value is not None
