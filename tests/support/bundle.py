# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Collections out of the PyPI package "ansible", as not every machine reaches a Galaxy server."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from .alone import alone

CACHE = Path(__file__).resolve().parents[2] / ".cache"


class NotFetchedError(Exception):
    """What could not be had, and why."""


def unpacked(collection: str, release: str, folder: Path) -> Path:
    """The folder to add to Ansible's collections path, with this collection of this release in it and nothing else."""
    with alone(CACHE):
        if not folder.is_dir():
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            wanted = f"ansible_collections/{collection.replace('.', '/')}/"
            with zipfile.ZipFile(_wheel(collection, release)) as archive:
                archive.extractall(partial, [name for name in archive.namelist() if name.startswith(wanted)])
            partial.rename(folder)
    return folder


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise NotFetchedError(f"{arguments[-1]} could not be fetched: is there a network? {reason}")


def _wheel(collection: str, release: str) -> Path:
    """The package itself, downloaded unless it has been before."""
    folder = CACHE / "wheels"
    file = folder / f"ansible-{release}-py3-none-any.whl"
    if not file.exists():
        print(f"Downloading ansible {release} for {collection} ...", file=sys.stderr)
        # A collection runs on older Pythons than the package that it came in
        pip("download", "--no-deps", "--ignore-requires-python", f"--dest={folder}", f"ansible=={release}")
    return file
