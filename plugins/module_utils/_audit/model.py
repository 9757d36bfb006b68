# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit knows before it judges, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from .._engine.findings import Finding, Severity
from .._quotas.model import ALARMS, NEAR_PERCENT, TABLES

Subject = Literal["comparison", "table", "alarm", "role", "policy", "simulation", "account", "unseen"]
"""What a rule looks at, one at a time; each is plain data, described in observe.py and gateway.py."""
Watched = tuple[str, str, str]
"""Metric, table and index (empty for the table itself) that an alarm watches."""


@dataclass(frozen=True)
class Audit:
    """The declaration, the environment's policy, and what is known of the account as a whole."""

    name: str
    account_id: str
    region: str
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The declared entries by physical name."""
    protection: frozenset[str] = frozenset()
    """What is demanded of every table: C(recovery), C(deletion_protection), C(encryption), C(backups)."""
    ttl_names: tuple[str, ...] = ()
    """Patterns of the logical names whose tables should have a time to live."""
    backup_days: int = 35
    stuck_hours: int = 24
    near_percent: int = NEAR_PERCENT
    tables_quota: int = TABLES.default
    alarms_quota: int = ALARMS.default
    policies_per_role: int = 10
    now: float = 0.0
    """Seconds since the epoch."""
    existing: frozenset[str] | None = None
    """The names of all tables of account and region; like what follows None where it could not be seen."""
    watched: frozenset[Watched] | None = None
    providers: Mapping[str, Any] | None = None
    """The account's OIDC providers by ARN, each with its C(client_ids), which are None where nobody asked."""
    limits: Mapping[str, Any] | None = None
    """DescribeLimits."""
    summary: Mapping[str, Any] | None = None
    """GetAccountSummary: what of IAM the account uses and may use."""


class Hit(NamedTuple):
    """One place where a rule is broken."""

    resource: str
    found: str
    expected: str
    mend: str


Check = Callable[[Audit, Any], Iterable[Hit]]


@dataclass(frozen=True)
class Rule:
    """A rule, with the id and the severity of what it finds."""

    id: str
    severity: Severity
    subject: Subject
    meaning: str
    check: Check

    def findings(self, audit: Audit, subject: Any) -> list[Finding]:
        return [Finding(self.id, self.severity, *hit) for hit in self.check(audit, subject)]
