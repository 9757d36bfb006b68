# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From tables and alarms to a DashboardBody, as detailed as CloudWatch's limits allow: pure.

Up to 500 widgets, 500 metrics in one widget, 2,500 metrics in all, hidden ones and those of expressions included
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html). SEARCH therefore saves
nothing but text, and does not find what was silent for two weeks; so the metrics are named one by one, and what does
not fit is left out in a fixed order, at last for rankings over the whole account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import widgets
from .model import Table, marker
from .widgets import Metric, Widget

MAX_WIDGETS = 500
MAX_METRICS = 2500
MAX_METRICS_PER_WIDGET = 500
MAX_ALARMS_PER_WIDGET = 100
COLUMNS = 24
HEIGHT = 6

Row = list[tuple[int, int, Widget]]
"""Widgets side by side, each with width and height in units of the grid."""
Theme = tuple[str, str, Callable[[Table], list[Metric]]]
"""Title, statistic, and the metrics of one table."""

THEMES: tuple[Theme, ...] = (
    ("Throttled reads", "Sum", lambda table: widgets.named("ReadThrottleEvents", table, whole=True)),
    ("Throttled writes", "Sum", lambda table: widgets.named("WriteThrottleEvents", table, whole=True)),
    ("Progress of new indexes, percent", "Maximum", widgets.index_progress),
    ("Consumed read units", "Sum", lambda table: widgets.named("ConsumedReadCapacityUnits", table)),
    ("Consumed write units", "Sum", lambda table: widgets.named("ConsumedWriteCapacityUnits", table)),
    ("Errors of DynamoDB", "Sum", lambda table: widgets.named("SystemErrors", table)),
)
"""What a dashboard of many tables shows, the most important first."""
RANKED = ("ReadThrottleEvents", "WriteThrottleEvents", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")


@dataclass(frozen=True)
class View:
    """Whose dashboard it is, and what it is about."""

    estate: str
    region: str
    period: int
    tables: tuple[Table, ...]
    alarms: tuple[str, ...]
    """ARNs."""

    def graph(self, title: str, metrics: list[Metric], stat: str = "Sum") -> Widget:
        return widgets.graph(title, self.region, self.period, metrics, stat)


def build(view: View) -> tuple[dict[str, Any], str]:
    """The body, and what it does not show, in a sentence (empty where it shows all)."""
    for rows, note in _candidates(view):
        found = _placed([*_head(view, note), *rows])
        if _fits(found):
            break
    return {"widgets": found}, note


def _candidates(view: View) -> Iterator[tuple[list[Row], str]]:
    """The same estate in less and less detail; the last one fits with any number of tables."""
    yield [row for table in view.tables for row in _table_rows(view, table)] + _theme_rows(view, [THEMES[2]]), ""
    every = f"for {len(view.tables)} tables CloudWatch's {MAX_WIDGETS} widgets and {MAX_METRICS} metrics are too few"
    by_theme = [_theme_rows(view, [theme]) for theme in THEMES]
    for count in range(len(THEMES), 1, -1):
        missing = ", ".join(["capacity and latency of each table", *(f"'{theme[0]}'" for theme in THEMES[count:])])
        rows = [row for rows_of_it in by_theme[:count] for row in rows_of_it]
        yield rows, f"Not shown are {missing}: {every}."
    most = f"Shown are the {widgets.TOP} busiest tables and indexes of the account in {view.region}: {every}."
    yield _ranking_rows(view), most


def _head(view: View, note: str) -> list[Row]:
    words = (
        f"# DynamoDB estate `{view.estate}`\n{marker(view.estate)} in {view.region}, from its inventory: the next "
        f"deployment overwrites what is changed here. {note}"
    )
    rows: list[Row] = [[(COLUMNS, 3, widgets.text(words.strip()))]]
    chunks = _chunks(list(view.alarms), MAX_ALARMS_PER_WIDGET)
    for number, arns in enumerate(chunks, 1):
        title = _numbered("Alarms", number, len(chunks))
        rows.append([(COLUMNS, HEIGHT, widgets.alarm_status(title, arns))])
    account = view.graph("Requests refused as wrong (account and region)", [["AWS/DynamoDB", "UserErrors"]])
    return [*rows, [(COLUMNS, HEIGHT, account)]]


def _table_rows(view: View, table: Table) -> list[Row]:
    graphs = [
        (5, view.graph(f"{table.name}: throttled requests", widgets.throttles(table))),
        (5, view.graph(f"{table.name}: read units a second", widgets.capacity(table, "Read"))),
        (5, view.graph(f"{table.name}: write units a second", widgets.capacity(table, "Write"))),
        (5, view.graph(f"{table.name}: latency p99, ms", widgets.latency(table), "p99")),
        (4, view.graph(f"{table.name}: errors", widgets.errors(table))),
    ]
    return [[(width, HEIGHT, graph) for width, graph in graphs]]


def _theme_rows(view: View, themes: list[Theme]) -> list[Row]:
    rows: list[Row] = []
    for title, stat, metrics_of in themes:
        chunks = _chunks([entry for table in view.tables for entry in metrics_of(table)], MAX_METRICS_PER_WIDGET)
        for number, metrics in enumerate(chunks, 1):
            rows.append([(COLUMNS, HEIGHT, view.graph(_numbered(title, number, len(chunks)), metrics, stat))])
    return rows


def _ranking_rows(view: View) -> list[Row]:
    return [
        [
            (12, HEIGHT, view.graph(f"{metric}, {what}", widgets.ranking(metric, what == "indexes")))
            for what in ("tables", "indexes")
        ]
        for metric in RANKED
    ]


def _placed(rows: list[Row]) -> list[Widget]:
    placed, y = [], 0
    for row in rows:
        x = 0
        for width, height, widget in row:
            placed.append({**widget, "x": x, "y": y, "width": width, "height": height})
            x += width
        y += max(height for _width, height, _widget in row)
    return placed


def _fits(placed: list[Widget]) -> bool:
    if len(placed) > MAX_WIDGETS:
        return False
    counts = [widgets.metric_count(widget) for widget in placed]
    return max(counts) <= MAX_METRICS_PER_WIDGET and sum(counts) <= MAX_METRICS


def _chunks(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _numbered(title: str, number: int, count: int) -> str:
    return title if count == 1 else f"{title} ({number} of {count})"
