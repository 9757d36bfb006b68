# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to make tables from something: files in S3, backups, other tables' past (documented).

A key that the source, or its bucket, is encrypted with is not known here: its owner must allow its use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._tables.names import physical_name
from .._tables.source_argspec import FROM_ARN, FROM_BACKUP, FROM_NAME, IMPORT
from .documents import Place, Statement, allow
from .grants import ITEM_ACTIONS

LOGS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:PutRetentionPolicy",
)
"""AWS logs what it cannot import, by the rights of whoever has asked for the import."""
RESTORED_ITEMS = tuple(action for action in ITEM_ACTIONS if action != "dynamodb:BatchGetItem")
"""AWS wants these on the new table of whoever restores it."""
BEFORE_WILDCARD = re.compile(r"^[^*?$]*")


@dataclass(frozen=True)
class Sources:
    """The tables of an estate that are made from something, by their names, and from what."""

    imported: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Buckets with the prefix of the keys, without what IAM would read as a wildcard."""
    restored: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    """ARNs."""
    pasts: tuple[str, ...] = ()
    """The names or ARNs of tables that are restored as they were."""

    @property
    def buckets(self) -> list[str]:
        return list(dict.fromkeys(place.partition("/")[0] for place in self.files))


def sources_of(estate: str, entries: Iterable[Mapping[str, Any]]) -> Sources:
    """What the entries say; whether it is right is said by the module tables."""
    present = [entry for entry in entries if entry.get("state") != "absent"]
    named = [(entry, physical_name(estate, entry)) for entry in present]
    return Sources(
        imported=tuple(name for entry, name in named if entry.get(IMPORT)),
        files=tuple(dict.fromkeys(place for entry, _name in named for place in _files(entry.get(IMPORT)))),
        restored=tuple(name for entry, name in named if any(map(entry.get, (FROM_ARN, FROM_BACKUP, FROM_NAME)))),
        backups=tuple(dict.fromkeys(str(entry[FROM_BACKUP]) for entry in present if entry.get(FROM_BACKUP))),
        pasts=tuple(
            dict.fromkeys(str(entry[field]) for entry in present for field in (FROM_ARN, FROM_NAME) if entry.get(field))
        ),
    )


def reading_sources(sources: Sources, place: Place) -> Iterator[Statement]:
    """To plan tables that are made from something."""
    if sources.imported:
        arns = [arn for name in sources.imported for arn in place.arns("dynamodb", f"table/{name}/import/*")]
        yield allow("Imports", ["dynamodb:DescribeImport"], arns)
        yield allow("ImportList", ["dynamodb:ListImports"], ["*"])
    if sources.backups:
        yield allow("SourceBackups", ["dynamodb:DescribeBackup"], sources.backups)
    if sources.pasts:
        actions = ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"]
        yield allow("SourceTables", actions, _tables(sources.pasts, place))


def making_from_sources(sources: Sources, place: Place) -> Iterator[Statement]:
    """To make them."""
    if sources.imported:
        bucket = f"arn:{place.partition}:s3:::"
        yield allow("ImportTables", ["dynamodb:ImportTable"], _tables(sources.imported, place))
        yield allow("ImportFiles", ["s3:GetObject"], [f"{bucket}{files}*" for files in sources.files])
        yield allow("ImportBuckets", ["s3:ListBucket"], [f"{bucket}{name}" for name in sources.buckets])
        yield allow("ImportLogs", LOGS, place.arns("logs", "log-group:/aws-dynamodb/*"))
    if sources.backups:
        resources = [*_tables(sources.restored, place), *sources.backups]
        yield allow("RestoreBackups", ["dynamodb:RestoreTableFromBackup"], resources)
    if sources.pasts:
        resources = list(dict.fromkeys([*_tables(sources.restored, place), *_tables(sources.pasts, place)]))
        yield allow("RestorePasts", ["dynamodb:RestoreTableToPointInTime"], resources)
    if sources.restored:
        yield allow("RestoredItems", RESTORED_ITEMS, _tables(sources.restored, place))


def _tables(names: Iterable[str], place: Place) -> list[str]:
    return [
        arn for name in names for arn in place.arns("dynamodb", name if name.startswith("arn:") else f"table/{name}")
    ]


def _files(given: Any) -> Iterator[str]:
    place = given.get("s3_bucket_source") if isinstance(given, Mapping) else None
    if isinstance(place, Mapping) and place.get("bucket"):
        prefix = BEFORE_WILDCARD.match(str(place.get("key_prefix") or ""))
        yield f"{place['bucket']}/{prefix[0] if prefix else ''}"
