# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of objects that the double knows, by their place in the API, with what it keeps of them.

What is written into a field that does not stand here is ignored, as AWX ignores fields that it does not know. So when
the role begins to write another field, that has to be added here: until then it changes something on every run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One kind of object."""

    type: str
    fields: dict[str, Any]
    """The fields that can be written, each with what it is when nobody says."""
    needed: tuple[str, ...] = ("name",)
    unique: tuple[str, ...] = ("name", "organization")
    """The fields that no two objects have in common."""
    links: dict[str, str] = field(default_factory=dict)
    """The fields that hold the id of another object, each with that one's place."""
    lists: dict[str, str] = field(default_factory=dict)
    """The lists of other objects below it, each with their place."""
    survey: bool = False


NAMED = {"name": "", "description": ""}
OWNED = {**NAMED, "organization": None}
OWNER = {"organization": "organizations"}
ENVIRONMENT = {"execution_environment": "execution_environments"}
ASKED = ("credential", "diff_mode", "inventory", "limit", "scm_branch", "tags", "variables", "verbosity")
PROMPTS = dict.fromkeys([f"ask_{what}_on_launch" for what in ASKED], False)
OUTCOMES = ("success_nodes", "failure_nodes", "always_nodes")
UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates")
"""What a node or a schedule can launch: one list, in which AWX finds things by their name."""

KINDS = {
    "organizations": Kind("organization", NAMED, unique=("name",), lists={"galaxy_credentials": "credentials"}),
    "credential_types": Kind(
        "credential_type", {**NAMED, "kind": "cloud", "inputs": {}, "injectors": {}}, unique=("name",)
    ),
    "credentials": Kind(
        "credential",
        {**OWNED, "credential_type": None, "inputs": {}},
        needed=("name", "credential_type"),
        unique=("name", "organization", "credential_type"),
        links={**OWNER, "credential_type": "credential_types"},
    ),
    "execution_environments": Kind(
        "execution_environment",
        {**OWNED, "image": "", "credential": None, "pull": ""},
        needed=("name", "image"),
        unique=("name",),
        links={**OWNER, "credential": "credentials"},
    ),
    "projects": Kind(
        "project",
        {
            **OWNED,
            "scm_type": "",
            "scm_url": "",
            "scm_branch": "",
            "scm_clean": False,
            "scm_update_on_launch": False,
            "scm_update_cache_timeout": 0,
            "allow_override": False,
            "credential": None,
            "default_environment": None,
        },
        links={**OWNER, "credential": "credentials", "default_environment": "execution_environments"},
    ),
    "inventories": Kind(
        "inventory",
        {**OWNED, "kind": "", "host_filter": None, "variables": ""},
        needed=("name", "organization"),
        links=OWNER,
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            **NAMED,
            "inventory": None,
            "source": "",
            "source_path": "",
            "source_project": None,
            "execution_environment": None,
            "overwrite": False,
            "overwrite_vars": False,
            "update_on_launch": False,
            "update_cache_timeout": 0,
        },
        needed=("name", "inventory", "source"),
        unique=("name", "inventory"),
        links={"inventory": "inventories", "source_project": "projects", **ENVIRONMENT},
    ),
    "job_templates": Kind(
        "job_template",
        {
            **NAMED,
            **PROMPTS,
            "job_type": "run",
            "inventory": None,
            "project": None,
            "playbook": "",
            "execution_environment": None,
            "diff_mode": False,
            "allow_simultaneous": False,
            "job_slice_count": 1,
            "survey_enabled": False,
        },
        needed=("name", "project", "playbook", "inventory"),
        links={"inventory": "inventories", "project": "projects", **ENVIRONMENT},
        lists={"credentials": "credentials"},
        survey=True,
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {**OWNED, **PROMPTS, "extra_vars": "", "allow_simultaneous": False, "survey_enabled": False},
        links=OWNER,
        survey=True,
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {"identifier": "", "workflow_job_template": None, "unified_job_template": None, "extra_data": {}},
        needed=("identifier", "workflow_job_template"),
        unique=("identifier", "workflow_job_template"),
        links={"workflow_job_template": "workflow_job_templates", "unified_job_template": "unified_job_templates"},
        lists=dict.fromkeys(OUTCOMES, "workflow_job_template_nodes"),
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", {**NAMED, "timeout": 0}, unique=()),
    "schedules": Kind(
        "schedule",
        {**NAMED, "unified_job_template": None, "rrule": "", "extra_data": {}, "enabled": True},
        needed=("name", "unified_job_template", "rrule"),
        unique=("name", "unified_job_template"),
        links={"unified_job_template": "unified_job_templates"},
    ),
}
