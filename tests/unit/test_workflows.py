# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The workflows: what they test, that the gate cannot be green while something is not, and what they may do."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github/workflows"
WORKFLOWS: dict[str, dict[str, Any]] = {path.stem: yaml.safe_load(path.read_text()) for path in FOLDER.iterdir()}
CI, RELEASE = WORKFLOWS["ci"], WORKFLOWS["release"]
GATE = CI["jobs"]["gate"]
NEEDED = sorted(CI["jobs"].keys() - {"gate"})
PAIRS = {("2.19", "3.11"), ("2.19", "3.12"), ("2.19", "3.13")} | {
    (core, python) for core in ("2.20", "2.21") for python in ("3.12", "3.13")
}
"""Which Pythons Ansible supports for the controller, of those that the collection does."""
STEPS = [
    (f"{name}.{job}", step)
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
    for step in content.get("steps", ())
]


def gate(*results: str) -> bool:
    """Whether the gate is green, run by the shell that GitHub takes for `bash`."""
    (step,) = GATE["steps"]
    argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    environment = {"PATH": os.environ["PATH"], "RESULTS": " ".join(results)}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert " ".join(results) in done.stdout
    return done.returncode == 0


def test_the_gate_is_green_when_everything_has_succeeded() -> None:
    assert gate("success")
    assert gate(*["success"] * len(NEEDED))


@pytest.mark.parametrize("place", range(len(NEEDED)))
@pytest.mark.parametrize("result", ["failure", "skipped", "cancelled", "unknown"])
def test_the_gate_is_red_when_one_job_has_not(result: str, place: int) -> None:
    results = ["success"] * len(NEEDED)
    results[place] = result
    assert not gate(*results)


def test_the_gate_is_red_when_it_knows_of_nothing() -> None:
    assert not gate()
    assert not gate("")


def test_the_gate_always_looks_at_every_other_job() -> None:
    assert GATE["if"] == "always()"
    assert sorted(GATE["needs"]) == NEEDED
    (step,) = GATE["steps"]
    assert step["env"] == {"RESULTS": "${{ join(needs.*.result, ' ') }}"}
    assert "if" not in step
    assert CI["defaults"] == {"run": {"shell": "bash"}}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_no_failure_is_passed_over(name: str) -> None:
    """Such a job or step has succeeded for GitHub."""
    assert "continue-on-error" not in (FOLDER / f"{name}.yml").read_text()
    assert not re.search(r"\|\|\s*(true|:)", (FOLDER / f"{name}.yml").read_text())


def test_every_supported_pair_is_tested() -> None:
    matrix = dict(CI["jobs"]["tests"]["strategy"]["matrix"])
    left_out = {(pair["core"], pair["python"]) for pair in matrix.pop("exclude")}
    assert matrix.keys() == {"core", "python"}
    assert set(itertools.product(matrix["core"], matrix["python"])) - left_out == PAIRS
    setup = (ROOT / "tools/setup").read_text()
    assert re.findall(r"^    (\d\.\d+)\) core=", setup, re.MULTILINE) == matrix["core"]
    environment = CI["jobs"]["tests"]["env"]
    assert environment["ANSIBLE_CORE"] == "${{ matrix.core }}"
    assert environment["PYTHON"] == "python${{ matrix.python }}"


def test_what_one_job_leaves_out_another_one_runs() -> None:
    left_out = CI["jobs"]["tests"]["env"]["PYTEST_ADDOPTS"].removeprefix("--ignore=")
    assert (ROOT / left_out).exists()
    assert CI["jobs"]["molecule"]["steps"][-1]["run"].endswith(f" {left_out}")


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_a_workflow_may_only_read_and_ends(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"].keys() == {"group", "cancel-in-progress"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert "uses" in job or job["timeout-minutes"] <= 60


@pytest.mark.parametrize("step", [step for _place, step in STEPS], ids=[place for place, _step in STEPS])
def test_a_step_runs_what_is_there(step: dict[str, Any]) -> None:
    if "uses" in step:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
        return
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake (\w+)", step["run"])) <= targets
    for tool in re.findall(r"\btools/\w+", step["run"]):
        assert (ROOT / tool).stat().st_mode & 0o111, tool


def test_actions_are_pinned_with_the_release_that_they_are() -> None:
    uses = [line for path in FOLDER.iterdir() for line in path.read_text().splitlines() if "uses: actions/" in line]
    assert uses
    assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in uses)
    pinned = {line.strip() for line in uses}
    assert len(pinned) == len({line.partition("@")[0] for line in pinned}), "one release of each"


def test_a_tag_is_published_after_all_checks_and_the_secret_is_in_one_step_only() -> None:
    assert RELEASE["on"] == {"push": {"tags": ["v*"]}}
    assert RELEASE["jobs"]["checks"]["uses"] == "./.github/workflows/ci.yml"
    assert "workflow_call" in CI["on"]
    publish = RELEASE["jobs"]["publish"]
    assert publish["needs"] == ["checks"]
    assert "if" not in publish
    runs = [step["run"] for step in publish["steps"] if "run" in step]
    assert 'tools/release "$GITHUB_REF_NAME"' in runs[:-1], "which refuses another tag than the version's"
    assert runs[-1].endswith("ansible-galaxy collection publish dist/*.tar.gz")
    assert (FOLDER / "release.yml").read_text().count("secrets.") == 1
    assert "secrets." in str(publish["steps"][-1]["env"])
    assert "secrets." not in (FOLDER / "ci.yml").read_text()
