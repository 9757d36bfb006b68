# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to desired tables: fills in what is left out, or names every problem with its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .argspec import TABLE_FIELDS
from .extras import shared
from .kinesis import wanted_destination
from .model import Desired, Encryption, Environment, Index, Recovery, TableSpec, Throughput
from .names import ownership_tags, physical_name, table_arn
from .replica_spec import global_members
from .rules import check_environment, check_table
from .source_spec import source_of
from .vectors import declared as vector_indexes

DEFAULT_UNITS = 5
DEFAULT_VIEW_TYPE = "NEW_AND_OLD_IMAGES"


def environment_of(params: Mapping[str, Any]) -> Environment:
    """What the module's own options say for every table."""
    return Environment(
        estate=str(params["name"]),
        account_id=str(params["account_id"]),
        region=str(params["region"]),
        recovery=params["enable_point_in_time_recovery"],
        protection=params["enable_deletion_protection"],
        encryption=params["server_side_encryption"],
        kms_key=params.get("kms_key_id") or None,
        tags={str(key): str(value) for key, value in (params.get("tags") or {}).items()},
    )


def parse(params: Mapping[str, Any]) -> list[Desired]:
    """The desired tables, sorted by physical name. Raises Refused with all problems of all tables."""
    problems: list[str] = []
    environment = environment_of(params)
    check_environment(environment, problems)
    desired: list[Desired] = []
    for number, given in enumerate(params["tables"] or []):
        path = f"tables[{number}]"
        shape: list[str] = []
        entry = read(given, TABLE_FIELDS, path, shape)
        if not shape:
            check_table(entry, environment, path, shape)
        problems += shape
        if not shape:
            desired.append(_desired(entry, environment))
    problems += _duplicates(params["tables"] or [], environment.estate)
    if problems:
        raise Refused(problems)
    return sorted(desired, key=lambda table: table.table_name)


def keys_named(desired: list[Desired]) -> set[str]:
    """The KMS keys that are named: ids and aliases must be resolved before they are compared (T-361).

    So must ARNs, as one may be that of the AWS managed key.
    """
    keys = {table.spec.encryption.kms_key for table in desired if table.spec}
    return {key for key in keys if key}


def with_keys(desired: list[Desired], arns: Mapping[str, str | None]) -> list[Desired]:
    """The desired tables with resolved keys; an ARN of None is the AWS managed key."""

    def resolve(table: Desired) -> Desired:
        key = table.spec.encryption.kms_key if table.spec else None
        if table.spec is None or key is None or key not in arns:
            return table
        encryption = replace(table.spec.encryption, kms_key=arns[key])
        return replace(table, spec=replace(table.spec, encryption=encryption))

    return [resolve(table) for table in desired]


def _duplicates(entries: list[Any], estate: str) -> list[str]:
    """Names that stand twice: logical ones, and different logical ones that give one physical name."""
    problems: list[str] = []
    logical: dict[str, str] = {}
    physical: dict[str, str] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping) or not entry.get("name"):
            continue
        path, name, table_name = f"tables[{number}]", str(entry["name"]), physical_name(estate, entry)
        if name in logical:
            problems.append(f"{path}.name: {name!r} is the name of {logical[name]} already")
        elif table_name in physical:
            problems.append(f"{path}: is the table {table_name}, which {physical[table_name]} is already")
        logical.setdefault(name, path)
        physical.setdefault(table_name, path)
    return problems


def _desired(entry: Mapping[str, Any], environment: Environment) -> Desired:
    table_name = physical_name(environment.estate, entry)
    spec = None if entry["state"] == "absent" else _spec(entry, table_name, environment)
    return Desired(
        name=entry["name"],
        table_name=table_name,
        spec=spec,
        arn=table_arn(environment.region, environment.account_id, table_name),
        allow=frozenset(entry["allow"] or []),
        purge_tags=bool(entry["purge_tags"]),
        table_id=entry["table_id"],
        replace_table_id=entry["replace_table_id"],
        source=source_of(entry, environment) if spec else None,
    )


