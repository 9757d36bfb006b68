# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate as inline SVG: services above roles above groups of tables with their indexes and alarms.

Two drawings with the same content, one for wide and one for narrow screens; the style shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import east_asian_width

from .markup import CLEAN, Html, el, join
from .picture import LETTERS, Group, Node, Picture, RoleNode, picture_of

MINUS = "\u2212"
GAP = 16
LINE = 24
ROLE_HEIGHT = 92
HUES = 6
MARKS = {"add": "+", "change": "~", "remove": MINUS, "undeclared": "?"}
Box = tuple[float, float, float, float]
"""Left, top, width, height."""
WORDS = {"read": "read", "write": "read and write"}


def drawing(document: Mapping[str, Any]) -> Html:
    """The estate of a report document, wide and narrow; an empty estate is a sentence."""
    picture = picture_of(document)
    if not picture.groups and not picture.roles:
        return el("p", "There is nothing to draw: no table, no role.", class_="empty")
    label = f"The estate {document['estate']}: {_told(picture)}"
    return join(_pills(), _drawn(picture, 1080, 3, label, "wide"), _drawn(picture, 344, 1, label, "narrow"))


def _pills() -> Html:
    """The signs of alarms, which both drawings use by reference."""
    signs = [
        el(
            "symbol",
            el("rect", x=1, y=1, width=18, height=16, rx=5, class_="pill"),
            el("text", letter, x=10, y=13, text_anchor="middle", class_="letter"),
            id=f"alarm{nth}",
        )
        for nth, letter in enumerate(LETTERS)
    ]
    return el("svg", signs, class_="defs", aria_hidden="true")


def _told(picture: Picture) -> str:
    tables = [table for group in picture.groups for table in group.tables]
    indexes = sum(len(table.indexes) for table in tables)
    parts = [
        f"{len(picture.services)} services",
        f"{len(picture.roles)} roles",
        f"{len(tables)} tables",
        f"{indexes} indexes",
        f"{picture.alarms} alarms",
    ]
    return ", ".join(parts) + ". The lists below say the same in words."


