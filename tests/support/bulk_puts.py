# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the module bulk_puts against the double, without Ansible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._bulk_puts.gateway import BulkPutsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._bulk_puts.plan import failures, plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._bulk_puts.results import diff, rendered
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._bulk_puts.spec import parse, without
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.progress import Progress
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline

from .dynamodb_double import FakeAws
from .module_runs import ModuleRun, module_params

ENTRY: dict[str, Any] = {
    "table": "users",
    "label": "a",
    "input_s3_configuration": {"s3_bucket": "bucket"},
    "output_s3_configuration": {"s3_bucket": "errors", "s3_key_prefix": "p"},
    "allow": ["replace_items"],
}


@dataclass(frozen=True)
class BulkPutsRun(ModuleRun):
    """What the module would return."""

    puts: list[dict[str, Any]]
    diff: list[dict[str, Any]]
    lines: list[str]
    """Of the progress."""


def params(*entries: dict[str, Any]) -> dict[str, Any]:
    return module_params("bulk_puts", *entries)


def run(
    aws: FakeAws, *entries: dict[str, Any], check: bool = False, waits: bool = True, seconds: float = 14400.0
) -> BulkPutsRun:
    """What the module does, at the double's time."""
    wishes = parse(params(*entries))
    gateway = BulkPutsGateway(aws)
    gateway.check_sdk()
    observed, problems = gateway.read(wishes)
    wishes = without(wishes, {problem.resource for problem in problems})
    plans, lines = plan(wishes, observed), list[str]()
    progress = Progress(lines.append, aws.clock)
    given = Run(Deadline.after(aws.clock, seconds), "active" if waits else "none", progress=progress, resources=1)
    outcomes = predict(plans, given.wait) if check else apply(plans, gateway, given)
    later = rendered(wishes, observed, outcomes, gateway.made)
    report = Report("bulk put", outcomes, [*problems, *failures(wishes, observed)])
    return BulkPutsRun(outcomes, report, later, diff(rendered(wishes, observed), later), lines)
