# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook controller, with the modules of awx.awx, against a double of AWX and, where one is given, a real one."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.ansible_programs import run
from tests.support.awx_api import MADE, Api
from tests.support.awx_collection import collections_path, with_actions
from tests.support.awx_double import PASSWORD, USER, AwxDouble
from tests.support.bundle import NotFetchedError
from tests.support.emulator import ACCOUNT
from tests.support.playbooks import Played

ROOT = Path(__file__).parents[2]
PLAYBOOKS = {path.name for path in (ROOT / "examples/awx-project").glob("*.yml")}
DEFAULTS = yaml.safe_load((ROOT / "roles/controller/defaults/main.yml").read_text(encoding="utf-8"))
EXTERNAL_ID = "external-id-that-nobody-may-see"
TEMPLATES = ["apply", "audit", "plan", "teardown", "throttling"]
NEEDED = ("CONTROLLER_HOST", "CONTROLLER_TEST_PROJECT")
PROJECT = "https://git.example.com/dynamodb.git"
PLAYBOOK = "traffic_tacos.dynamodb.controller"
ROLE = {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/deployer"}


@pytest.fixture(scope="session")
def awx() -> Path:
    """The folder with awx.awx; in CI it is required, elsewhere its tests are skipped where it cannot be had."""
    try:
        return collections_path()
    except NotFetchedError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def forking(awx: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with modules that run in forks."""
    return with_actions(awx, tmp_path_factory.mktemp("awx"))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty one, as the modules also read files of the user."""
    return tmp_path_factory.mktemp("home")


class Applied:
    """Runs of the playbook for one controller."""

    def __init__(self, awx: Path, home: Path, env: dict[str, str]) -> None:
        own = {"HOME": str(home), "ANSIBLE_COLLECTIONS_PATH": str(awx), "ANSIBLE_NOCOLOR": "1"}
        self.env = {**os.environ, **own, **env}

    def __call__(self, *arguments: str, playbook: str | Path = PLAYBOOK, **variables: Any) -> Played:
        argv = ["ansible-playbook", playbook, *arguments, "--extra-vars", json.dumps(variables)]
        done = run(*argv, env=self.env, cwd="/")
        return Played(done.returncode, done.stdout + done.stderr)


def settings(name: str, url: str, **more: Any) -> dict[str, Any]:
    """All objects of two environments, one of them with slices and a credential."""
    external_id = "{{ lookup('ansible.builtin.env', 'EXTERNAL_ID') }}"
    return {
        "controller_prefix": name,
        "controller_organization": name,
        "controller_image": "registry.example.com/dynamodb-ee:1",
        "controller_project_url": url,
        "controller_credentials": [{"name": f"{name}-prod", "inputs": {**ROLE, "external_id": external_id}}],
        "controller_environments": [{"name": "dev"}, {"name": "prod", "slices": 3, "credentials": [f"{name}-prod"]}],
        **more,
    }


def look(api: Api, name: str) -> None:
    """Everything is there, as it is declared."""
    organization = api.one("organizations", name=name)
    assert [item["name"] for item in api.below(organization, "galaxy_credentials")["results"]] == ["Ansible Galaxy"]
    assert api.one("credentials", name=f"{name}-prod")["inputs"] == {**ROLE, "external_id": "$encrypted$"}
    assert api.one("execution_environments", name=name)["pull"] == "missing"
    for environment, slices, credentials in (("dev", 1, []), ("prod", 3, [f"{name}-prod"])):
        prefix = f"{name}-{environment}"
        (source,) = api.all("inventory_sources", inventory=api.one("inventories", name=prefix)["id"])
        assert source["source_path"] == f"inventories/{environment}/hosts.yml"
        assert source["overwrite"] and source["overwrite_vars"] and source["update_on_launch"]
        templates = {end: api.one("job_templates", name=f"{prefix}-{end}") for end in TEMPLATES}
        for template in templates.values():
            assert not template["ask_variables_on_launch"] and template["ask_limit_on_launch"]
            assert [item["name"] for item in api.below(template, "credentials")["results"]] == credentials
        assert {end: item["job_slice_count"] for end, item in templates.items()} == {
            **dict.fromkeys(("apply", "audit", "throttling"), slices),
            **dict.fromkeys(("plan", "teardown"), 1),
        }
        assert [end for end, item in templates.items() if item["job_type"] == "check"] == ["plan"]
        look_at_workflow(api, prefix)
        look_at_surveys(api, prefix)


def look_at_workflow(api: Api, prefix: str) -> None:
    names = {end: f"{prefix}-{end}" for end in ("plan", "apply", "audit")}
    assert api.launched(f"{prefix}-deploy") == {**names, "approve": "Approve the plan"}
    assert api.links(f"{prefix}-deploy") == {
        "plan": {"success_nodes": ["approve"]},
        "approve": {"success_nodes": ["apply"]},
        "apply": {"success_nodes": ["audit"]},
        "audit": {},
    }


def look_at_surveys(api: Api, prefix: str) -> None:
    workflow = api.one("workflow_job_templates", name=f"{prefix}-deploy")
    assert json.loads(workflow["extra_vars"]) == {"dynamodb_require_approved_plan": True}
    assert api.below(workflow, "survey_spec")["spec"] == DEFAULTS["controller_workflows"][0]["survey"]
    for template in DEFAULTS["controller_templates"]:
        survey = api.below(api.one("job_templates", name=f"{prefix}-{template['name']}"), "survey_spec")
        assert survey.get("spec", []) == template.get("survey", [])
    schedules = {item["name"]: item for item in api.all("schedules") if item["name"].startswith(f"{prefix}-")}
    assert schedules.keys() == {f"{prefix}-audit-nightly", f"{prefix}-throttling-weekly"}
    assert schedules[f"{prefix}-throttling-weekly"]["extra_data"] == {"dynamodb_usage_hours": 168}


def test_the_first_run_makes_everything_and_the_second_changes_nothing(forking: Path, home: Path) -> None:
    with AwxDouble(PLAYBOOKS) as double:
        apply = Applied(forking, home, {**double.env, "EXTERNAL_ID": EXTERNAL_ID})
        first = apply("-vvv", **settings("tacos", PROJECT))
        assert first.returncode == 0, first.output
        assert EXTERNAL_ID not in first.output
        look(Api(double.env), "tacos")
        double.requests.clear()
        second = apply(**settings("tacos", PROJECT))
        assert second.returncode == 0, second.output
        assert second.recap("changed") == 0, second.output
        assert len(double.requests) > 100
        assert double.writes == []
        Api(double.env).remove("tacos")
        left = [item["name"] for place in MADE for item in Api(double.env).all(place)]
        assert left == ["Ansible Galaxy", "Galaxy token"]


def test_what_is_declared_anew_is_changed_and_check_mode_says_so_before(awx: Path, forking: Path, home: Path) -> None:
    """With a password, where the first test has a token; made by modules that Ansible runs the usual way."""
    small = settings("tacos", PROJECT, controller_environments=[{"name": "dev"}], controller_schedules=[])
    nodes = [
        {"identifier": "plan", "template": "plan", "success": ["apply"]},
        {"identifier": "apply", "template": "apply"},
    ]
    small |= {
        "controller_templates": DEFAULTS["controller_templates"][:2],
        "controller_workflows": [{"name": "deploy", "nodes": nodes}],
    }
    changed = {**small, "controller_workflows": [{"name": "deploy", "nodes": [{**nodes[0], "success": []}, nodes[1]]}]}
    with AwxDouble(PLAYBOOKS) as double:
        login = {"CONTROLLER_USERNAME": USER, "CONTROLLER_PASSWORD": PASSWORD, "EXTERNAL_ID": EXTERNAL_ID}
        env = {**double.env, **login}
        del env["CONTROLLER_OAUTH_TOKEN"]
        made = Applied(awx, home, env)("-vvv", **small)
        assert (made.returncode, EXTERNAL_ID in made.output) == (0, False), made.output
        apply = Applied(forking, home, env)
        double.requests.clear()
        planned = apply("--check", **changed)
        assert (planned.returncode, planned.recap("changed"), double.writes) == (0, 1, []), planned.output
        done = apply(**changed, controller_update_secrets=True)
        assert (done.returncode, done.recap("changed")) == (0, 2), done.output
        assert Api(double.env).links("tacos-dev-deploy")["plan"] == {}
        credential = Api(double.env).one("credentials", name="tacos-prod")
        assert [path for method, path in double.writes if method == "PATCH"] == [credential["url"]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"controller_image": ""}, "controller_image: give the image"),
        ({"controller_project_url": ""}, "controller_project_url: give the git repository of your project"),
        (
            {"controller_schedules": [{"name": "weekly", "template": "throttling", "rrule": "DTSTART"}]},
            "extra_data must answer dynamodb_usage_hours",
        ),
        (
            {"controller_environments": [{"name": "dev", "slice": 3}]},
            "controller_environments.slice. Supported parameters include",
        ),
    ],
)
def test_wrong_data_is_refused_before_the_first_call(
    forking: Path, home: Path, changes: dict[str, Any], said: str
) -> None:
    with AwxDouble(PLAYBOOKS) as double:
        env = {**double.env, "EXTERNAL_ID": EXTERNAL_ID}
        refused = Applied(forking, home, env)(**settings("tacos", PROJECT, **changes))
        assert refused.returncode != 0
        assert said in refused.output
        assert EXTERNAL_ID not in refused.output
        assert double.requests == []


