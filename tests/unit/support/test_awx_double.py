# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The double of AWX refuses what a real one refuses, so that the tests of the role controller prove something."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.awx_api import Api
from tests.support.awx_double import PASSWORD, USER, AwxDouble

RULE = "DTSTART:20260101T030000Z RRULE:FREQ=DAILY;INTERVAL=1"
QUESTION = {"variable": "reason", "question_name": "Why?", "type": "text", "required": True, "default": "because"}
SURVEY = {"name": "", "description": "", "spec": [QUESTION]}


@pytest.fixture
def double() -> Iterator[AwxDouble]:
    with AwxDouble({"plan.yml"}) as running:
        yield running


@pytest.fixture
def api(double: AwxDouble) -> Api:
    return Api(double.env)


def refused(api: Api, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        api.call(method, path, body)
    return caught.value.code, json.loads(caught.value.read())


def made(api: Api, place: str, **body: Any) -> int:
    number: int = api.call("POST", f"{place}/", body)["id"]
    return number


def job_template(api: Api, **more: Any) -> dict[str, Any]:
    """What a job template needs; everything it builds on is made."""
    organization = made(api, "organizations", name="org")
    inventory = made(api, "inventories", name="hosts", organization=organization)
    git = {"scm_type": "git", "scm_url": "https://git.example.com/x.git"}
    project = api.call("POST", "projects/", {"name": "project", "organization": organization, **git})
    api.call("GET", f"project_updates/{project['summary_fields']['current_update']['id']}/")
    return {"name": "plan", "project": project["id"], "inventory": inventory, "playbook": "plan.yml", **more}


def workflow(api: Api, *identifiers: str) -> list[int]:
    """A workflow, and nodes in it."""
    number = made(api, "workflow_job_templates", name="workflow")
    nodes = [
        made(api, "workflow_job_template_nodes", identifier=name, workflow_job_template=number) for name in identifiers
    ]
    return [number, *nodes]


def test_a_stranger_learns_nothing(double: AwxDouble) -> None:
    stranger = Api({**double.env, "CONTROLLER_OAUTH_TOKEN": "guessed"})
    assert refused(stranger, "GET", "organizations/")[0] == 401


def test_a_password_gives_a_token_and_is_a_login_itself(double: AwxDouble) -> None:
    login = {"CONTROLLER_USERNAME": USER, "CONTROLLER_PASSWORD": PASSWORD}
    api = Api({"CONTROLLER_HOST": double.env["CONTROLLER_HOST"], **login})
    assert api.call("POST", "tokens/", {})["token"] == double.env["CONTROLLER_OAUTH_TOKEN"]
    assert [item["name"] for item in api.all("credentials")] == ["Ansible Galaxy"]
    assert double.requests == [("GET", "/api/v2/credentials/")]


def test_what_is_not_there_is_not_found(api: Api) -> None:
    assert refused(api, "GET", "organizations/999/")[0] == 404
    assert refused(api, "GET", "nonsense/")[0] == 404


def test_a_field_that_nobody_has_cannot_be_searched(api: Api) -> None:
    assert refused(api, "GET", "organizations/?colour=red")[0] == 400


def test_a_name_is_taken_once(api: Api) -> None:
    made(api, "organizations", name="org")
    assert "__all__" in refused(api, "POST", "organizations/", {"name": "org"})[1]


def test_unknown_fields_are_ignored_and_unknown_objects_are_not(api: Api) -> None:
    assert "colour" not in api.call("POST", "organizations/", {"name": "org", "colour": "red"})
    assert "organization" in refused(api, "POST", "inventories/", {"name": "hosts", "organization": 999})[1]


def test_a_playbook_is_found_once_the_project_is_synced(api: Api) -> None:
    body = job_template(api)
    assert api.call("POST", "job_templates/", body)["organization"] == api.one("organizations", name="org")["id"]
    assert "playbook" in refused(api, "POST", "job_templates/", {**body, "name": "b", "playbook": "other.yml"})[1]
    project = made(api, "projects", name="slow", scm_type="git", scm_url="https://git.example.com/y.git")
    assert "playbook" in refused(api, "POST", "job_templates/", {**body, "name": "c", "project": project})[1]


def test_secrets_are_not_shown_and_stay_when_they_are_not_written(double: AwxDouble, api: Api) -> None:
    fields = [{"id": "user"}, {"id": "word", "secret": True}]
    kind = api.call("POST", "credential_types/", {"name": "login", "inputs": {"fields": fields}})
    assert kind["inputs"]["fields"][0]["type"] == "string"
    credential = {"name": "mine", "credential_type": kind["id"], "inputs": {"user": "me", "word": "hush"}}
    number = made(api, "credentials", **credential)
    changed = api.call("PATCH", f"credentials/{number}/", {"inputs": {"user": "you", "word": "$encrypted$"}})
    assert changed["inputs"] == {"user": "you", "word": "$encrypted$"}
    assert double.store.get("credentials", number)["inputs"] == {"user": "you", "word": "hush"}
    assert "inputs" in refused(api, "PATCH", f"credentials/{number}/", {"inputs": {"colour": "red"}})[1]


@pytest.mark.parametrize(
    "injectors",
    [
        {"env": {"ANSIBLE_CONFIG": "x"}},
        {"env": {"CONFIG": "{{ tower.filename }}"}},
        {"env": {"NAME": "{{ nobody }}"}},
        {"extra_vars": {"name": "{{ user"}},
    ],
)
def test_an_injector_is_rendered_before_it_is_kept(api: Api, injectors: dict[str, Any]) -> None:
    body = {"name": "login", "inputs": {"fields": [{"id": "user"}]}, "injectors": injectors}
    assert "injectors" in refused(api, "POST", "credential_types/", body)[1]


def test_credentials_go_where_their_kind_fits(api: Api) -> None:
    galaxy = api.one("credentials", name="Ansible Galaxy")["id"]
    kind = made(api, "credential_types", name="login")
    first, second = (made(api, "credentials", name=name, credential_type=kind) for name in ("a", "b"))
    template = made(api, "job_templates", **job_template(api))
    organization = api.one("organizations", name="org")["id"]
    api.call("POST", f"job_templates/{template}/credentials/", {"id": first})
    assert refused(api, "POST", f"job_templates/{template}/credentials/", {"id": second})[0] == 400
    assert refused(api, "POST", f"job_templates/{template}/credentials/", {"id": galaxy})[0] == 400
    assert refused(api, "POST", f"organizations/{organization}/galaxy_credentials/", {"id": first})[0] == 400
    api.call("POST", f"job_templates/{template}/credentials/", {"id": first, "disassociate": True})
    assert api.call("GET", f"job_templates/{template}/credentials/")["count"] == 0


def test_links_stay_in_a_workflow_and_make_no_circle(api: Api) -> None:
    _number, plan, apply, audit = workflow(api, "plan", "apply", "audit")
    api.call("POST", f"workflow_job_template_nodes/{plan}/success_nodes/", {"id": apply})
    api.call("POST", f"workflow_job_template_nodes/{apply}/success_nodes/", {"id": audit})
    assert refused(api, "POST", f"workflow_job_template_nodes/{audit}/always_nodes/", {"id": plan})[0] == 400
    assert refused(api, "POST", f"workflow_job_template_nodes/{plan}/always_nodes/", {"id": plan})[0] == 400
    assert refused(api, "POST", f"workflow_job_template_nodes/{plan}/failure_nodes/", {"id": apply})[0] == 400
    other = made(api, "workflow_job_templates", name="other")
    stranger = made(api, "workflow_job_template_nodes", identifier="plan", workflow_job_template=other)
    assert refused(api, "POST", f"workflow_job_template_nodes/{plan}/success_nodes/", {"id": stranger})[0] == 400
    assert api.links("workflow")["plan"] == {"success_nodes": ["apply"]}


def test_an_approval_is_found_by_its_node_alone_and_has_no_links_of_its_own(api: Api) -> None:
    _number, node = workflow(api, "approve")
    made_one = api.call("POST", f"workflow_job_template_nodes/{node}/create_approval_template/", {"name": "Approve"})
    assert api.launched("workflow") == {"approve": "Approve"}
    assert api.all("unified_job_templates", name="Approve") == []
    assert refused(api, "GET", f"{made_one['url']}success_nodes/")[0] == 404


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"spec": []},
        {"spec": [QUESTION, QUESTION]},
        {"spec": [{**QUESTION, "required": "yes"}]},
        {"spec": [{**QUESTION, "type": "integer"}]},
        {"spec": [{**QUESTION, "min": "1"}]},
        {"spec": [{**QUESTION, "type": "multiplechoice"}]},
    ],
)
def test_a_survey_is_looked_at(api: Api, change: dict[str, Any]) -> None:
    (number,) = workflow(api)
    path = f"workflow_job_templates/{number}/survey_spec/"
    assert "error" in refused(api, "POST", path, {**SURVEY, **change})[1]
    assert api.call("GET", path) == {}
    api.call("POST", path, SURVEY)
    assert api.call("GET", path) == SURVEY


