# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics that DynamoDB publishes, each with the sets of dimensions it has. CloudWatch accepts any other name
and any other set without a word, and the alarm on it can never fire.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._engine.fields import nearest

NAMESPACE = "AWS/DynamoDB"

Dimensions = tuple[str, ...]

ACCOUNT: tuple[Dimensions, ...] = ((),)
TABLE: tuple[Dimensions, ...] = (("TableName",),)
INDEX: tuple[Dimensions, ...] = (("TableName", "GlobalSecondaryIndexName"),)
OPERATION: tuple[Dimensions, ...] = (("TableName", "Operation"),)
STREAM: tuple[Dimensions, ...] = (("TableName", "Operation", "StreamLabel"),)
KINESIS: tuple[Dimensions, ...] = (("TableName", "DelegatedOperation"),)
REPLICA: tuple[Dimensions, ...] = (("TableName", "ReceivingRegion"),)

THROTTLE_CAUSES = ("ProvisionedThroughput", "KeyRangeThroughput", "MaxOnDemandThroughput", "AccountLimit")

METRICS: Mapping[str, tuple[Dimensions, ...]] = {
    "AccountMaxReads": ACCOUNT,
    "AccountMaxTableLevelReads": ACCOUNT,
    "AccountMaxTableLevelWrites": ACCOUNT,
    "AccountMaxWrites": ACCOUNT,
    "AccountProvisionedReadCapacityUtilization": ACCOUNT,
    "AccountProvisionedWriteCapacityUtilization": ACCOUNT,
    "AgeOfOldestUnreplicatedRecord": KINESIS,
    "ConditionalCheckFailedRequests": TABLE,
    "ConsumedChangeDataCaptureUnits": KINESIS,
    "ConsumedReadCapacityUnits": TABLE + INDEX,
    "ConsumedWriteCapacityUnits": TABLE + INDEX,
    "FailedToReplicateRecordCount": KINESIS,
    "FaultInjectionServiceInducedErrors": TABLE + OPERATION,
    "MaxProvisionedTableReadCapacityUtilization": ACCOUNT,
    "MaxProvisionedTableWriteCapacityUtilization": ACCOUNT,
    "OnlineIndexConsumedWriteCapacity": INDEX,
    "OnlineIndexPercentageProgress": INDEX,
    "OnlineIndexThrottleEvents": INDEX,
    "PendingReplicationCount": REPLICA,
    "ProvisionedReadCapacityUnits": TABLE + INDEX,
    "ProvisionedWriteCapacityUnits": TABLE + INDEX,
    "ReadThrottleEvents": TABLE + INDEX,
    "ReplicationLatency": REPLICA,
    "ReturnedBytes": STREAM,
    "ReturnedItemCount": OPERATION,
    "ReturnedRecordsCount": STREAM,
    "SuccessfulRequestLatency": OPERATION + STREAM,
    # The metrics page says "all dimensions", AWS's list of recommended alarms TableName alone.
    "SystemErrors": TABLE + INDEX + OPERATION + STREAM,
    "ThrottledPutRecordCount": KINESIS,
    "ThrottledRequests": OPERATION,
    "TimeToLiveDeletedItemCount": TABLE,
    "TransactionConflict": TABLE,
    "UserErrors": ACCOUNT,
    "WriteThrottleEvents": TABLE + INDEX,
    **{f"{access}{cause}ThrottleEvents": TABLE + INDEX for access in ("Read", "Write") for cause in THROTTLE_CAUSES},
}


def metric_problem(metric: str) -> str:
    """Why DynamoDB has no such metric, with the nearest name it has; empty when it has it."""
    return "" if metric in METRICS else f"{NAMESPACE} has no metric {metric!r}{nearest(metric, METRICS)}"


def dimensions_problem(metric: str, dimensions: Iterable[str]) -> str:
    """Why a known metric is never published with these dimensions; empty when it is."""
    given, possible = sorted(dimensions), METRICS[metric]
    if any(sorted(names) == given for names in possible):
        return ""
    shown = ", or with ".join(" and ".join(names) or "no dimension" for names in possible)
    unknown = [name for name in given if not any(name in names for names in possible)]
    known = {name for names in possible for name in names}
    hint = nearest(unknown[0], known) if unknown and known else ""
    return f"{metric} is published with {shown}; not with {' and '.join(given) or 'no dimension'}{hint}"