def test_without_an_address_nothing_is_called(forking: Path, home: Path) -> None:
    refused = Applied(forking, home, {"CONTROLLER_HOST": ""})(**settings("tacos", PROJECT))
    assert refused.returncode != 0
    assert "Say in the environment where the controller is" in refused.output


TRAPS = """
- hosts: localhost
  gather_facts: false
  tasks:
    - awx.awx.organization: {name: org}
    - awx.awx.credential_type:
        {name: login, kind: cloud, inputs: {fields: [{id: word, type: string, secret: true}]}}
    - awx.awx.credential: &credential
        {name: mine, organization: org, credential_type: login, inputs: {word: hush}}
    - awx.awx.credential: *credential
      register: rewritten
    - awx.awx.credential: {name: mine, organization: org, credential_type: login, inputs: {word: hush},
                           update_secrets: false}
      register: kept
    - awx.awx.workflow_job_template: {name: inline, organization: org, workflow_nodes: [
        {identifier: approve, unified_job_template: {name: Approve, type: workflow_approval, timeout: 60}}]}
      loop: [1, 2]
      register: inline
    - awx.awx.workflow_job_template: {name: passes, organization: org}
    - awx.awx.workflow_job_template_node:
        {workflow_job_template: passes, organization: org, identifier: next, approval_node: {name: Next}}
    - awx.awx.workflow_job_template_node: {workflow_job_template: passes, organization: org, identifier: approve,
                                           approval_node: {name: Approve}, success_nodes: [next]}
      register: linked
      ignore_errors: true  # it must fail, which the assertions below say
    - ansible.builtin.assert:
        that:
          - rewritten is changed
          - kept is not changed
          - inline.results[1] is changed
          - linked is failed
          - linked.msg is search('success_nodes')
"""


