# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The checkout keeps every bound, and every bound notices a breach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import architecture
from tests.support.architecture import RULES, Rule

ROOT = Path(__file__).parents[2]

SHARED = "plugins/module_utils/_domain/plan.py"
GATEWAY = "plugins/module_utils/_domain/gateway.py"
MAIN = "plugins/module_utils/_engine/main.py"
MODULE = "plugins/modules/things.py"
LONG_DOCUMENTATION = 'DOCUMENTATION = """' + "\n" * 400 + '"""\n'

BREACHES = [
    (architecture.files_are_short, SHARED, "\n" * 300),
    (architecture.files_are_short, "tools/a.py", "\n" * 300),
    (architecture.functions_are_short, "tests/a.py", "class A:\n  def a():" + "\n    1" * 39),
    (architecture.only_gateways_and_the_client_know_boto, SHARED, "import boto3"),
    (architecture.only_gateways_and_the_client_know_boto, "plugins/module_utils/_domain/client.py", "import boto3"),
    (architecture.only_gateways_and_the_client_know_boto, MODULE, "from botocore.config import Config"),
    (architecture.only_the_engine_knows_threads_and_clocks, GATEWAY, "import threading"),
    (architecture.only_the_engine_knows_threads_and_clocks, SHARED, "def a():\n  from concurrent.futures import wait"),
    (architecture.domains_are_pure, SHARED, "import ansible.module_utils.basic"),
    (
        architecture.domains_are_pure,
        SHARED,
        "from ansible_collections.amazon.aws.plugins.module_utils.retries import A",
    ),
    (architecture.only_modules_know_the_module_class, GATEWAY, "from x import AnsibleAWSModule"),
    (architecture.one_place_looks_at_check_mode, MAIN, "module.check_mode or module.check_mode"),
    (architecture.one_place_looks_at_check_mode, MAIN, "pass"),
    (architecture.one_place_looks_at_check_mode, MODULE, "module.check_mode"),
    (architecture.one_place_looks_at_check_mode, SHARED, "module.check_mode"),
    (architecture.module_utils_say_what_they_are_for, SHARED, "import json"),
    (architecture.module_utils_are_used, SHARED, "from .plan import itself"),
    (architecture.the_version_has_one_home, "pyproject.toml", 'version = "1.2.3"'),
    (architecture.the_version_has_one_home, "docs/a.md", "This is version 1.2.3."),
]

KEPT = [
    (architecture.files_are_short, MODULE, LONG_DOCUMENTATION + "\n" * 299),
    (architecture.functions_are_short, "tests/a.py", "def a():" + "\n  1" * 38),
    (architecture.only_gateways_and_the_client_know_boto, GATEWAY, "import boto3"),
    (architecture.only_gateways_and_the_client_know_boto, SHARED, "if TYPE_CHECKING:\n  import boto3"),
    (architecture.only_the_engine_knows_threads_and_clocks, "plugins/module_utils/_engine/wait.py", "import time"),
    (architecture.domains_are_pure, SHARED, "from ansible_collections.amazon.aws.plugins.module_utils.policy import A"),
    (architecture.only_modules_know_the_module_class, MODULE, "from x import AnsibleAWSModule"),
    (architecture.one_place_looks_at_check_mode, MAIN, "module.check_mode"),
    (architecture.module_utils_say_what_they_are_for, SHARED, '"""Plans."""'),
    (architecture.the_version_has_one_home, MODULE, "version_added: 1.2.3"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_checkout_keeps(rule: Rule) -> None:
    breaches = list(rule(ROOT))
    assert not breaches, "\n".join(breaches)


def tree(root: Path, path: str, text: str) -> Path:
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(text, encoding="utf-8")
    (root / "galaxy.yml").write_text("version: 1.2.3\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_a_breach_is_noticed(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    (breach,) = rule(tree(tmp_path / "checkout", path, text))
    assert breach.startswith(f"{path}: ")


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_what_is_allowed_is_no_breach(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    assert list(rule(tree(tmp_path / "checkout", path, text))) == []


@pytest.mark.parametrize(
    "text", ["from ..module_utils._domain.plan import plan", "from ..module_utils._domain import plan"]
)
def test_an_import_by_any_spelling_counts(tmp_path: Path, text: str) -> None:
    root = tree(tmp_path, SHARED, "")
    (root / "plugins/modules").mkdir()
    (root / MODULE).write_text(text, encoding="utf-8")
    assert list(architecture.module_utils_are_used(root)) == []


def test_an_empty_folder_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "roles/nothing/__pycache__").mkdir(parents=True)
    assert list(architecture.no_folder_is_empty(tmp_path)) == ["roles/nothing: empty"]
