# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export is, which one an entry means, and what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .attempts import attempt
from .once import Once


@dataclass(frozen=True)
class Table:
    """A table that is there, as far as exports are concerned."""

    table_name: str
    table_id: str
    status: str
    size_bytes: int = 0
    """AWS counts it about every six hours."""
    tags: Mapping[str, str] = field(default_factory=dict)
    recovery: bool = False
    """Whether point-in-time recovery is on, as far as that was asked."""
    earliest: datetime | None = None
    """The earliest time that can be exported; None where AWS does not say, or was not asked."""


@dataclass(frozen=True)
class Export:
    """An export that is there, in the words of DescribeExport (or, without an ARN, one that check mode predicts)."""

    table_name: str
    details: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return str(self.details.get("ExportArn") or "")

    @property
    def status(self) -> str:
        return str(self.details.get("ExportStatus") or "")

    @property
    def token(self) -> str:
        return str(self.details.get("ClientToken") or "")

    def of(self, table: Table | None) -> bool:
        """Whether it may be one of this very table, and not of an earlier one of its name."""
        table_id = self.details.get("TableId")
        return table is None or not table_id or not table.table_id or table_id == table.table_id


Wish = Once
"""One export that shall be there; its request is ExportTableToPointInTime's."""


@dataclass(frozen=True)
class Observed:
    """What is there of what the wishes are about."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    """By physical name."""
    exports: tuple[Export, ...] = ()
    running: tuple[str, ...] = ()
    """For each export that is in progress, the table's physical name."""


def found(wish: Wish, observed: Observed) -> tuple[Export | None, str]:
    """The export that fulfils a wish, and the token under which it is, or is to be, made.

    Of several with one token, which AWS takes anew after eight hours, the newest counts.
    """
    live = observed.tables.get(wish.table_name)
    own = [export for export in observed.exports if export.table_name == wish.table_name]
    known = {export.token: export for export in sorted(own, key=lambda export: export.arn)}

    def counts(export: Export) -> bool:
        return bool(wish.client_token) or export.of(live)

    def failed(export: Export) -> bool:
        return not wish.client_token and export.status == "FAILED"

    return attempt(wish.token, known, counts, failed, wish.retry_failed)
