# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection awx.awx, which only whoever applies the role controller needs."""

from __future__ import annotations

from pathlib import Path

from .bundle import CACHE, unpacked

RELEASE = "13.8.0"
"""The last release of the PyPI package "ansible" that has awx.awx."""


def collections_path() -> Path:
    """The folder to add to Ansible's collections path. Raises NotFetchedError."""
    return unpacked("awx.awx", RELEASE, CACHE / "awx")
