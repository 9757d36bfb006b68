# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The schema for editors: as it would be made now, complete, and right about the inventories that are here."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/variables.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
GROUP_VARS = [
    *sorted(ROOT.glob("inventories/*/group_vars/**/*.yml")),
    *sorted(ROOT.glob("examples/**/group_vars/**/*.yml")),
    ROOT / "docs/examples/prices.yml",
]
FACTS = {"dynamodb_failures", "dynamodb_outputs", "dynamodb_plan"}
"""What the playbooks publish, and nobody sets."""
HINT = "# yaml-language-server: $schema="
PUBLIC = "https://raw.githubusercontent.com/traffic-tacos/ansible-dynamodb/main/docs/variables.schema.json"
"""For who has no checkout of the collection, as the owner of a repository like examples/awx-project."""


def errors(**variables: Any) -> list[str]:
    return ["/".join(map(str, error.absolute_path)) for error in VALIDATOR.iter_errors(variables)]


def test_the_file_is_what_the_sources_say() -> None:
    Draft7Validator.check_schema(SCHEMA)
    made = runpy.run_path(str(ROOT / "tools/variables_schema.py"))["schema"]()
    assert made == SCHEMA, "run tools/variables_schema.py"


@pytest.mark.parametrize("path", GROUP_VARS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_inventories_keep_it_and_tell_editors(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) == []
    (hint,) = [line for line in text.splitlines() if line.startswith(HINT)]
    where = hint.removeprefix(HINT)
    assert where == PUBLIC or (path.parent / where).resolve() == ROOT / "docs/variables.schema.json"


def test_every_variable_is_known() -> None:
    places = [*ROOT.glob("roles/*/defaults/*.yml"), *ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/**/*.yml")]
    used = {name for path in places for name in re.findall(r"\bdynamodb_[a-z_]+\b", path.read_text(encoding="utf-8"))}
    assert used - SCHEMA["properties"].keys() == FACTS
    assert all(SCHEMA["properties"][name]["description"] for name in SCHEMA["properties"])


def test_what_is_wrong_is_found() -> None:
    assert errors(dynamodb_tabels=[]) == [""]
    assert errors(dynamodb_tables=[{"name": "a", "hash_key": "id", "hashkey": "x"}]) == ["dynamodb_tables"]
    assert errors(dynamodb_tables=[{"hash_key": "id"}]) == ["dynamodb_tables"]
    assert errors(dynamodb_tables=[{"name": None, "hash_key": "id"}]) == ["dynamodb_tables"]
    assert errors(dynamodb_wait="for ever") == ["dynamodb_wait"]
    assert errors(dynamodb_account_id=137406935518) == ["dynamodb_account_id"]
    assert errors(dynamodb_dashboard="maybe") == ["dynamodb_dashboard"]


def test_what_is_right_is_not() -> None:
    table = {"name": "a", "hash_key": "id", "billing_mode": "{{ mode }}", "point_in_time_recovery": {"enabled": True}}
    assert errors(dynamodb_tables=[table, "{{ another }}"], dynamodb_dashboard="{{ true }}", my_own=1) == []
    assert errors(dynamodb_tables=[{**table, "range_key": None, "tags": None, "ttl_enabled": None}]) == []
    assert errors(dynamodb_tables="{{ tables }}", dynamodb_approved_plan={"host": {"digest": "0"}}) == []
