#!/usr/bin/env python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes docs/variables.schema.json, from which editors complete and check group_vars.

What a variable may be is said once, where the collection's users read it: in the roles' argument specs and the modules'
documentation. A dynamodb_ variable is what the role variable is that it is the default of.
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs/variables.schema.json"
Schema = dict[str, Any]
TEMPLATE = {"$ref": "#/definitions/template"}
TYPES: dict[str, Schema] = {
    "bool": {"type": "boolean"},
    "dict": {"type": "object"},
    "float": {"type": "number"},
    "int": {"type": "integer"},
    "json": {"type": ["object", "string"]},
    "path": {"type": "string"},
    "raw": {},
    # Ansible takes numbers for text, as in an account's id without quotes; but that loses leading zeros
    "str": {"type": "string"},
}
ENTRIES = {
    "dynamodb_tables": ("tables", "tables"),
    "dynamodb_network_endpoints": ("vpc_endpoints", "endpoints"),
    "dynamodb_exports": ("exports", "exports"),
    "dynamodb_items": ("items", "items"),
    "alarms_extra": ("alarms", "alarms"),
}
"""Lists whose entries are those of a module's option."""
PLAYBOOKS = ROOT / "tools/variables.yml"
"""Variables that no role has, in the form of an argument spec."""
OWNER = re.compile(r"\b(dynamodb_[a-z_]+)\b")
MARKS = re.compile(r"\b[A-Z]+\(([^)]*)\)")


def schema() -> Schema:
    """The whole schema."""
    roles = sorted(path.parents[1] for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
    options: dict[str, Any] = {}
    for role in roles:
        options |= _of_role(role)
    options |= yaml.safe_load(PLAYBOOKS.read_text(encoding="utf-8"))
    properties = {name: _value(option) for name, option in sorted(options.items())}
    for name, (module, option) in ENTRIES.items():
        entry = _documented(module)[option]
        properties[name] = {"description": properties[name]["description"], **_or_template(_list(entry))}
    names = {"anyOf": [{"enum": sorted(properties)}, {"not": {"pattern": "^dynamodb_"}}]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://github.com/traffic-tacos/ansible-dynamodb/blob/main/docs/variables.schema.json",
        "title": "Variables of the collection traffic_tacos.dynamodb",
        "description": "For group_vars and host_vars. Made by tools/variables_schema.py.",
        "type": ["object", "null"],
        "propertyNames": names,
        "properties": properties,
        "definitions": {"template": {"description": "A Jinja expression.", "type": "string", "pattern": r"\{\{|\{%"}},
    }


def _of_role(role: Path) -> dict[str, Any]:
    """The options of a role's variables, and of the dynamodb_ variables that they are the defaults of."""
    specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    options = {name: option for spec in specs.values() for name, option in (spec.get("options") or {}).items()}
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text(encoding="utf-8"))
    owners: dict[str, Any] = {}
    for name, default in defaults.items():
        named = OWNER.search(str(default))
        if named and name in options:
            owners.setdefault(named.group(1), options[name])
    return {**options, **owners}


def _documented(module: str) -> dict[str, Any]:
    found = importlib.import_module(f"ansible_collections.traffic_tacos.dynamodb.plugins.modules.{module}")
    options: dict[str, Any] = yaml.safe_load(found.DOCUMENTATION)["options"]
    return options


def _value(option: Schema) -> Schema:
    return {"description": _text(option.get("description", "")), **_or_template(_plain(option))}


def _member(option: Schema) -> Schema:
    """A member of a mapping: null is the same as leaving it out."""
    value = _value(option)
    if option.get("required") or value.keys() == {"description"}:
        return value
    plain = value.pop("anyOf", None) or [{name: value.pop(name) for name in [*value] if name != "description"}]
    return {**value, "anyOf": [*plain, {"type": "null"}]}


def _or_template(plain: Schema) -> Schema:
    return plain if plain in ({}, TYPES["str"]) else {"anyOf": [plain, TEMPLATE]}


def _plain(option: Schema) -> Schema:
    kind = option.get("type", "str")
    if kind == "list":
        return _list(option)
    members = option.get("options") or option.get("suboptions")
    if kind == "dict" and members:
        return _mapping(members)
    return {**TYPES[kind], **({"enum": list(option["choices"])} if "choices" in option else {})}


def _list(option: Schema) -> Schema:
    element = {**option, "type": option.get("elements", "str")}
    return {"type": "array", "items": _or_template(_plain(element))}


def _mapping(members: Schema) -> Schema:
    needed = [name for name, option in members.items() if option.get("required")]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _member(option) for name, option in members.items()},
        **({"required": needed} if needed else {}),
    }


def _text(description: str | list[str]) -> str:
    """Without the marks of Ansible's documentation."""
    whole = " ".join(description) if isinstance(description, list) else description
    return MARKS.sub(r"\1", " ".join(whole.split()))


def text() -> str:
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
