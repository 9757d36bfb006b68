# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings as people read them."""

from __future__ import annotations

import unicodedata
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.lines import NOTHING, findings_lines
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.findings import counts, order, rank
from hypothesis import given
from hypothesis import strategies as st


def finding(name: str, severity: str, resource: str = "ticket-users", **more: str) -> dict[str, str]:
    return {"id": name, "severity": severity, "resource": resource, "found": "f", "expected": "e", "mend": "m", **more}


def test_the_worst_first_and_each_kind_once() -> None:
    given_findings = [finding("b.low", "low"), finding("a.high", "high"), finding("a.high", "high", "ticket-orders")]
    assert findings_lines(given_findings) == [
        "HIGH (2)",
        "a.high",
        "- ticket-orders (f)",
        "- ticket-users (f)",
        "  should be - e",
        "  to mend it - m",
        "",
        "LOW (1)",
        "b.low",
        "- ticket-users (f)",
        "  should be - e",
        "  to mend it - m",
    ]
    assert findings_lines(given_findings, "high")[-1] == "  to mend it - m"
    assert "LOW (1)" not in findings_lines(given_findings, "high")
    assert findings_lines([]) == [NOTHING]


def test_many_of_one_kind_are_counted() -> None:
    lines = findings_lines([finding("a", "low", f"t{number:02}") for number in range(25)])
    assert lines[0] == "LOW (25)"
    assert "- and 15 more" in lines


def test_hostile_text_is_text() -> None:
    shown = findings_lines([finding("a", "low", 'x"<b>{{ 7*7 }}\u202e\x1b[2J\n', mend="m\u200b")])
    assert shown[2] == '- x"<b>{{ 7*7 }}\\u202e\\u001b[2J\\u000a (f)'
    assert shown[-1] == "  to mend it - m\\u200b"


@given(
    st.lists(st.dictionaries(st.sampled_from(["id", "severity", "resource", "found", "mend"]), st.text() | st.none()))
)
def test_any_findings_become_printable_lines(findings: list[dict[str, Any]]) -> None:
    for line in findings_lines(findings):
        assert not any(unicodedata.category(character)[0] == "C" for character in line)


def test_the_order_and_the_counts_of_severities() -> None:
    found = [finding("a", "low"), finding("a", "critical"), finding("a", "low")]
    assert [each["severity"] for each in sorted(found, key=order)] == ["critical", "low", "low"]
    assert counts(found) == {"critical": 1, "high": 0, "medium": 0, "low": 2, "info": 0}
    assert (rank("none"), rank("info"), rank("critical")) == (-1, 0, 4)
