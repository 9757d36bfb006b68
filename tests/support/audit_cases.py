# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For each rule of the audit something that breaks it and something that does not: drift, tables, alarms, limits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.drift import KINDS
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.model import Audit

from .emulator import ACCOUNT, REGION

NOW = 1_800_000_000.0
DAY = 86400.0
USERS = "ticket-users"
EVERYTHING = frozenset({"recovery", "deletion_protection", "encryption", "backups"})
STRANGER = "arn:aws:iam::999999999999:root"
THROTTLES = ("ReadThrottleEvents", "WriteThrottleEvents")
WATCHED = frozenset((metric, USERS, index) for metric in THROTTLES for index in ("", "email-index"))


def audit(**more: Any) -> Audit:
    known: dict[str, Any] = {
        "tables": {USERS: {"name": "users"}},
        "protection": EVERYTHING,
        "ttl_names": ("*idempotency*",),
        "now": NOW,
        "existing": frozenset({USERS}),
        "watched": WATCHED,
    }
    return Audit("ticket", ACCOUNT, REGION, **{**known, **more})


@dataclass(frozen=True)
class Case:
    """A rule, what breaks it, for which resource it says so, and what does not break it."""

    id: str
    fires: Any
    resource: str
    silent: tuple[Any, ...]
    given: dict[str, Any] = field(default_factory=dict)


def comparison(domain: str, **result: Any) -> dict[str, Any]:
    return {"domain": domain, "result": result}


def step(action: str, *fields: str, **more: Any) -> dict[str, Any]:
    return {"resource": USERS, "action": action, "reason": "so", "fields": list(fields), "risk": "none", **more}


def drift(kind: Any) -> Case:
    """A step of the kind, and one of another kind in the same domain, and the same step in another domain."""
    found = step(kind.actions[0] if kind.actions else "anything", *(kind.fields[:1] or ("x",)))
    others = [each for each in KINDS if each.domain == kind.domain and each.id != kind.id and each.fields]
    other = step("anything", others[0].fields[0])
    elsewhere = "alarms" if kind.domain != "alarms" else "iam"
    silent = (comparison(kind.domain, steps=[other]), comparison(elsewhere, steps=[found]), comparison(kind.domain))
    return Case(kind.id, comparison(kind.domain, steps=[found]), USERS, silent)


def table(**more: Any) -> dict[str, Any]:
    described = {
        "TableStatus": "ACTIVE",
        "DeletionProtectionEnabled": True,
        "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": "arn:key"},
        "GlobalSecondaryIndexes": [{"IndexName": "email-index"}],
        **more.pop("table", {}),
    }
    known = {
        "name": USERS,
        "ours": True,
        "table": described,
        "recovery": {"PointInTimeRecoveryStatus": "ENABLED"},
        "ttl": {"TimeToLiveStatus": "DISABLED"},
        "policies": [],
        "backup_at": NOW - DAY,
    }
    return {**known, **more}


def with_index(own: int, index: int) -> dict[str, Any]:
    """A provisioned table with an index, by their write capacity units."""
    units = [{"ProvisionedThroughput": {"WriteCapacityUnits": each}} for each in (own, index)]
    return {**units[0], "GlobalSecondaryIndexes": [{"IndexName": "email-index", **units[1]}]}


def policy(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"resource": USERS, "arn": "arn:table", "document": {"Statement": list(statements)}}]


def of_stream(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**policy(*statements)[0], "resource": f"{USERS}/stream", "arn": "arn:table/stream/1"}]


def allow(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "dynamodb:GetItem", "Resource": "*", **more}


def alarm(**more: Any) -> dict[str, Any]:
    watches = [
        {
            "namespace": "AWS/DynamoDB",
            "metric": "ReadThrottleEvents",
            "dimensions": {"TableName": more.pop("of", USERS)},
        }
    ]
    known = {"name": "a", "watches": watches, "actions_enabled": True, "actions": ["arn:topic"], "in_composite": False}
    return {**known, "state": "OK", "since": NOW - 100 * DAY, **more}


