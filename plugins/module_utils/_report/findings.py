# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person has to look at: findings with a filter, and what a plan or deployment could not do by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .document import SEVERITIES
from .markup import Html, el, name_of
from .steps import step_line

Json = Mapping[str, Any]
TITLES = {
    "problems": "Refused input",
    "failures": "Failed",
    "conflicts": "Cannot be done as it is declared",
    "withheld": "Left undone without your word",
    "recreated": "Created again by somebody, under another id",
    "replanned": "Changed by somebody else meanwhile",
    "deferred": "Accepted by AWS only later",
    "undeclared": "Of this estate, declared by nobody, left alone",
}
"""The most urgent first."""
EXPLAINED = ("failures", "conflicts", "problems", "withheld", "deferred")
"""What says by itself why a task failed."""


def attention_section(document: Json) -> Html | None:
    """What is left to a person; None where nothing is."""
    parts = []
    for key, title in TITLES.items():
        entries = [entry for result in document["results"].values() for entry in result.get(key) or []]
        if entries:
            parts.append(el("h3", title, el("small", str(len(entries)), class_="muted")))
            parts.append(el("ul", [_entry(key, entry) for entry in entries], class_=f"notes {key}"))
    for domain, result in document["results"].items():
        if result.get("failed") and not any(result.get(key) for key in EXPLAINED):
            message = el("pre", result.get("msg") or "no message", tabindex=0)
            parts.append(el("h3", f"The task of {domain} failed"))
            parts.append(el("ul", el("li", message), class_="notes failures"))
    if not parts:
        return None
    return el("section", el("h2", "Needs attention"), parts, id="attention", aria_label="Needs attention")


def _entry(key: str, entry: Any) -> Html:
    if not isinstance(entry, Mapping):
        return el("li", name_of(entry))
    name = el("strong", name_of(entry.get("resource", "")))
    if key == "withheld":
        return el("li", name, el("p", step_line(entry)), class_=f"risk-{entry.get('risk', 'none')}")
    return el("li", name, el("p", _SAID.get(key, _reason)(entry)))


def _reason(entry: Json) -> list[Any]:
    until = f" (until {entry['until']})" if entry.get("until") else ""
    return [name_of(entry.get("reason") or entry.get("message") or ""), until]


def _failure(entry: Json) -> list[Any]:
    action = str(entry.get("action", "")).replace("_", " ")
    said = f"{action}: {entry.get('code', '')}: {entry.get('message', '')}"
    return [name_of(said), " ", name_of(entry.get("hint") or "")]


def _again(entry: Json) -> list[Any]:
    return [name_of(f"declared {entry.get('declared')}, found {entry.get('found')}")]


_SAID: dict[str, Callable[[Json], list[Any]]] = {"failures": _failure, "recreated": _again}


def findings_section(document: Json) -> Html | None:
    """The findings, the worst first; None where nobody looked for any."""
    findings = document["findings"]
    if not findings and document["kind"] != "audit":
        return None
    if not findings:
        content: Any = el("p", "Nothing was found that is not as it should be.", class_="empty")
    else:
        content = [_filter(findings), el("ul", [_finding(finding) for finding in findings], class_="findings")]
    return el("section", el("h2", "Findings"), content, id="findings", aria_label="Findings")


def _filter(findings: list[Json]) -> Html:
    """Shown by the script, which does the filtering; without it every finding is there anyway."""
    counts = counts_of(findings)
    boxes = [
        el(
            "label",
            el("input", type="checkbox", name="level", value=severity, checked=True),
            el("span", f"{severity} {count}", class_=f"badge {severity}"),
            class_="check",
        )
        for severity, count in counts.items()
    ]
    orders = [el("option", text, value=value) for value, text in (("", "severity"), ("resource", "resource"))]
    return el(
        "form",
        el("fieldset", el("legend", "Severity"), boxes),
        el("label", "Text", el("input", type="search", name="text", autocomplete="off")),
        el("label", "Sorted by", el("select", orders, name="order")),
        el("output", role="status"),
        class_="filter",
        data_for="findings",
        hidden=True,
    )


def counts_of(findings: list[Json]) -> dict[str, int]:
    """How many findings each severity has, the worst first; a severity that is not known is counted, too."""
    found = [str(finding["severity"]) for finding in findings]
    names = [*SEVERITIES, *sorted(set(found) - set(SEVERITIES))]
    return {name: found.count(name) for name in names if name in found}


def _finding(finding: Json) -> Html:
    rows = [
        [el("dt", word), el("dd", name_of(finding[key]))]
        for key, word in (("found", "Found"), ("expected", "Expected"), ("mend", "To mend it"))
        if finding[key]
    ]
    severity = finding["severity"]
    return el(
        "li",
        el(
            "p",
            el("span", severity, class_=f"badge {severity if severity in SEVERITIES else 'info'}"),
            el("strong", name_of(finding["resource"])),
            el("code", finding["id"], class_="muted"),
            class_="name",
        ),
        el("dl", rows),
        class_="item finding",
        data_level=severity,
        data_resource=finding["resource"],
    )
