# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only the benchmark needs, community.aws and mitogen, and the releases that are compared."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import sysconfig
from pathlib import Path
from typing import Any

from ..support.bundle import CACHE, pip, unpacked

ROOT = Path(__file__).resolve().parents[2]
MITOGEN = "0.3.54"


class BenchmarkError(Exception):
    """What the user has to read."""


def collections_path() -> Path:
    """The folder to add to Ansible's collections path; unpacked when it is not there yet."""
    release = bundle()
    return unpacked("community.aws", release, CACHE / "benchmark" / f"ansible-{release}")


def mitogen_strategy() -> Path:
    """The folder of mitogen's strategy plugins; fetched when it is not there yet."""
    folder = CACHE / "benchmark" / f"mitogen-{MITOGEN}"
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        pip("install", "--no-deps", f"--target={partial}", f"mitogen=={MITOGEN}")
        partial.rename(folder)
    return folder / "ansible_mitogen/plugins/strategy"


def bundle() -> str:
    """The release of the PyPI package "ansible" that tools/setup takes amazon.aws from."""
    core = importlib.metadata.version("ansible-core")
    setup = (ROOT / "tools/setup").read_text(encoding="utf-8")
    found = re.search(rf"core={re.escape(core)} bundle=(\S+)", setup)
    if not found:
        raise BenchmarkError(f"tools/setup names no release of the package ansible for ansible-core {core}.")
    return found[1]


def releases() -> dict[str, Any]:
    """What the figures were measured with."""
    site = Path(sysconfig.get_path("purelib"))
    return {
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("ansible-core", "botocore", "moto")},
        "amazon.aws": collection_release(site / "ansible_collections/amazon/aws"),
        "community.aws": collection_release(collections_path() / "ansible_collections/community/aws"),
        "mitogen": MITOGEN,
        "processors": os.cpu_count(),
    }


def collection_release(folder: Path) -> str:
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    return str(manifest["collection_info"]["version"])
