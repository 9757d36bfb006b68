# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report document: its schema, what it takes over, and what never gets into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.document import report_document
from jsonschema import Draft202012Validator

from tests.support import report_samples as samples
from tests.support.report_hostile import hostile

SCHEMA = json.loads((Path(__file__).parents[5] / "docs/report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
DOCUMENTS = {
    "plan": samples.document(kind="plan"),
    "site": samples.with_attention(samples.document(kind="site")),
    "audit": samples.document(30),
    "empty": samples.empty(),
}
PLACE = {"estate": "ticket", "host": "dev", "account_id": "1", "region": "r", "made_at": "2026-11-02T08:00:00Z"}


def errors(document: samples.Json) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_keeps_the_schema_as_json_too(name: str) -> None:
    assert errors(DOCUMENTS[name]) == []
    assert json.loads(json.dumps(DOCUMENTS[name], allow_nan=False)) == DOCUMENTS[name]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "other"),
        (("results", "tables", "invocation"), {}),
        (("results", "tables", "steps", 0, "risk"), "some"),
        (("findings", 0, "severity"), "awful"),
        (("roles", 0, "may", 0, "actions"), "dynamodb:GetItem"),
    ],
)
def test_the_schema_refuses_what_is_not_one(path: tuple[str | int, ...], value: object) -> None:
    document = json.loads(json.dumps(samples.document()))
    inner = document
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    assert errors(document) != []


def test_arguments_and_diffs_of_modules_stay_out() -> None:
    result = {"invocation": {"module_args": {"secret_key": "s3cret"}}, "diff": [{"after": "s3cret"}], "changed": True}
    document = report_document({"tables": result}, **PLACE, kind="site")
    assert document["results"] == {"tables": {"changed": True}, "iam": {}, "alarms": {}}


def test_findings_are_sorted_with_the_usage_s_advice_among_them_once() -> None:
    low, high, unknown = (
        {"id": f"a.{name}", "severity": name, "resource": "t", "found": "", "expected": "", "mend": ""}
        for name in ("low", "high", "unknown")
    )
    usage = {"t": {"series": {}, "advice": [low, high], "indexes": {"i": {"series": {}, "advice": [unknown]}}}}
    document = report_document({}, **PLACE, kind="audit", findings=[low], usage=usage)
    assert [finding["id"] for finding in document["findings"]] == ["a.high", "a.low", "a.unknown"]


def test_what_json_does_not_know_becomes_what_it_knows() -> None:
    class Marked(str):
        """Like a text of Ansible's, with an origin."""

    entry = {Marked("name"): Marked("{{ x }}"), "many": {1}, "pair": (1, 2.5), "none": float("nan"), "yes": True}
    document = report_document({}, **PLACE, kind="plan", tables=[entry])
    assert document["tables"] == [{"name": "{{ x }}", "many": [1], "pair": [1, 2.5], "none": None, "yes": True}]
    assert {type(key) for key in document["tables"][0]} | {type(document["tables"][0]["name"])} == {str}


def test_hostile_text_is_taken_over_as_it_is() -> None:
    assert [table["name"] for table in hostile()["tables"]] == [table["hash_key"] for table in hostile()["tables"]]


def test_roles_say_who_assumes_them_and_what_they_may() -> None:
    application = samples.document()["roles"][0]
    assert application["trusted_by"] == ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]
    assert "dynamodb:PutItem" in application["may"][0]["actions"]
    again = report_document({}, **PLACE, kind="plan", roles=[application])
    assert again["roles"] == [application]


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of plan, site, audit"):
        report_document({}, **PLACE, kind="other")
