# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The molecule scenarios, which C(make molecule) runs: none is missing, none leaves a step out, each is witnessed."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "extensions/molecule"
SCENARIOS = sorted(path.parent.name for path in FOLDER.glob("*/molecule.yml") if path.parent.name != "default")
AROUND = ("create", "destroy", "side_effect")
EXEMPT = {"controller"}
"""It needs a controller, and the collection awx.awx: test_controller.py does all this with a double of one."""


def settings(scenario: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / scenario / "molecule.yml").read_text()) or {}
    return found


def sequence(scenario: str) -> list[list[str]]:
    """The steps of C(molecule test), each with its arguments."""
    common = yaml.safe_load((FOLDER / "config.yml").read_text())
    scenario_settings = {**common["scenario"], **settings(scenario).get("scenario", {})}
    return [step.split() for step in scenario_settings["test_sequence"]]


def test_every_role_has_a_scenario() -> None:
    assert {path.name for path in (ROOT / "roles").iterdir()} - EXEMPT <= set(SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whatever_is_deployed_is_checked_before_and_verified_after(scenario: str) -> None:
    steps = [step for step, *_arguments in sequence(scenario) if step not in AROUND]
    rounds = ["check", "converge", "idempotence", "verify"]
    assert steps == rounds * (len(steps) // len(rounds))
    assert steps


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_playbook_of_a_sequence_is_there(scenario: str) -> None:
    """Molecule skips a step whose playbook is missing, and all side effects where the one without a name is missing."""
    own = settings(scenario).get("ansible", {}).get("playbooks", {})
    named = [path.replace("${MOLECULE_SCENARIO_DIRECTORY}/", "") for path in own.values()]
    for step, *arguments in sequence(scenario):
        if step == "side_effect":
            named += [own.get("side_effect", "side_effect.yml").rpartition("/")[2], *arguments]
    assert [name for name in named if not (FOLDER / scenario / name).is_file()] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_of_ours_is_its_own_witness(scenario: str) -> None:
    """Every scenario has the common verify.yml, which runs its verify.py; that reads with boto3, and asserts."""
    assert "verifier" not in settings(scenario)
    assert "verify" not in settings(scenario).get("ansible", {}).get("playbooks", {})
    scripts = {path.stem: ast.parse(path.read_text()) for path in (FOLDER / scenario).glob("*.py")}
    imported = set()
    for node in (node for tree in scripts.values() for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names - scripts.keys() == {"boto3"}
    assert "subprocess" not in imported
    assert any(isinstance(node, ast.Assert) for node in ast.walk(scripts["verify"]))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_has_an_estate_of_its_own(scenario: str) -> None:
    """All share one account, two at a time."""
    text = "".join(path.read_text() for path in (FOLDER / scenario).rglob("*.yml"))
    names = re.findall(r"^ *dynamodb_name: (.+)$", text, re.MULTILINE)
    assert [name for name in names if not re.fullmatch(f"molecule-{scenario}(-.+)?", name)] == []
