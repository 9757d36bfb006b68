# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The execution environment: ansible-builder accepts it, and finds in the tarball what the collection needs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ansible_collections.amazon.aws as amazon
import pytest
import yaml
from packaging.requirements import Requirement

from tests.support.tarball import ROOT, install

OURS = "traffic_tacos.dynamodb"


def requirements(lines: Iterable[str]) -> list[Requirement]:
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


NEEDS = requirements((ROOT / "meta/ee-requirements.txt").read_text().splitlines())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, tarball: Path) -> Path:
    """The folder of the installed collection."""
    return install(tmp_path_factory.mktemp("collections"), str(tarball))


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> Path:
    """What a container engine would build, of the file that the tarball brings."""
    folder = tmp_path_factory.mktemp("context")
    builder = str(Path(sys.executable).with_name("ansible-builder"))
    argv = [builder, "create", "--file", str(installed / "execution-environment.yml"), "--context", str(folder)]
    argv += ["--output-filename", "Containerfile"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_image_gets_the_collection_and_what_that_depends_on(context: Path) -> None:
    wanted = yaml.safe_load((context / "_build/requirements.yml").read_text())["collections"]
    dependencies = yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"]
    assert {collection["name"]: collection.get("version") for collection in wanted} == {**dependencies, OURS: None}


def test_the_image_gets_a_release_of_ansible_that_is_tested(context: Path) -> None:
    """tools/setup names the releases that are, meta/runtime.yml the oldest of them."""
    containerfile = (context / "Containerfile").read_text()
    (installs,) = re.findall(r'^ARG ANSIBLE_INSTALL_REFS="(.+)"$', containerfile, re.MULTILINE)
    wanted = {item.name: item.specifier for item in requirements(installs.split())}
    tested = re.findall(r"^    \d\.\d+\) core=(\d)\.(\d+)\.(\d+) ", (ROOT / "tools/setup").read_text(), re.MULTILINE)
    assert len(tested) == 3
    assert all(wanted["ansible-core"].contains(".".join(version)) for version in tested)
    major, newest = tested[-1][0], int(tested[-1][1])
    oldest = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["requires_ansible"]
    assert str(wanted["ansible-core"]) == f"<{major}.{newest + 1},{oldest.removesuffix('.0')}"
    assert "ansible-runner" in wanted


def test_the_installed_collection_says_which_packages_it_needs(context: Path, installed: Path) -> None:
    """What the image's own build asks of all the collections in it."""
    script = context / "_build/scripts/introspect.py"
    argv = [sys.executable, str(script), "introspect", str(installed.parents[2])]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    assert found == {"python": [f"{item}  # from collection {OURS}" for item in NEEDS], "system": []}


def test_no_floor_is_below_that_of_amazon_aws() -> None:
    """Nor is there a ceiling, so that an image can have the latest."""
    theirs = requirements(Path(amazon.__path__[0], "requirements.txt").read_text().splitlines())
    floors = {item.name: item.specifier for item in theirs}
    assert {item.name for item in NEEDS} == {"boto3", "botocore"}
    for item in NEEDS:
        (ours,) = item.specifier
        assert ours.operator == ">="
        assert floors[item.name].contains(ours.version), item
