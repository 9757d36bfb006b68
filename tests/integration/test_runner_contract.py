# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWX relies on: jobs end as they should, publish what docs/artifacts.md says, keep secrets, and obey plans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.support.credentials import KEYS, OPTIONS, SECRETS, leaks
from tests.support.emulator import ACCOUNT, Emulator
from tests.support.runner import HOSTS, Job, PrivateData
from tests.support.tarball import ROOT

FIRST, SECOND = HOSTS
USERS: dict[str, Any] = {"name": "users", "hash_key": "id"}
ANOTHER: dict[str, Any] = {**USERS, "range_key": "since"}
ESTATE: dict[str, Any] = {
    "dynamodb_name": "ticket",
    "dynamodb_tables": [USERS],
    # IAM is left out: each of its roles and policies costs a process
    "iam_roles": [],
    # The emulator has no simulation of policies
    "dynamodb_audit_simulate": False,
    "dynamodb_audit_severity": "none",
}
FORMS = [
    ("alarms ticket-users-read-throttle create_alarm", "PutMetricAlarm"),
    ("alarms ticket-users-write-throttle create_alarm", "PutMetricAlarm"),
    ("tables ticket-users create_table", "CreateTable"),
    ("tables ticket-users enable_point_in_time_recovery", "UpdateContinuousBackups"),
]
"""The steps of a host's plan without the hash of the request, and the calls that they are."""


@dataclass(frozen=True)
class Jobs:
    """What was run, in this order, in one private data directory, against one account."""

    data: PrivateData
    planned: Job
    slices: tuple[Job, Job]
    refused: Job
    applied: Job
    audited: Job
    own: Job


def key(artifact: str, host: str) -> str:
    return f"{artifact}_{host.replace('-', '_')}"


@pytest.fixture(scope="module")
def jobs(emulators: Emulator, tarball: Path) -> Iterator[Jobs]:
    """In a folder with a short name: Ansible puts a socket there, whose path has a hundred characters at most."""
    emulators.reset()
    with TemporaryDirectory(prefix="tt-") as folder:
        data = PrivateData(Path(folder), emulators, tarball, **ESTATE)
        check, login = "--check --diff", {"dynamodb_environment": KEYS}
        planned = data.run("planned", "plan.yml", cmdline=check, envvars=KEYS)
        first, second = (data.run(host, "plan.yml", cmdline=check, limit=host, envvars=KEYS) for host in HOSTS)
        given = {**first.artifacts, **second.artifacts, **login}
        refused = data.run("refused", "site.yml", extravars={**given, "dynamodb_tables": [ANOTHER]})
        path = {"dynamodb_outputs_path": f"{folder}/home/{{{{ inventory_hostname }}}}.json"}
        applied = data.run("applied", "site.yml", extravars={**given, **path}, verbosity=3)
        audited = data.run("audited", "audit.yml", extravars={**given, **applied.artifacts})
        own = data.run("own", "own.yml", limit=FIRST, extravars={"login": OPTIONS}, verbosity=3)
        yield Jobs(data, planned, (first, second), refused, applied, audited, own)


def test_a_job_ends_as_it_should(jobs: Jobs) -> None:
    for job in (jobs.planned, *jobs.slices, jobs.applied, jobs.audited, jobs.own):
        assert job.ended == ("successful", 0), job.output
    assert jobs.refused.ended == ("failed", 2), jobs.refused.output


def test_it_is_the_projects_collection_that_ran(jobs: Jobs) -> None:
    """Not the checkout that the virtual environment knows."""
    assert (jobs.data.installed / "MANIFEST.json").exists()
    tasks = [event for event in jobs.applied.events if event["event"] == "playbook_on_task_start"]
    assert len(tasks) > 10
    for event in tasks:
        assert event["event_data"]["task_path"].startswith(f"{jobs.data.installed}/"), event


