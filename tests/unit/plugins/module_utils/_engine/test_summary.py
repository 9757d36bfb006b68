# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The summary that people read."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.summary import summary_lines

STEP = {"resource": "ticket-users", "action": "create_index", "reason": "it is missing", "risk": "none"}
RISKY = {"resource": "ticket-users", "action": "delete_index", "reason": "old", "risk": "availability", "allow": "w"}


def test_counts_then_risks_then_steps() -> None:
    results = {
        "tables": {"summary": {"add": 1, "change": 2, "remove": 0, "keep": 4}, "steps": [RISKY, STEP]},
        "iam": {"summaries": {"roles": {"add": 3}, "instance_profiles": {"keep": 0}}, "summary": {"add": 3}},
    }
    assert summary_lines(results, planned=True) == [
        "tables            1 to add, 2 to change, 0 to remove, 4 unchanged",
        "roles             3 to add, 0 to change, 0 to remove, 0 unchanged",
        "instance profiles 0 to add, 0 to change, 0 to remove, 0 unchanged",
        "",
        "Risky steps",
        "- ticket-users delete index [availability] (old)",
        "",
        "Steps",
        "+ ticket-users create index (it is missing)",
    ]
    assert summary_lines(results, planned=False)[0] == "tables            1 added, 2 changed, 0 removed, 4 unchanged"


def test_what_was_not_done_is_said() -> None:
    results = {
        "tables": {
            "withheld": [RISKY, {**STEP}],
            "deferred": [{"resource": "t", "reason": "later"}],
            "conflicts": [{"resource": "t", "message": "never"}],
            "undeclared": ["ticket-old"],
        },
        "alarms": {},
    }
    lines = summary_lines(results, planned=True)
    assert "- ticket-users delete index [availability] (old) needs w" in lines
    assert "+ ticket-users create index (it is missing) depends on it" in lines
    for text in ("t (later)", "t (never)", "ticket-old"):
        assert text in lines


def test_a_domain_that_failed_before_it_planned_is_not_called_unchanged() -> None:
    assert summary_lines({"tables": {}}, planned=True) == ["tables            not done, see the failures"]
