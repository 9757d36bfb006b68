# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWX 24.6.1 refuses, and what it makes of what it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .refusal import Refused

if TYPE_CHECKING:
    from .store import Store

Object = dict[str, Any]
HIDDEN = "$encrypted$"
"""What stands where a secret is."""
FORBIDDEN = "ANSIBLE_"
ATTACHABLE = ("cloud", "net", "ssh", "vault")
START = re.compile(r"DTSTART(;TZID=[^:]+:\d{8}T\d{6}|:\d{8}T\d{6}Z)\s")
ANSWERS = {"integer": int, "float": float}
QUESTION = {"type": str, "question_name": str, "variable": str, "required": bool}


def check(store: Store, place: str, item: Object, before: Object | None) -> None:
    """Refuses an object, or completes it in place."""
    if place in RULES:
        RULES[place](store, item, before or {})


def _credential_type(_store: Store, item: Object, _before: Object) -> None:
    fields = item["inputs"].get("fields", [])
    for field in fields:
        field.setdefault("type", "string")
    example = {field["id"]: "EXAMPLE" for field in fields}
    example["tower"] = {"filename": "EXAMPLE"} if "template" in item["injectors"].get("file", {}) else {}
    for name, template in _injected(item["injectors"]):
        if name.startswith(FORBIDDEN):
            raise Refused(400, {"injectors": [f"{name} may not be set by a credential"]})
        try:
            ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(example)
        except TemplateError as error:
            raise Refused(400, {"injectors": [f"{name}: {error}"]}) from error


