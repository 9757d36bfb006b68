# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as lines for people, by severity and id: pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from .._engine.findings import order, rank
from .plain import mappings, text

SHOWN = 10
"""Findings of one id that are shown one by one."""
NOTHING = "Nothing was found."


def findings_lines(findings: Any, least: str = "info") -> list[str]:
    """The findings of at least this severity, the worst first, each kind with how to mend it."""
    shown = sorted((each for each in mappings(findings) if rank(each.get("severity")) >= rank(least)), key=order)
    lines: list[str] = []
    for severity, of_severity in groupby(shown, key=lambda finding: text(finding.get("severity"))):
        members = list(of_severity)
        lines += [""] * bool(lines) + [f"{severity.upper()} ({len(members)})"]
        for name, same in groupby(members, key=lambda finding: text(finding.get("id"))):
            lines += _of_one_kind(name, list(same))
    return [printable(line) for line in lines] or [NOTHING]


def _of_one_kind(name: str, findings: list[Mapping[str, Any]]) -> list[str]:
    lines = [name]
    for finding in findings[:SHOWN]:
        lines.append(f"- {text(finding.get('resource'))} ({text(finding.get('found'))})")
    if len(findings) > SHOWN:
        lines.append(f"- and {len(findings) - SHOWN} more")
    for title, key in (("should be", "expected"), ("to mend it", "mend")):
        lines += [f"  {title} - {each}" for each in dict.fromkeys(text(one.get(key)) for one in findings[:SHOWN])]
    return lines


def printable(line: str) -> str:
    """A line in which nothing moves the cursor, hides, or turns the direction of writing: such characters by number."""
    return "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character)[0] == "C" else character for character in line
    )
