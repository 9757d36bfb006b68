# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Report documents of made-up estates: of any size, with everything that a report can show."""

from __future__ import annotations

import math
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.roles import access_roles
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.document import report_document
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import estate_tables

Json = dict[str, Any]
ESTATE, ACCOUNT, REGION = "ticket", "137406935518", "ap-northeast-2"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ticket-alarms"
START = 1793520000  # 2026-11-01T08:00:00Z
RISKS = ("none", "none", "availability", "none", "none", "data", "none")
SEVERITIES = ("critical", "high", "medium", "low", "info")


def tables_of(count: int) -> list[Json]:
    """The ticket platform's own tables, and as many more as are needed."""
    own = estate_tables(None, (), ESTATE)
    more = [
        {
            "name": f"shard-{number:03}",
            "hash_key": "pk",
            "range_key": "sk" if number % 2 else None,
            "global_secondary_indexes": [
                {"name": f"GSI{n + 1}", "hash_key": f"gsi{n + 1}pk"} for n in range(number % 3)
            ],
        }
        for number in range(max(0, count - len(own)))
    ]
    return [*own, *more][:count]


def named(table: Json) -> str:
    return f"{ESTATE}-{table['name']}"


def indexes_of(table: Json) -> list[str]:
    return [index["name"] for index in table.get("global_secondary_indexes") or []]


