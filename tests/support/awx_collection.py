# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection awx.awx, which only whoever applies the role controller needs."""

from __future__ import annotations

from pathlib import Path

from .bundle import CACHE, unpacked

RELEASE = "13.8.0"
"""The last release of the PyPI package "ansible" that has awx.awx."""

HERE = Path("ansible_collections/awx/awx")
ACTION = """
from ansible_collections.awx.awx.plugins.modules import {name}
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils.module_action import ModuleAction


class ActionModule(ModuleAction):
    module = {name}
"""


def collections_path() -> Path:
    """The folder to add to Ansible's collections path. Raises NotFetchedError."""
    return unpacked("awx.awx", RELEASE, CACHE / "awx")


def with_actions(path: Path, folder: Path) -> Path:
    """The same collection in another folder, its modules run as ours are: in forks, not in an interpreter for each."""
    plugins = folder / HERE / "plugins"
    (plugins / "action").mkdir(parents=True)
    for there in ((path / HERE / "meta"), *(path / HERE / "plugins").iterdir()):
        (folder / there.relative_to(path)).symlink_to(there)
    for module in (path / HERE / "plugins/modules").glob("*.py"):
        if module.stem not in ("__init__", "import"):
            (plugins / "action" / module.name).write_text(ACTION.format(name=module.stem), encoding="utf-8")
    return folder
