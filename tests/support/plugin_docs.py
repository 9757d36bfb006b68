# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of the collection's own modules, filters and roles says, without Ansible."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import yaml

from .playbooks import ROOT

OURS = "traffic_tacos.dynamodb."
FRAGMENTS = {f"{OURS}{path.stem}": path.stem for path in (ROOT / "plugins/doc_fragments").glob("*.py")}
CONNECTING = {
    "access_key",
    "aws_ca_bundle",
    "aws_config",
    "debug_botocore_endpoint_logs",
    "endpoint_url",
    "profile",
    "region",
    "secret_key",
    "session_token",
    "validate_certs",
}
"""The options that amazon.aws's fragments give every module."""


def names(kind: str) -> list[str]:
    """Of all modules (kind is C(modules)) or filters (C(filter))."""
    return sorted(path.stem for path in (ROOT / "plugins" / kind).glob("*.py"))


@cache
def plugin(kind: str, name: str) -> Any:
    return importlib.import_module(f"ansible_collections.{OURS}plugins.{kind}.{name}")


@cache
def module_options(name: str) -> frozenset[str]:
    """Every option that a task with the module may give."""
    documentation = yaml.safe_load(plugin("modules", name).DOCUMENTATION)
    options = set(documentation["options"])
    for fragment in documentation["extends_documentation_fragment"]:
        if fragment in FRAGMENTS:
            text = plugin("doc_fragments", FRAGMENTS[fragment]).ModuleDocFragment.DOCUMENTATION
            options |= yaml.safe_load(text)["options"].keys()
    return frozenset(options | CONNECTING)


@cache
def role_options(name: str) -> frozenset[str]:
    """Every variable of the role."""
    specs = yaml.safe_load((ROOT / f"roles/{name}/meta/argument_specs.yml").read_text(encoding="utf-8"))
    return frozenset(name for spec in specs["argument_specs"].values() for name in spec.get("options") or {})


def examples(kind: str, name: str) -> str:
    """The tasks that its page shows."""
    text: str = plugin(kind, name).EXAMPLES
    return text
