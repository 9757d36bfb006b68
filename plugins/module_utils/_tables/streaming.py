# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resource policy of a table's own stream, and all that is streamed out of a table together.

A new stream gets an ARN that nobody knows before. So the steps about its policy name the stream as C(latest), and the
gateway puts in the ARN of the stream that is on when it sends them: it is the same call before and after.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from .._engine.step import Step
from . import kinesis
from .change import Change, step
from .model import Desired, Observed, TableSpec

FIELD = "stream_resource_policy"
LATEST = "/stream/latest"
"""The end of the ARN in a request that is about the stream which is on by then."""
READABLE = "stream_policy_readable"


def streaming_changes(desired: Desired, spec: TableSpec, live: Observed, seen: TableSpec) -> list[Change]:
    """The changes of a table that is there."""
    found = seen.stream_policy
    if found and not _stays(desired, spec, seen):
        found = {}
    return [*kinesis.destination_changes(spec, live, seen), *_policy_changes(spec, found, live.status.arn)]


def streaming_creation(spec: TableSpec, arn: str) -> list[Change]:
    """What a new table needs, which CreateTable does not take."""
    nothing = replace(spec, destination=kinesis.found_destination(()))
    return [*kinesis.destination_changes(spec, None, nothing), *_policy_changes(spec, {}, arn)]


def _stays(desired: Desired, spec: TableSpec, seen: TableSpec) -> bool:
    """Whether the stream that is on stays, with its policy: as it is declared so, or as it may not be changed."""
    return spec.stream_view_type == seen.stream_view_type or "change_stream" not in desired.allow


def _policy_changes(spec: TableSpec, found: Mapping[str, Any] | None, arn: str) -> list[Change]:
    """Compared in amazon.aws's canonical form; an empty mapping is no policy, and None one that was not read."""
    wanted = spec.stream_policy
    if wanted is None or found is None:
        return []
    if not wanted:
        if not found:
            return []
        reason = "the stream has a resource policy and should have none"
        return [Change((_step(spec, "delete_stream_policy", reason, {"ResourceArn": arn + LATEST}),))]
    if found and not compare_policies(dict(found), dict(wanted)):
        return []
    reason = "the stream's resource policy differs" if found else "the stream has no resource policy yet"
    request = {"ResourceArn": arn + LATEST, "Policy": json.dumps(wanted, sort_keys=True)}
    return [Change((_step(spec, "put_stream_policy", reason, request),))]


def _step(spec: TableSpec, action: str, reason: str, request: Mapping[str, Any]) -> Step:
    return step(spec.table_name, action, reason, request, fields=(FIELD,), until=READABLE)


def streaming_entry(spec: TableSpec) -> dict[str, Any]:
    """The fields in the form in which users write them; nothing where there is none."""
    policy = {FIELD: dict(spec.stream_policy)} if spec.stream_policy else {}
    return {**kinesis.destination_entry(spec.destination), **policy}


def _policy(spec: TableSpec, done: Step) -> TableSpec:
    return replace(spec, stream_policy=json.loads(done.request["Policy"]) if "Policy" in done.request else {})


EFFECTS: dict[str, Callable[[TableSpec, Step], TableSpec]] = {
    **kinesis.EFFECTS,
    "put_stream_policy": _policy,
    "delete_stream_policy": _policy,
}
"""The effect of each step, for project.py."""
