# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was planned or done: every step with its reason, risk, time and exact request, by resource."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .document import DOMAINS
from .markup import Html, el, join, name_of

MARKS = {"create": ("+", "add"), "delete": ("\u2212", "remove")}
RISKS = ("data", "availability", "none")
"""The worst first."""
REQUESTS = 1_000_000
"""Characters of requests on one page; the rest stands in report.json, and the page says so."""
OPEN = 40
"""A domain with more resources is folded, unless something in it is risky."""
Json = Mapping[str, Any]


class Requests:
    """The requests that still fit on the page."""

    def __init__(self) -> None:
        self._left = REQUESTS
        self.left_out = 0

    def text(self, step: Json) -> str:
        """What is sent, or what differs where another module sends it; empty where no room is left for it."""
        if "request" in step:
            content = step["request"]
        elif "before" in step or "after" in step:
            content = {"before": step.get("before"), "after": step.get("after")}
        else:
            return ""
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        self._left -= len(text)
        if self._left >= 0:
            return text
        self.left_out += 1
        return ""


def steps_section(document: Json) -> Html:
    """All steps, with a filter; a sentence where there are none."""
    planned = document["kind"] != "site"
    requests = Requests()
    parts = [
        part
        for domain, result in document["results"].items()
        if (part := _domain(DOMAINS.get(domain, domain), result.get("steps") or [], requests))
    ]
    nothing = "Nothing is to be changed." if planned else "Nothing was changed."
    note = f"The exact requests of {requests.left_out} steps are in the JSON file only: there are too many for a page."
    return el(
        "section",
        el("h2", "What would be done" if planned else "What was done"),
        _filter() if parts else el("p", nothing, class_="empty"),
        el("p", note, class_="lead") if requests.left_out else None,
        parts,
        id="steps",
        aria_label="Steps",
    )


def _filter() -> Html:
    """Shown by the script, which does the filtering; without it every step is there anyway."""
    risks = [el("option", text, value=value) for value, text in _CHOICES]
    return el(
        "form",
        el("label", "Resource, action or reason", el("input", type="search", name="text", autocomplete="off")),
        el("label", "Risk", el("select", risks, name="level")),
        el("output", role="status"),
        class_="filter",
        data_for="steps",
        hidden=True,
    )


_CHOICES = (("", "any"), ("data", "data"), ("availability", "availability"), ("none", "none"))


def _domain(title: str, steps: list[Json], requests: Requests) -> Html | None:
    if not steps:
        return None
    by_resource: dict[str, list[Json]] = {}
    for step in steps:
        by_resource.setdefault(str(step["resource"]), []).append(step)
    groups = sorted(by_resource.items(), key=lambda item: min(RISKS.index(risk_of(step)) for step in item[1]))
    risky = any(risk_of(step) != "none" for step in steps)
    counts = f"{_many(len(groups), 'resource')}, {_many(len(steps), 'step')}"
    return el(
        "details",
        el("summary", el("h3", title), el("span", counts, class_="muted")),
        el("ul", [_resource(name, members, requests) for name, members in groups], class_="resources"),
        class_="domain",
        open=len(groups) <= OPEN or risky,
    )


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def risk_of(step: Json) -> str:
    """The step's risk; one that is not known counts as the worst."""
    risk = str(step.get("risk", "none"))
    return risk if risk in RISKS else RISKS[0]


def mark_of(step: Json) -> tuple[str, str]:
    """A sign for people, and its class: what is added, removed, changed."""
    return MARKS.get(str(step["action"]).partition("_")[0], ("~", "change"))


def _resource(name: str, steps: list[Json], requests: Requests) -> Html:
    worst = min((risk_of(step) for step in steps), key=RISKS.index)
    whole = [mark_of(step) for step in steps if not str(step["action"]).endswith("_index")]
    sign, kind = next((mark for mark in whole if mark[0] != "~"), ("~", "change"))
    return el(
        "li",
        el("p", el("span", sign, class_=f"sign {kind}", aria_hidden="true"), name_of(name), class_="name"),
        el("ol", [_step(step, requests) for step in steps], class_="steps"),
        class_=f"item risk-{worst}",
        data_level=" ".join(dict.fromkeys(risk_of(step) for step in steps)),
    )


def _step(step: Json, requests: Requests) -> Html:
    """One line, which unfolds to the request."""
    text = requests.text(step)
    if not text:
        return el("li", step_line(step))
    return el("li", el("details", el("summary", step_line(step)), el("pre", text, tabindex=0), class_="request"))


def step_line(step: Json) -> Html:
    """Action, reason, and what a person should know of the step."""
    action = str(step["action"]).replace("_", " ")
    risk = risk_of(step)
    seconds = step.get("seconds")
    return join(
        el("b", action, class_=mark_of(step)[1]),
        " ",
        name_of(step.get("reason", "")),
        el("span", f"risk: {risk}", class_=f"badge {risk}") if risk != "none" else None,
        el("span", "needs ", el("code", f"allow: [{step['allow']}]"), class_="badge") if step.get("allow") else None,
        el("span", step["budget"], class_="badge") if step.get("budget") else None,
        join(" ", el("span", f"{seconds:g} s", class_="muted")) if isinstance(seconds, (int, float)) else None,
    )
