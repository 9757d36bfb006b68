# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX refuses late, or takes and then does something else with: found in the data, before the first call."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]

TYPED = "dynamodb_teardown"
"""What somebody types who means it; nothing may answer it for them."""
FOR_ONE_RUN = re.compile(r"dynamodb_(adopt|restore|teardown|usage)(_|$)")
"""The variables of the playbooks that no host sets; all others that begin with dynamodb_ are settings of hosts."""
TAKEN = ("ansible_", "awx_", "tower_")
"""What the names of variables begin with that AWX or Ansible itself sets."""
OURS = (
    "adopt_",
    "alarms_",
    "audit_",
    "controller_",
    "dashboard_",
    "emulator_",
    "export_",
    "iam_",
    "network_",
    "outputs_",
    "report_",
    "restore_",
    "site_",
    "tables_",
    "teardown_",
    "topic_",
    "usage_",
)
"""What the names of variables begin with that the roles and playbooks set."""


def controller_problems(
    templates: Sequence[Entry], workflows: Sequence[Entry], schedules: Sequence[Entry]
) -> list[str]:
    """One sentence for each problem; nothing when there is none."""
    launched = [*templates, *workflows]
    known = {entry["name"]: entry for entry in launched}
    found = [
        *_repeated("the templates and workflows", [entry["name"] for entry in launched]),
        *_repeated("the schedules", [entry["name"] for entry in schedules]),
    ]
    for entry in launched:
        found += _survey(entry)
    for workflow in workflows:
        found += _workflow(workflow, known)
    for schedule in schedules:
        found += _schedule(schedule, known)
    return found


def _repeated(where: str, names: Sequence[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{where}: there are two with the name {name}"


def _survey(entry: Entry) -> Iterator[str]:
    where = entry["name"]
    yield from _repeated(f"the survey of {where}", [question["variable"] for question in _questions(entry)])
    for question in _questions(entry):
        name = question["variable"]
        if name.lower().startswith(TAKEN):
            yield f"{where}: the question {name} has a name that AWX or Ansible sets itself"
        elif name.startswith(OURS) or (name.startswith("dynamodb_") and not FOR_ONE_RUN.match(name)):
            yield f"{where}: the answer to {name} would replace what each host says, on all hosts at once"
        if name == TYPED and ("default" in question or not question["required"]):
            yield f"{where}: {name} must be required, without a default, as it is typed by whoever means it"


def _workflow(workflow: Entry, known: Mapping[str, Entry]) -> Iterator[str]:
    nodes = {node["identifier"]: node for node in workflow["nodes"]}
    yield from _repeated(f"the nodes of {workflow['name']}", [node["identifier"] for node in workflow["nodes"]])
    asked = {question["variable"] for question in _questions(workflow)}
    leading = _leading_to_approvals(nodes)
    for identifier, node in nodes.items():
        where = f"{workflow['name']}.{identifier}"
        if bool(node.get("template")) == bool(node.get("approval")):
            yield f"{where}: a node has either a template or an approval"
        for target in sorted(_targets(node) - nodes.keys()):
            yield f"{where}: leads to {target}, which is no node of this workflow"
        if node.get("template"):
            yield from _job(where, node, known, asked, leads_to_approval=identifier in leading)


def _job(
    where: str, node: Entry, known: Mapping[str, Entry], asked: Collection[str], leads_to_approval: bool
) -> Iterator[str]:
    template = known.get(node["template"])
    if template is None:
        yield f"{where}: there is no template {node['template']}"
        return
    yield from _answers(where, template, node.get("extra_data") or {}, asked)
    needed = leads_to_approval or (template.get("job_type") == "check" and _targets(node))
    if template.get("sliced") and needed:
        yield f"{where}: {node['template']} is sliced, so that later nodes would get the plan of one slice only"


def _schedule(schedule: Entry, known: Mapping[str, Entry]) -> Iterator[str]:
    where = f"the schedule {schedule['name']}"
    launched = known.get(schedule["template"])
    if launched is None:
        yield f"{where}: there is no template or workflow {schedule['template']}"
        return
    yield from _answers(where, launched, schedule.get("extra_data") or {})


def _answers(where: str, entry: Entry, given: Collection[str], asked: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with the answers that stand in extra_data."""
    names = {question["variable"] for question in _questions(entry)}
    needed = {question["variable"] for question in _questions(entry) if question["required"]}
    for name in sorted(needed.difference(given, asked)):
        yield f"{where}: extra_data must answer {name}, even where the question has a default"
    for name in sorted(set(given) - names):
        yield f"{where}: extra_data has {name}, which {entry['name']} does not ask for"
    if TYPED in given:
        yield f"{where}: {TYPED} is typed by whoever means it, and never given beforehand"


def _questions(entry: Entry) -> Iterable[Entry]:
    return entry.get("survey") or ()


def _targets(node: Entry) -> set[str]:
    return {target for outcome in ("success", "failure", "always") for target in node.get(outcome) or ()}


def _leading_to_approvals(nodes: Mapping[str, Entry]) -> set[str]:
    """The nodes after which, however late, somebody approves."""
    approvals = {identifier for identifier, node in nodes.items() if node.get("approval")}
    leading: set[str] = set()
    more = approvals
    while more:
        more = {name for name, node in nodes.items() if name not in leading and _targets(node) & (approvals | leading)}
        leading |= more
    return leading
