# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the module backups against the double, without Ansible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.gateway import BackupsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.model import Observed
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.results import (
    BackupReport,
    after,
    diff,
    rendered,
    restored,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.spec import parse, without
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline

from .dynamodb_double import FakeAws
from .module_runs import ModuleRun, module_params


@dataclass(frozen=True)
class BackupsRun(ModuleRun):
    """What the module would return."""

    report: BackupReport
    before: Observed
    backups: list[dict[str, Any]]
    restored: list[dict[str, Any]]
    diff: list[dict[str, Any]]


def params(*entries: dict[str, Any]) -> dict[str, Any]:
    return module_params("backups", *entries)


def run(aws: FakeAws, *entries: dict[str, Any], check: bool = False, seconds: float = 14400.0) -> BackupsRun:
    """What the module does, at the double's time."""
    wishes = parse(params(*entries))
    gateway = BackupsGateway(aws)
    observed, failures = gateway.read(wishes)
    wishes = without(wishes, {failure.resource for failure in failures})
    plans = plan(wishes, observed, datetime.fromtimestamp(aws.clock.now(), UTC))
    outcomes = predict(plans) if check else apply(plans, gateway, Run(Deadline.after(aws.clock, seconds), resources=1))
    later = after(observed, outcomes, gateway.made)
    report = BackupReport("backup", outcomes, failures, kept=len(rendered(wishes, observed)))
    shown = (rendered(wishes, later), restored(wishes, later), diff(wishes, observed, later))
    return BackupsRun(outcomes, report, observed, *shown)


def table(aws: FakeAws, name: str, recovery: bool = False, **tags: str) -> None:
    """A table that is there and quiet."""
    request: dict[str, Any] = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    aws.dynamodb.handle("CreateTable", request)
    aws.clock.sleep(30)
    if recovery:
        wanted = {"PointInTimeRecoveryEnabled": True}
        request = {"TableName": name, "PointInTimeRecoverySpecification": wanted}
        aws.dynamodb.handle("UpdateContinuousBackups", request)


def backup(aws: FakeAws, table_name: str, name: str) -> str:
    """A backup that somebody made a day ago; its ARN."""
    answer = aws.dynamodb.handle("CreateBackup", {"TableName": table_name, "BackupName": name})
    aws.clock.sleep(86400)
    arn: str = answer["BackupDetails"]["BackupArn"]
    return arn


def names(aws: FakeAws) -> list[str]:
    """The names of all backups."""
    found = aws.dynamodb.handle("ListBackups", {"BackupType": "ALL"})["BackupSummaries"]
    return [entry["BackupName"] for entry in found]
