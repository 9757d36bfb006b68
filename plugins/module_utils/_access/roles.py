# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From settings to the desired roles, with finished documents, in the form that access_info takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import Refused
from .documents import (
    Statement,
    bus_statement,
    document,
    ec2_trust,
    ecs_trust,
    irsa_trust,
    key_statement,
    log_statement,
    pod_identity_trust,
    table_policies,
    trust,
)
from .grants import FULL_ACCESS, READ_ONLY, Grant
from .model import application_role, readonly_role, service_role
from .packing import POLICY_LIMIT, numbered
from .settings import Service, Settings, Table, settings_of


def access_roles(tables: Any, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The roles of an estate. Raises Refused with all problems of the settings."""
    settings = settings_of(tables, given)
    problems: list[str] = []
    common = [ec2_trust(), ecs_trust(settings.place, settings.ecs_guards)]
    application = _role(
        settings,
        application_role(settings.estate),
        "Full item access to all tables of the estate",
        common,
        _policies(settings, "dynamodb-access-policy", FULL_ACCESS, settings.tables, [], problems),
    )
    readonly = _role(
        settings,
        readonly_role(settings.estate),
        "Reads all tables of the estate",
        common,
        _policies(settings, "dynamodb-readonly-policy", READ_ONLY, settings.tables, [], problems),
    )
    application["instance_profile"] = settings.instance_profile
    services = [_service_role(settings, service, problems) for service in settings.services]
    if problems:
        raise Refused(problems)
    return [application, readonly, *services]


def _service_role(settings: Settings, service: Service, problems: list[str]) -> dict[str, Any]:
    others: list[Statement] = []
    if service.event_bus:
        others.append(bus_statement(settings.place, service.event_bus))
    if service.log_groups:
        others.append(log_statement(settings.place, service.log_groups))
    return _role(
        settings,
        service_role(settings.estate, service.name),
        f"What the service {service.name} needs",
        _service_trust(settings, service),
        _policies(settings, f"{service.name}-service-policy", FULL_ACCESS, service.tables, others, problems),
    )


def _service_trust(settings: Settings, service: Service) -> list[Statement]:
    statements = [ecs_trust(settings.place, settings.ecs_guards)] if service.ecs else []
    if service.eks:
        for number, provider in enumerate(settings.oidc_providers):
            sid = numbered("EksServiceAccount", number).replace("-", "")
            statements.append(irsa_trust(sid, provider, service.namespace, service.service_account))
    if service.eks and settings.clusters:
        statements.append(pod_identity_trust(settings.clusters, service.namespace, service.service_account))
    return statements


def _role(
    settings: Settings, name: str, description: str, statements: Sequence[Statement], policies: list[dict[str, Any]]
) -> dict[str, Any]:
    accounts = [principal for principal in settings.principals if principal.startswith("arn:")]
    services = [principal for principal in settings.principals if not principal.startswith("arn:")]
    further = [trust("TrustedPrincipals", {"AWS": accounts})] if accounts else []
    further += [trust("TrustedServices", {"Service": services})] if services else []
    return {
        "name": name,
        "path": settings.path,
        "description": description,
        "trust": document([*statements, *further]),
        "permissions_boundary": settings.boundary,
        "managed_policies": list(settings.managed_policies),
        "instance_profile": False,
        "policies": policies,
    }


def _policies(
    settings: Settings, suffix: str, grant: Grant, tables: Sequence[Table], others: list[Statement], problems: list[str]
) -> list[dict[str, Any]]:
    name = f"{settings.estate}-{suffix}"
    keys = list(dict.fromkeys(key for table in tables for key in table.keys))
    if keys:
        others = [key_statement(grant, settings.place, keys), *others]
    try:
        vectors = {table.name: table.vectors for table in tables}
        documents = table_policies(grant, settings.place, [table.name for table in tables], others, vectors)
    except ValueError as what:
        problems.append(f"{name}: {what} does not fit into a policy of {POLICY_LIMIT} characters")
        return []
    description = f"Access of the estate {settings.estate}"
    return [
        {"name": numbered(name, number), "description": description, "document": policy}
        for number, policy in enumerate(documents)
    ]
