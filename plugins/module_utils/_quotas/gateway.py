# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of an account's quotas. Nothing here writes, and what cannot be read is only noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._tables.ask import SERVICE
from .._tables.reader import table_names
from .model import TABLES, Account, Quota

SERVICE_QUOTAS = "service-quotas"
Read = TypeVar("Read")


def describe_limits(aws: Aws) -> Mapping[str, Any]:
    """DescribeLimits: the capacity that the account, and one table, may have. Raises AwsError."""
    return aws.call(SERVICE, "DescribeLimits", "the account")


def granted(aws: Aws, quota: Quota) -> int | None:
    """What the account itself has of a quota; None where the answer does not say. Raises AwsError."""
    request = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    answer = aws.call(SERVICE_QUOTAS, "GetServiceQuota", f"the quota {quota.code}", **request)
    value = (answer.get("Quota") or {}).get("Value")
    return int(value) if isinstance(value, (int, float)) else None


class QuotasGateway:
    """Reads what an account may have, and has."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._unread: list[str] = []

    def read(self, asked: frozenset[str]) -> Account:
        """C(tables) costs one call and the pages of ListTables, C(capacity) one call."""
        names = quota = limits = None
        if "tables" in asked:
            names = self._try(lambda: frozenset(table_names(self._aws)))
            quota = self._try(partial(granted, self._aws, TABLES))
        if "capacity" in asked:
            limits = self._try(partial(describe_limits, self._aws))
        return Account(names, quota, limits, tuple(self._unread))

    def _try(self, read: Callable[[], Read]) -> Read | None:
        try:
            return read()
        except AwsError as error:
            self._unread.append(f"{error.permission} {error.code}")
            return None
