# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage, throttling and alarms as lines for people. Whatever names, reasons and keys say, it stays text on one line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from .cost import cheapest
from .model import ACCESSES
from .switch import VARIABLE

Entry = Mapping[str, Any]
Usage = Mapping[str, Entry]
MOST = 50
"""Tables and indexes that are shown, those with the most traffic; the result has all."""
LONGEST = 160
"""Characters of a key or a reason."""
RINGING, SILENT = "monitoring.alarm.ringing", "usage.silent"
"""Findings that another section says already."""
CHEAPER = "usage.mode.cheaper"
"""The finding that another mode is worth a word."""
SEVERITIES = ("critical", "high", "medium", "low", "info")


def usage_lines(usage: Usage, findings: Sequence[Entry] = ()) -> list[str]:
    """Consumed against provisioned, then what on-demand and provisioned capacity would cost, then the advice."""
    places = list(_places(usage))
    lines = [*_window(usage), "", f"Used{_peaks(usage)} (of the provisioned units)", *_table(places)]
    lines += _section("Price of a million request units over that of a unit-hour", _break_even(usage))
    lines += _section("A month at this load", _costs(usage))
    lines += _section(f"To switch to the cheaper mode, in {VARIABLE}", _switches(usage))
    advice = [finding for _name, place in places for finding in place.get("advice", ())]
    return lines + _section("Advice", _findings([*findings, *(each for each in advice if each["id"] != SILENT)]))


def throttling_lines(usage: Usage, alarms: Sequence[Entry] = (), findings: Sequence[Entry] = ()) -> list[str]:
    """What was refused and why, each with its remedy; the hot keys; the alarms that ring or rang; what was not seen."""
    places = list(_places(usage))
    unseen = sum(not place.get("seen", True) for _name, place in places)
    refused = [line for name, place in places for line in _refusals(name, place)]
    nothing = f"Nothing was throttled in {len(places) - unseen} tables and indexes"
    lines = [*_window(usage), "", "Throttled", *(refused or [nothing])]
    lines += [f"Of {unseen} tables and indexes nothing is known"] if unseen else []
    lines += _section("Hot keys", [line for name, place in places for line in _hot_keys(name, place)])
    lines += _section("Alarms", [line for alarm in alarms for line in _alarm(alarm)] or [_quiet(alarms)])
    return lines + _section("Findings", _findings([each for each in findings if each["id"] != RINGING]))


def text(value: object) -> str:
    """One line of printable characters, not too long: what a terminal would act on is shown as its escape."""
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in str(value)[:LONGEST]
    )
    return f"{shown}…" if len(str(value)) > LONGEST else shown


def _table(places: Sequence[tuple[str, Entry]]) -> Iterator[str]:
    """Who has traffic, the most first; of the others only how many they are."""
    known = [(name, place) for name, place in places if _has_data(place)]
    shown = sorted(known, key=lambda named: -_traffic(named[1]))[:MOST]
    width = max((len(name) for name, _place in shown), default=0)
    yield from (f"{name:<{width}}  {_used(place)}" for name, place in shown)
    unseen = sum(not place.get("seen", True) for _name, place in places)
    notes = {
        "more, with less traffic": len(known) - len(shown),
        "without a data point": len(places) - len(known) - unseen,
        "that could not be read": unseen,
    }
    yield from (f"{count} tables and indexes {what}" for what, count in notes.items() if count)


def _has_data(place: Entry) -> bool:
    return any(place["totals"].get(f"consumed_{access}") is not None for access in ACCESSES) or _traffic(place) > 0


def _places(usage: Usage) -> Iterator[tuple[str, Entry]]:
    for table in usage.values():
        yield text(table["table_name"]), table
        for index, place in (table.get("indexes") or {}).items():
            yield text(f"{table['table_name']}/{index}"), place


def _window(usage: Usage) -> list[str]:
    window = next((table["window"] for table in usage.values()), None)
    if window is None:
        return ["No table was seen"]
    return [f"From {window['start']} to {window['end']}, one data point each {window['period']} s"]


def _peaks(usage: Usage) -> str:
    """What a peak is: CloudWatch knows sums of a period, so that what is higher for a moment is not seen."""
    period = next((table["window"]["period"] for table in usage.values()), None)
    return f", the peak as units a second in the busiest {period} s" if period else ""


def _traffic(place: Entry) -> float:
    totals = place["totals"]
    return float(sum(totals.get(f"{kind}_{access}") or 0 for kind in ("consumed", "throttled") for access in ACCESSES))


