# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long AWS takes for each action on a table, in seconds from the call until it is in effect.

Every action of order.py has an entry, in the same order; a test names those that lack one. What is measured was
measured on empty or small tables (T-148 = finding DDB-TABLE-148); what fills something item by item also says so, and
takes longer the more there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .._engine.step import Step
from .model import Observed, TableStatus
from .requests import INITIAL_WARM


@dataclass(frozen=True)
class Duration:
    """The least and the most, in seconds."""

    low: float
    high: float
    source: str
    """The findings behind the numbers, or C(documented)."""
    fills: bool = False
    """Whether AWS writes each item once more, as it does for a new index."""


NOBODY_KNOWS = Duration(0, 60, "not measured")
"""For an action without an entry, which no test has let through; a plan is shown all the same."""

DURATIONS: Mapping[str, Duration] = {
    # What somebody else has begun may be near its end, or may just have begun.
    "await_table": Duration(0, 172, "T-183, the longest change of a table alone"),
    "await_indexes": Duration(0, 1003, "T-148 T-163"),
    "await_destination": Duration(0, 152, "T-300"),
    "await_import": Duration(0, 125, "I-001, of one item"),
    "await_replicas": Duration(0, 690, "T-204 T-225 T-306"),
    "await_region": Duration(0, 690, "T-204 T-306 T-308"),
    "create_table": Duration(1, 9.5, "T-001 T-075"),
    # Of one item; the files are not known
    "import_table": Duration(105, 125, "I-001"),
    # Of small tables, in one region and from another
    "restore_table_from_backup": Duration(81, 767, "T-100 T-215 T-272 T-282"),
    "restore_table_to_point_in_time": Duration(81, 767, "T-100 T-215 T-272 T-282"),
    "claim_table": Duration(1.3, 3, "T-103 T-440"),
    "enable_deletion_protection": Duration(0, 1, "T-017"),
    "enable_point_in_time_recovery": Duration(0, 1, "T-083"),
    "untag_table": Duration(1.3, 3, "T-103 T-440"),
    "tag_table": Duration(1.3, 3, "T-103 T-440"),
    "deregister_target": Duration(0, 1, "T-194"),
    "unprotect_replica": Duration(34, 39, "T-297"),
    "allow_disassociation": Duration(0, 60, "not measured"),
    "disassociate_replica": Duration(0, 690, "not measured"),
    "delete_replica": Duration(97, 264, "T-225 T-308"),
    "delete_strong_replicas": Duration(55, 90, "T-264 T-308"),
    "disable_ttl": Duration(0, 1, "T-143"),
    "delete_index": Duration(2.6, 6, "T-148 T-175 T-375"),
    # Of vector indexes nothing is measured; they are taken as global ones
    "delete_vector_index": Duration(2.6, 6, "not measured, as delete_index"),
    # 2 s where the table has had this mode before, which it does not tell
    "switch_billing": Duration(2, 172, "T-183 T-369 T-382 T-450"),
    "set_throughput": Duration(1, 2.3, "T-058 T-063"),
    "set_index_throughput": Duration(2, 4, "T-165"),
    "set_limits": Duration(0, 1, "T-178"),
    "set_index_limits": Duration(2, 4, "T-148 T-165"),
    "disable_stream": Duration(3, 7, "T-062 T-119"),
    "enable_stream": Duration(3, 7, "T-062 T-119"),
    "delete_stream_policy": Duration(1, 3, "T-244"),
    "put_stream_policy": Duration(1, 3, "T-244"),
    "set_table_class": Duration(3.6, 46, "T-052 T-284"),
    "set_encryption": Duration(21, 23, "T-065 T-079 T-140"),
    "enable_ttl": Duration(0, 1, "T-143"),
    "disable_kinesis_destination": Duration(1.5, 3, "T-268"),
    "enable_kinesis_destination": Duration(2, 7, "T-299"),
    "set_kinesis_precision": Duration(124, 152, "T-300"),
    "raise_warm_throughput": Duration(270, 515, "T-155 T-179"),
    "raise_index_warm_throughput": Duration(270, 515, "T-135 T-155"),
    "prepare_target": Duration(0, 33, "T-314"),
    "prepare_policy": Duration(0, 1, "T-253"),
    "create_index": Duration(468, 1003, "T-148 T-163 T-458", fills=True),
    "create_vector_index": Duration(468, 1003, "not measured, as create_index", fills=True),
    "set_contributor_insights": Duration(1, 16, "T-090 T-337"),
    # Application Auto Scaling changes the table itself where its least is above what is there
    "register_target": Duration(0, 33, "T-314"),
    "put_scaling_policy": Duration(0, 1, "T-253"),
    "delete_scaling_policy": Duration(0, 1, "T-253"),
    "put_scheduled_action": Duration(0, 1, "T-253"),
    "delete_scheduled_action": Duration(0, 1, "T-253"),
    "set_settings_replication": Duration(0, 1, "T-048"),
    # With a single item minutes, after which the number of items matters little, as far as anybody measured
    "create_replica": Duration(31, 690, "T-204 T-265 T-306", fills=True),
    "create_strong_replicas": Duration(16, 86, "T-257 T-259"),
    "update_replica": Duration(30, 40, "T-252"),
    "protect_replica": Duration(34, 39, "T-297"),
    "enable_replica_recovery": Duration(0, 1, "T-083"),
    "untag_replica": Duration(1.3, 3, "T-103 T-440"),
    "tag_replica": Duration(1.3, 3, "T-103 T-440"),
    "set_replica_key": Duration(21, 23, "T-065 T-079 T-140"),
    "set_replica_disassociation_protection": Duration(0, 60, "not measured"),
    "set_disassociation_protection": Duration(0, 60, "not measured"),
    "put_replica_policy": Duration(1, 3, "T-244 T-348"),
    "delete_replica_policy": Duration(1, 3, "T-244 T-348"),
    "finish_table": Duration(1.3, 3, "T-103 T-440"),
    "put_resource_policy": Duration(1, 3, "T-244 T-348"),
    "delete_resource_policy": Duration(1, 3, "T-244 T-348"),
    "back_up_table": Duration(0, 10, "B-003, and documented: seconds, whatever the size"),
    "disable_replica_recovery": Duration(0, 1, "T-083"),
    "disable_point_in_time_recovery": Duration(0, 1, "T-083"),
    "disable_deletion_protection": Duration(0, 1, "T-017"),
    "delete_table": Duration(3.8, 8, "T-006 T-363"),
}

