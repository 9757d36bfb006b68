# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and roles in words: what the drawing shows, readable by everybody, and some more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._tables.names import physical_name
from .access import trusted
from .drawing import MINUS, drawing
from .markup import Html, el, join, name_of
from .picture import INDEXES, keys_of
from .plots import short

Json = Mapping[str, Any]


def estate_section(document: Json) -> Html:
    """The drawing, then the same in words."""
    return el(
        "section",
        el("h2", "The estate" if document["kind"] != "plan" else "The estate, as planned"),
        el("figure", drawing(document), _legend(document), class_="estate"),
        _roles(document["roles"]),
        _tables(document),
        _topics(document),
        id="estate",
        aria_label="The estate",
    )


def _legend(document: Json) -> Html:
    planned = "would be" if document["kind"] != "site" else "was"
    marks = [("add", "+", "added"), ("change", "~", "changed"), ("remove", MINUS, "removed")]
    return el(
        "figcaption",
        [el("span", el("b", sign, class_=kind), f" {planned} {word}") for kind, sign, word in marks],
        el("span", el("b", "R W", class_="pills"), " alarms on throttled reads and writes"),
        el("span", "a dot for each role that reaches a group: full where it may write"),
    )


def _roles(roles: list[Json]) -> Html | None:
    if not roles:
        return None
    return el(
        "details",
        el("summary", el("h3", "Who may do what"), el("span", f"{len(roles)} roles", class_="muted")),
        el("ul", [_role(role) for role in roles], class_="resources"),
        class_="domain",
    )


def _role(role: Json) -> Html:
    may = role.get("may") or []
    trust = [str(each) for each in role.get("trusted_by") or []]
    services = dict.fromkeys(trusted(each) for each in trust)
    return el(
        "li",
        el(
            "div",
            el("p", name_of(role.get("name", "")), class_="name"),
            el("p", name_of(role.get("description") or ""), class_="muted"),
            el("p", "Assumed by ", _named(list(services)) if trust else "nobody"),
        ),
        el("ul", [_grant(grant) for grant in may], class_="grants"),
        class_="item",
    )


def _grant(grant: Json) -> Html:
    resources = [str(resource) for resource in grant.get("resources") or []]
    actions = [str(action) for action in grant.get("actions") or []]
    names = [el("li", name_of(_resource(resource), title=resource)) for resource in resources]
    count = f"{len(resources)} {'resource' if len(resources) == 1 else 'resources'}"
    return el(
        "li",
        el("details", el("summary", el("code", ", ".join(actions)), f" on {count}"), el("ul", names, class_="columns")),
    )


def _resource(arn: str) -> str:
    return arn.split(":", 5)[-1]  # the resource follows the fifth colon


def _named(names: list[str]) -> list[Any]:
    return [part for nth, name in enumerate(names) for part in (", " if nth else None, name_of(name))]


def _tables(document: Json) -> Html | None:
    tables = document["tables"]
    if not tables:
        return None
    head = ["Table", "Keys", "Indexes", "Capacity", "Stream", "Expires by", "Recovery", "Protected", "Items", "Size"]
    rows = [_row(document, entry, head) for entry in tables]
    return el(
        "details",
        el("summary", el("h3", "Tables"), el("span", f"{len(tables)} tables", class_="muted")),
        el(
            "table",
            el("thead", el("tr", [el("th", word, scope="col") for word in head])),
            el("tbody", rows),
            class_="tables",
        ),
        class_="domain",
    )


def _row(document: Json, entry: Json, head: list[str]) -> Html:
    status = document["status"].get(entry.get("name")) or {}
    items, size = status.get("item_count"), status.get("size_bytes")
    name = status.get("table_name") or physical_name(document["estate"], entry)
    cells = [
        keys_of(entry),
        _indexes(entry),
        _capacity(entry),
        str(entry.get("stream_view_type") or "on") if entry.get("stream_enabled") else "",
        str(entry.get("ttl_attribute") or "") if entry.get("ttl_enabled") else "",
        "on" if (entry.get("point_in_time_recovery") or {}).get("enabled") else "off",
        "yes" if entry.get("deletion_protection_enabled") else "no",
        short(items) if isinstance(items, int) else "",
        f"{short(size)}B" if isinstance(size, int) else "",
    ]
    shown = [
        el("td", cell if isinstance(cell, Html) else name_of(cell), data_is=word) if cell else el("td", class_="none")
        for word, cell in zip(head[1:], cells, strict=True)
    ]
    return el("tr", el("th", name_of(name), scope="row"), shown)


def _indexes(entry: Json) -> Html | str:
    indexes = [(index, entry) for kind in INDEXES for index in entry.get(kind) or []]
    if not indexes:
        return ""
    return join([el("div", name_of(f"{each.get('name')} ({keys_of(each, table)})")) for each, table in indexes])


def _capacity(entry: Json) -> str:
    if entry.get("billing_mode") != "PROVISIONED":
        return "on demand"
    return f"{entry.get('read_capacity') or '?'} read, {entry.get('write_capacity') or '?'} write"


def _topics(document: Json) -> Html | None:
    """Who is told of alarms."""
    alarms = document["results"]["alarms"].get("alarms") or []
    if not alarms:
        return None
    told = list(dict.fromkeys(str(arn) for alarm in alarms for arn in alarm.get("alarm_actions") or []))
    silent = sum(1 for alarm in alarms if not alarm.get("alarm_actions"))
    said: list[Any] = [f"{len(alarms)} alarms tell ", _named(told), ". "] if told else []
    warning = f"Nobody hears {silent} alarms." if silent else None
    return el("p", said, el("strong", warning, class_="bad") if warning else None, class_="lead")
