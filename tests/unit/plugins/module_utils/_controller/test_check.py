# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWX refuses late, or takes and does something else with, is found in the data."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._controller.check import controller_problems

HOURS = {"variable": "dynamodb_usage_hours", "required": True, "default": 6}
REASON = {"variable": "change_reference", "required": True}
TYPED = {"variable": "dynamodb_teardown", "required": True}


def data() -> dict[str, list[dict[str, Any]]]:
    """Something in which nothing is wrong."""
    return deepcopy(
        {
            "templates": [
                {"name": "plan", "job_type": "check"},
                {"name": "apply", "sliced": True},
                {"name": "throttling", "sliced": True, "survey": [HOURS]},
                {"name": "teardown", "survey": [TYPED]},
            ],
            "workflows": [
                {
                    "name": "deploy",
                    "survey": [REASON],
                    "nodes": [
                        {"identifier": "plan", "template": "plan", "success": ["approve"]},
                        {"identifier": "approve", "approval": {"name": "Approve"}, "success": ["apply"]},
                        {"identifier": "apply", "template": "apply", "failure": ["look"]},
                        {"identifier": "look", "template": "throttling", "extra_data": {"dynamodb_usage_hours": 1}},
                    ],
                }
            ],
            "schedules": [
                {"name": "weekly", "template": "throttling", "extra_data": {"dynamodb_usage_hours": 168}},
                {"name": "nightly", "template": "deploy", "extra_data": {"change_reference": "as every night"}},
            ],
        }
    )


def problems(change: str, value: Any) -> list[str]:
    """What is found when the value at a path, such as workflows.0.nodes.1.success, is another one."""
    changed: Any = data()
    *path, last = (int(step) if step.isdecimal() else step for step in change.split("."))
    place = changed
    for step in path:
        place = place[step]
    if isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return controller_problems(**changed)


def test_nothing_is_wrong_where_nothing_is() -> None:
    assert controller_problems(**data()) == []


@pytest.mark.parametrize(
    ("change", "value", "problem"),
    [
        ("templates.1.name", "plan", "the templates and workflows: there are two with the name plan"),
        ("workflows.0.name", "teardown", "the templates and workflows: there are two with the name teardown"),
        ("schedules.1.name", "weekly", "the schedules: there are two with the name weekly"),
        ("workflows.0.nodes.3.identifier", "plan", "the nodes of deploy: there are two with the name plan"),
        ("workflows.0.survey.1", REASON, "the survey of deploy: there are two with the name change_reference"),
        ("workflows.0.survey.0.variable", "awx_reason", "deploy: the question awx_reason has a name that AWX"),
        ("workflows.0.survey.0.variable", "ANSIBLE_X", "deploy: the question ANSIBLE_X has a name that AWX"),
        ("workflows.0.survey.0.variable", "dynamodb_region", "deploy: the answer to dynamodb_region would replace"),
        ("workflows.0.survey.0.variable", "tables_name", "deploy: the answer to tables_name would replace"),
        ("templates.3.survey.0.default", "a@1/b", "teardown: dynamodb_teardown must be required, without a default"),
        ("templates.3.survey.0.required", False, "teardown: dynamodb_teardown must be required, without a default"),
        ("workflows.0.nodes.1.template", "plan", "deploy.approve: a node has either a template or an approval"),
        ("workflows.0.nodes.1.approval", None, "deploy.approve: a node has either a template or an approval"),
        ("workflows.0.nodes.0.always", ["nowhere"], "deploy.plan: leads to nowhere, which is no node"),
        ("workflows.0.nodes.0.template", "plans", "deploy.plan: there is no template plans"),
        ("workflows.0.nodes.3.extra_data", {}, "deploy.look: extra_data must answer dynamodb_usage_hours"),
        ("workflows.0.nodes.0.extra_data", {"x": 1}, "deploy.plan: extra_data has x, which plan does not ask for"),
        ("templates.0.sliced", True, "deploy.plan: plan is sliced"),
        ("schedules.0.template", "throttle", "the schedule weekly: there is no template or workflow throttle"),
        ("schedules.0.extra_data", None, "the schedule weekly: extra_data must answer dynamodb_usage_hours"),
        ("schedules.0.extra_data.x", 1, "the schedule weekly: extra_data has x, which throttling does not ask for"),
    ],
)
def test_what_is_wrong_is_found(change: str, value: Any, problem: str) -> None:
    assert [line for line in problems(change, value) if line.startswith(problem)], problems(change, value)


def test_the_questions_of_a_workflow_answer_those_of_its_nodes() -> None:
    changed = data()
    changed["workflows"][0]["nodes"][3]["extra_data"] = {}
    changed["workflows"][0]["survey"].append(HOURS)
    changed["schedules"][1]["extra_data"]["dynamodb_usage_hours"] = 6
    assert controller_problems(**changed) == []


def test_nobody_answers_for_whoever_tears_down() -> None:
    schedule = {"name": "never", "template": "teardown", "extra_data": {"dynamodb_teardown": "ticket@1/eu-west-1"}}
    assert problems("schedules.2", schedule) == [
        "the schedule never: dynamodb_teardown is typed by whoever means it, and never given beforehand"
    ]


def test_what_is_sliced_counts_however_late_the_approval_is() -> None:
    changed = data()
    changed["workflows"][0]["nodes"][0] |= {"template": "apply", "success": ["second"]}
    changed["workflows"][0]["nodes"].append({"identifier": "second", "template": "plan", "success": ["approve"]})
    assert [line.partition(": ")[0] for line in controller_problems(**changed)] == ["deploy.plan"]


def test_a_sliced_check_may_stand_alone_but_not_before_another_node() -> None:
    changed = data()
    changed["templates"][0]["sliced"] = True
    changed["workflows"][0]["nodes"] = [{"identifier": "plan", "template": "plan"}]
    assert controller_problems(**changed) == []
    changed["workflows"][0]["nodes"] = [
        {"identifier": "plan", "template": "plan", "success": ["apply"]},
        {"identifier": "apply", "template": "apply"},
    ]
    assert len(controller_problems(**changed)) == 1