def metric(name: str, **dimensions: str) -> list[dict[str, Any]]:
    return [{"namespace": "AWS/DynamoDB", "metric": name, "dimensions": dimensions or {"TableName": USERS}}]


ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
OWN = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
ADDRESS = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
ENTRY = {"resource": USERS, "fields": ["hash_key"], "message": "no", "reason": "later"}
CREATED = [step("create_table", "table"), step("enable_point_in_time_recovery", "point_in_time_recovery")]

TABLES = (
    Case(
        "drift.table.conflict", comparison("tables", conflicts=[ENTRY]), USERS, (comparison("iam", conflicts=[ENTRY]),)
    ),
    Case(
        "drift.access.conflict", comparison("iam", conflicts=[ENTRY]), USERS, (comparison("tables", conflicts=[ENTRY]),)
    ),
    Case("drift.alarm.conflict", comparison("alarms", conflicts=[ENTRY]), USERS, (comparison("alarms", conflicts=[]),)),
    Case("drift.deferred", comparison("tables", deferred=[ENTRY]), USERS, (comparison("tables", deferred=[]),)),
    Case(
        "drift.table.undeclared", comparison("tables", undeclared=["ticket-old"]), "ticket-old", (comparison("tables"),)
    ),
    Case(
        "drift.table.recreated",
        comparison("tables", recreated=[{"resource": USERS, "declared": "1", "found": "2"}]),
        USERS,
        (comparison("tables", recreated=[]),),
    ),
    Case("drift.table.stranger", {"strangers": ["ticket-x"]}, "ticket-x", ({"strangers": []},)),
    Case(
        "protection.recovery.off",
        table(recovery={"PointInTimeRecoveryStatus": "DISABLED"}),
        USERS,
        (table(), table(recovery=None)),
    ),
    Case(
        "protection.deletion.off",
        table(table={"DeletionProtectionEnabled": False}),
        USERS,
        (table(), {"name": USERS}),
    ),
    Case("protection.encryption.off", table(table={"SSEDescription": None}), USERS, (table(), {"name": USERS})),
    Case(
        "protection.key.unreachable",
        table(table={"TableStatus": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}),
        USERS,
        (table(), {}),
    ),
    Case("protection.backups.missing", table(backup_at=0.0), USERS, (table(), table(backup_at=None))),
    Case("protection.backups.missing", table(backup_at=NOW - 36 * DAY), USERS, (table(backup_at=NOW - 35 * DAY),)),
    Case(
        "protection.ttl.off",
        table(name="ticket-idempotency"),
        "ticket-idempotency",
        (table(), table(name="ticket-idempotency", ttl={"TimeToLiveStatus": "ENABLED"}), table(ttl=None)),
    ),
    Case(
        "protection.ttl.off",
        table(),
        USERS,
        (table(ttl=None), table(name="ticket-other")),
        {"tables": {USERS: {"name": "users", "ttl_enabled": True}}},
    ),
    Case(
        "protection.policy.public",
        table(policies=policy(allow("*"))),
        USERS,
        (table(), table(policies=policy(allow("*", Condition=OWN)))),
    ),
    Case(
        "protection.policy.public",
        table(policies=policy(allow({"AWS": ["*"]}, Condition=ADDRESS))),
        USERS,
        (table(policies=policy(allow("*", Effect="Deny"))),),
    ),
    Case(
        "protection.policy.public",
        table(policies=policy(allow(None, NotPrincipal={"AWS": STRANGER}))),
        USERS,
        (table(policies=policy(allow({"Service": "x"}))),),
    ),
    Case(
        "protection.policy.foreign",
        table(policies=policy(allow({"AWS": STRANGER}))),
        USERS,
        (
            table(policies=policy(allow({"AWS": ACCOUNT}))),
            table(policies=policy(allow({"AWS": f"arn:aws:iam::{ACCOUNT}:role/x"}))),
        ),
    ),
    Case(
        "protection.policy.foreign",
        table(policies=policy(allow("*", Condition=ORGANIZATION))),
        USERS,
        (table(policies=policy(allow("*"))), table(policies=policy(allow("*", Condition=OWN)))),
    ),
    Case(
        "protection.policy.foreign",
        table(policies=policy(allow({"AWS": "111111111111"}))),
        USERS,
        (table(policies=policy(allow({"AWS": STRANGER}))),),
        {"tables": {USERS: {"resource_policy": json.dumps({"Statement": allow({"AWS": STRANGER})})}}},
    ),
    Case(
        "protection.policy.foreign",
        table(policies=of_stream(allow({"AWS": STRANGER}))),
        f"{USERS}/stream",
        (),
        {"tables": {USERS: {"resource_policy": {"Statement": allow({"AWS": STRANGER})}}}},
    ),
    Case(
        "protection.policy.foreign",
        table(policies=policy(allow({"AWS": STRANGER}))),
        USERS,
        (table(policies=of_stream(allow({"AWS": STRANGER}))),),
        {"tables": {USERS: {"stream_resource_policy": {"Statement": allow({"AWS": STRANGER})}}}},
    ),
    Case(
        "monitoring.alarm.missing",
        table(),
        f"{USERS}/email-index",
        (table(ours=False),),
        {"watched": frozenset((metric, USERS, "") for metric in THROTTLES)},
    ),
    Case(
        "monitoring.alarm.missing",
        table(name="ticket-x", table={"GlobalSecondaryIndexes": None}),
        "ticket-x",
        (table(),),
    ),
    Case(
        "monitoring.metric.unknown",
        alarm(watches=metric("ReadThrottledEvents")),
        "a",
        (alarm(), alarm(watches=[{"namespace": "Other", "metric": "x", "dimensions": {}}])),
    ),
    Case("monitoring.metric.unknown", alarm(watches=metric("ReadThrottleEvents", Table="x")), "a", (alarm(),)),
    Case("monitoring.alarm.muted", alarm(actions_enabled=False), "a", (alarm(), {})),
    Case("monitoring.alarm.unheard", alarm(actions=[]), "a", (alarm(), alarm(actions=[], in_composite=True), {})),
    Case("monitoring.alarm.stuck", alarm(state="ALARM"), "a", (alarm(), alarm(state="ALARM", since=NOW - 60))),
    Case(
        "monitoring.alarm.nodata",
        alarm(state="INSUFFICIENT_DATA"),
        "a",
        (alarm(), alarm(state="INSUFFICIENT_DATA", since=0)),
    ),
    Case("monitoring.alarm.orphan", alarm(of="ticket-gone"), "a", (alarm(), alarm(watches=[]))),
    Case(
        "limits.indexes.near",
        table(table={"GlobalSecondaryIndexes": [{"IndexName": str(n)} for n in range(16)]}),
        USERS,
        (table(),),
    ),
    Case(
        "limits.capacity.near",
        table(table={"ProvisionedThroughput": {"ReadCapacityUnits": 80}}),
        USERS,
        (table(), table(table={"ProvisionedThroughput": {"ReadCapacityUnits": 79}})),
        {"limits": {"TableMaxReadCapacityUnits": 100}},
    ),
    Case(
        "limits.capacity.near",
        table(table=with_index(40, 40)),
        USERS,
        (table(table=with_index(40, 39)),),
        {"limits": {"TableMaxWriteCapacityUnits": 100}},
    ),
    Case("limits.tables.near", {"tables": 2000}, REGION, ({"tables": 1999}, {})),
    Case("limits.alarms.near", {"alarms": 4000}, REGION, ({"alarms": 3999}, {})),
    Case(
        "limits.iam.near",
        {"iam": {"Roles": 8, "RolesQuota": 10}},
        ACCOUNT,
        ({"iam": {"Roles": 7, "RolesQuota": 10}}, {}),
    ),
    *map(drift, KINDS),
)
