# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items after a run, predicted or real, for the result and for --diff: pure. What they hold is shown by --diff only."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._engine.report import Report
from .._engine.step import Outcome, Step
from .keys import unique
from .model import Observed, Request, Wishes

COUNTED = {"add_items": "add", "replace_items": "change", "delete_items": "remove"}


@dataclass
class ItemsReport(Report):
    """Counts items, where the other domains count their resources, and shows none."""

    wished: Mapping[str, int] = field(default_factory=dict)
    """How many different items the entries name, by table."""
    written: Mapping[str, int] = field(default_factory=dict)
    """How many were written; a step that was done in part counts nowhere else."""

    def result(self) -> dict[str, Any]:
        shown = super().result()
        for entry in (*shown["steps"], *shown["withheld"]):
            entry["request"] = {name: len(requests) for name, requests in entry["request"]["RequestItems"].items()}
        return {**shown, "changed": shown["changed"] or any(self.written.values())}

    def summary(self) -> dict[str, int]:
        counts = [entry["summary"] for entry in self.tables()]
        return {verb: sum(count[verb] for count in counts) for verb in ("add", "change", "remove", "keep")}

    def tables(self) -> list[dict[str, Any]]:
        """The same for each table."""
        return [
            {"table_name": name, "summary": _counts(self._outcome(name), wished)}
            for name, wished in sorted(self.wished.items())
        ]

    def _outcome(self, name: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.plan.resource == name), None)


def wished(wishes: Wishes, observed: Observed) -> dict[str, int]:
    """How many different items the entries name, by table; of impossible ones nothing is known."""
    counts = {}
    for load in wishes.loads:
        table = observed.tables.get(load.table_name)
        complete = table and all(name in wanted.item for wanted in load.wanted for name in table.keys)
        counts[load.table_name] = len(unique(load, table)) if table and complete else 0
    return counts


def diff(outcomes: Iterable[Outcome], observed: Observed) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: the items that change, as they were and as they are then."""
    shown = []
    for outcome in outcomes:
        name = outcome.plan.resource
        requests = [each for step in outcome.done for each in requests_of(step)]
        table = observed.tables.get(name)
        if not requests or table is None:
            continue
        there = observed.items.get(name, {})
        keys = [
            table.identity(each.get("PutRequest", {}).get("Item") or each["DeleteRequest"]["Key"]) for each in requests
        ]
        old = [there[key] for key in keys if key in there]
        new = [each["PutRequest"]["Item"] for each in requests if "PutRequest" in each]
        header = f"items of {name}"
        shown.append({"before_header": header, "after_header": header, "before": _text(old), "after": _text(new)})
    return shown


def requests_of(step: Step) -> list[Request]:
    """What a step writes and deletes."""
    requests: list[Request] = step.request.get("RequestItems", {}).get(step.resource, [])
    return requests


def _counts(outcome: Outcome | None, wished_items: int) -> dict[str, int]:
    counts = {"add": 0, "change": 0, "remove": 0}
    for step in outcome.done if outcome else ():
        counts[COUNTED[step.action]] += len(requests_of(step))
    return {**counts, "keep": max(wished_items - sum(counts.values()), 0)}


def _text(items: list[Any]) -> str:
    lines = [json.dumps(item, sort_keys=True, ensure_ascii=False, default=_base64) for item in items]
    return "".join(f"{line}\n" for line in sorted(lines))


def _base64(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()
