# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the emulator has of moto in another way, because AWS does it so, or because it takes moto long."""

from __future__ import annotations

import collections
import importlib
import types
from typing import Any


def correct(account: str) -> None:
    """Let moto, which is imported here, do as AWS does in this account."""
    cloudwatch = importlib.import_module("moto.cloudwatch.models").CloudWatchBackend
    tag_dashboards(cloudwatch)
    narrow_queries(cloudwatch)
    tell_accounts(importlib.import_module("moto.iam.models"), account)
    tell_quotas(importlib.import_module("moto.dynamodb.responses"))


def tag_dashboards(backend: Any) -> None:
    """Let dashboards have tags, as AWS does; moto knows only those of alarms."""
    tag_others = backend.tag_resource

    def tag_resource(self: Any, arn: str, tags: dict[str, str]) -> None:
        if ":dashboard/" in arn:
            self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
        else:
            tag_others(self, arn, tags)

    backend.tag_resource = tag_resource


def narrow_queries(backend: Any) -> None:
    """Let a query look at its own metric's data; moto looks at all data for each period of each query."""
    of_all = backend.get_metric_data

    def get_metric_data(self: Any, queries: list[dict[str, Any]], **window: Any) -> list[dict[str, Any]]:
        asked = [query.get("MetricStat", {}).get("Metric", {}) for query in queries]
        if not all(metric.get("Dimensions") for metric in asked):
            return of_all(self, queries, **window)
        found, results = collections.defaultdict(list), []
        for data in self.get_all_metrics():
            found[data.name, *sorted((each.name, each.value) for each in data.dimensions)].append(data)
        for query, metric in zip(queries, asked, strict=True):
            own = found[metric["MetricName"], *sorted((each["Name"], each["Value"]) for each in metric["Dimensions"])]
            results += of_all(types.SimpleNamespace(get_all_metrics=own.copy), [query], **window)
        return results

    backend.get_metric_data = get_metric_data


def tell_accounts(models: Any, account: str) -> None:
    """Let the keys of an assumed role act in the role's account, all others in the one that is played.

    moto would make the backends of all partitions to find a key; only those that are there can have given it out.
    """

    def get_account_id_from(key: str) -> str:
        for owner, partitions in list(models.iam_backends.items()):
            if any(key in backend.access_keys for backend in list(partitions.values())):
                return owner
        return account

    models.get_account_id_from = get_account_id_from


def tell_quotas(responses: Any) -> None:
    """Let the account have AWS's default quotas; moto has those of years ago."""

    def describe_limits(_self: Any) -> Any:
        units = {"AccountMax": 80_000, "TableMax": 40_000}
        kinds = ("ReadCapacityUnits", "WriteCapacityUnits")
        return responses.ActionResult({f"{whose}{kind}": most for whose, most in units.items() for kind in kinds})

    responses.DynamoHandler.describe_limits = describe_limits