def _drawn(picture: Picture, width: int, columns: int, label: str, name: str) -> Html:
    per_row = max(1, min(len(picture.roles), 4 if columns > 1 else 1))
    edges = columns > 1 and len(picture.roles) <= per_row
    top = 56 if edges and picture.services else 0
    role_width = min(330, (width - GAP * (per_row - 1)) // per_row)
    left = (width - per_row * role_width - (per_row - 1) * GAP) / 2
    spots: list[tuple[float, float]] = [
        (left + place % per_row * (role_width + GAP), top + place // per_row * (ROLE_HEIGHT + GAP))
        for place in range(len(picture.roles))
    ]
    below = max((y for _x, y in spots), default=-ROLE_HEIGHT) + ROLE_HEIGHT + (56 if edges else GAP)
    parts = [_role(role, place, *spots[place], role_width) for place, role in enumerate(picture.roles)]
    boxes, bottom = _groups(picture, width, columns, below)
    if edges:
        parts = [*_service_edges(picture, spots, role_width, width), *_edges(boxes, spots, role_width, below), *parts]
    parts += [_group(picture, group, *box) for group, box in boxes]
    height = bottom + 8
    return el(
        "svg",
        el("title", label),
        parts,
        viewBox=f"0 0 {width} {height:.0f}",
        class_=f"drawing {name}",
        role="img",
        aria_label=label,
    )


def _service_edges(picture: Picture, spots: list[tuple[float, float]], role_width: float, width: int) -> list[Html]:
    """The services in a row, each with a line to every role that it assumes."""
    each = min(220.0, (width - GAP * (len(picture.services) - 1)) / max(1, len(picture.services)))
    left = (width - len(picture.services) * each - (len(picture.services) - 1) * GAP) / 2
    lines, chips = [], []
    for place, service in enumerate(picture.services):
        x = left + place * (each + GAP)
        chips.append(
            el(
                "g",
                el("title", service),
                el("rect", x=_n(x), y=1, width=_n(each), height=26, rx=13, class_="service"),
                _text(service, x + each / 2, 18, each - 20, "chip", anchor="middle"),
            )
        )
        for number, role in enumerate(picture.roles):
            if service in role.services:
                lines.append(_curve(x + each / 2, 27, spots[number][0] + role_width / 2, spots[number][1], number))
    return [*lines, *chips]


def _edges(
    boxes: list[tuple[Group, Box]],
    spots: list[tuple[float, float]],
    role_width: float,
    below: float,
) -> list[Html]:
    """From roles to the groups of the first row, thick where they may write."""
    lines = []
    for group, (x, y, width, _height) in boxes:
        for nth, (place, level) in enumerate(group.roles) if y == below else ():
            end = x + width * (nth + 1) / (len(group.roles) + 1)
            start = spots[place]
            lines.append(_curve(start[0] + role_width / 2, start[1] + ROLE_HEIGHT, end, y, place, level))
    return lines


def _curve(x: float, y: float, to_x: float, to_y: float, hue: int, level: str = "read") -> Html:
    middle = (y + to_y) / 2
    path = f"M{_n(x)} {_n(y)}C{_n(x)} {_n(middle)} {_n(to_x)} {_n(middle)} {_n(to_x)} {_n(to_y)}"
    return el("path", d=path, class_=f"edge {level} h{hue % HUES}")


def _role(role: RoleNode, place: int, x: float, y: float, width: float) -> Html:
    levels = list(role.reach.values())
    reach = [f"{WORDS[level]} {levels.count(level)}" for level in ("write", "read") if level in levels]
    tables = "table" if len(levels) == 1 else "tables"
    lines = [
        f"for {', '.join(role.services)}" if role.services else "nobody is trusted",
        f"{', '.join(reach)} {tables}" if reach else "no table",
        f"also {', '.join(role.beside)}" if role.beside else "",
    ]
    return el(
        "g",
        el("title", "\n".join([role.name, *filter(None, lines)])),
        el("rect", x=_n(x), y=_n(y), width=_n(width), height=ROLE_HEIGHT, rx=8, class_=f"card {role.state}"),
        el("rect", x=_n(x), y=_n(y + 12), width=4, height=ROLE_HEIGHT - 24, rx=2, class_=f"fill h{place % HUES}"),
        _text(_marked(role.name, role.state), x + 16, y + 24, width - 28, "strong"),
        [_text(line, x + 16, y + 45 + 18 * row, width - 28, "muted") for row, line in enumerate(lines) if line],
    )


def _groups(picture: Picture, width: int, columns: int, top: float) -> tuple[list[tuple[Group, Box]], float]:
    """Each group with x, y, width and height, and where the last one ends. Large groups get more columns of lines."""
    if len(picture.groups) == 1 or columns == 1:
        across = 1
    else:
        across = min(len(picture.groups), columns)
        biggest = max(len(group.tables) for group in picture.groups)
        across = across if biggest <= 12 else 1
    each = (width - GAP * (across - 1)) / across
    ends = [top] * across
    boxes: list[tuple[Group, Box]] = []
    for group in picture.groups:
        column = ends.index(min(ends))
        rows = max((sum(_lines(table) for table in part) for part in _parts(group, each)), default=0)
        height = 46 + rows * LINE + 10
        boxes.append((group, (column * (each + GAP), ends[column], each, height)))
        ends[column] += height + GAP
    return boxes, max(ends) - GAP


def _parts(group: Group, width: float) -> list[list[Node]]:
    """The tables in as many columns as are readable, of about the same length."""
    columns = min(max(1, int(width // 340)), len(group.tables))
    total = sum(_lines(table) for table in group.tables)
    parts: list[list[Node]] = [[]]
    filled = 0
    for table in group.tables:
        if len(parts) < columns and parts[-1] and filled >= total * len(parts) / columns:
            parts.append([])
        parts[-1].append(table)
        filled += _lines(table)
    return parts


def _lines(table: Node) -> int:
    return 1 + len(table.indexes)


def _group(picture: Picture, group: Group, x: float, y: float, width: float, height: float) -> Html:
    parts = _parts(group, width)
    each = width / len(parts)
    drawn = []
    for column, tables in enumerate(parts):
        row = y + 46 + 16
        for table in tables:
            drawn.append(_table(table, x + column * each + 14, row, each - 28))
            row += LINE * _lines(table)
    words = ", ".join(f"{picture.roles[place].name} ({WORDS[level]})" for place, level in group.roles)
    dots = [
        el("circle", cx=_n(x + 20 + 14 * nth), cy=_n(y + 21), r=4.5, class_=f"fill h{place % HUES} {level}")
        for nth, (place, level) in enumerate(group.roles)
    ]
    start = x + 14 + 14 * len(group.roles) + (8 if group.roles else 0)
    title = group.title or f"{len(group.tables)} {'table' if len(group.tables) == 1 else 'tables'}"
    return el(
        "g",
        el("title", words or title),
        el("rect", x=_n(x), y=_n(y), width=_n(width), height=_n(height), rx=10, class_="group"),
        dots,
        _text(title, start, y + 26, width - start + x - 14, "strong"),
        drawn,
    )


def _table(table: Node, x: float, y: float, width: float) -> Html:
    lines = [_node(table, x, y, width, "table")]
    for row, index in enumerate(table.indexes, start=1):
        bottom = y + LINE * row - 4
        bend = f"M{_n(x + 6)} {_n(bottom - (18 if row == 1 else LINE))}V{_n(bottom)}H{_n(x + 16)}"
        lines += [el("path", d=bend, class_="branch"), _node(index, x + 22, y + LINE * row, width - 22, "index")]
    return join(lines)


def _node(node: Node, x: float, y: float, width: float, kind: str) -> Html:
    """A name, its keys, and a pill for each alarm, on one line."""
    pills = node.alarms[:4]
    end = x + width
    free = width - 22 * len(pills) - 8
    name, used = _fitted(_marked(node.name, node.state), free, 8.4 if kind == "table" else 7.2)
    keys, _used = _fitted(node.keys, free - used - 10, 6.6) if node.keys and free - used > 40 else ("", 0.0)
    cut = "…" in name or keys != node.keys
    return el(
        "g",
        el("title", f"{node.name} ({node.keys})") if cut else None,
        el(
            "text",
            el("tspan", name, class_=kind if node.state == "keep" else f"{kind} {node.state}"),
            el("tspan", keys, dx=9, class_="keys") if keys else None,
            x=_n(x),
            y=_n(y),
        ),
        [_pill(letter, state, end - 22 * (len(pills) - nth) + 2, y) for nth, (letter, state) in enumerate(pills)],
    )


def _pill(letter: str, state: str, x: float, y: float) -> Html:
    sign = f"#alarm{LETTERS.index(letter)}"
    return el("use", href=sign, x=_n(x), y=_n(y - 13), width=20, height=18, class_=state if state != "keep" else None)


def _marked(name: str, state: str) -> str:
    return f"{MARKS[state]} {name}" if state in MARKS else name


def _text(text: str, x: float, y: float, width: float, kind: str, anchor: str | None = None) -> Html:
    shown, _used = _fitted(text, width, 8.2 if kind == "strong" else 6.6)
    return el("text", shown, x=_n(x), y=_n(y), class_=kind, text_anchor=anchor)


def _fitted(text: str, width: float, size: float) -> tuple[str, float]:
    """As much of a text as fits, and about how wide that is; characters are counted, the wide ones twice."""
    used = 0.0
    kept: list[str] = []
    for character in text.translate(CLEAN):
        used += size * (1.8 if east_asian_width(character) in "WF" else 1)
        if used > width:
            while kept and used > width - size:
                used -= size * (1.8 if east_asian_width(kept.pop()) in "WF" else 1)
            return "".join(kept) + "…", used + size
        kept.append(character)
    return "".join(kept), used


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
