# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tags of a table: what must change, and when the tagging index is enough to know that nothing must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Step
from . import requests
from .change import Change, step
from .model import Desired, Observed, TableSpec
from .names import UNFINISHED
from .origins import IMPORTED_FROM, RESTORED_FROM

MANY = 50
"""Tables from which on the index is asked first: ListTagsOfResource answers for ten tables a second (API reference)."""


def known_tags(desired: list[Desired], index: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Of many tables, the tags that need not be read one by one, as the index has them just as they are declared.

    The index is seconds late. So what it says is enough to leave a table's tags alone, and never to change them.
    """
    if len(desired) < MANY:
        return {}
    specs = {table.table_name: table for table in desired}
    return {name: tags for name, tags in index.items() if name in specs and _as_declared(specs[name], tags)}


def _as_declared(table: Desired, tags: Mapping[str, str]) -> bool:
    if table.spec is None or UNFINISHED in tags:
        return False
    return not any(compare_aws_tags(dict(tags), dict(table.spec.tags), purge_tags=table.purge_tags))


def tag_changes(desired: Desired, spec: TableSpec, live: Observed, seen: TableSpec) -> list[Change]:
    """What makes the tags of a table that is there the declared ones."""
    # What says of a table where it comes from is nobody's to purge
    kept = {UNFINISHED, *({IMPORTED_FROM, RESTORED_FROM} - spec.tags.keys())}
    found = {key: value for key, value in seen.tags.items() if key not in kept}
    setting, removing = compare_aws_tags(found, dict(spec.tags), purge_tags=desired.purge_tags)
    changes = [Change((finish_table(spec, live.status.arn),))] if UNFINISHED in seen.tags else []
    common: dict[str, Any] = {"fields": ("tags",), "until": "tags_readable"}
    if setting:
        # Tags are written as one full set of what differs: one lock, one call (T-103)
        request = {"ResourceArn": live.status.arn, "Tags": requests.tag_list(setting)}
        reason = _tag_reason(setting, seen.tags)
        changes.append(Change((step(spec.table_name, "tag_table", reason, request, **common),)))
    if removing:
        request = {"ResourceArn": live.status.arn, "TagKeys": sorted(removing)}
        reason = f"undeclared tags: {', '.join(sorted(removing))}"
        changes.append(Change((step(spec.table_name, "untag_table", reason, request, **common),)))
    return changes


def finish_table(spec: TableSpec, arn: str) -> Step:
    """The step that ends a table's creation."""
    request = {"ResourceArn": arn, "TagKeys": [UNFINISHED]}
    reason = "the table's creation ends here"
    return step(spec.table_name, "finish_table", reason, request, fields=("tags",), until="tags_readable")


def _tag_reason(setting: Mapping[str, str], found: Mapping[str, str]) -> str:
    missing = [key for key in sorted(setting) if key not in found]
    other = [f"{key} is {found[key]!r}" for key in sorted(setting) if key in found]
    return "; ".join(
        [f"missing tags: {', '.join(missing)}"] * bool(missing) + [f"wrong tags: {', '.join(other)}"] * bool(other)
    )
