# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the module items against the double, without Ansible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.files import Read
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.gateway import ItemsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.results import ItemsReport, diff, wished
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.spec import parse, without

from .dynamodb_double import FakeAws
from .module_runs import ModuleRun, module_params


@dataclass(frozen=True)
class ItemsRun(ModuleRun):
    """What the module would return."""

    report: ItemsReport
    diff: list[dict[str, Any]]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many items were added, changed, removed and kept."""
        return tuple(self.report.summary().values())


def params(*entries: dict[str, Any]) -> dict[str, Any]:
    return module_params("items", *entries)


def run(
    aws: FakeAws,
    *entries: dict[str, Any],
    check: bool = False,
    files: dict[str, Read] | None = None,
    seconds: float = 3600.0,
) -> ItemsRun:
    """What the module does, at the double's time."""
    wishes = parse(params(*entries), files or {})
    gateway = ItemsGateway(aws)
    given = Run(Deadline.after(aws.clock, seconds), resources=1)
    observed, failures = gateway.read(wishes, given.deadline)
    wishes = without(wishes, {failure.resource for failure in failures})
    plans = plan(wishes, observed)
    outcomes = predict(plans) if check else apply(plans, gateway, given)
    report = ItemsReport("item", outcomes, failures, wished=wished(wishes, observed), written=gateway.written)
    return ItemsRun(outcomes, report, diff(outcomes, observed))


def table(aws: FakeAws, name: str, sort_key: str = "", index_key: str = "", **tags: str) -> None:
    """A table that is there and quiet, with the partition key C(id)."""
    attributes = [attribute for attribute in ("id", sort_key, index_key) if attribute]
    request: dict[str, Any] = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        "BillingMode": "PAY_PER_REQUEST",
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    if sort_key:
        request["KeySchema"].append({"AttributeName": sort_key, "KeyType": "RANGE"})
    if index_key:
        keys = [{"AttributeName": index_key, "KeyType": "HASH"}]
        index = {"IndexName": "by-key", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
        request["GlobalSecondaryIndexes"] = [index]
    aws.dynamodb.handle("CreateTable", request)
    aws.clock.sleep(60)


def stored(aws: FakeAws, name: str, *keys: str) -> list[Any]:
    """The items of these partition keys that are there, by their keys."""
    there = aws.dynamodb._state.tables[name].items.values()
    return sorted((item for item in there if item["id"]["S"] in keys), key=lambda item: str(item["id"]))
