# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said in several places says the same: options in code and documentation, variables of roles."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.argspec import (
    access_info_options,
    access_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.argspec import ALARM_FIELDS, alarms_options
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.argspec import audit_info_options
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.argspec import (
    BACKUP_FIELDS,
    backups_info_options,
    backups_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._bulk_puts.argspec import (
    PUT_FIELDS,
    bulk_puts_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.argspec import dashboard_options
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.secrets import OPTIONS
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._exports.argspec import (
    EXPORT_FIELDS,
    exports_info_options,
    exports_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.argspec import ITEM_FIELDS, items_options
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.argspec import (
    ENDPOINT_FIELDS,
    vpc_endpoints_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import (
    TABLE_FIELDS,
    tables_info_options,
    tables_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._topic.argspec import (
    SUBSCRIPTION_FIELDS,
    alarm_topic_options,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.argspec import (
    alarms_info_options,
    usage_info_options,
)

ROOT = Path(__file__).parents[2]
COLLECTION = "ansible_collections.traffic_tacos.dynamodb.plugins"
ESTATE = yaml.safe_load(importlib.import_module(f"{COLLECTION}.doc_fragments.estate").ModuleDocFragment.DOCUMENTATION)[
    "options"
]
MODULES = {
    "access": access_options(),
    "access_info": access_info_options(),
    "alarm_topic": alarm_topic_options(),
    "alarms": alarms_options(),
    "audit_info": audit_info_options(),
    "alarms_info": alarms_info_options(),
    "backups": backups_options(),
    "backups_info": backups_info_options(),
    "bulk_puts": bulk_puts_options(),
    "dashboard": dashboard_options(),
    "exports": exports_options(),
    "exports_info": exports_info_options(),
    "items": items_options(),
    "tables": tables_options(),
    "tables_info": tables_info_options(),
    "vpc_endpoints": vpc_endpoints_options(),
    "usage_info": usage_info_options(),
}
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())


def documented(module: str) -> dict[str, Any]:
    text = importlib.import_module(f"{COLLECTION}.modules.{module}").DOCUMENTATION
    options: dict[str, Any] = yaml.safe_load(text)["options"]
    return {**ESTATE, **options}


def facts(option: dict[str, Any]) -> dict[str, Any]:
    """What must agree, in one form."""
    found = {key: option[key] for key in ("type", "elements", "default", "required") if option.get(key) is not None}
    if option.get("choices"):
        found["choices"] = sorted(option["choices"])
    found.setdefault("type", "str")
    if not found.get("required"):
        found.pop("required", None)
    return found


def compare(code: dict[str, Any], documentation: dict[str, Any], path: str) -> None:
    assert code.keys() == documentation.keys(), path
    for name, option in code.items():
        place = f"{path}.{name}"
        assert facts(option) == facts(documentation[name]), place
        if "options" in option:
            compare(option["options"], documentation[name]["suboptions"], place)


def test_every_module_is_here() -> None:
    assert MODULES.keys() == {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_options_are_documented_as_they_are(module: str) -> None:
    documentation = documented(module)
    assert MODULES[module].keys() == documentation.keys()
    for name, option in MODULES[module].items():
        assert facts(option) == facts(documentation[name]), name


@pytest.mark.parametrize(
    ("module", "option", "fields"),
    [
        ("tables", "tables", TABLE_FIELDS),
        ("alarms", "alarms", ALARM_FIELDS),
        ("backups", "backups", BACKUP_FIELDS),
        ("bulk_puts", "bulk_puts", PUT_FIELDS),
        ("exports", "exports", EXPORT_FIELDS),
        ("items", "items", ITEM_FIELDS),
        ("alarm_topic", "subscriptions", SUBSCRIPTION_FIELDS),
        ("vpc_endpoints", "endpoints", ENDPOINT_FIELDS),
        ("usage_info", "prices", usage_info_options()["prices"]["options"]),
    ],
)
def test_the_fields_of_an_entry_are_documented_as_they_are(module: str, option: str, fields: dict[str, Any]) -> None:
    compare(fields, documented(module)[option]["suboptions"], option)


@pytest.mark.parametrize("role", ROLES)
def test_every_default_of_a_role_is_an_argument_and_the_other_way_round(role: str) -> None:
    folder = ROOT / "roles" / role
    defaults = set(yaml.safe_load((folder / "defaults/main.yml").read_text()))
    specs = yaml.safe_load((folder / "meta/argument_specs.yml").read_text())["argument_specs"]
    assert set(specs["main"]["options"]) == defaults
    assert specs.keys() <= {path.stem for path in (folder / "tasks").iterdir()}
    assert all(name.startswith(f"{role}_") for name in defaults)


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())
    members = [entry for entry in runtime["action_groups"]["aws"] if isinstance(entry, str)]
    assert sorted(members) == sorted(MODULES)


@pytest.mark.parametrize("inventory", sorted(path.name for path in (ROOT / "inventories").iterdir()))
def test_an_inventory_sets_only_variables_that_somebody_reads(inventory: str) -> None:
    read = "".join(path.read_text() for folder in ("roles", "playbooks") for path in (ROOT / folder).rglob("*.yml"))
    for path in (ROOT / "inventories" / inventory / "group_vars" / inventory).iterdir():
        for name in yaml.safe_load(path.read_text()) or {}:
            assert name.startswith("dynamodb_"), f"{path}: {name}"
            assert name in read, f"{path}: {name}"


def test_every_playbook_hands_keys_over_as_options() -> None:
    """In the environment of tasks they would stand in the commands that Ansible shows at -vvv."""
    plays = [(path, play) for path in (ROOT / "playbooks").glob("*.yml") for play in yaml.safe_load(path.read_text())]
    connected = [(path, play) for path, play in plays if "dynamodb_environment" in str(play.get("environment"))]
    assert len(connected) > 3
    for path, play in connected:
        assert play["environment"].endswith("| traffic_tacos.dynamodb.without_keys }}"), path
        defaults = play["module_defaults"]["group/traffic_tacos.dynamodb.aws"]
        for name, option in OPTIONS.items():
            assert defaults[option] == f"{{{{ (dynamodb_environment | default({{}})).{name} | default(omit, true) }}}}"