def _spec(entry: Mapping[str, Any], table_name: str, environment: Environment) -> TableSpec:
    provisioned = entry["billing_mode"] == "PROVISIONED"
    table = TableSpec(
        name=entry["name"],
        table_name=table_name,
        hash_key=entry["hash_key"],
        range_key=entry["range_key"],
        attributes={},
        billing_mode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        throughput=_throughput(entry) if provisioned else None,
        global_indexes=_sorted(_global_index(index, provisioned) for index in entry["global_secondary_indexes"] or []),
        local_indexes=_sorted(
            _index(index, (entry["hash_key"],), (index["range_key"],))
            for index in entry["local_secondary_indexes"] or []
        ),
        vector_indexes=vector_indexes(entry["vector_indexes"]),
        stream_view_type=(entry["stream_view_type"] or DEFAULT_VIEW_TYPE) if entry["stream_enabled"] else None,
        ttl_attribute=entry["ttl_attribute"] if entry["ttl_enabled"] else None,
        recovery=_recovery(entry["point_in_time_recovery"] or {}, environment),
        encryption=_encryption(entry["server_side_encryption"] or {}, environment),
        deletion_protection=_default(entry["deletion_protection_enabled"], environment.protection),
        tags={
            "Name": table_name,
            **environment.tags,
            **(entry["tags"] or {}),
            **ownership_tags(environment.estate),
        },
        table_class=entry["table_class"],
        policy=entry["resource_policy"],
        stream_policy=entry["stream_resource_policy"],
        destination=wanted_destination(entry["kinesis_streaming_destination"]),
        **shared(entry),
    )
    return replace(table, attributes=_attributes(table, entry), **global_members(entry, table.tags))


def _attributes(table: TableSpec, entry: Mapping[str, Any]) -> dict[str, str]:
    """The type of every key attribute: as declared, S where nothing is declared."""
    declared = {attribute["name"]: attribute["type"] for attribute in entry["attributes"] or []}
    return {name: declared.get(name, "S") for name in sorted(table.typed_attributes)}


def _global_index(entry: Mapping[str, Any], provisioned: bool) -> Index:
    schema = entry["key_schema"] or []
    hash_keys = tuple(key["attribute_name"] for key in schema if key["key_type"] == "HASH")
    range_keys = tuple(key["attribute_name"] for key in schema if key["key_type"] == "RANGE")
    if not schema:
        hash_keys = (entry["hash_key"],)
        range_keys = (entry["range_key"],) if entry["range_key"] else ()
    index = _index(entry, hash_keys, range_keys)
    return replace(index, throughput=_throughput(entry) if provisioned else None, **shared(entry))


def _index(entry: Mapping[str, Any], hash_keys: tuple[str, ...], range_keys: tuple[str, ...]) -> Index:
    return Index(
        name=entry["name"],
        hash_keys=hash_keys,
        range_keys=range_keys,
        projection_type=entry["projection_type"] or "ALL",
        non_key_attributes=tuple(sorted(entry["non_key_attributes"] or [])),
    )


def _sorted(indexes: Any) -> tuple[Index, ...]:
    return tuple(sorted(indexes, key=lambda index: index.name))


def _throughput(entry: Mapping[str, Any]) -> Throughput:
    return Throughput(_default(entry["read_capacity"], DEFAULT_UNITS), _default(entry["write_capacity"], DEFAULT_UNITS))


def _recovery(entry: Mapping[str, Any], environment: Environment) -> Recovery:
    enabled = _default(entry.get("enabled"), environment.recovery)
    return Recovery(enabled, entry.get("recovery_period_in_days") if enabled else None)


def _encryption(entry: Mapping[str, Any], environment: Environment) -> Encryption:
    own_key = entry.get("kms_key_arn")
    enabled = _default(entry.get("enabled"), environment.encryption or bool(own_key))
    return Encryption(enabled, (own_key or environment.kms_key) if enabled else None)


def _default(value: Any, default: Any) -> Any:
    return default if value is None else value
