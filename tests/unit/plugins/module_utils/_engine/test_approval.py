# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Approving a plan: what its digest is over, and what is said when it is another."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.approval import approval, approval_problems


def step(resource: str, action: str, **more: Any) -> dict[str, Any]:
    return {"resource": resource, "action": action, "request": {"TableName": resource}, "reason": "because", **more}


TABLES = {"steps": [step("ticket-users", "create_table"), step("ticket-users", "enable_ttl")]}
ACCESS = {"access": {"roles": [{"name": "reader", "trust": {"a": 1}}], "policies": []}, "steps": []}
RESULTS = {"tables": TABLES, "iam": ACCESS, "alarms": {"steps": []}}


def changed(results: dict[str, Any], **tables: Any) -> dict[str, Any]:
    return {**results, "tables": {**results["tables"], **tables}}


def test_reasons_and_the_order_of_domains_are_no_part_of_it() -> None:
    other = [{**each, "reason": "another", "fields": ["x"]} for each in TABLES["steps"]]
    assert approval(changed(RESULTS, steps=other)) == approval(RESULTS)
    assert approval(dict(reversed(RESULTS.items()))) == approval(RESULTS)
    assert approval_problems(approval(RESULTS), approval(RESULTS)["digest"], "host") == []
    assert approval_problems(approval(RESULTS), {"host": approval(RESULTS)}, "host") == []


@pytest.mark.parametrize(
    "results",
    [
        changed(RESULTS, steps=TABLES["steps"][:1]),
        changed(RESULTS, steps=TABLES["steps"][::-1]),
        changed(RESULTS, steps=[{**TABLES["steps"][0], "region": "eu-west-1"}, TABLES["steps"][1]]),
        changed(RESULTS, steps=[step("ticket-users", "create_table", request={"x": 1}), TABLES["steps"][1]]),
        {**RESULTS, "iam": {"access": {"roles": [{"name": "reader", "trust": {"a": 2}}]}}},
        {**RESULTS, "iam": {}},
    ],
)
def test_every_other_call_is_another_plan(results: dict[str, Any]) -> None:
    assert approval(results)["digest"] != approval(RESULTS)["digest"]
    assert approval_problems(approval(results), {"host": approval(RESULTS)}, "host") != []


def test_what_differs_is_named_on_both_sides() -> None:
    now = changed(RESULTS, steps=[TABLES["steps"][0], step("ticket-orders", "delete_table")])
    first, *lines = approval_problems(approval(now), {"host": approval(RESULTS)}, "host")
    assert approval(RESULTS)["digest"] in first
    assert [line.rpartition(" ")[0] for line in lines] == [
        "not approved: tables ticket-orders delete_table",
        "approved, and no longer planned: tables ticket-users enable_ttl",
    ]
    turned = changed(RESULTS, steps=TABLES["steps"][::-1])
    assert approval_problems(approval(turned), {"host": approval(RESULTS)}, "host")[1:] == [
        "the same steps, in another order"
    ]


@pytest.mark.parametrize("approved", [None, "", {}, {"other": approval(RESULTS)}, {"host": {}}, {"host": ""}])
def test_nothing_is_approved_by_saying_nothing(approved: object) -> None:
    assert approval_problems(approval(RESULTS), approved, "host") == ["no plan of host is approved"]


def test_a_bare_digest_cannot_say_what_differs_so_all_is_shown() -> None:
    lines = approval_problems(approval(RESULTS), "0123", "host")
    assert len(lines) == 1 + len(approval(RESULTS)["steps"])
