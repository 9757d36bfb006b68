# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports after a run, predicted or real, for the result and for --diff: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .._engine.step import Outcome
from .._tables.names import logical_name
from .._tables.origins import moment
from .model import Export, Observed, found
from .once import differences
from .spec import Wishes

Made = Mapping[str, Export]
"""What a run began or waited for, by resource; empty in check mode."""

MEMBERS = {
    "export_arn": "ExportArn",
    "status": "ExportStatus",
    "client_token": "ClientToken",
    "export_type": "ExportType",
    "export_format": "ExportFormat",
    "export_time": "ExportTime",
    "s3_bucket": "S3Bucket",
    "s3_prefix": "S3Prefix",
    "s3_bucket_owner": "S3BucketOwner",
    "s3_sse_algorithm": "S3SseAlgorithm",
    "s3_sse_kms_key_id": "S3SseKmsKeyId",
    "manifest": "ExportManifest",
    "table_id": "TableId",
    "started": "StartTime",
    "ended": "EndTime",
    "item_count": "ItemCount",
    "billed_size_bytes": "BilledSizeBytes",
    "failure_code": "FailureCode",
    "failure_message": "FailureMessage",
}

WINDOW = {
    "export_from_time": "ExportFromTime",
    "export_to_time": "ExportToTime",
    "export_view_type": "ExportViewType",
}


def rendered(
    wishes: Wishes, observed: Observed, outcomes: Iterable[Outcome] = (), made: Made | None = None
) -> list[dict[str, Any]]:
    """The export of each wish that has one; those of a prediction have no ARN."""
    begun = {step.resource: dict(step.request) for outcome in outcomes for step in outcome.done if step.writes}
    shown = []
    for wish in wishes.wishes:
        export = (made or {}).get(wish.resource) or found(wish, observed)[0]
        if wish.resource in begun and export is None:
            export = Export(wish.table_name, begun[wish.resource])
        if export:
            shown.append({"table": wish.table, "label": wish.label or None, **render(export)})
    return shown


def render(export: Export) -> dict[str, Any]:
    """An export as the modules return it; null is what is not so, or only AWS can know."""
    details = export.details
    window = details.get("IncrementalExportSpecification")
    return {
        "table_name": export.table_name,
        **{name: _shown(details.get(member)) for name, member in MEMBERS.items()},
        "incremental_export_specification": window
        and {name: _shown(window.get(member)) for name, member in WINDOW.items()},
        "filtered": bool(details.get("FilterSpecification")),
    }


def diff(before: list[dict[str, Any]], later: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: of each table whose exports change where they lie."""
    return differences("exports", before, later, _line)


def _line(entry: Mapping[str, Any]) -> str:
    return f"{entry['client_token']} {entry['s3_bucket']}/{entry['s3_prefix'] or ''}\n"


def _shown(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def listed(exports: Iterable[Export], estate: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Exports for exports_info; names gives the logical name of a physical one where the user gave it."""
    return [
        {"table": names.get(export.table_name) or logical_name(estate, export.table_name), **render(export)}
        for export in exports
    ]