WITH_INDEXES = Duration(14, 22, "T-148 T-169")
"""A new table with global indexes, which become ACTIVE together with it."""
RECOVERABLE = Duration(0, 6.2, "T-115")
"""Until recovery can be turned on, after a new table is ACTIVE."""
TO_PROVISIONED = Duration(2, 160, "T-183 T-369 T-452")


def duration(step: Step, live: Observed | None) -> Duration:
    """How long a step takes on a table as it is; None is a table that is not there yet."""
    found = DURATIONS.get(step.action, NOBODY_KNOWS)
    if step.action in CLOSER:
        found = CLOSER[step.action](step, found)
    if not found.fills or live is None:
        return found
    units = _write_units(step.request)
    seconds = fill_seconds(units or INITIAL_WARM.write or 1, live.status)
    # Declared units are all that AWS takes; on demand it names no rate, and may well be faster
    return Duration(max(found.low, seconds if units else 0), found.high + seconds, found.source, True)


def fill_seconds(units: int, status: TableStatus) -> float:
    """Seconds in which AWS writes all items of a table once more, with so many write units.

    A unit is a kilobyte, or one smaller item, a second. On demand there are the units that are warm in something new.
    """
    return max((status.size_bytes or 0) / 1024, status.item_count or 0) / units


def _write_units(request: object) -> int:
    """The provisioned write units that a request asks for, wherever they stand in it; 0 for none."""
    if isinstance(request, Mapping):
        own = request.get("ProvisionedThroughput")
        if isinstance(own, Mapping):
            return int(own.get("WriteCapacityUnits", 0))
        return max((_write_units(value) for value in request.values()), default=0)
    if isinstance(request, (list, tuple)):
        return max((_write_units(each) for each in request), default=0)
    return 0


def _await(step: Step, found: Duration) -> Duration:
    return DURATIONS["delete_table"] if step.until == "table_gone" else found


def _create(step: Step, found: Duration) -> Duration:
    indexed = step.request.get("GlobalSecondaryIndexes") or step.request.get("VectorIndexes")
    made = WITH_INDEXES if indexed else found
    if step.until != "recoverable":
        return made
    return Duration(made.low + RECOVERABLE.low, made.high + RECOVERABLE.high, f"{made.source} {RECOVERABLE.source}")


def _switch(step: Step, found: Duration) -> Duration:
    return TO_PROVISIONED if step.request.get("BillingMode") == "PROVISIONED" else found


CLOSER: Mapping[str, Callable[[Step, Duration], Duration]] = {
    "await_table": _await,
    "create_table": _create,
    "switch_billing": _switch,
}
"""What the step itself says about its duration."""
