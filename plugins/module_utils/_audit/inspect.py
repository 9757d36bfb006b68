# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole audit, given the gateway: what is known of the account first, then one thing after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from .._access.model import Access, Observed, role_arn
from .._engine.findings import Finding
from .._tables.names import logical_name, partition_of
from .gateway import AuditGateway
from .model import Audit
from .observe import audit_of, concerns, newest_backup, role_fact, strangers, watched_by
from .permissions import federations
from .plain import mappings, part, text
from .rules import judge
from .simulation import questions
from .unseen import gaps_of, gathered


def inspect(params: Mapping[str, Any], desired: Access, gateway: AuditGateway) -> list[Finding]:
    """All findings; params are the module's options, desired the declared roles and policies."""
    audit = replace(audit_of(params), now=gateway.now(), existing=gateway.names())
    seen = gateway.owners()
    owners = seen or {}
    alarms = gateway.alarms()
    if alarms is not None:
        audit = replace(audit, watched=frozenset(each for alarm in alarms for each in watched_by(alarm)))
    audit = replace(audit, limits=gateway.limits(), summary=gateway.summary())
    owned = {key.partition("/")[2] for key, estate in owners.items() if estate == audit.name and key[:6] == "table/"}
    ours = owned | audit.tables.keys()
    known = ours | {text(alarm.get("name")) for alarm in mappings(params["alarms"])}
    account = {
        # Where nobody may look whose a table is, a neighbour's would be one
        "strangers": [] if seen is None else strangers(audit, seen),
        "tables": len(audit.existing or ()),
        "alarms": len(alarms or ()),
        "iam": audit.summary,
    }
    comparisons = params["comparisons"]
    found = [
        *judge(audit, "comparison", ({"domain": name, "result": result} for name, result in comparisons.items())),
        *judge(audit, "account", [account]),
        *judge(audit, "alarm", (alarm for alarm in alarms or () if concerns(audit, alarm, known, owners))),
        *judge(audit, "table", _tables(audit, ours, gateway)),
        *_access(audit, params, desired, gateway),
    ]
    failures = [failure for result in comparisons.values() for failure in mappings(part(result, "failures"))]
    gaps = gathered([*failures, *map(vars, gateway.failures)]) + gaps_of(comparisons)
    return found + judge(audit, "unseen", gaps)


def _tables(audit: Audit, ours: set[str], gateway: AuditGateway) -> Iterator[dict[str, Any]]:
    """The estate's tables that are there, read as they are needed, so that memory does not grow with their number."""
    names = ours if audit.existing is None else ours & audit.existing
    asked = "backups" in audit.protection and names
    backups = gateway.backups() if asked else None
    vault = gateway.vault() if asked else None
    expiring = frozenset(name for name in names if _may_expire(audit, name))
    for batch in gateway.tables(names, "recovery" in audit.protection, expiring):
        for table in batch:
            made = newest_backup(table["table"], backups, vault)
            yield {**table, "ours": True, "backup_at": made, "vault_seen": vault is not None}


def _may_expire(audit: Audit, name: str) -> bool:
    """Whether it matters if the table's time to live is on."""
    entry = audit.tables.get(name, {})
    logical = text(entry.get("name")) or logical_name(audit.name, name)
    return bool(entry.get("ttl_enabled")) or any(fnmatchcase(logical, pattern) for pattern in audit.ttl_names)


def _access(audit: Audit, params: Mapping[str, Any], desired: Access, gateway: AuditGateway) -> list[Finding]:
    if not desired.roles:
        return []
    observed = gateway.access(audit.name, desired)
    trusted = {each.provider for role in observed.access.roles.values() for each in federations(role.trust)}
    if trusted:
        audit = replace(audit, providers=gateway.providers(trusted))
    there = [entry for entry in mappings(params["roles"]) if entry.get("name") in observed.access.roles]
    inline = gateway.inline([text(entry["name"]) for entry in there])
    roles = (
        role_fact(
            entry,
            observed.access.roles[entry["name"]],
            desired.roles[entry["name"]].attached,
            inline[entry["name"]],
        )
        for entry in there
    )
    policies = ({"name": each.name, "document": each.document} for each in _declared(desired, observed))
    asked = (
        [each for entry in there for each in questions(audit, entry, _arn(audit, entry))] if params["simulate"] else []
    )
    return [
        *judge(audit, "role", roles),
        *judge(audit, "policy", policies),
        *judge(audit, "simulation", gateway.simulate(asked)),
    ]


def _declared(desired: Access, observed: Observed) -> Iterator[Any]:
    return (policy for arn, policy in observed.access.policies.items() if arn in desired.policies)


def _arn(audit: Audit, entry: Mapping[str, Any]) -> str:
    return role_arn(partition_of(audit.region), audit.account_id, text(entry.get("path")) or "/", text(entry["name"]))
