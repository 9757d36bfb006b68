# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is near a quota of AWS.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._access.documents import size
from .._access.packing import POLICY_LIMIT
from .._quotas.model import GLOBAL_INDEXES, is_near
from .model import Audit, Hit, Rule
from .plain import listed, mappings, number, part, text

TRUST_SIZE = 2048
"""Characters by default; AWS grants up to 8,192."""
IAM_COUNTS = (("Roles", "RolesQuota"), ("Policies", "PoliciesQuota"), ("InstanceProfiles", "InstanceProfilesQuota"))
CAPACITY = (
    ("ReadCapacityUnits", "TableMaxReadCapacityUnits"),
    ("WriteCapacityUnits", "TableMaxWriteCapacityUnits"),
)
QUOTA = "Ask for a higher quota (Service Quotas in the console, or aws service-quotas request-service-quota-increase)."


def _near(audit: Audit, resource: str, what: str, count: float, quota: float, mend: str = QUOTA) -> Iterator[Hit]:
    """A hit where so many of a quota are used that it is near; nothing where the quota is not known."""
    if is_near(count, quota, audit.near_percent):
        limit = f"less than {audit.near_percent} % of {quota:.0f}"
        yield Hit(resource, f"{count:.0f} {what} of {quota:.0f}", limit, mend)


def indexes_near(audit: Audit, table: Any) -> Iterator[Hit]:
    name = text(part(table, "name"))
    count = len(listed(part(table, "table", "GlobalSecondaryIndexes")))
    mend = "Delete indexes that nobody queries, or let one serve several queries (a generic key, GSI overloading)."
    yield from _near(audit, name, "global secondary indexes", count, GLOBAL_INDEXES.default, mend)


def capacity_near(audit: Audit, table: Any) -> Iterator[Hit]:
    """The provisioned capacity against the account's limit for one table with its indexes, where that was read.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
    """
    places = [part(table, "table"), *mappings(part(table, "table", "GlobalSecondaryIndexes"))]
    for member, quota in CAPACITY:
        units = sum(number(part(place, "ProvisionedThroughput", member)) for place in places)
        limit = number(part(audit.limits, quota))
        yield from _near(audit, text(part(table, "name")), member, units, limit)


def tables_near(audit: Audit, account: Any) -> Iterator[Hit]:
    yield from _near(audit, audit.region, "tables", number(part(account, "tables")), audit.tables_quota)


def alarms_near(audit: Audit, account: Any) -> Iterator[Hit]:
    yield from _near(audit, audit.region, "alarms", number(part(account, "alarms")), audit.alarms_quota)


def iam_near(audit: Audit, account: Any) -> Iterator[Hit]:
    for name, quota in IAM_COUNTS:
        used, limit = number(part(account, "iam", name)), number(part(account, "iam", quota))
        yield from _near(audit, audit.account_id, name, used, limit)


def _granted(audit: Audit, quota: str, usual: int) -> float:
    """What AWS grants the account, which the account's summary tells; otherwise what is usual."""
    return number(part(audit.summary, quota)) or usual


def attached_near(audit: Audit, role: Any) -> Iterator[Hit]:
    count = len(listed(part(role, "attached")))
    mend = f"{QUOTA[:-1]}, and raise dynamodb_policies_per_role; each policy holds some tables' ARNs."
    granted = _granted(audit, "AttachedPoliciesPerRoleQuota", audit.policies_per_role)
    yield from _near(audit, text(part(role, "name")), "attached policies", count, granted, mend)


def trust_near(audit: Audit, role: Any) -> Iterator[Hit]:
    trust = part(role, "trust")
    if isinstance(trust, dict):
        mend = f"{QUOTA[:-1]} for the length of a role's trust policy, or trust fewer clusters and principals."
        granted = _granted(audit, "AssumeRolePolicySizeQuota", TRUST_SIZE)
        yield from _near(audit, text(part(role, "name")), "characters of trust", size(trust), granted, mend)


def policy_near(audit: Audit, policy: Any) -> Iterator[Hit]:
    """The tables' policies fill up before another one is begun, so that a full one is no reason to worry."""
    document = part(policy, "document")
    if isinstance(document, dict):
        mend = "Nothing for tables, which go on in a further policy; fewer log groups or keys otherwise."
        yield from _near(audit, text(part(policy, "name")), "characters", size(document), POLICY_LIMIT, mend)


RULES = (
    Rule("limits.indexes.near", "medium", "table", "A table has nearly all the indexes that it can have", indexes_near),
    Rule("limits.capacity.near", "medium", "table", "A table's capacity is near the account's limit", capacity_near),
    Rule(
        "limits.tables.near", "medium", "account", "The region has nearly all the tables that it can have", tables_near
    ),
    Rule(
        "limits.alarms.near", "medium", "account", "The region has nearly all the alarms that it can have", alarms_near
    ),
    Rule("limits.iam.near", "medium", "account", "The account has nearly all roles, policies or profiles", iam_near),
    Rule(
        "limits.attached.near", "medium", "role", "A role has nearly all the policies that it can have", attached_near
    ),
    Rule("limits.trust.near", "low", "role", "A trust is nearly as long as it can be", trust_near),
    Rule("limits.policy.near", "info", "policy", "A policy is nearly as long as it can be", policy_near),
)
