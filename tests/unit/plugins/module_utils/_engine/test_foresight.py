# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines about time, budgets and quotas."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.foresight import foresight_lines, span
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.summary import summary_lines

EXPECTED = {"low": 16.4, "high": 30.6, "slowest": "ticket-orders", "steps": 3}
BUDGET = {"resource": "ticket-orders", "spent": 1, "of": 2, "what": "class changes", "window": "in 30 days"}
TABLES = {"said": "7 of 2500 tables", "state": "fits", "code": "L-F98FE922", "resource": "ap-northeast-2"}


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0, 0, "up to 1 second"),
        (0.6, 1.2, "about 1 second"),
        (16.4, 30.6, "16 to 31 seconds"),
        (2, 172, "up to 3 minutes"),
        (110, 130, "about 2 minutes"),
        (468, 1003, "8 to 17 minutes"),
        (3000, 3 * 3600, "1 to 3 hours"),
        (3 * 86400, 10 * 86400, "3 to 10 days"),
    ],
)
def test_a_time_for_people(low: float, high: float, text: str) -> None:
    assert span(low, high) == text


def test_a_plan_says_how_long_it_takes_and_what_it_uses_up() -> None:
    results = {"tables": {"expected_seconds": EXPECTED, "budgets": [BUDGET], "quotas": [TABLES]}, "alarms": {}}
    assert foresight_lines(results, planned=True) == [
        "expected          16 to 31 seconds for the tables (slowest is ticket-orders, 3 steps)",
        "budgets           1 of 2 class changes in 30 days of ticket-orders",
        "quotas            7 of 2500 tables",
    ]
    counts = {"tables": {"summary": {"add": 1}, "quotas": [TABLES]}}
    assert summary_lines(counts, planned=True)[1] == "quotas            7 of 2500 tables"


def test_a_deployment_says_how_long_it_took() -> None:
    times = [{"started": 0.0, "seconds": 2.0}, {"started": 1.5, "seconds": 17.0}]
    results: dict[str, Any] = {"tables": {"expected_seconds": EXPECTED, "times": times}}
    (line,) = foresight_lines(results, planned=False)
    assert line == "took              18 s for the tables (16 to 31 seconds are expected on AWS)"
    assert foresight_lines({"tables": {"expected_seconds": EXPECTED}}, planned=False) == []
    assert foresight_lines({"tables": {"quotas": [TABLES]}}, planned=False) == []
    (line,) = foresight_lines({"tables": {"quotas": [{**TABLES, "state": "near"}]}}, planned=False)
    assert line == "quotas            7 of 2500 tables, which is near (ap-northeast-2)"


def test_alike_budgets_share_a_line() -> None:
    budgets = [{**BUDGET, "resource": name} for name in ("a", "b", "c", "d", "e")]
    assert foresight_lines({"tables": {"budgets": budgets[:2]}}, True)[0].endswith("of a and b")
    assert foresight_lines({"tables": {"budgets": budgets[:4]}}, True)[0].endswith("of a, b, c and d")
    assert foresight_lines({"tables": {"budgets": budgets}}, True)[0].endswith("of a, b, c and 2 more")
    unknown = {**BUDGET, "of": 0, "what": "polish table", "window": ""}
    assert foresight_lines({"tables": {"budgets": [unknown]}}, True)[0].endswith(" 1 polish table of ticket-orders")


def test_quotas_that_want_attention_name_whose_they_are() -> None:
    near, unsure, exceeded = ({**TABLES, "state": state} for state in ("near", "unsure", "exceeded"))
    soft = {**TABLES, "code": ""}
    assert foresight_lines({"tables": {"quotas": [near, unsure, exceeded, soft]}}, True) == [
        "quotas            7 of 2500 tables, which is near (ap-northeast-2)",
        "quotas            7 of 2500 tables, which may be too many (ap-northeast-2)",
    ]


def test_what_was_used_before_is_said() -> None:
    decreases = {**BUDGET, "of": 4, "what": "capacity decreases", "window": "in a day", "before": 2}
    (line,) = foresight_lines({"tables": {"budgets": [decreases]}}, True)
    assert line == "budgets           3 of 4 capacity decreases in a day (2 of them before) of ticket-orders"