def outputs(host: str) -> dict[str, Any]:
    """As roles/outputs/README.md says."""
    roles = {
        "application_role": "ticket-dynamodb-application-role",
        "readonly_role": "ticket-dynamodb-readonly-role",
        "reservation_service_role": "ticket-reservation-api-service-role",
    }
    return {
        "table_names": {"users": "ticket-users"},
        "table_arns": {"users": f"arn:aws:dynamodb:{HOSTS[host]}:{ACCOUNT}:table/ticket-users"},
        "table_stream_arns": {},
        "reservation_tables": {},
        **{f"{name}_name": role for name, role in roles.items()},
        **{f"{name}_arn": f"arn:aws:iam::{ACCOUNT}:role/{role}" for name, role in roles.items()},
    }


def test_a_check_publishes_the_plan_of_each_host_and_writes_nothing(jobs: Jobs) -> None:
    assert jobs.planned.writes == []
    artifacts = jobs.planned.artifacts
    names = ("dynamodb_approved_plan", "dynamodb_planned_outputs")
    assert artifacts.keys() == {key(name, host) for name in names for host in HOSTS}
    for host in HOSTS:
        assert artifacts[key("dynamodb_planned_outputs", host)] == outputs(host)
        approved = artifacts[key("dynamodb_approved_plan", host)]
        assert approved.keys() == {host}
        assert approved[host].keys() == {"digest", "steps"}
        assert re.fullmatch("[0-9a-f]{64}", approved[host]["digest"])
        assert [re.sub(" [0-9a-f]{12}$", "", step) for step in approved[host]["steps"]] == [step for step, _of in FORMS]


def test_slices_publish_the_same_under_names_of_their_own(jobs: Jobs) -> None:
    """AWX keeps one of several artifacts with the same name, and says nothing."""
    first, second = (job.artifacts for job in jobs.slices)
    assert not first.keys() & second.keys()
    assert {**first, **second} == jobs.planned.artifacts
    assert [job.writes for job in jobs.slices] == [[], []]


def test_another_plan_than_the_one_in_the_artifacts_is_refused(jobs: Jobs) -> None:
    assert jobs.refused.writes == []
    assert jobs.refused.artifacts == {}
    failed = [event for event in jobs.refused.events if event["event"] == "runner_on_failed"]
    assert {event["event_data"]["host"] for event in failed} == set(HOSTS)
    for event in failed:
        message = event["event_data"]["res"]["msg"]
        assert message[0] == "Nothing was changed: this is not the approved plan."
        assert any(line.startswith("not approved: tables ticket-users create_table ") for line in message)


def test_the_plan_in_the_artifacts_is_deployed_exactly(jobs: Jobs) -> None:
    assert sorted(jobs.applied.writes) == sorted([call for _step, call in FORMS] * len(HOSTS))
    assert jobs.applied.artifacts == {key("dynamodb_outputs", host): outputs(host) for host in HOSTS}


def test_an_audit_publishes_the_findings_of_each_host(jobs: Jobs) -> None:
    assert jobs.audited.writes == []
    artifacts = jobs.audited.artifacts
    assert artifacts.keys() == {key("dynamodb_audit", host) for host in HOSTS}
    for audit in artifacts.values():
        assert audit.keys() == {"findings", "counts", "worst"}
        assert sum(audit["counts"].values()) == len(audit["findings"]) > 0
        assert audit["worst"] in audit["counts"]
        for finding in audit["findings"]:
            assert finding.keys() >= {"id", "severity", "resource", "found", "expected", "mend"}
    alarms = {finding["resource"] for audit in artifacts.values() for finding in audit["findings"]}
    assert "ticket-users-read-throttle" in alarms, "nobody is told of it"


def test_the_artifacts_are_those_of_the_documentation(jobs: Jobs) -> None:
    table = re.findall(r"^\| `(\w+)_<host>` \|", (ROOT / "docs/artifacts.md").read_text(), re.MULTILINE)
    published = {name for job in (jobs.planned, jobs.applied, jobs.audited) for name in job.artifacts}
    assert published == {key(name, host) for name in table for host in HOSTS}
    assert len(table) == len(set(table))


def test_no_secret_is_in_anything_that_a_job_leaves(jobs: Jobs) -> None:
    """Whether it came from a credential's environment, from extra variables, or as options of a module."""
    assert "EXEC" in jobs.applied.output, "this was not -vvv"
    assert jobs.data.leaks() == {}
    assert leaks((jobs.planned.folder / "command").read_text()) == list(SECRETS), "nothing would have been found"
