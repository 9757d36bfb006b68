# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The closed set of actions on tables, the AWS call of each, and their order with the rule behind each place."""

from __future__ import annotations

from .._engine.step import Step

OPERATIONS = {
    # A change that is under way when a run starts ends first: most calls are refused meanwhile (aws-rules.md 2.2).
    "await_table": "",
    "await_indexes": "",
    "await_destination": "",
    "await_import": "",
    # The same for replicas; and a region whose table of the same name goes is free only then (T-308).
    "await_replicas": "",
    "await_region": "",
    "create_table": "CreateTable",
    "import_table": "ImportTable",
    "restore_table_from_backup": "RestoreTableFromBackup",
    "restore_table_to_point_in_time": "RestoreTableToPointInTime",
    # Imported and restored tables have no tags, and nothing else says whose they are (T-215).
    "claim_table": "TagResource",
    # What protects comes before everything that could go wrong. Protection may be changed during any job (2.2).
    "enable_deletion_protection": "UpdateTable",
    # Recovery is admitted while the table is updated; just after creation AWS wants some seconds (T-115).
    "enable_point_in_time_recovery": "UpdateContinuousBackups",
    # A tag write locks the tags for about 2 s; each waits until it can be read (T-103, T-440).
    # Removals first, as 50 tags is all that there may be.
    "untag_table": "UntagResource",
    "tag_table": "TagResource",
    # A target outlives its index, its billing mode and its table (T-194, T-317), so it goes before them.
    "deregister_target": "DeregisterScalableTarget",
    # Replicas go, newest first, before what stays as it is while they are there (T-222), and before the table (T-267).
    "unprotect_replica": "UpdateTable",
    "allow_disassociation": "UpdateTable",
    "disassociate_replica": "UpdateTable",
    "delete_replica": "UpdateTable",
    "delete_strong_replicas": "UpdateTable",
    "disable_ttl": "UpdateTimeToLive",
    # Deletes come before the switch of billing, which must name every index that is there (T-152),
    # and before creates: 20 indexes at most, one online change at a time (T-159, T-169).
    "delete_index": "UpdateTable",
    # Also vector indexes, which need an on-demand table; a name is free again for an index of the other kind.
    "delete_vector_index": "UpdateTable",
    # The billing mode decides which capacities may be sent at all (T-164), so it comes before them.
    "switch_billing": "UpdateTable",
    "set_throughput": "UpdateTable",
    "set_index_throughput": "UpdateTable",
    # A switch clears on-demand limits (T-153), so they come after it; they never move TableStatus (T-178).
    "set_limits": "UpdateTable",
    "set_index_limits": "UpdateTable",
    # A stream must be off before it gets another view type (T-050).
    "disable_stream": "UpdateTable",
    "enable_stream": "UpdateTable",
    # A new stream has no policy, and its readers wait for it. A stream's policy locks nothing (T-213).
    "delete_stream_policy": "DeleteResourcePolicy",
    "put_stream_policy": "PutResourcePolicy",
    # The class comes before the encryption, which would hide that a change of the class still runs (T-287).
    "set_table_class": "UpdateTable",
    # Encryption is refused together with anything else (aws-rules.md 4) and admitted during most jobs.
    "set_encryption": "UpdateTable",
    "enable_ttl": "UpdateTimeToLive",
    # One destination is live at a time, so one ends before the other begins (T-299); a new one is on in seconds. The
    # table's own state does not matter to them (T-460), and what comes after may take hours.
    "disable_kinesis_destination": "DisableKinesisStreamingDestination",
    "enable_kinesis_destination": "EnableKinesisStreamingDestination",
    # Two minutes, in which the destination takes no other change (T-300).
    "set_kinesis_precision": "UpdateKinesisStreamingDestination",
    # Warming takes minutes, and is refused while an index is allocated (T-458).
    "raise_warm_throughput": "UpdateTable",
    "raise_index_warm_throughput": "UpdateTable",
    # In a provisioned global table everything must scale before an index is created (T-190 T-291).
    "prepare_target": "RegisterScalableTarget",
    "prepare_policy": "PutScalingPolicy",
    # Filling an index may take days (T-163), so everything quick is done by then.
    "create_index": "UpdateTable",
    # One online change at a time, of either kind (documented), and a call of its own for each.
    "create_vector_index": "UpdateTable",
    # Insights and targets of an index need it ACTIVE (T-116); a policy and a schedule need their target.
    "set_contributor_insights": "UpdateContributorInsights",
    "register_target": "RegisterScalableTarget",
    "put_scaling_policy": "PutScalingPolicy",
    "delete_scaling_policy": "DeleteScalingPolicy",
    "put_scheduled_action": "PutScheduledAction",
    "delete_scheduled_action": "DeleteScheduledAction",
    # A replica gets what the table has by then, whose writes must scale (T-187 T-249); its own settings come after it.
    "set_settings_replication": "UpdateTable",
    "create_replica": "UpdateTable",
    "create_strong_replicas": "UpdateTable",
    "update_replica": "UpdateTable",
    "protect_replica": "UpdateTable",
    "enable_replica_recovery": "UpdateContinuousBackups",
    "untag_replica": "UntagResource",
    "tag_replica": "TagResource",
    "set_replica_key": "UpdateTable",
    "set_replica_disassociation_protection": "UpdateTable",
    "set_disassociation_protection": "UpdateTable",
    "put_replica_policy": "PutResourcePolicy",
    "delete_replica_policy": "DeleteResourcePolicy",
    # With its time to live on, a new table is finished; from now on turning it on is a risk.
    "finish_table": "UntagResource",
    # A policy write locks the table for up to 2 s (T-348), so nothing but what cannot wait comes after it.
    "put_resource_policy": "PutResourcePolicy",
    "delete_resource_policy": "DeleteResourcePolicy",
    # A backup of what is replaced, before anything of it goes.
    "back_up_table": "CreateBackup",
    # What takes protection away comes last, and deleting wants a quiet, unprotected table (aws-rules.md 3.4).
    "disable_replica_recovery": "UpdateContinuousBackups",
    "disable_point_in_time_recovery": "UpdateContinuousBackups",
    "disable_deletion_protection": "UpdateTable",
    "delete_table": "DeleteTable",
}
"""Actions in their order, each with its AWS operation; a wait has none."""

CREATIONS = ("create_table", "import_table", "restore_table_from_backup", "restore_table_to_point_in_time")
"""The actions that make a table."""

SCALING_OPERATIONS = frozenset(
    {
        "DeleteScheduledAction",
        "DeleteScalingPolicy",
        "DeregisterScalableTarget",
        "PutScalingPolicy",
        "PutScheduledAction",
        "RegisterScalableTarget",
    }
)
"""The operations of Application Auto Scaling; all others are DynamoDB's."""

OLDEST_LAST = "delete_replica"
"""The action whose steps keep the order in which they were planned (T-266)."""

BUDGETS = {
    "disable_ttl": "one change in up to an hour",
    "enable_ttl": "one change in up to an hour",
    "set_encryption": "4 changes a day, then one in 6 hours",
    "set_table_class": "2 changes in 30 days",
}
"""How often AWS accepts a change of a table that is there (aws-rules.md 6.1)."""
DECREASES = "4 decreases a day, then one an hour"

_RANK = {action: rank for rank, action in enumerate(OPERATIONS)}


def in_order(steps: list[Step]) -> list[Step]:
    """The steps of one table in the order in which AWS admits them."""
    return sorted(steps, key=lambda step: (_RANK[step.action], step.subject if step.action != OLDEST_LAST else ""))
