# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role controller and the example of a repository for AWX fit together, and avoid what AWX does badly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._controller.check import (
    OURS,
    controller_problems,
)
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
ROLE = ROOT / "roles/controller"
EXAMPLE = ROOT / "examples/awx-project"
PLAYBOOKS = sorted(path for path in EXAMPLE.glob("*.yml") if path.name != "execution-environment.yml")
DEFAULTS = yaml.safe_load((ROLE / "defaults/main.yml").read_text(encoding="utf-8"))
TEMPLATES, WORKFLOWS = DEFAULTS["controller_templates"], DEFAULTS["controller_workflows"]
QUESTIONS = [question for entry in TEMPLATES + WORKFLOWS for question in entry.get("survey", [])]
TASKS = [task for path in (ROLE / "tasks").glob("*.yml") for task in yaml.safe_load(path.read_text(encoding="utf-8"))]
LINKS = {"success_nodes", "failure_nodes", "always_nodes"}


def used(module: str) -> list[set[str]]:
    """The options of each task of a module of awx.awx."""
    return [task[f"awx.awx.{module}"].keys() for task in TASKS if f"awx.awx.{module}" in task]


def told_by_hosts() -> set[str]:
    """The variables of inventories, here and in the example, and those of roles with what they are the defaults of."""
    places = [*ROOT.glob("inventories/**/*.yml"), *EXAMPLE.glob("inventories/**/*.yml")]
    places += [path for path in ROOT.glob("roles/*/defaults/main.yml") if path.parents[1] != ROLE]
    text = "".join(path.read_text(encoding="utf-8") for path in places)
    return {*re.findall(r"\bdynamodb_[a-z_]+\b", text), *re.findall(r"^([a-z_]+):", text, re.MULTILINE)} - {"dynamodb"}


def test_the_data_has_no_problems() -> None:
    assert controller_problems(TEMPLATES, WORKFLOWS, DEFAULTS["controller_schedules"]) == []


def test_no_question_has_the_name_of_what_a_host_says() -> None:
    names = {question["variable"] for question in QUESTIONS}
    assert names == {"change_reference", "dynamodb_teardown", "dynamodb_usage_hours"}
    assert not names & told_by_hosts()


def test_a_question_with_the_name_of_what_a_host_says_is_refused() -> None:
    names = told_by_hosts()
    assert {"dynamodb_region", "dynamodb_account_id", "tables_definitions"} <= names
    for name in names:
        assert controller_problems([{"name": "x", "survey": [{"variable": name, "required": False}]}], [], []), name


def test_the_check_knows_the_variables_of_roles_and_plays() -> None:
    assert {f"{path.name}_" for path in (ROOT / "roles").iterdir()} <= set(OURS)
    plays = [play for path in (ROOT / "playbooks").glob("*.yml") for play in yaml.safe_load(path.read_text())]
    own = {name for play in plays for name in play.get("vars", {})}
    assert not {name for name in own if not name.startswith((*OURS, "dynamodb_", "ansible_"))}


def test_no_variable_has_a_name_that_awx_sets_itself() -> None:
    for path in ROLE.rglob("*.yml"):
        assert not re.search(r"\b(awx|tower)_\w+", path.read_text(encoding="utf-8")), path


def test_the_plan_that_somebody_approves_only_checks_and_is_whole() -> None:
    (plan,) = [template for template in TEMPLATES if template["name"] == "plan"]
    assert plan["job_type"] == "check"
    assert not plan.get("sliced")


def test_a_deployment_after_an_approval_needs_its_plan() -> None:
    (workflow,) = WORKFLOWS
    assert workflow["extra_vars"] == {"dynamodb_require_approved_plan": True}


def test_teardown_is_typed() -> None:
    (question,) = [question for question in QUESTIONS if question["variable"] == "dynamodb_teardown"]
    assert question["required"]
    assert "default" not in question


def test_nodes_are_made_in_one_pass_and_linked_in_another() -> None:
    (workflow,) = used("workflow_job_template")
    assert not workflow & {"workflow_nodes", "schema"}
    make, link = used("workflow_job_template_node")
    assert {"approval_node", "unified_job_template"} <= make
    assert not make & LINKS
    assert link >= LINKS
    assert not link & {"approval_node", "unified_job_template"}


def test_secrets_stay_and_variables_are_not_prompted_for() -> None:
    assert DEFAULTS["controller_update_secrets"] is False
    for module in ("job_template", "workflow_job_template"):
        (options,) = [task[f"awx.awx.{module}"] for task in TASKS if f"awx.awx.{module}" in task]
        assert options["ask_variables_on_launch"] is False
        assert options["ask_limit_on_launch"] is True
        assert "instance_groups" not in options


def test_the_example_has_what_the_role_asks_for() -> None:
    assert {template["playbook"] for template in TEMPLATES} == {path.name for path in PLAYBOOKS}
    folders = sorted(path.name for path in (EXAMPLE / "inventories").iterdir())
    assert folders == sorted(environment["name"] for environment in DEFAULTS["controller_environments"])
    assert all((EXAMPLE / "inventories" / name / "hosts.yml").is_file() for name in folders)


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.name)
def test_a_playbook_of_the_example_is_ours(path: Path) -> None:
    (play,) = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert play["ansible.builtin.import_playbook"] == f"traffic_tacos.dynamodb.{path.stem}"
    assert (ROOT / "playbooks" / path.name).is_file()


def test_the_settings_of_the_example_are_settings_of_the_collection() -> None:
    schema = json.loads((ROOT / "docs/variables.schema.json").read_text(encoding="utf-8"))
    for path in EXAMPLE.glob("inventories/*/group_vars/**/*.yml"):
        errors = Draft7Validator(schema).iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))
        assert [error.message for error in errors] == [], path
