# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every rule of the audit: it finds what breaks it, and nothing else; and the page of findings lists it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.drift import steps_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.model import Audit, Rule
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.plain import document
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.rules import RULES, judge
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.findings import SEVERITIES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.order import CREATIONS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.audit_access_cases import ACCESS
from tests.support.audit_cases import CREATED, TABLES, Case, audit, comparison, step

PAGE = Path(__file__).parents[5] / "docs/findings.md"
CASES = (*TABLES, *ACCESS)
BY_ID = {rule.id: rule for rule in RULES}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
keys = st.sampled_from(["Statement", "Effect", "Principal", "AWS", "Condition", "name", "resource", "x"])
plain = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3), max_leaves=5
)


ANYTHING: tuple[Any, ...] = (None, True, 0, -1.5, "", "*", [], {}, [None], ["x", 1], {"x": None}, [{}], [[]])


def broken(value: Any) -> Iterator[Any]:
    """Something that breaks a rule, with anything plain in the place of each of its parts in turn, and of the whole."""
    yield from ANYTHING
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: changed} for changed in broken(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:2]):
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in broken(inner))


def found(case: Case, subject: Any) -> list[str]:
    return [finding.resource for finding in BY_ID[case.id].findings(audit(**case.given), subject)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: Case) -> None:
    assert found(case, case.fires) == [case.resource]
    for subject in case.silent:
        assert found(case, subject) == []


def test_every_rule_has_a_case_and_an_id_of_its_own() -> None:
    assert {case.id for case in CASES} == BY_ID.keys()
    assert len(RULES) == len(BY_ID)
    assert {rule.severity for rule in RULES} <= set(SEVERITIES)


def check_text(rule: Rule, case: Case, subject: Any) -> None:
    known = Audit(
        "ticket", "1", "r", tables={"": {}}, existing=frozenset(), watched=frozenset(), providers={}, limits={}
    )
    for given_audit in (known, audit(**case.given)):
        for finding in rule.findings(given_audit, subject):
            assert all(isinstance(value, str) for value in finding.as_dict().values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_part_of_any_kind_makes_a_rule_fail(case: Case) -> None:
    for subject in broken(case.fires):
        check_text(BY_ID[case.id], case, subject)


@settings(max_examples=100, deadline=None)
@given(case=st.sampled_from(CASES), subject=plain)
def test_no_input_makes_a_rule_fail(case: Case, subject: Any) -> None:
    check_text(BY_ID[case.id], case, subject)


def test_what_was_not_seen_breaks_no_rule() -> None:
    unseen = Audit("ticket", "137406935518", "ap-northeast-2", protection=audit().protection)
    bare = {"name": "ticket-users", "ours": True, "table": None}
    assert judge(unseen, "table", [bare]) == []
    assert judge(unseen, "policy", [{"name": "p", "document": None}]) == []


@pytest.mark.parametrize("action", CREATIONS)
def test_a_missing_table_is_one_finding_not_one_for_each_of_its_settings(action: str) -> None:
    made = [{**each, "action": action} if each["action"] == "create_table" else each for each in CREATED]
    missing = comparison("tables", steps=made)
    assert [each.id for each in judge(audit(), "comparison", [missing])] == ["drift.table.missing"]
    assert [each["action"] for each in steps_of({"result": {"steps": made}})] == [action]


@pytest.mark.parametrize("action", ["delete_index", "delete_vector_index"])
def test_what_is_withheld_is_drift_and_names_its_word(action: str) -> None:
    held = comparison("tables", withheld=[step(action, "global_secondary_indexes", allow="delete_index")])
    (finding,) = judge(audit(), "comparison", [held])
    assert (finding.id, finding.severity) == ("drift.table.indexes", "high")
    assert "allow: [delete_index]" in finding.mend


def test_broken_json_is_no_document() -> None:
    assert [document(text) for text in ('{"a": 1}', "{", None)] == [{"a": 1}, None, None]


def test_the_page_lists_every_finding_as_it_is() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows[: len(RULES)] == [f"| `{rule.id}` | {rule.severity} | {rule.meaning} |" for rule in RULES]
