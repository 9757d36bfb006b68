# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From AWS's answers, and the module's options, to what the rules look at: pure.

An alarm is C({name, watches, actions_enabled, actions, in_composite, state, since}): each metric that it watches as
C({namespace, metric, dimensions}), and since when, in seconds since the epoch, it is in its state.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._alarms.metrics import NAMESPACE
from .._tables.names import physical_name
from .model import Audit, Watched
from .plain import mappings, part, text, texts

REFERENCE = re.compile(r"""\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<plain>[^\s()"]+))\s*\)""")
"""Where the rule of a composite alarm names another alarm.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
OWN_COUNTS = ("backup_days", "stuck_hours", "near_percent", "tables_quota", "alarms_quota", "policies_per_role")


def audit_of(params: Mapping[str, Any]) -> Audit:
    """The declaration and the policy of a module's options, without anything of what is there."""
    estate = str(params["name"])
    entries = [entry for entry in mappings(params["tables"]) if entry.get("state") != "absent"]
    return Audit(
        estate,
        str(params["account_id"]),
        str(params["region"]),
        {physical_name(estate, entry): entry for entry in entries},
        frozenset(params["protection"]),
        tuple(params["ttl_names"]),
        **{name: params[name] for name in OWN_COUNTS},
    )


def seconds(moment: Any) -> float:
    """AWS's point in time in seconds since the epoch; 0 where there is none."""
    return float(moment.timestamp()) if hasattr(moment, "timestamp") else 0.0


def heard(composites: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The names of the alarms whose change of state somebody is told by a composite alarm, or by one above that."""
    members = {
        text(composite.get("AlarmName")): {_name_in_rule(match) for match in REFERENCE.finditer(_rule(composite))}
        for composite in composites
    }
    names = {
        text(each.get("AlarmName"))
        for each in composites
        if each.get("ActionsEnabled", True) and texts(each.get("AlarmActions"))
    }
    found: set[str] = set()
    while names:
        names = set().union(*(members.get(name, set()) for name in names)) - found
        found |= names
    return frozenset(found)


def _rule(composite: Mapping[str, Any]) -> str:
    return text(composite.get("AlarmRule"))


def _name_in_rule(match: re.Match[str]) -> str:
    """A rule may name an alarm by its ARN, which ends in its name."""
    name = match["quoted"] or match["plain"]
    return name.partition(":alarm:")[2] or name


def alarm_fact(answer: Mapping[str, Any], told: Container[str]) -> dict[str, Any]:
    """A metric alarm of DescribeAlarms; told are the names of those that composite alarms tell somebody about."""
    stats = [part(query, "MetricStat", "Metric") for query in mappings(answer.get("Metrics"))]
    name = text(answer.get("AlarmName"))
    return {
        "name": name,
        "watches": [_watched(metric) for metric in mappings([answer, *stats]) if metric.get("MetricName")],
        "actions_enabled": bool(answer.get("ActionsEnabled", True)),
        "actions": texts(answer.get("AlarmActions")),
        "in_composite": name in told,
        "state": text(answer.get("StateValue")),
        "since": seconds(answer.get("StateTransitionedTimestamp") or answer.get("StateUpdatedTimestamp")),
    }


def _watched(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "namespace": text(metric.get("Namespace")),
        "metric": text(metric.get("MetricName")),
        "dimensions": {text(each.get("Name")): text(each.get("Value")) for each in mappings(metric.get("Dimensions"))},
    }


def watched_by(alarm: Mapping[str, Any]) -> Iterator[Watched]:
    """What of DynamoDB's tables and indexes an alarm watches."""
    for each in alarm["watches"]:
        dimensions = each["dimensions"]
        if each["namespace"] == NAMESPACE and set(dimensions) - {"GlobalSecondaryIndexName"} == {"TableName"}:
            yield each["metric"], dimensions["TableName"], dimensions.get("GlobalSecondaryIndexName", "")


def concerns(audit: Audit, alarm: Mapping[str, Any], ours: Iterable[str], owners: Mapping[str, str]) -> bool:
    """Whether an alarm is about the estate: its tags decide, then the declaration, then the table that it watches.

    ours are names of tables and alarms that the estate declares or owns; owners name the estate of what carries tags.
    """
    owner = owners.get(f"alarm/{alarm['name']}")
    if owner is not None:
        return owner == audit.name
    known = set(ours)
    tables = {table for _metric, table, _index in watched_by(alarm)}
    if alarm["name"] in known or tables & known:
        return True
    # A table that is gone has no tags any more; then only its name is left
    gone = tables - audit.existing if audit.existing is not None else set()
    return any(table.startswith(f"{audit.name}-") for table in gone)


def strangers(audit: Audit, owners: Mapping[str, str]) -> list[str]:
    """Tables with the estate's prefix that nobody declares and that no estate of the collection owns."""
    names = (audit.existing or frozenset()) - audit.tables.keys()
    return sorted(name for name in names if name.startswith(f"{audit.name}-") and f"table/{name}" not in owners)


def newest_backup(
    table: Mapping[str, Any], own: Mapping[tuple[str, str], float] | None, vault: Mapping[str, float] | None
) -> float | None:
    """When the newest backup of this very table was made; 0 where there is none, None where nobody can say.

    own are DynamoDB's backups by the table's name and id, vault those of AWS Backup by its ARN, under which an earlier
    table of the same name may have been kept.
    """
    if own is None and vault is None:
        return None
    created = seconds(table.get("CreationDateTime"))
    kept = (vault or {}).get(text(table.get("TableArn")), 0.0)
    made = (own or {}).get((text(table.get("TableName")), text(table.get("TableId"))), 0.0)
    return max(made, kept if kept >= created else 0.0)


def role_fact(entry: Mapping[str, Any], role: Any, own: Iterable[str], inline: Iterable[str]) -> dict[str, Any]:
    """A declared role as it is; own are the ARNs of the policies that the declaration makes for it."""
    return {
        "name": text(entry.get("name")),
        "trust": role.trust,
        "declared_trust": entry.get("trust"),
        "attached": sorted(role.attached),
        "declared": sorted([*own, *texts(entry.get("managed_policies"))]),
        "inline": sorted(inline),
    }
