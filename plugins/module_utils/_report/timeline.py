# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the steps, and their times where the results have them: one row for each resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._engine.foresight import foresight_lines
from .document import DOMAINS
from .markup import Html, el, name_of
from .steps import mark_of

ROWS = 40
"""Rows of one domain that are drawn; the others are counted."""
SCALE = 5
"""Places of the order that fill a row at least, so that a single step is not the widest bar of the page."""
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """One step in its row: from and to in seconds, or in places of the order."""

    action: str
    kind: str
    start: float
    end: float


def timeline_section(document: Json) -> Html | None:
    """The section; None where nothing is to be done and nothing was."""
    parts = [
        part
        for domain, result in document["results"].items()
        if (part := _domain(DOMAINS.get(domain, domain), result)) is not None
    ]
    if not parts:
        return None
    lead = (
        "The domains follow one another. In each of them the steps of a resource come one after another; resources are "
        "worked on side by side."
    )
    ahead = foresight_lines(document["results"], document["kind"] != "site")
    return el(
        "section",
        el("h2", "Timeline"),
        el("p", lead, class_="lead"),
        el("ul", [el("li", name_of(" ".join(line.split()))) for line in ahead], class_="notes") if ahead else None,
        el("ol", parts, class_="phases"),
        id="timeline",
        aria_label="Timeline",
    )


def _domain(title: str, result: Json) -> Html | None:
    timed = _timed(result)
    rows = timed or _ordered(result)
    if not rows:
        return None
    end = max(each.end for bars in rows.values() for each in bars) or 1.0
    shown = sorted(rows.items(), key=lambda row: (row[1][0].start, -row[1][-1].end))
    left_out = len(shown) - ROWS
    most = f"at most {end:g} steps one after another" if end > 1 else "one step each"
    unit = f"{end:g} seconds" if timed else f"{_count(result)}, {most}"
    scale = end if timed else max(end, SCALE)
    return el(
        "li",
        el("h3", title, el("small", unit, class_="muted")),
        el("ul", [_row(name, bars, scale, bool(timed)) for name, bars in shown[:ROWS]], class_="rows"),
        el("p", f"and {left_out} more, which are listed above", class_="muted") if left_out > 0 else None,
    )


def _timed(result: Json) -> dict[str, list[Bar]]:
    """By resource, in seconds after the first step; empty where no step has both its begin and its duration."""
    steps = result.get("times") or result.get("steps") or []
    known = [step for step in steps if all(isinstance(step.get(key), (int, float)) for key in ("started", "seconds"))]
    first = min((step["started"] for step in known), default=0)
    rows: dict[str, list[Bar]] = {}
    for step in sorted(known, key=lambda each: float(each["started"])):
        start = float(step["started"] - first)
        each = Bar(_action(step), mark_of(step)[1], start, start + float(step["seconds"]))
        rows.setdefault(str(step["resource"]), []).append(each)
    return rows


def _ordered(result: Json) -> dict[str, list[Bar]]:
    """In places of the order; resources with the same steps share a row, which names the first one."""
    rows: dict[str, list[Bar]] = {}
    for step in result.get("steps") or []:
        bars = rows.setdefault(str(step["resource"]), [])
        bars.append(Bar(_action(step), mark_of(step)[1], len(bars), len(bars) + 1))
    alike: dict[tuple[Bar, ...], list[str]] = {}
    for name, bars in rows.items():
        alike.setdefault(tuple(bars), []).append(name)
    return {_several(names): list(bars) for bars, names in alike.items()}


def _several(names: list[str]) -> str:
    return f"{len(names)} like {names[0]}" if len(names) > 1 else names[0]


def _count(result: Json) -> str:
    count = len({str(step["resource"]) for step in result.get("steps") or []})
    return f"{count} resource" if count == 1 else f"{count} resources"


def _action(step: Json) -> str:
    return str(step["action"]).replace("_", " ")


def _row(name: str, bars: list[Bar], end: float, timed: bool) -> Html:
    words = ", then ".join(f"{each.action} ({each.end - each.start:.3g} s)" if timed else each.action for each in bars)
    drawn = [
        el(
            "rect",
            el("title", each.action),
            x=f"{each.start / end * 100:.2f}%",
            y=2,
            width=f"{max(0.4, (each.end - each.start) / end * 100 - 0.2):.2f}%",
            height=12,
            rx=3,
            class_=each.kind,
        )
        for each in bars
    ]
    return el(
        "li",
        name_of(name, class_="who"),
        el("svg", drawn, height=16, aria_hidden="true", class_="bars"),
        el("span", words, class_="what"),
    )
