# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as its users have it: built, and installed from the tarball without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .alone import alone

ROOT = Path(__file__).parents[2]
GALAXY = Path(sys.executable).with_name("ansible-galaxy")


def build(folder: Path) -> Path:
    """The checkout as a tarball in this folder, built by the first of the test workers that comes here."""
    with alone(folder):
        if not (built := folder / "tarball").is_dir():
            partial = folder / "tarball.partial"
            partial.mkdir()
            _collection(partial, "build", "--output-path", str(partial), str(ROOT))
            partial.rename(built)
    (tarball,) = built.glob("*.tar.gz")
    return tarball


def install(collections: Path, *what: str) -> Path:
    """Installs tarballs, or what a requirements file names, into a folder of collections, and tells where ours is then.

    The checkout that the virtual environment knows would count as installed already; amazon.aws, from there, may.
    """
    _collection(collections, "install", "--offline", "--force", "--collections-path", str(collections), *what)
    return collections / "ansible_collections/traffic_tacos/dynamodb"


def _collection(folder: Path, command: str, *arguments: str) -> None:
    """With a home of its own below the folder, so that nothing is left in the user's."""
    environment = {**os.environ, "ANSIBLE_HOME": str(folder / ".ansible"), "ANSIBLE_COLLECTIONS_PATH": str(folder)}
    argv = [str(GALAXY), "collection", command, *arguments]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
