# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the settings of an estate's access: fills in what is left out, or names every problem with its path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import boolean, nearest, read
from .._tables.names import physical_name
from .argspec import SETTINGS
from .documents import Place, mappings

ACCOUNT = re.compile(r"^\d{12}$")
REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")
PRINCIPAL = re.compile(r"^arn:[^:*]+:(iam|sts)::\d{12}:(root|(role|user|assumed-role)/[^*]+)$")
PROVIDER = re.compile(r"^arn:[^:*]+:iam::\d{12}:oidc-provider/[^*]+$")
POLICY = re.compile(r"^arn:[^:*]+:iam::(aws|\d{12}):policy/[^*]+$")
SERVICE_PRINCIPAL = re.compile(r"^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$")
MULTI_REGION_KEY = re.compile(r"^(arn:[^:]+:kms:)[^:]+(:\d+:key/mrk-.+)$")


@dataclass(frozen=True)
class Table:
    """A table by its physical name."""

    name: str
    keys: tuple[str, ...]
    """The ARNs of the customer managed key that it is encrypted with, if any."""
    vectors: tuple[str, ...] = ()
    """The names of the vector indexes that its entry declares."""


@dataclass(frozen=True)
class Service:
    """A service's role: its tables, and who assumes it."""

    name: str
    tables: tuple[Table, ...]
    event_bus: str | None
    log_groups: tuple[str, ...]
    ecs: bool
    eks: bool
    namespace: str
    service_account: str


@dataclass(frozen=True)
class Settings:
    """All that the documents of an estate's roles are computed from."""

    estate: str
    place: Place
    tables: tuple[Table, ...]
    services: tuple[Service, ...]
    path: str
    boundary: str | None
    principals: tuple[str, ...]
    managed_policies: tuple[str, ...]
    ecs_guards: bool
    oidc_providers: tuple[str, ...]
    clusters: tuple[str, ...]
    instance_profile: bool


def settings_of(tables: Any, given: Mapping[str, Any]) -> Settings:
    """The settings, from table entries and options. Raises Refused with all problems."""
    problems: list[str] = []
    options = read({name: _listed(name, value) for name, value in given.items()}, SETTINGS, "", problems)
    problems = [problem.removeprefix(".") for problem in problems]
    entries = _tables(tables, problems)
    _check_place(options, problems)
    if problems:
        raise Refused(problems)
    place = Place(options["account_id"], tuple(dict.fromkeys(options["regions"])))
    by_name = _by_name(options, entries, place, problems)
    settings = Settings(
        estate=options["name"],
        place=place,
        tables=tuple(by_name.values()),
        services=_services(options, by_name, problems),
        path=options["path"],
        boundary=options["permissions_boundary"],
        principals=_principals(options["trusted_principals"] or [], place, problems),
        managed_policies=_arns(options, "managed_policies", POLICY, problems),
        ecs_guards=options["ecs_source_guards"],
        oidc_providers=_providers(options, place, problems),
        clusters=tuple(
            arn for name in options["eks_pod_identity_cluster"] or [] for arn in place.arns("eks", _cluster(name))
        ),
        instance_profile=options["instance_profile"],
    )
    _check_eks(settings, problems)
    if problems:
        raise Refused(problems)
    return settings


def _listed(name: str, value: Any) -> Any:
    """One value where a list is meant is a list of one."""
    return [value] if isinstance(value, str) and value and SETTINGS.get(name, {}).get("type") == "list" else value


def _tables(tables: Any, problems: list[str]) -> list[Mapping[str, Any]]:
    """The entries that are to be there; the tables modules say what else is wrong with an entry."""
    if not isinstance(tables, (list, tuple)):
        problems.append("tables: must be a list of table entries")
        return []
    for number, entry in enumerate(tables):
        if not isinstance(entry, Mapping) or not entry.get("name"):
            problems.append(f"tables[{number}]: must be a table entry with a name")
    named = [entry for entry in tables if isinstance(entry, Mapping) and entry.get("name")]
    return [entry for entry in named if entry.get("state") != "absent"]


def _check_place(options: Mapping[str, Any], problems: list[str]) -> None:
    if options["account_id"] and not ACCOUNT.fullmatch(options["account_id"]):
        problems.append(f"account_id: must be twelve digits, in quotes in YAML, not {options['account_id']!r}")
    for number, region in enumerate(options["regions"] or []):
        if not REGION.fullmatch(region or ""):
            problems.append(f"regions[{number}]: {region!r} is not the name of a region")
    if options["regions"] == []:
        problems.append("regions: must name a region")


def _by_name(
    options: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], place: Place, problems: list[str]
) -> dict[str, Table]:
    """The tables by logical name. A key of a table's own stands for the common one."""
    common = options["kms_key_id"]
    keys = _key_arns(common, place, "kms_key_id", problems) if common else []
    found = {}
    for entry in entries:
        given = entry.get("server_side_encryption")
        encryption = given if isinstance(given, Mapping) else {}
        own = encryption.get("kms_key_arn")
        path = f"tables.{entry['name']}.server_side_encryption.kms_key_arn"
        arns = _key_arns(str(own), place, path, problems) if own else keys
        name = physical_name(options["name"], entry)
        used = () if boolean(encryption.get("enabled")) is False else tuple(arns)
        found[str(entry["name"])] = Table(name, used, _vectors(entry))
    return found


