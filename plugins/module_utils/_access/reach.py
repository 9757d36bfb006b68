# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an estate consists of by name, which is as far as its deployer must reach, and which extras it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .._engine.errors import Refused
from .._tables.names import physical_name, table_arn
from .documents import mappings
from .global_tables import Replicas, replicas_of
from .model import application_role, readonly_role, service_role
from .settings import Settings, settings_of
from .sources import Sources, sources_of

PLAIN = re.compile(r"^[\w+=,.@/:-]+$", re.ASCII)
"""Names without what IAM would read as a wildcard or as a policy variable."""
ALARMS = "{table}-*-throttle"
"""A table's throttle alarms; those of an index that is gone are deleted, so that its name is not known."""
CAPACITY = ("on_demand_throughput", "warm_throughput")


@dataclass(frozen=True)
class Reach:
    """The names of all that an estate has. Tables include those that are to be deleted."""

    settings: Settings
    tables: tuple[str, ...]
    deleted: tuple[str, ...]
    """The tables that a deployment deletes or replaces."""
    replaced: tuple[str, ...]
    alarms: tuple[str, ...]
    """Patterns of names."""
    capacity: bool
    """Whether any entry asks for units, in whatever form."""
    provisioned: bool
    autoscaling: bool
    insights: bool
    resource_policies: bool
    stream_policies: bool
    kinesis: bool
    kinesis_streams: tuple[str, ...]
    """The ARNs of the Kinesis data streams that tables stream to."""
    sources: Sources
    replicas: tuple[Replicas, ...]

    @property
    def estate(self) -> str:
        return self.settings.estate

    def table_arns(self, tables: Iterable[str] | None = None, suffix: str = "") -> list[str]:
        place = self.settings.place
        names = self.tables if tables is None else tables
        return [table_arn(region, place.account_id, table) + suffix for table in names for region in place.regions]

    def alarm_arns(self, patterns: Iterable[str]) -> list[str]:
        return [arn for pattern in patterns for arn in self.settings.place.arns("cloudwatch", f"alarm:{pattern}")]

    def named(self, kind: str, names: Iterable[str]) -> list[str]:
        """Roles, policies or instance profiles of the estate's path."""
        return [self.settings.place.iam(f"{kind}{self.settings.path}{name}") for name in names]

    def alike(self, kind: str) -> list[str]:
        """All that is named like the estate's, on any path: whose it is is said by its tags, which must be read."""
        return [self.settings.place.iam(f"{kind}/{path}{self.estate}-*") for path in ("", "*/")]

    @property
    def role_names(self) -> list[str]:
        services = [service_role(self.estate, service.name) for service in self.settings.services]
        return [application_role(self.estate), readonly_role(self.estate), *services]

    @property
    def policy_names(self) -> list[str]:
        """Patterns: more tables than one policy holds are spread over numbered ones."""
        kinds = ["dynamodb-access", "dynamodb-readonly", *(f"{each.name}-service" for each in self.settings.services)]
        return [f"{self.estate}-{kind}-policy*" for kind in kinds]


def reach_of(tables: Any, given: Mapping[str, Any]) -> Reach:
    """The reach of an estate, from table entries and options. Raises Refused with all problems."""
    options = dict(given)
    alarms = options.pop("alarms", None) or []
    settings = settings_of(tables, options)
    entries = [entry for entry in tables if isinstance(entry, Mapping)]
    names = [physical_name(settings.estate, entry) for entry in entries]
    replaced = [physical_name(settings.estate, entry) for entry in entries if entry.get("replace_table_id")]
    going = [physical_name(settings.estate, entry) for entry in entries if entry.get("state") == "absent"]
    parts = [part for entry in entries for part in (entry, *mappings(entry, "global_secondary_indexes"))]
    autoscaling = any(part.get("autoscaling") is not None for part in parts)
    reach = Reach(
        settings=settings,
        tables=tuple(names),
        deleted=tuple(dict.fromkeys([*going, *replaced])),
        replaced=tuple(replaced),
        alarms=(*(ALARMS.format(table=name) for name in names), *map(str, alarms)),
        capacity=any(part.get(name) is not None for part in parts for name in CAPACITY)
        or any(entry.get("billing_mode") == "PROVISIONED" for entry in entries),
        provisioned=autoscaling or any(entry.get("billing_mode") == "PROVISIONED" for entry in entries),
        autoscaling=autoscaling,
        insights=any(part.get("contributor_insights") is not None for part in parts),
        resource_policies=any(entry.get("resource_policy") is not None for entry in entries),
        stream_policies=any(entry.get("stream_resource_policy") is not None for entry in entries),
        kinesis=any(entry.get("kinesis_streaming_destination") is not None for entry in entries),
        kinesis_streams=_kinesis_streams(entries),
        sources=sources_of(settings.estate, entries),
        replicas=replicas_of(settings.estate, entries),
    )
    problems = _problems(reach, [str(name) for name in alarms])
    if problems:
        raise Refused(problems)
    return reach


def _kinesis_streams(entries: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    given = [entry.get("kinesis_streaming_destination") for entry in entries]
    arns = [str(each["stream_arn"]) for each in given if isinstance(each, Mapping) and each.get("stream_arn")]
    return tuple(dict.fromkeys(arns))


def _problems(reach: Reach, alarms: list[str]) -> list[str]:
    """What would make a policy wider than it looks."""
    settings = reach.settings
    named = {
        "name": [settings.estate],
        "path": [settings.path],
        "tables": reach.tables,
        "services": [service.name for service in settings.services],
        "kinesis_streaming_destination": reach.kinesis_streams,
        "alarms": alarms,
        "tables' sources": [*reach.sources.buckets, *reach.sources.backups, *reach.sources.pasts],
        "replicas": [name for each in reach.replicas for name in (*each.regions, *each.keys)],
        "managed_policies": settings.managed_policies,
        "permissions_boundary": [settings.boundary] if settings.boundary else [],
    }
    problems = [
        f"{option}: {name!r} has characters that IAM would read as a wildcard or a variable"
        for option, names in named.items()
        for name in names
        if not (PLAIN.fullmatch(name) or (option == "alarms" and not re.search(r"[*?$]", name)))
    ]
    boundary = settings.boundary or ""
    if any(fnmatchcase(boundary, pattern) for pattern in reach.named("policy", reach.policy_names)):
        problems.append(
            f"permissions_boundary: {boundary!r} is named like a policy of the estate, so that who deploys the estate "
            "could rewrite it"
        )
    return problems
