# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of access_info and of the filter access_roles. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._engine.fields import Options

DEFAULT_POLICIES_PER_ROLE = 10
"""AWS's own default quota; an account may have been given more."""

SERVICE_FIELDS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "tables": {"type": "list", "elements": "str"},
    "event_bus": {"type": "str"},
    "log_groups": {"type": "list", "elements": "str"},
    "ecs": {"type": "bool", "default": True},
    "eks": {"type": "bool", "default": True},
    "eks_namespace": {"type": "str"},
    "eks_service_account": {"type": "str"},
}

SETTINGS: Options = {
    "name": {"type": "str", "required": True},
    "account_id": {"type": "str", "required": True},
    "regions": {"type": "list", "elements": "str", "required": True},
    "services": {"type": "list", "elements": "dict", "options": SERVICE_FIELDS},
    "kms_key_id": {"type": "str"},
    "path": {"type": "str", "default": "/"},
    "permissions_boundary": {"type": "str"},
    "trusted_principals": {"type": "list", "elements": "str"},
    "managed_policies": {"type": "list", "elements": "str"},
    "ecs_source_guards": {"type": "bool", "default": True},
    "eks_oidc_provider": {"type": "list", "elements": "str"},
    "eks_namespace": {"type": "str"},
    "eks_pod_identity_cluster": {"type": "list", "elements": "str"},
    "instance_profile": {"type": "bool", "default": False},
}

POLICY_FIELDS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str", "default": ""},
}
"""Beside C(document), which is read as it is."""

ROLE_FIELDS: Options = {
    "name": {"type": "str", "required": True},
    "path": {"type": "str", "default": "/"},
    "description": {"type": "str", "default": ""},
    "permissions_boundary": {"type": "str"},
    "managed_policies": {"type": "list", "elements": "str"},
    "instance_profile": {"type": "bool", "default": False},
}
"""Beside C(trust), a document, and C(policies), a list of POLICY_FIELDS."""


WRITING: dict[str, dict[str, Any]] = {
    "write_retries": {"type": "int", "default": 6},
    "write_delay": {"type": "int", "default": 5},
}
"""What the module access has besides: how often a write is tried again, and after how many seconds."""


def access_info_options() -> dict[str, Any]:
    """The argument spec of the module access_info; its roles are read by spec.py, see _engine/fields.py."""
    return {
        "name": {"type": "str", "required": True},
        "account_id": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "roles": {"type": "list", "elements": "dict"},
        "tags": {"type": "dict"},
        "policies_per_role": {"type": "int", "default": DEFAULT_POLICIES_PER_ROLE},
    }


def access_options() -> dict[str, Any]:
    """The options of the module access."""
    return {**access_info_options(), **WRITING}
