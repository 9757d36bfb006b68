# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the module exports against the double, without Ansible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.progress import Progress
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.gateway import ExportsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.plan import failures, plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.results import diff, rendered
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.spec import parse, without

from .dynamodb_double import FakeAws
from .module_runs import ModuleRun, module_params

ENTRY: dict[str, Any] = {"table": "users", "label": "a", "s3_bucket": "bucket"}


@dataclass(frozen=True)
class ExportsRun(ModuleRun):
    """What the module would return."""

    exports: list[dict[str, Any]]
    diff: list[dict[str, Any]]
    lines: list[str]
    """Of the progress."""


def params(*entries: dict[str, Any]) -> dict[str, Any]:
    return module_params("exports", *entries)


def run(
    aws: FakeAws, *entries: dict[str, Any], check: bool = False, waits: bool = True, seconds: float = 14400.0
) -> ExportsRun:
    """What the module does, at the double's time."""
    wishes = parse(params(*entries))
    gateway = ExportsGateway(aws)
    gateway.check_sdk(wishes)
    observed, problems = gateway.read(wishes)
    wishes = without(wishes, {problem.resource for problem in problems})
    plans = plan(wishes, observed, datetime.fromtimestamp(aws.clock.now(), UTC))
    wait, lines = "active" if waits else "none", list[str]()
    progress = Progress(lines.append, aws.clock)
    # Checkers see a string where one of two words is
    given = Run(Deadline.after(aws.clock, seconds), wait, progress=progress, resources=1)  # type: ignore[arg-type]
    outcomes = predict(plans, given.wait) if check else apply(plans, gateway, given)
    later = rendered(wishes, observed, outcomes, gateway.made)
    report = Report("export", outcomes, [*problems, *failures(wishes, observed)])
    return ExportsRun(outcomes, report, later, diff(rendered(wishes, observed), later), lines)


def exports(aws: FakeAws) -> list[dict[str, Any]]:
    """What AWS lists, the newest first."""
    found: list[dict[str, Any]] = aws.dynamodb.handle("ListExports", {})["ExportSummaries"]
    return found