def test_a_schedule_answers_what_is_required_though_it_has_a_default(api: Api) -> None:
    number = made(api, "workflow_job_templates", name="workflow", survey_enabled=True)
    api.call("POST", f"workflow_job_templates/{number}/survey_spec/", SURVEY)
    body = {"name": "nightly", "unified_job_template": number, "rrule": RULE}
    assert "variables_needed_to_start" in refused(api, "POST", "schedules/", body)[1]
    answers = {"reason": "every night"}
    assert "extra_data" in refused(api, "POST", "schedules/", {**body, "extra_data": {**answers, "x": 1}})[1]
    assert made(api, "schedules", **body, extra_data=answers)


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART:20260101T030000Z RRULE:FREQ=DAILY",
        "DTSTART:20260101T030000Z RRULE:FREQ=SECONDLY;INTERVAL=1",
    ],
)
def test_a_rule_has_a_beginning_and_an_interval(api: Api, rule: str) -> None:
    (number,) = workflow(api)
    body = {"name": "nightly", "unified_job_template": number, "rrule": rule}
    assert "rrule" in refused(api, "POST", "schedules/", body)[1]


def test_a_node_takes_no_answers_that_its_template_does_not_ask_for(api: Api) -> None:
    (number,) = workflow(api)
    template = made(api, "job_templates", **job_template(api))
    node = {"identifier": "plan", "workflow_job_template": number, "unified_job_template": template}
    assert "extra_data" in refused(api, "POST", "workflow_job_template_nodes/", {**node, "extra_data": {"x": 1}})[1]
    assert made(api, "workflow_job_template_nodes", **node)