def roles_of(tables: list[Json]) -> list[Json]:
    service = {
        "name": "reservation-api",
        "tables": ["reservation-*"],
        "event_bus": "ticket-reservation-events",
        "log_groups": ["/aws/ecs/reservation-api"],
        "eks_service_account": "reservation-api",
    }
    return access_roles(
        tables,
        {
            "name": ESTATE,
            "account_id": ACCOUNT,
            "regions": [REGION],
            "services": [service],
            "eks_oidc_provider": [f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.{REGION}.amazonaws.com/id/EXAMPLE"],
            "eks_namespace": "tickets",
        },
    )


def steps_of(tables: list[Json]) -> list[Json]:
    """For every table a creation, then recovery; some of them risky."""
    steps = []
    for number, table in enumerate(tables):
        common = {"resource": named(table), "risk": "none"}
        request = {"TableName": named(table), "BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "Name", "Value": "x"}]}
        steps.append({**common, "action": "create_table", "reason": "the table is missing", "request": request})
        risk = RISKS[number % len(RISKS)]
        recovery = {"PointInTimeRecoveryEnabled": risk == "none"}
        last = {"action": "enable_point_in_time_recovery", "reason": "a new table has none", "risk": risk}
        steps.append({**common, **last, "request": {**request, "PointInTimeRecoverySpecification": recovery}})
    return [{"fields": [], **step} for step in steps]


def alarms_of(tables: list[Json]) -> list[Json]:
    places = [(table, index) for table in tables for index in ("", *indexes_of(table))]
    return [
        {
            "name": "-".join(filter(None, (named(table), index, word.lower(), "throttle"))),
            "metric_name": f"{word}ThrottleEvents",
            "dimensions": {
                "TableName": named(table),
                **({"GlobalSecondaryIndexName": index} if index else {}),
            },
            "alarm_actions": [TOPIC],
            "description": "Requests are throttled: callers see errors and slow answers. " * 8,
        }
        for table, index in places
        for word in ("Read", "Write")
    ]


def findings_of(tables: list[Json], count: int) -> list[Json]:
    return [
        {
            "id": f"protection.recovery.{'off' if number % 2 else 'short'}",
            "severity": SEVERITIES[number % len(SEVERITIES)],
            "resource": named(tables[number % len(tables)]),
            "found": f"point-in-time recovery is off ({number})",
            "expected": "point-in-time recovery is on",
            "mend": "Set dynamodb_enable_point_in_time_recovery to true and run site.yml.",
        }
        for number in range(count)
    ]


def usage_of(tables: list[Json], points: int = 288) -> Json:
    return {table["name"]: _usage(number, table, points) for number, table in enumerate(tables)}


def _usage(number: int, table: Json, points: int) -> Json:
    window = {"start": START, "end": START + 300 * points, "period": 300}
    part = place(number, points)
    indexes = {name: place(number + 3, points) for name in indexes_of(table)}
    return {"table_name": named(table), "billing_mode": "PAY_PER_REQUEST", "window": window, **part, "indexes": indexes}


def place(number: int, points: int) -> Json:
    times = [START + 300 * place for place in range(points)]
    wave = [1 + math.sin(place / 20 + number) + 0.3 * math.sin(place * 1.7) for place in range(points)]
    return {
        "series": {
            "consumed_read": [[time, max(0.0, 30000 * value)] for time, value in zip(times, wave, strict=True)],
            "consumed_write": [[time, max(0.0, 9000 * value**2)] for time, value in zip(times, wave, strict=True)],
            "throttled_read": [[time, 12.0] for time in times[100 + number : 110 + number]] if number % 3 == 0 else [],
            "throttled_write": [],
        },
        "totals": {"consumed_read": 1.0},
        "provisioned": {"read": 150, "write": 80} if number % 2 else {},
        "advice": [],
    }


def result_of(steps: list[Json], **others: Any) -> Json:
    changed = len({step["resource"] for step in steps})
    summary = {"add": changed, "change": 0, "remove": 0, "keep": 0}
    lists = ("withheld", "deferred", "conflicts", "failures")
    return {"changed": bool(steps), "summary": summary, "steps": steps, **{key: [] for key in lists}, **others}


def times_of(steps: list[Json]) -> list[Json]:
    return [
        {"resource": step["resource"], "action": step["action"], "started": number * 0.4, "seconds": 2.5 + number % 7}
        for number, step in enumerate(steps)
    ]


def ahead_of(steps: list[Json]) -> Json:
    """What a plan of these steps says of time, budgets and quotas."""
    if not steps:
        return {}
    name = steps[0]["resource"]
    budget = {"resource": name, "spent": 1, "of": 2, "what": "class changes", "window": "in 30 days"}
    quota = {"quota": "tables", "code": "L-F98FE922", "resource": REGION, "count": 7, "added": 7, "limit": 2500}
    said = {"limit_from": "Service Quotas", "state": "fits", "said": "7 of 2500 tables"}
    return {
        "expected_seconds": {"low": 14.0, "high": 30.9, "slowest": name, "steps": 2},
        "budgets": [{**budget, "budget": "2 changes in 30 days"}],
        "quotas": [{**quota, **said}],
    }


def alarm_steps_of(alarms: list[Json]) -> list[Json]:
    return [
        {
            "resource": alarm["name"],
            "action": "create_alarm",
            "reason": "there is no such alarm",
            "risk": "none",
            "fields": ["name"],
            "request": {"AlarmName": alarm["name"], **alarm},
        }
        for alarm in alarms
    ]


def role_steps_of(tables: list[Json]) -> list[Json]:
    return [
        {
            "resource": role["name"],
            "action": "create_role",
            "reason": "there is no such role yet",
            "risk": "none",
            "fields": ["trust"],
            "before": {},
            "after": {"trust": role["trust"]},
        }
        for role in (roles_of(tables) if tables else [])
    ]


def document(count: int = 7, kind: str = "audit", **others: Any) -> Json:
    """A report of an estate with this many tables; others replace arguments of report_document."""
    tables = tables_of(count)
    alarms = alarms_of(tables)
    steps = steps_of(tables)
    alarm_steps, role_steps = alarm_steps_of(alarms), role_steps_of(tables)
    results = {
        "tables": result_of(steps, undeclared=[], times=times_of(steps) if kind == "site" else [], **ahead_of(steps)),
        "iam": result_of(
            role_steps, summaries={"roles": {"add": len(role_steps), "change": 0, "remove": 0, "keep": 0}}
        ),
        "alarms": result_of(alarm_steps, alarms=alarms),
    }
    given: Json = {
        "estate": ESTATE,
        "host": "dev-ap-northeast-2",
        "environment": "dev",
        "account_id": ACCOUNT,
        "region": REGION,
        "kind": kind,
        "made_at": "2026-11-02T08:00:00Z",
        "tables": tables,
        "roles": roles_of(tables) if tables else [],
        "findings": findings_of(tables, 12) if tables else [],
        "usage": usage_of(tables),
        "status": {},
    }
    return report_document(others.pop("results", results), **{**given, **others})


def with_attention(document: Json) -> Json:
    """The same with everything that is left to a person."""
    step = {"resource": "ticket-users", "fields": ["stream"], "request": {"TableName": "ticket-users"}}
    left = {
        "withheld": [
            {
                **step,
                "action": "disable_stream",
                "reason": "the stream is on and not declared",
                "risk": "data",
                "allow": "change_stream",
            }
        ],
        "deferred": [
            {"resource": "ticket-tickets", "fields": [], "reason": "four decreases a day", "until": "2026-11-03"}
        ],
        "conflicts": [
            {"resource": "ticket-ticket-events", "fields": ["range_key"], "message": "the key is ts, not sk"}
        ],
        "failures": [
            {
                "resource": "ticket-users",
                "action": "create_index",
                "code": "LimitExceededException",
                "message": "Subscriber limit exceeded",
                "hint": "Run it again when the others are made.",
            }
        ],
        "replanned": [{"resource": "ticket-users", "reason": "the table is UPDATING: read and planned again"}],
        "recreated": [{"resource": "ticket-tickets", "declared": "id-1", "found": "id-2"}],
        "undeclared": ["ticket-forgotten"],
    }
    results = {**document["results"], "tables": {**document["results"]["tables"], **left}}
    return {**document, "results": results}


def empty() -> Json:
    """A report of an estate without anything."""
    return document(0, "plan", results={}, tables=[], roles=[], findings=[], usage={})
