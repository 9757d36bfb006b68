# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release, made of a copy of the checkout: changelog, tarball, checksum; and what is refused before all that."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.support.tarball import ROOT

VERSION = "99.1.0"
"""A version that is certainly not out, with a change of its own, wherever between two releases the checkout is."""
FRAGMENT = "minor_changes:\n  - A change that only this test knows.\n"
NAME = f"traffic_tacos-dynamodb-{VERSION}.tar.gz"
LEFT_OUT = {".ci", ".github", ".gitignore", "galaxy.yml"}
NEVER = ("__pycache__", ".pyc", ".tar.gz", "_cache", "tests/output", ".plugin-cache")


@dataclass(frozen=True)
class Checkout:
    """A checkout that can be worked in."""

    folder: Path

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        argv = ["git", *identity, *arguments]
        return subprocess.run(argv, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def files(self) -> set[str]:
        """What is there and not ignored."""
        listed = self.git("ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
        return {name for name in listed if name and (self.folder / name).exists()}

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A state")

    def release(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "VENV": sys.prefix}
        argv = [str(self.folder / "tools/release"), *arguments]
        return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def cloned(source: Path, folder: Path) -> Checkout:
    subprocess.run(["git", "clone", "--quiet", "--no-tags", str(source), str(folder)], check=True)
    return Checkout(folder)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """What is in this checkout, committed or not, about to be released."""
    checkout = cloned(ROOT, tmp_path_factory.mktemp("original") / "checkout")
    here = Checkout(ROOT).files()
    for name in here:
        (checkout.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, checkout.folder / name)
    for name in checkout.files() - here:
        (checkout.folder / name).unlink()
    galaxy = checkout.folder / "galaxy.yml"
    galaxy.write_text(re.sub("(?m)^version: .*$", f"version: {VERSION}", galaxy.read_text()))
    (checkout.folder / "changelogs/fragments").mkdir(exist_ok=True)
    (checkout.folder / "changelogs/fragments/test-release.yml").write_text(FRAGMENT)
    checkout.commit()
    return checkout


@pytest.fixture
def checkout(original: Checkout, tmp_path: Path) -> Checkout:
    return cloned(original.folder, tmp_path / "checkout")


@pytest.fixture(scope="module")
def released(original: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout with all the litter of a developer's, after the release."""
    checkout = cloned(original.folder, tmp_path_factory.mktemp("released") / "checkout")
    for name in (".cache/x", ".pytest_cache/x", ".venv/x", "plugins/__pycache__/x.pyc", "tests/output/x", "dist/old"):
        (checkout.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout.folder / name).touch()
    done = checkout.release()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"git tag --annotate v{VERSION}" in done.stdout
    return checkout


def test_the_fragments_become_the_changelog(released: Checkout, original: Checkout) -> None:
    changes = yaml.safe_load((released.folder / "changelogs/changelog.yaml").read_text())["releases"][VERSION]
    assert set(changes["fragments"]) == {path.name for path in (original.folder / "changelogs/fragments").iterdir()}
    assert not (released.folder / "changelogs/fragments").exists()
    told = (released.folder / "CHANGELOG.rst").read_text()
    assert f"\nv{VERSION}\n" in told
    assert "A change that only this test knows." in told
    changed = {line[3:] for line in released.git("status", "--porcelain").splitlines()}
    assert {name for name in changed if not name.startswith("changelogs/")} == {"CHANGELOG.rst"}


def test_the_tarball_has_what_users_need_and_nothing_else(released: Checkout) -> None:
    with tarfile.open(released.folder / "dist" / NAME) as archive:
        names = {member.name for member in archive.getmembers() if member.isfile()}
        told = archive.extractfile("CHANGELOG.rst")
        assert told is not None
        assert told.read() == (released.folder / "CHANGELOG.rst").read_bytes()
    assert {name for name in names if any(part in name for part in NEVER)} == set()
    wanted = {name for name in released.files() if name.partition("/")[0] not in LEFT_OUT}
    assert names == wanted | {"MANIFEST.json", "FILES.json"}
    needed = {"LICENSE", "README.md", "meta/runtime.yml", "meta/execution-environment.yml", "execution-environment.yml"}
    assert needed | {"docs/operate.md", "playbooks/site.yml", "plugins/modules/tables.py"} <= names


def test_the_checksum_is_that_of_the_only_tarball(released: Checkout) -> None:
    dist = released.folder / "dist"
    assert {path.name for path in dist.iterdir()} == {NAME, "SHA256SUMS"}
    assert (dist / "SHA256SUMS").read_text() == f"{hashlib.sha256((dist / NAME).read_bytes()).hexdigest()}  {NAME}\n"


def test_a_tag_is_built_when_it_is_that_of_the_version_and_the_changelog_knows_it(
    released: Checkout, tmp_path: Path
) -> None:
    early = cloned(released.folder, tmp_path / "early").release(f"v{VERSION}")
    assert early.returncode != 0
    assert "run tools/release before you tag" in early.stderr
    committed = Checkout(tmp_path / "committed")
    shutil.copytree(released.folder, committed.folder)
    committed.commit()
    tagged = cloned(committed.folder, tmp_path / "tagged")
    wrong = tagged.release("v99.0.0")
    assert wrong.returncode != 0
    assert f"The tag is v99.0.0, but galaxy.yml says {VERSION}." in wrong.stderr
    done = tagged.release(f"v{VERSION}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tagged.folder / "dist" / NAME).exists()
    assert tagged.git("status", "--porcelain") == ""


def test_nothing_is_released_twice_without_changes_or_from_a_tree_that_is_not_clean(checkout: Checkout) -> None:
    (checkout.folder / "note.txt").touch()
    assert "The tree is not clean" in checkout.release().stderr
    (checkout.folder / "note.txt").unlink()
    checkout.git("tag", f"v{VERSION}")
    assert f"v{VERSION} is out: raise the version" in checkout.release().stderr
    checkout.git("tag", "--delete", f"v{VERSION}")
    shutil.rmtree(checkout.folder / "changelogs/fragments")
    checkout.commit()
    refused = checkout.release()
    assert refused.returncode != 0
    assert "there is no fragment" in refused.stderr
    assert not (checkout.folder / "dist").exists()
