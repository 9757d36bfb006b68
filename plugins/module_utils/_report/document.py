# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the modules returned to the document of report.json, which the page shows: plain data, no secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from .access import shown_role

FORMAT = 1
KINDS = ("plan", "site", "audit", "usage")
DOMAINS = {
    "tables": "Tables",
    "iam": "Roles and policies",
    "topic": "Alarm topic",
    "alarms": "Alarms",
    "dashboard": "Dashboard",
    "endpoints": "Gateway endpoints",
}
"""In the order in which they are deployed, with their names for people."""
ALWAYS = frozenset({"tables", "iam", "alarms"})
"""The others are there only where somebody has asked for them."""
SEVERITIES = ("critical", "high", "medium", "low", "info")
"""The worst first."""
LISTS = ("steps", "withheld", "deferred", "conflicts", "failures", "replanned", "recreated", "undeclared", "problems")
AHEAD = ("expected_seconds", "budgets", "quotas")
"""What it takes, besides being done."""
KEPT = ("changed", "failed", "refused", "msg", "summary", "summaries", "alarms", "times", *AHEAD, *LISTS)
"""What is taken over of a result. Its arguments, in which credentials may stand, and its diff are not."""
FINDING = ("id", "severity", "resource", "found", "expected", "mend")
PLAIN = frozenset({str, int, bool, type(None)})
"""Types whose values are taken over as they are; Ansible's are others, derived from these."""
Json = dict[str, Any]


def report_document(
    results: Mapping[str, Any],
    *,
    estate: str,
    host: str,
    account_id: str,
    region: str,
    kind: str,
    made_at: str,
    environment: str = "",
    tables: Iterable[Mapping[str, Any]] = (),
    status: Mapping[str, Any] | None = None,
    roles: Iterable[Mapping[str, Any]] = (),
    findings: Iterable[Mapping[str, Any]] = (),
    usage: Mapping[str, Any] | None = None,
) -> Json:
    """The document in the form of docs/report.schema.json.

    results are the registered results by domain, tables entries, status that of the module tables, roles those of
    access_roles, made_at a time in UTC (2026-11-02T08:00:00Z). Raises ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    return {
        "format": FORMAT,
        "estate": _text(estate),
        "host": _text(host),
        "environment": _text(environment),
        "account_id": _text(account_id),
        "region": _text(region),
        "kind": _text(kind),
        "made_at": _text(made_at),
        "results": _results(results),
        "findings": _findings(_plain(findings), _plain(usage or {})),
        "usage": _plain(usage or {}),
        "tables": _plain(tables),
        "status": _plain(status or {}),
        "roles": [shown_role(role) for role in _plain(roles)],
    }


def _results(results: Mapping[str, Any]) -> Json:
    done = {domain: result for domain, result in results.items() if result and not result.get("skipped")}
    return {domain: _result(done.get(domain) or {}) for domain in DOMAINS if domain in done or domain in ALWAYS}


def _result(result: Mapping[str, Any]) -> Json:
    return {key: _plain(result[key]) for key in KEPT if key in result}


def _findings(given: list[Json], usage: Json) -> list[Json]:
    """The worst first; the usage's advice is among them, once."""
    places = [place for table in usage.values() for place in (table, *(table.get("indexes") or {}).values())]
    advice = [finding for place in places for finding in place.get("advice") or []]
    unique = {tuple(str(finding.get(key)) for key in FINDING): finding for finding in [*given, *advice]}
    shown = [{**finding, **{key: _text(finding.get(key) or "") for key in FINDING}} for finding in unique.values()]
    return sorted(shown, key=lambda finding: (_rank(finding["severity"]), finding["id"], finding["resource"]))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _plain(value: Any) -> Any:
    """The same as what JSON knows: no type of Ansible's, so that nothing in it is ever taken for a template."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, Mapping):
        return {_text(key): _plain(member) for key, member in value.items()}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        return _text(value)
    return [_plain(member) for member in value]


def _text(value: object) -> str:
    return str.__str__(value if isinstance(value, str) else str(value))