def _used(place: Entry) -> str:
    parts = [_access(place, access) for access in ACCESSES]
    refused = sum(place["totals"].get(f"throttled_{access}") or 0 for access in ACCESSES)
    return ", ".join([*parts, *([f"{refused:.0f} throttled"] if refused else [])])


def _access(place: Entry, access: str) -> str:
    units = place["totals"].get(f"consumed_{access}")
    if units is None:
        return f"no data of {access}s"
    provisioned = place.get("provisioned") or {}
    share = provisioned.get(f"{access}_utilization")
    of = f" of {provisioned[access]}, {share:.0%} used" if access in provisioned and share is not None else ""
    return f"{units:.0f} {access} units (peak {place['totals'][f'peak_{access}']:.3g}{of})"


def _break_even(usage: Usage) -> Iterator[str]:
    """Above its number a table is cheaper provisioned."""
    for table in usage.values():
        parts = [
            f"{access}s {capacity['break_even']:.0f} ({capacity['utilization']:.1%} used)"
            for access, capacity in (table.get("capacity") or {}).items()
        ]
        if parts:
            yield f"{text(table['table_name'])} is on demand as cheap as provisioned at {', '.join(parts)}"


def _costs(usage: Usage) -> Iterator[str]:
    for table in usage.values():
        cost = table.get("cost")
        if cost:
            yield (
                f"{text(table['table_name'])} {cost['now']:.2f} {text(cost['currency'])} as it is, "
                f"{cost['on_demand']:.2f} on demand, {cost['provisioned_with_auto_scaling']:.2f} provisioned"
            )


def _switches(usage: Usage) -> Iterator[str]:
    """What dynamodb_billing_modes needs, in YAML, where another mode is worth a word."""
    for name, table in usage.items():
        cheaper = any(each["id"] == CHEAPER for each in table.get("advice", ()))
        cost, switch = table.get("cost") or {}, table.get("switch") or {}
        if cheaper and cost and switch.get("billing_mode") == cheapest(cost):
            yield f"{text(name)}: {_whole(json.dumps(switch))}"


def _refusals(name: str, place: Entry) -> Iterator[str]:
    remedies = [each["mend"] for each in place.get("advice", ()) if each["id"].startswith("throttling.")]
    for number, event in enumerate(place.get("throttling", ())):
        cause = event["cause"] or "unknown cause"
        until = f" to {event['last']}" if event["last"] != event["first"] else ""
        yield f"{name} {event['access']}s {event['events']:.0f} by {cause}, {event['first']}{until}"
        if number < len(remedies):
            yield f"  {_whole(remedies[number])}"


def _hot_keys(name: str, place: Entry) -> Iterator[str]:
    for report in place.get("hot_keys", ()):
        for each in report["keys"]:
            key = " ".join(f"{label}={value}" for label, value in each["key"].items())
            yield f"{name} {report['kind']} {each['value']:.0f} {text(key)}"


def _alarm(alarm: Entry) -> Iterator[str]:
    """Those that ring, and those that did in the window."""
    if alarm["state"] == "ALARM" or alarm["history"]:
        since = f" since {alarm['since']}" if alarm["since"] else ""
        yield f"{text(alarm['name'])} {text(alarm['state'])}{since} ({text(alarm['reason'])})"
        yield from (f"  {each['time']} {text(each['from'])} to {text(each['to'])}" for each in alarm["history"])


def _quiet(alarms: Sequence[Entry]) -> str:
    return f"None of {len(alarms)} rings or rang" if alarms else "No alarm was seen"


def _findings(findings: Sequence[Entry]) -> list[str]:
    """The worst first; what many have in common is said once."""

    def rank(finding: Entry) -> tuple[int, str, str]:
        return SEVERITIES.index(finding["severity"]), finding["id"], finding["mend"]

    lines: list[str] = []
    for (_severity, _id, mend), group in groupby(sorted(findings, key=rank), rank):
        lines += [_finding(finding) for finding in group]
        lines.append(f"  {_whole(mend)}")
    return lines


def _finding(finding: Entry) -> str:
    return f"{finding['severity']} {finding['id']} {text(finding['resource'])} ({_whole(finding['found'])})"


def _whole(value: str) -> str:
    """A sentence of ours, however long, in which the names of others stand."""
    return "".join(text(value[start : start + LONGEST]) for start in range(0, len(value), LONGEST))


def _section(title: str, lines: Iterator[str] | Sequence[str]) -> list[str]:
    shown = list(lines)
    return ["", title, *shown] if shown else []
