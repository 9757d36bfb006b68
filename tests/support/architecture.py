# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bounds that keep the code readable, each as a function from a checkout's folder to its breaches."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

FILE_LINES = 300
FUNCTION_LINES = 40

DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
AWS = {"boto3", "botocore"}
CONCURRENCY = {"asyncio", "concurrent", "multiprocessing", "queue", "threading", "time"}
AMAZON = "ansible_collections.amazon.aws.plugins.module_utils."
PURE_HELPERS = {AMAZON + name for name in ("policy", "tagging", "transformation")}
OURS = "ansible_collections.traffic_tacos.dynamodb."

Rule = Callable[[Path], Iterator[str]]
RULES: list[Rule] = []


def rule(check: Rule) -> Rule:
    RULES.append(check)
    return check


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(tree: ast.Module) -> list[ast.AST]:
    """All nodes of a file; most rules look at them."""
    return list(ast.walk(tree))


def files(root: Path, *folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file below the folders, with its syntax tree."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if not path.is_relative_to(root / "tests/output"):
                yield path, parse(path)


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """The imports that happen at run time; those for the type checker alone bind nothing."""
    for_types = {
        inner
        for node in nodes(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    return [node for node in nodes(tree) if isinstance(node, ast.Import | ast.ImportFrom) and node not in for_types]


def foreign(tree: ast.Module) -> set[str]:
    """The dotted names of what a file imports from outside of the collection."""
    names: set[str] = set()
    for node in imports(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif not node.level and node.module:
            names.add(node.module)
    return {name for name in names if not name.startswith(OURS)}


def tops(tree: ast.Module) -> set[str]:
    return {name.split(".", 1)[0] for name in foreign(tree)}


def in_engine(path: Path) -> bool:
    return "_engine" in path.parts


def is_documentation(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in DOCUMENTATION


@rule
def files_are_short(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins", "roles", "tests", "tools"):
        documentation = sum(
            lines(node)
            for node in tree.body
            if isinstance(node, ast.Assign) and any(is_documentation(target) for target in node.targets)
        )
        length = len(path.read_text(encoding="utf-8").splitlines()) - documentation
        if length >= FILE_LINES:
            yield f"{path.relative_to(root)}: {length} lines"


@rule
def functions_are_short(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins", "roles", "tests", "tools"):
        for node in nodes(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines(node) >= FUNCTION_LINES:
                yield f"{path.relative_to(root)}: {node.name} has {lines(node)} lines"


@rule
def only_gateways_and_the_client_know_boto(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins"):
        client = in_engine(path) and path.name == "client.py"
        if path.name != "gateway.py" and not client and (found := tops(tree) & AWS):
            yield f"{path.relative_to(root)}: imports {', '.join(sorted(found))}"


@rule
def only_the_engine_knows_threads_and_clocks(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins/module_utils", "plugins/modules", "plugins/filter"):
        if not in_engine(path) and (found := tops(tree) & CONCURRENCY):
            yield f"{path.relative_to(root)}: imports {', '.join(sorted(found))}"


@rule
def domains_are_pure(root: Path) -> Iterator[str]:
    """A domain's planner knows nothing of Ansible but amazon.aws's pure helpers."""
    for path, tree in files(root, "plugins/module_utils"):
        if in_engine(path) or path.name == "gateway.py":
            continue
        ansible = {name for name in foreign(tree) if name.split(".", 1)[0] in ("ansible", "ansible_collections")}
        if found := ansible - PURE_HELPERS:
            yield f"{path.relative_to(root)}: imports {', '.join(sorted(found))}"


@rule
def only_modules_know_the_module_class(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins"):
        if path.parent == root / "plugins/modules" or (in_engine(path) and path.name == "client.py"):
            continue
        names = {alias.name for node in imports(tree) for alias in node.names}
        if found := names & {"AnsibleModule", "AnsibleAWSModule"}:
            yield f"{path.relative_to(root)}: imports {', '.join(sorted(found))}"


@rule
def one_place_looks_at_check_mode(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins/modules", "plugins/module_utils"):
        count = sum(isinstance(node, ast.Attribute) and node.attr == "check_mode" for node in nodes(tree))
        if count != int(path == root / "plugins/module_utils/_engine/main.py"):
            yield f"{path.relative_to(root)}: reads check_mode {count} times"


@rule
def module_utils_say_what_they_are_for(root: Path) -> Iterator[str]:
    for path, tree in files(root, "plugins/module_utils"):
        if not ast.get_docstring(tree):
            yield f"{path.relative_to(root)}: no docstring"


@rule
def module_utils_are_used(root: Path) -> Iterator[str]:
    used = {target for path, tree in files(root, "plugins") for target in own(root, path, tree) if target != path}
    for path, _tree in files(root, "plugins/module_utils"):
        if path not in used:
            yield f"{path.relative_to(root)}: nobody imports it"


def own(root: Path, path: Path, tree: ast.Module) -> Iterator[Path]:
    """The files of the collection that a file imports."""
    for node in imports(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = node.module or ""
        if node.level:
            base = path.parents[node.level - 1].joinpath(*filter(None, module.split(".")))
        elif module.startswith(OURS):
            base = root.joinpath(*module.removeprefix(OURS).split("."))
        else:
            continue
        yield base.with_suffix(".py")
        yield from (base / f"{alias.name}.py" for alias in node.names)


@rule
def no_folder_is_empty(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("[!.]*/**/")):
        inside = [entry.name for entry in path.iterdir() if entry.name != "__pycache__"]
        if path.name != "__pycache__" and not inside and not path.is_relative_to(root / "tests/output"):
            yield f"{path.relative_to(root)}: empty"


@rule
def the_version_has_one_home(root: Path) -> Iterator[str]:
    found = re.search(r"^version: (\S+)$", (root / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        yield "galaxy.yml: no version"
        return
    # What a release brought (changelog) and since when something is there (version_added) are history.
    told = re.compile(rf"(?i)\b_*version_*\b.*\b{re.escape(found[1])}\b")
    for path in sorted([*root.glob("[!.]*/**/*"), *root.glob("[!.]*")]):
        history = path.name in ("galaxy.yml", "CHANGELOG.rst") or path.is_relative_to(root / "changelogs")
        text = path.suffix in (".cfg", ".md", ".py", ".toml", ".yml") or path.name == "Makefile"
        if text and path.is_file() and not history and told.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(root)}: tells the collection's version"
