# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that writes HTML and SVG: what is not an element of ours is text, and is escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

VOID = {"br", "input", "meta"}
"""Elements of HTML that have no end."""


def _visible(codes: Iterable[int]) -> dict[int, str]:
    return {code: f"[U+{code:04X}]" for code in codes}


CLEAN: dict[int, str] = {
    # What HTML does not allow, and half pairs, which no file can hold
    **_visible([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF]),
    **_visible(range(0xD800, 0xE000)),
    # What would turn the text around it: https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
    **_visible([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]),
}
"""Characters that are shown by their number, so that a name looks like what it is."""


IN_TEXT = {**CLEAN, ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
IN_QUOTES = {**IN_TEXT, ord('"'): "&quot;", ord("'"): "&#39;"}


class Html(str):
    """Finished HTML. Only this module makes it."""

    __slots__ = ()


Child = Any
"""Html stays as it is; None is nothing; lists are their members; everything else is text."""


def escape(text: object) -> str:
    """Text as it stands between tags."""
    return str(text).translate(IN_TEXT)


def quoted(text: object) -> str:
    """Text as the value of an attribute, with its quotes."""
    return f'"{str(text).translate(IN_QUOTES)}"'


def join(*children: Child) -> Html:
    """The children one after another."""
    return Html("".join(_flat(children)))


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Html):
            yield child
        elif isinstance(child, (list, tuple)):
            yield from _flat(child)
        elif child is not None:
            yield escape(child)


def el(name: str, /, *children: Child, **attributes: Any) -> Html:
    """An element. Attributes: True is one without a value, None and False are left out; a last C(_) is dropped and the
    others are hyphens (C(class_), C(aria_label))."""
    written = "".join(_attributes(attributes))
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def _attributes(attributes: dict[str, Any]) -> Iterable[str]:
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        yield f" {key}" if value is True else f" {key}={quoted(value)}"


def name_of(text: object, **attributes: Any) -> Html:
    """A name from outside: its direction is its own, and does not touch the text around it."""
    return el("bdi", text, **attributes)


def raw(kind: str, text: str) -> Html:
    """A style or script of the collection's own, which is not escaped. Raises ValueError for a closing tag in it."""
    if "</" in text:
        raise ValueError(f"a {kind} element cannot hold a closing tag")
    return Html(f"<{kind}>{text}</{kind}>")


def page(head: Html, body: Html) -> Html:
    """The whole document."""
    return Html(f'<!doctype html>\n<html lang="en">\n{head}\n{body}\n</html>\n')
