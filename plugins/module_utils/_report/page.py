# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole page: one file, no network, readable without its script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from .document import DOMAINS
from .drawing import MINUS
from .findings import attention_section, counts_of, findings_section
from .lists import estate_section
from .markup import Html, el, name_of, page, raw
from .plots import usage_section
from .script import SCRIPT
from .steps import steps_section
from .style import STYLE
from .timeline import timeline_section

TITLES = {"plan": "Plan", "site": "Deployment", "audit": "Audit", "usage": "Usage"}
VERBS = (("add", "+"), ("change", "~"), ("remove", MINUS), ("keep", "="))
DONE = {"add": "added", "change": "changed", "remove": "removed", "keep": "unchanged"}
LINKS = {
    "attention": "Attention",
    "findings": "Findings",
    "estate": "Estate",
    "steps": "Steps",
    "timeline": "Timeline",
    "usage": "Usage",
}
Json = Mapping[str, Any]


def report_page(document: Json) -> str:
    """The page of a report document, as text in UTF-8."""
    sections = {
        "attention": attention_section(document),
        "findings": findings_section(document),
        "estate": estate_section(document),
        "steps": steps_section(document),
        "timeline": timeline_section(document),
        "usage": usage_section(document["usage"]),
    }
    shown = {name: section for name, section in sections.items() if section is not None}
    body = el(
        "body",
        el("a", "To the content", href="#content", class_="skip"),
        _header(document),
        el("nav", [el("a", LINKS[name], href=f"#{name}") for name in shown], aria_label="Sections"),
        el("main", _tiles(document), list(shown.values()), id="content"),
        _footer(document),
        raw("script", SCRIPT),
    )
    return str(page(_head(document), body))


def _head(document: Json) -> Html:
    """The policy allows this page's own style and script by their hashes, and nothing else, from nowhere."""
    own = f"style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="robots", content="noindex"),
        el("title", f"{TITLES[document['kind']]} of {document['estate']}, {document['region']}, {document['made_at']}"),
        raw("style", STYLE),
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _header(document: Json) -> Html:
    facts = [
        ("Environment", document["environment"]),
        ("Host", document["host"]),
        ("Account", document["account_id"]),
        ("Region", document["region"]),
        ("Made at", document["made_at"].replace("T", " ").replace("Z", " UTC")),
    ]
    return el(
        "header",
        el("p", TITLES[document["kind"]], class_="kind"),
        el("h1", name_of(document["estate"])),
        el("p", verdict(document), class_="verdict"),
        el("dl", [el("div", el("dt", word), el("dd", name_of(value))) for word, value in facts if value]),
    )


def verdict(document: Json) -> str:
    """The whole report in one sentence or two."""
    results = document["results"].values()
    changed = sum(
        count for result in results for verb, count in (result.get("summary") or {}).items() if verb != "keep"
    )
    failed = sum(len(result.get(key) or []) for result in results for key in ("failures", "conflicts", "problems"))
    failed = failed or sum(1 for result in results if result.get("failed") and not result.get("withheld"))
    withheld = sum(1 for result in results for step in result.get("withheld") or [] if step.get("allow"))
    said = [_changed(document, changed)] if changed or not (failed or withheld) else []
    if failed:
        said.append(f"{_things(failed, 'thing')} failed.")
    if withheld:
        said.append(f"{_things(withheld, 'step')} {'needs' if withheld == 1 else 'need'} your word.")
    if document["findings"]:
        worst = next(iter(counts_of(document["findings"]).items()))
        said.append(f"{_things(len(document['findings']), 'finding')}, the worst {worst[0]}.")
    return " ".join(said)


def _changed(document: Json, count: int) -> str:
    if document["kind"] == "usage":
        return f"{_things(len(document['usage']), 'table')} looked at."
    if document["kind"] == "site":
        return f"{_things(count, 'resource')} changed." if count else "Nothing changed: the estate is as declared."
    return f"{_things(count, 'resource')} would change." if count else "Nothing to change: the estate is as declared."


def _things(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _tiles(document: Json) -> Html:
    done = document["kind"] == "site"
    tiles = [
        _tile(kind.replace("_", " ").capitalize(), [(verb, sign, counts.get(verb, 0)) for verb, sign in VERBS], done)
        for kind, counts in (_counted(document) if document["kind"] != "usage" else [])
    ]
    if document["findings"]:
        tiles.append(
            el(
                "div",
                el("h3", "Findings"),
                el(
                    "ul",
                    [
                        el("li", el("b", count), f" {name}", class_=name)
                        for name, count in counts_of(document["findings"]).items()
                    ],
                ),
                class_="tile",
            )
        )
    return el(
        "section", el("h2", "At a glance"), el("div", tiles, class_="tiles"), id="glance", aria_label="At a glance"
    )


def _counted(document: Json) -> list[tuple[str, Json]]:
    """Each kind of resource with its counts; a domain that was not done is there without any."""
    found: list[tuple[str, Json]] = []
    for domain, result in document["results"].items():
        found += (result.get("summaries") or {DOMAINS.get(domain, domain): result.get("summary") or {}}).items()
    return found


def _tile(title: str, counts: list[tuple[str, str, int]], done: bool) -> Html:
    if not any(count for _verb, _sign, count in counts):
        return el("div", el("h3", title), el("p", "none", class_="muted"), class_="tile")
    words = {verb: DONE[verb] if done or verb == "keep" else f"to {verb}" for verb, _sign, _count in counts}
    total = sum(count for _verb, _sign, count in counts)
    return el(
        "div",
        el("h3", title),
        el("p", total, class_="total"),
        el(
            "ul",
            [
                el("li", el("b", f"{sign}{count}"), f" {words[verb]}", class_=verb)
                for verb, sign, count in counts
                if count
            ],
        ),
        class_="tile",
    )


def _footer(document: Json) -> Html:
    return el(
        "footer",
        el(
            "p",
            f"Made by traffic_tacos.dynamodb at {document['made_at']}. The JSON file beside this page has the same.",
        ),
    )