def _vectors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(index["name"]) for index in mappings(entry, "vector_indexes") if index.get("name"))


def _services(options: Mapping[str, Any], tables: Mapping[str, Table], problems: list[str]) -> tuple[Service, ...]:
    services: list[Service] = []
    for number, service in enumerate(options["services"] or []):
        path = f"services[{number}]"
        if service["name"] in [other.name for other in services]:
            problems.append(f"{path}.name: {service['name']!r} is the name of another service already")
        services.append(
            Service(
                name=service["name"],
                tables=_matching(service["tables"] or [], tables, f"{path}.tables", problems),
                event_bus=service["event_bus"],
                log_groups=tuple(service["log_groups"] or []),
                ecs=service["ecs"],
                eks=service["eks"],
                namespace=service["eks_namespace"] or options["eks_namespace"] or "",
                service_account=service["eks_service_account"] or service["name"],
            )
        )
    return tuple(services)


def _matching(
    patterns: Sequence[str], tables: Mapping[str, Table], path: str, problems: list[str]
) -> tuple[Table, ...]:
    """The tables with these logical names, in the tables' order; a pattern may match none, a name must exist."""
    for number, pattern in enumerate(patterns):
        if "*" not in pattern and pattern not in tables:
            problems.append(f"{path}[{number}]: no table is named {pattern!r}{nearest(pattern, tables)}")
    return tuple(table for name, table in tables.items() if any(fnmatchcase(name, pattern) for pattern in patterns))


def _key_arns(key: str, place: Place, path: str, problems: list[str]) -> list[str]:
    """A key's ARN; of a multi-region key, which has one id everywhere, that in each region.

    An alias stays an alias's ARN here: access_info asks AWS which key it means.
    """
    name = key.rsplit(":", 1)[-1]
    if name.startswith("alias/aws/"):
        return []  # the AWS managed key needs no permission
    if name.startswith("alias/") and len(place.regions) > 1:
        problems.append(f"{path}: {key!r} is an alias of one region; for several give a multi-region key's ARN")
    if "*" in key:
        problems.append(f"{path}: {key!r} must name one key")
    # Without a region it is in the first one, whose host is the one that writes IAM
    arn = key if key.startswith("arn:") else place.arns("kms", name if "/" in name else f"key/{name}")[0]
    replicated = MULTI_REGION_KEY.fullmatch(arn)
    return [f"{replicated[1]}{region}{replicated[2]}" for region in place.regions] if replicated else [arn]


def _principals(given: Sequence[str], place: Place, problems: list[str]) -> tuple[str, ...]:
    """An account's number becomes its root's ARN, which is how IAM gives it back."""
    found = []
    for number, principal in enumerate(given):
        arn = f"arn:{place.partition}:iam::{principal}:root" if ACCOUNT.fullmatch(principal) else principal
        if not (PRINCIPAL.fullmatch(arn) or SERVICE_PRINCIPAL.fullmatch(arn)):
            problems.append(
                f"trusted_principals[{number}]: {principal!r} is neither an account, nor a service such as "
                "lambda.amazonaws.com, nor the exact ARN of a role or user"
            )
        found.append(arn)
    return tuple(found)


def _arns(options: Mapping[str, Any], name: str, form: re.Pattern[str], problems: list[str]) -> tuple[str, ...]:
    for number, arn in enumerate(options[name] or []):
        if not form.match(arn):
            problems.append(f"{name}[{number}]: {arn!r} is not the ARN of a managed policy")
    return tuple(options[name] or [])


def _providers(options: Mapping[str, Any], place: Place, problems: list[str]) -> tuple[str, ...]:
    """Providers by ARN, or by the issuer's address as the cluster shows it."""
    found = []
    for number, given in enumerate(options["eks_oidc_provider"] or []):
        issuer = given.removeprefix("https://").rstrip("/")
        arn = given if given.startswith("arn:") else place.iam(f"oidc-provider/{issuer}")
        if not PROVIDER.fullmatch(arn):
            problems.append(
                f"eks_oidc_provider[{number}]: {given!r} must be one provider's exact ARN, or its issuer's address: "
                "IAM matches no wildcard here"
            )
        found.append(arn)
    return tuple(found)


def _cluster(name: str) -> str:
    return name if name.startswith("arn:") else f"cluster/{name}"


def _check_eks(settings: Settings, problems: list[str]) -> None:
    offered = bool(settings.oidc_providers or settings.clusters)
    for number, service in enumerate(settings.services):
        path = f"services[{number}]"
        if service.eks and offered:
            for field, value in (("namespace", service.namespace), ("service_account", service.service_account)):
                if not value or "*" in value:
                    problems.append(f"{path}.eks_{field}: must name the one that may assume the role, not {value!r}")
        if not (service.ecs or (service.eks and offered) or settings.principals):
            problems.append(f"{path}: nobody could assume the role without ecs, an EKS cluster or a principal")
