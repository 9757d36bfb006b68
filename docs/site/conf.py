# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the site that tools/docs builds."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import normpath
from typing import Any

import yaml
from docutils import nodes

ROOT = Path(__file__).parents[2]
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#]+)((?:#[^)]*)?)\)")
ROLE = re.compile(r"roles/(\w+)/README\.md")
CONTENTS = re.compile(r"^\.\. contents::\n(?: +:.*\n)*", re.M)
TITLE = re.compile(rf"^{GALAXY['namespace']}\.{GALAXY['name']}\.(\w+ (?:module|filter|role)) -- .*$", re.M)
ANSIBLE = "https://docs.ansible.com/ansible/latest"
MODULE = re.compile(r"ansible_collections\.(\w+)\.(\w+)\.(\w+_module)")
CHAPTERS = {
    "action_plugins": "plugins/action",
    "ansible_configuration_settings": "reference_appendices/config",
    "common_return_values": "reference_appendices/common_return_values",
}
"""What antsibull refers to in Ansible's own documentation, by label."""

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
project_copyright = GALAXY["authors"][0]
release = version = GALAXY["version"]
extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
pygments_dark_style = "github-dark"
antsibull_ext_color_scheme = "none"


def target(link: str) -> str:
    """Where a link of a page in docs/ leads on the site: to another page of it, or to the repository."""
    path = normpath(f"docs/{link}")
    if role := ROLE.fullmatch(path):
        return f"reference/{role[1]}_role.rst"
    return link if path.endswith(".md") and path.startswith("docs/") else f"{GALAXY['repository']}/blob/main/{path}"


def fit_in(_app: Any, name: str, source: list[str]) -> None:
    """Pages of antsibull lose their lists of contents, which the theme has, and all but the names in their titles."""
    if name.startswith("reference/"):
        source[0] = TITLE.sub(r"\1", CONTENTS.sub("", source[0]))
    else:
        source[0] = LINK.sub(lambda link: f"]({target(link[1])}{link[2]})", source[0])


def ansibles_page(_app: Any, _env: Any, node: Any, text: nodes.Element) -> nodes.reference | None:
    """The page of Ansible's documentation that a label means which this site does not have, without asking it."""
    label = node.get("reftarget", "")
    module = MODULE.fullmatch(label)
    page = "collections/{}/{}/{}".format(*module.groups()) if module else CHAPTERS.get(label)
    return nodes.reference("", "", text, refuri=f"{ANSIBLE}/{page}.html", internal=False) if page else None


def setup(app: Any) -> None:
    app.connect("source-read", fit_in)
    app.connect("missing-reference", ansibles_page)
