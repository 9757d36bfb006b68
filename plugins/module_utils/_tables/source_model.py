# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new table is made from, and what AWS says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .origins import IMPORTED_FROM, MAX_TAG, RESTORED_FROM, Origin, Window
from .source_argspec import IMPORT

NOT_IN_TAGS = re.compile(r"[^\w\s+\-=.:/@]")
"""What S3 allows in a key, and AWS does not in a tag."""


@dataclass(frozen=True)
class Import:
    """Files in S3, as the members of ImportTable say it."""

    members: Mapping[str, Any]
    field: str = IMPORT

    @property
    def text(self) -> str:
        """Where the files are, for people."""
        source = self.members["S3BucketSource"]
        return f"s3://{source['S3Bucket']}/{source.get('S3KeyPrefix', '')}"

    @property
    def tags(self) -> dict[str, str]:
        """What the table is to say of where it comes from; of a long place the end."""
        return {IMPORTED_FROM: NOT_IN_TAGS.sub("_", self.text)[-MAX_TAG:]}


@dataclass(frozen=True)
class Restore:
    """A backup, or a table at a point in time, of this account; field is the one of the entry that says so."""

    field: str
    origin: Origin
    region: str
    """Where the source is."""
    table_name: str
    """The physical name of the table that was backed up, or is read."""

    @property
    def text(self) -> str:
        """What the table is restored from, for people."""
        return self.origin.text

    @property
    def tags(self) -> dict[str, str]:
        """What the table is to say of where it comes from."""
        return {RESTORED_FROM: self.origin.text}


RUNNING = ("IN_PROGRESS", "CANCELLING")
"""States of an import that is not over."""

Source: TypeAlias = "Import | Restore"


@dataclass(frozen=True)
class ImportSeen:
    """One import into a table, as AWS describes it."""

    arn: str
    status: str
    token: str = ""
    table_id: str = ""
    """Of the table that it makes; empty while there is none."""
    failure: str = ""
    """What went wrong, in a sentence; empty where nothing did."""

    @property
    def running(self) -> bool:
        return self.status in RUNNING


@dataclass(frozen=True)
class Found:
    """What AWS says of a source; read only where a table may have to be made from it."""

    ended: int = 0
    """How many imports into the table are over."""
    seen: ImportSeen | None = None
    """The import that is under way, or, of a table that is there, the one that made it."""
    table: Mapping[str, Any] = field(default_factory=dict)
    """The table that is restored, in the form of DescribeTable; empty where there is no such table or backup."""
    whole: bool = True
    """Whether table has its indexes: AWS tells no indexes of a system backup (B-015)."""
    window: Window | None = None
    """The times to which the table can be restored."""
