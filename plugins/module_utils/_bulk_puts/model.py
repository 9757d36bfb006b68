# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bulk put is, which one an entry means, and what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._exports.attempts import attempt
from .._exports.once import Once

RUNNING = ("IN_PROGRESS", "CANCELLING")
IMPERFECT = ("CANCELLED", "COMPLETED_WITH_ERRORS", "FAILED")
"""The ends at which not every item is written."""


@dataclass(frozen=True)
class Table:
    """A table that is there, as far as bulk puts are concerned."""

    table_name: str
    table_id: str
    status: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BulkPut:
    """A bulk put that is there, in the words of DescribeBulkOperation (or, without an ARN, a predicted one)."""

    details: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return str(self.details.get("BulkOperationArn") or "")

    @property
    def status(self) -> str:
        return str(self.details.get("BulkOperationStatus") or "")

    @property
    def token(self) -> str:
        return str(self.details.get("ClientToken") or "")

    @property
    def table_name(self) -> str:
        """AWS says it as a name or as an ARN."""
        name = self._table.get("TableName") or self.details.get("TableName") or ""
        return str(name).rpartition(":table/")[2]

    @property
    def _table(self) -> Mapping[str, Any]:
        return next(iter(self.details.get("TableDetails") or ()), {})

    def of(self, table: Table | None) -> bool:
        """Whether it may have gone into this very table, and not into an earlier one of its name."""
        table_id = self._table.get("TableId")
        return table is None or not table_id or not table.table_id or table_id == table.table_id


@dataclass(frozen=True)
class Wish(Once):
    """One bulk put that shall have been done; its request is StartBulkPutItems's."""

    allowed: bool = False
    """Whether items that are there may be replaced."""


@dataclass(frozen=True)
class Wishes:
    """Everything that a user's list says."""

    estate: str
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True)
class Observed:
    """What is there of what the wishes are about."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    """By physical name."""
    puts: tuple[BulkPut, ...] = ()


def found(wish: Wish, observed: Observed) -> tuple[BulkPut | None, str]:
    """The bulk put that fulfils a wish, and the token under which it is, or is to be, begun.

    Of several with one token, which AWS takes anew after eight hours, the newest counts.
    """
    live = observed.tables.get(wish.table_name)
    in_order = sorted(observed.puts, key=lambda put: (str(put.details.get("StartTime") or ""), put.arn))
    known = {put.token: put for put in in_order}

    def counts(put: BulkPut) -> bool:
        return bool(wish.client_token) or put.of(live)

    def failed(put: BulkPut) -> bool:
        return not wish.client_token and put.status in IMPERFECT

    return attempt(wish.token, known, counts, failed, wish.retry_failed)