def test_the_double_has_the_traps_of_the_real_one(forking: Path, home: Path, tmp_path: Path) -> None:
    """The role goes around them; a double without them could not show that it does."""
    (tmp_path / "traps.yml").write_text(TRAPS, encoding="utf-8")
    with AwxDouble(PLAYBOOKS) as double:
        done = Applied(forking, home, double.env)(playbook=tmp_path / "traps.yml")
        assert done.returncode == 0, done.output


@pytest.mark.skipif(
    not all(os.environ.get(name) for name in NEEDED),
    reason="no real controller is given: set CONTROLLER_HOST, its login, and CONTROLLER_TEST_PROJECT, the address of a "
    "git repository that it can reach and that looks like examples/awx-project",
)
def test_a_real_controller_takes_the_same(awx: Path, home: Path) -> None:
    name = f"tacos-{uuid.uuid4().hex[:8]}"
    api = Api(os.environ)
    apply = Applied(awx, home, {"EXTERNAL_ID": EXTERNAL_ID})
    declared = settings(name, os.environ["CONTROLLER_TEST_PROJECT"])
    try:
        first = apply(**declared)
        assert first.returncode == 0, first.output
        look(api, name)
        second = apply(**declared)
        assert (second.returncode, second.recap("changed")) == (0, 0), second.output
    finally:
        api.remove(name)
