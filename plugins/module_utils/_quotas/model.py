# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quotas of AWS that plans are held against and audits look at, and how much of one is used. Data only.

https://docs.aws.amazon.com/general/latest/gr/ddb.html (codes and defaults)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Source = Literal["Service Quotas", "DescribeLimits", "default"]
"""Who says what the limit is. The default is AWS's for a new account, which may have been given more."""
State = Literal["fits", "near", "unsure", "exceeded"]
"""unsure is more than AWS's default, where nobody could tell what the account itself has; exceeded is certain."""

NEAR_PERCENT = 80
"""From how much of a quota on it counts as near."""


@dataclass(frozen=True)
class Quota:
    """One quota of an account in a region; name is what it counts, in the plural."""

    name: str
    code: str
    """Its code in Service Quotas; empty where it has none."""
    default: int
    service: str = "dynamodb"


TABLES = Quota("tables", "L-F98FE922", 2500)
GLOBAL_INDEXES = Quota("global secondary indexes", "L-F7858A77", 20)
"""Of one table."""
TABLE_READ = Quota("read units", "L-CF0CBE56", 40000)
"""Of one table or one index, each by itself, in either billing mode (T-154, T-170)."""
TABLE_WRITE = Quota("write units", "L-AB614373", 40000)
ACCOUNT_READ = Quota("provisioned read units", "L-34F6A552", 80000)
"""Of all tables and indexes together; on-demand tables do not count."""
ACCOUNT_WRITE = Quota("provisioned write units", "L-34F8CCC8", 80000)
AT_ONCE = Quota("tables and indexes under way", "L-1BB77E89", 500)
"""A run has fewer under way by itself (RESOURCES in _engine/run.py), and waits where others have the rest."""
AT_ONCE_WITH_INDEXES = 250
"""The same of tables with indexes (documented)."""
ALARMS = Quota("alarms", "", 5000, "cloudwatch")
"""What AWS's pages have named as the default; newer ones name no limit, and Service Quotas lists none."""


def is_near(count: float, limit: float, percent: float = NEAR_PERCENT) -> bool:
    """Whether so much is near the limit, or beyond it; a limit that nobody knows is 0."""
    return limit > 0 and count * 100 >= limit * percent


@dataclass(frozen=True)
class Account:
    """What could be read of an account and region; None is what was not asked for, or could not be read."""

    tables: frozenset[str] | None = None
    """The names of all tables."""
    tables_quota: int | None = None
    limits: Mapping[str, Any] | None = None
    """DescribeLimits."""
    unread: tuple[str, ...] = ()
    """The calls that did not work, each with AWS's code: C(servicequotas:GetServiceQuota AccessDeniedException)."""


@dataclass(frozen=True)
class Use:
    """How much of a quota is used once a plan is carried out."""

    quota: Quota
    resource: str
    """Whose quota it is: a table's name, C(table/index), or the region."""
    count: int
    added: int
    """How many of them the plan adds."""
    limit: int
    source: Source
    partial: bool = False
    """Whether there may be more of them, which are not counted: it would cost a call for each."""
    unread: tuple[str, ...] = ()
    field: str = "table"
    """The field of an entry that asks for it."""

    @property
    def state(self) -> State:
        if self.count <= self.limit:
            return "near" if is_near(self.count, self.limit) else "fits"
        if self.source != "default":
            return "exceeded"
        return "unsure" if self.quota.code else "near"

    @property
    def said(self) -> str:
        """The numbers, for people."""
        least = "at least " if self.partial else ""
        return f"{least}{self.count} of {self.limit} {self.quota.name}{self._doubt}"

    @property
    def _doubt(self) -> str:
        if self.source != "default":
            return ""
        if not self.quota.code:
            return " (a default that newer pages of AWS do not name any more)"
        return " (AWS's default, as the account's own could not be read)"

    @property
    def problem(self) -> str:
        """Why it does not fit, and what to do; the quota's name, code and numbers are in it."""
        least = "at least " if self.partial else ""
        makes = f"added, which makes {least}{self.count}" if self.added != self.count else "wanted"
        owner = f"the account's quota is {self.limit}" if self.source != "default" else f"AWS's default is {self.limit}"
        return (
            f"{self.added} {self.quota.name} are {makes}, and {owner} "
            f"({self.quota.service} {self.quota.code}). Ask for more (aws service-quotas "
            f"request-service-quota-increase --service-code {self.quota.service} --quota-code {self.quota.code} "
            f"--desired-value {self.count}), or declare less"
        )

    def as_dict(self) -> dict[str, Any]:
        """As modules return it."""
        shown: dict[str, Any] = {
            "quota": self.quota.name,
            "code": self.quota.code,
            "resource": self.resource,
            "count": self.count,
            "added": self.added,
            "limit": self.limit,
            "limit_from": self.source,
            "state": self.state,
            "said": self.said,
        }
        return {**shown, "unread": list(self.unread)} if self.unread else shown