def _injected(injectors: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for kind in injectors.values():
        yield from kind.items()


def _credential(store: Store, item: Object, before: Object) -> None:
    fields = {field["id"]: field for field in _fields(store, item)}
    unknown = sorted(item["inputs"].keys() - fields.keys())
    if unknown:
        raise Refused(400, {"inputs": [f"no field {name} in this type" for name in unknown]})
    for name, value in item["inputs"].items():
        if value not in fields[name].get("choices", [value]):
            raise Refused(400, {"inputs": [f"{name} is not one of the choices"]})
        if value == HIDDEN:
            item["inputs"][name] = before["inputs"][name]


def _fields(store: Store, credential: Object) -> list[Object]:
    fields: list[Object] = store.get("credential_types", credential["credential_type"])["inputs"].get("fields", [])
    return fields


def secrets(store: Store, credential: Object) -> set[str]:
    """The inputs that are never shown."""
    return {field["id"] for field in _fields(store, credential) if field.get("secret")}


def _project(_store: Store, item: Object, _before: Object) -> None:
    if item["scm_type"] and not item["scm_url"]:
        raise Refused(400, {"scm_url": ["SCM URL is needed"]})


def _inventory_source(_store: Store, item: Object, _before: Object) -> None:
    if item["source"] == "scm" and not item["source_project"]:
        raise Refused(400, {"source_project": ["a project is needed for a source of this kind"]})


def _job_template(store: Store, item: Object, _before: Object) -> None:
    project = store.get("projects", item["project"])
    item["organization"] = project["organization"]
    synced = project["id"] not in store.syncs
    if not project["allow_override"] and not (synced and item["playbook"] in store.playbooks):
        raise Refused(400, {"playbook": ["Playbook not found for project."]})


def _node(store: Store, item: Object, _before: Object) -> None:
    if item["extra_data"]:
        _prompted(store, item, required=False)


def _schedule(store: Store, item: Object, _before: Object) -> None:
    rule = item["rrule"]
    if not START.match(rule):
        raise Refused(400, {"rrule": ["a DTSTART with a time zone is needed"]})
    if "RRULE:" not in rule or "INTERVAL" not in rule or "SECONDLY" in rule:
        raise Refused(400, {"rrule": ["one RRULE with an INTERVAL is needed, and not every few seconds"]})
    _prompted(store, item, required=True)


def _prompted(store: Store, item: Object, required: bool) -> None:
    """Refuses answers that nobody asked for, and in schedules a question without an answer, though it has a default."""
    launched = store.get("unified_job_templates", item["unified_job_template"])
    asked = store.surveys.get(launched["id"], {}).get("spec", []) if launched.get("survey_enabled") else []
    unasked = sorted(item["extra_data"].keys() - {question["variable"] for question in asked})
    if unasked and not launched.get("ask_variables_on_launch"):
        raise Refused(400, {"extra_data": [f"{name} is not prompted for on launch" for name in unasked]})
    needed = [question["variable"] for question in asked if question["required"]]
    missing = [name for name in needed if name not in item["extra_data"]]
    if required and missing:
        raise Refused(400, {"variables_needed_to_start": [f"'{name}' value missing" for name in missing]})


def check_survey(spec: Object) -> None:
    """Refuses a survey, in the one word that AWX uses for it."""
    for problem in _survey_problems(spec):
        raise Refused(400, {"error": problem})


def _survey_problems(spec: Object) -> Iterator[str]:
    for name, kind in {"name": str, "description": str, "spec": list}.items():
        if not isinstance(spec.get(name), kind):
            yield f"{name} is missing, or no {kind.__name__}"
    if not spec.get("spec"):
        yield "there are no questions"
    names = [question.get("variable") for question in spec["spec"]]
    if len(names) != len(set(names)):
        yield "two questions have the same variable"
    for question in spec["spec"]:
        yield from _question_problems(question)


def _question_problems(question: Object) -> Iterator[str]:
    for name, kind in QUESTION.items():
        if not isinstance(question.get(name), kind):
            yield f"{name} of a question is missing, or no {kind.__name__}"
    wanted = ANSWERS.get(question["type"], str)
    if question.get("default", "") != "" and not isinstance(question["default"], wanted):
        yield f"the default of {question['variable']} is no {wanted.__name__}"
    if any(not isinstance(question.get(name, 0), int) for name in ("min", "max")):
        yield f"a limit of {question['variable']} is no number"
    if question["type"].startswith("multi") and "choices" not in question:
        yield f"{question['variable']} has no choices"


def check_association(store: Store, name: str, owner: Object, member: Object) -> None:
    """Refuses to put something into a list."""
    if name.endswith("_nodes"):
        _check_link(store, owner, member)
        return
    kind = store.get("credential_types", member["credential_type"])["kind"]
    if name == "galaxy_credentials" and kind != "galaxy":
        raise Refused(400, {"msg": f"{member['name']} is no credential of Galaxy"})
    if name == "credentials":
        others = (store.get("credentials", number) for number in store.lists[owner["id"], name])
        if member["credential_type"] in {other["credential_type"] for other in others}:
            raise Refused(400, {"error": "two credentials of one type cannot be attached"})
        if kind not in ATTACHABLE:
            raise Refused(400, {"error": f"a credential of kind {kind} cannot be attached"})


def _check_link(store: Store, owner: Object, member: Object) -> None:
    if owner["workflow_job_template"] != member["workflow_job_template"]:
        raise Refused(400, {"Error": "the node is part of another workflow"})
    if member["id"] in store.followers(owner["id"]):
        raise Refused(400, {"Error": "the nodes are linked already"})
    if owner["id"] in _after(store, {member["id"]}):
        raise Refused(400, {"Error": "Cycle detected."})


def _after(store: Store, nodes: Collection[int]) -> set[int]:
    """Some nodes, and all that follow them."""
    found = set(nodes)
    while more := {follower for node in found for follower in store.followers(node)} - found:
        found |= more
    return found


RULES: dict[str, Callable[[Store, Object, Object], None]] = {
    "credential_types": _credential_type,
    "credentials": _credential,
    "projects": _project,
    "inventory_sources": _inventory_source,
    "job_templates": _job_template,
    "workflow_job_template_nodes": _node,
    "schedules": _schedule,
}
