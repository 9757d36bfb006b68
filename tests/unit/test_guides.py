# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What guides and READMEs show can be written like that, what they name exists, and their tables leave nothing out."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import TABLE_FIELDS
from jsonschema import Draft7Validator

from tests.support import peers
from tests.support.plugin_docs import OURS, module_options, role_options

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/variables.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
FACTS = {"dynamodb_audit", "dynamodb_outputs", "dynamodb_planned_outputs"}
"""What playbooks publish, and nobody sets; the names of artifacts begin with them."""
PAGES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md"), ROOT / "README.md"])
FROM_COMMUNITY = ROOT / "docs/from-community-aws.md"
FROM_TERRAFORM = ROOT / "docs/from-terraform.md"
YAML = re.compile(r"^( *)```yaml\n(.*?)^\1```$", re.M | re.S)
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")
NAME = re.compile(r"(?<![./\w])dynamodb_[a-z_]+\b(?!<)")
ONLY_HERE = {
    "allow",
    "autoscaling",
    "contributor_insights",
    "disassociation_protection_enabled",
    "global_table_settings_replication_mode",
    "kinesis_streaming_destination",
    "replace_table_id",
    "resource_policy",
    "state",
    "stream_resource_policy",
    "table_id",
    "vector_indexes",
}
"""Fields of an entry for which aws_dynamodb_table has no argument."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def mappings(data: Any) -> Iterator[dict[str, Any]]:
    """All mappings in there, at any depth."""
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from mappings(value)


def problems(text: str) -> Iterator[str]:
    """What somebody who copies this block would be told."""
    for mapping in mappings(yaml.safe_load(text)):
        variables = {name: value for name, value in mapping.items() if str(name).startswith("dynamodb_")}
        yield from (error.message for error in VALIDATOR.iter_errors(variables))
        for task in (name for name in mapping if str(name).startswith(OURS)):
            yield from task_problems(task.removeprefix(OURS), mapping[task])
        role = str(mapping.get("role", ""))
        if role.startswith(OURS):
            yield from map(str, mapping.get("vars", {}).keys() - role_options(role.removeprefix(OURS)))


def task_problems(module: str, arguments: dict[str, Any]) -> Iterator[str]:
    yield from map(str, arguments.keys() - module_options(module))
    if module == "tables":
        entries = {"dynamodb_tables": arguments.get("tables", [])}
        yield from (error.message for error in VALIDATOR.iter_errors(entries))


def section(path: Path, heading: str) -> str:
    found = path.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert found, heading
    return found


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of all tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "---" not in line][1:]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_can_be_copied(page: Path) -> None:
    blocks = [textwrap.dedent(block) for _indent, block in YAML.findall(page.read_text(encoding="utf-8"))]
    assert [problem for block in blocks for problem in problems(block)] == []


def test_what_is_wrong_in_a_block_is_found() -> None:
    assert list(problems("dynamodb_tabels: []"))
    assert list(problems("dynamodb: {children: {a: {hosts: {b: {dynamodb_regoin: x}}}}}"))
    assert list(problems("dynamodb_tables: [{name: a, hashkey: b}]"))
    assert list(problems("- traffic_tacos.dynamodb.tables: {tables: [{name: a, hashkey: b}]}"))
    assert list(problems("- traffic_tacos.dynamodb.tables: {nmae: ticket}")) == ["nmae"]
    assert list(problems("- roles: [{role: traffic_tacos.dynamodb.iam, vars: {iam_nmae: a}}]")) == ["iam_nmae"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_variable_that_is_named_exists(page: Path) -> None:
    named = set(NAME.findall(page.read_text(encoding="utf-8")))
    known = [*SCHEMA["properties"], *FACTS, "dynamodb_ttl"]
    assert {name for name in named if name.removesuffix("_") not in known} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("module", peers.OPTIONS)
def test_every_option_of_theirs_is_named_once(module: str) -> None:
    named = [option for row in rows(section(FROM_COMMUNITY, f"`{module}`")) for option in CODE.findall(row[0])]
    assert sorted(named) == sorted(peers.OPTIONS[module])


def test_every_argument_of_terraform_is_named_once_and_every_field_is_its_counterpart() -> None:
    found = rows(section(FROM_TERRAFORM, "Every argument of `aws_dynamodb_table`"))
    named = [argument for row in found for argument in CODE.findall(row[0])]
    assert sorted(named) == sorted(peers.TERRAFORM)
    fields = {field for row in found for cell in row[1:] for field in CODE.findall(cell)}
    assert TABLE_FIELDS.keys() - ONLY_HERE - {field.partition(":")[0] for field in fields} == set()


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    assert {path.name for path in ROOT.glob("docs/*.md")} - set(LINK.findall(index)) == {"README.md"}
