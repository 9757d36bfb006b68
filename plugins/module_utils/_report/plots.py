# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage as inline SVG: reads and writes of each table and index over the window, with what was throttled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .markup import Html, el, name_of

WIDTH, HEIGHT = 600, 80
POINTS = 60_000
"""Of all plots together; each is drawn with as many as are left for it, 24 at least."""
NUMBERS = (int, float)
"""Not bool, which is an int, too."""
Json = Mapping[str, Any]
Series = list[tuple[float, float]]
"""Seconds since 1970 and a value, in the order of time."""


def usage_section(usage: Json) -> Html | None:
    """All plots; None where no usage was read."""
    if not usage:
        return None
    places = sum(1 + len(table.get("indexes") or {}) for table in usage.values())
    points = min(150, max(24, POINTS // (4 * places)))
    return el(
        "section",
        el("h2", "Usage"),
        el("p", _window(usage), class_="lead"),
        el("div", [_table(name, table, points) for name, table in usage.items()], class_="plots"),
        id="usage",
        aria_label="Usage",
    )


def _window(usage: Json) -> str:
    window: Json = next((table["window"] for table in usage.values() if table.get("window")), {})
    start, end = (_time(window.get(key)) for key in ("start", "end"))
    period = f", one point each {window['period']} s at best" if window.get("period") else ""
    between = f"From {start} to {end}{period}. " if start and end else ""
    return f"{between}Capacity units a second; a plot shows the highest of what falls into one point of it."


def _time(value: Any) -> str:
    """Seconds since 1970, or what is a text already."""
    if type(value) in NUMBERS:
        return datetime.fromtimestamp(value, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
    return str(value or "")


def _table(name: str, table: Json, points: int) -> Html:
    period = (table.get("window") or {}).get("period")
    indexes = table.get("indexes") or {}
    below = [_plots(index, f"index {nested}", period, points) for nested, index in indexes.items()]
    return el(
        "article",
        el("h3", name_of(name), el("small", table.get("billing_mode") or "", class_="tag")),
        _plots(table, "", period, points),
        el("details", el("summary", f"{len(below)} {'index' if len(below) == 1 else 'indexes'}"), below)
        if below
        else None,
        class_="plot",
    )


def _plots(place: Json, heading: str, period: Any, points: int) -> Html:
    series = place.get("series") or {}
    provisioned = place.get("provisioned") or {}
    shown = [
        _plot(
            word,
            _rates(series.get(f"consumed_{word}"), period),
            _rates(series.get(f"throttled_{word}"), None),
            _number(provisioned.get(word, provisioned.get(f"{word}_capacity"))),
            points,
        )
        for word in ("read", "write")
    ]
    return el("div", el("h4", name_of(heading)) if heading else None, shown, class_="pair")


def _rates(series: Any, period: Any) -> Series:
    """Points as units a second; what is not a pair of numbers is left out."""
    divisor = _number(period) or 1.0
    pairs = [point for point in series or [] if len(point) == 2 and all(type(part) in NUMBERS for part in point)]
    return sorted((float(time), value / divisor) for time, value in pairs)


def _number(value: Any) -> float | None:
    return float(value) if type(value) in NUMBERS else None


def _plot(word: str, used: Series, throttled: Series, provisioned: float | None, points: int) -> Html:
    peak = max((value for _time, value in used), default=0.0)
    count = sum(value for _time, value in throttled)
    said = f"peak {short(peak)}" if used else "nothing was measured"
    caption = el(
        "figcaption",
        el("b", f"{word}s"),
        f" {said}",
        f", {short(provisioned)} provisioned" if provisioned else None,
        el("span", f"{short(count)} throttled", class_="bad") if count else None,
    )
    if not used and not throttled:
        return el("figure", caption)
    few, struck = thinned(used, points), [point for point in thinned(throttled, points) if point[1] > 0]
    return el("figure", caption, _graph(word, few, struck, max(peak, provisioned or 0.0) or 1.0, provisioned))


def _graph(word: str, used: Series, throttled: Series, top: float, provisioned: float | None) -> Html:
    """The curve up to top, the provisioned units as a line, and a mark wherever something was throttled."""
    times = [time for time, _value in [*used, *throttled]] or [0.0]
    span = (min(times), max(*times, min(times) + 1))
    limit = _y(provisioned, top) if provisioned else None
    return el(
        "svg",
        el("line", x1=0, x2=WIDTH, y1=HEIGHT, y2=HEIGHT, class_="axis"),
        _curve([(_x(time, span), _y(value, top)) for time, value in used], word),
        el("line", x1=0, x2=WIDTH, y1=limit, y2=limit, class_="limit") if limit is not None else None,
        [
            el("line", x1=_x(time, span), x2=_x(time, span), y1=0, y2=10, class_="throttled")
            for time, _value in throttled
        ],
        viewBox=f"0 -4 {WIDTH} {HEIGHT + 6}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _curve(curve: Sequence[tuple[int, int]], word: str) -> Html | None:
    if not curve:
        return None
    line = "L".join(f"{x} {y}" for x, y in curve)
    return el("path", d=f"M{curve[0][0]} {HEIGHT}L{line}L{curve[-1][0]} {HEIGHT}", class_=f"curve {word}")


def thinned(series: Series, points: int) -> Series:
    """At most so many points: of those that fall together the highest, so that no peak is lost."""
    if len(series) <= points:
        return series
    size = -(-len(series) // points)
    parts = [series[start : start + size] for start in range(0, len(series), size)]
    return [max(part, key=lambda point: point[1]) for part in parts]


def _x(time: float, span: tuple[float, float]) -> int:
    return round((time - span[0]) / (span[1] - span[0]) * WIDTH)


def _y(value: float, top: float) -> int:
    return round(HEIGHT - value / top * HEIGHT)


def short(value: float) -> str:
    """A number for people: three digits, and k, M, G for thousands."""
    for unit in ("", "k", "M"):
        if abs(value) < 1000:
            return f"{value:.3g}{unit}"
        value /= 1000
    return f"{value:.4g}G"
