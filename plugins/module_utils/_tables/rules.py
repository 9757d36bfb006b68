# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse in a definition, found before any call. Limits are from aws-rules.md 5 and features.md 3.5."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .extra_rules import check_extras, check_key_schema
from .model import Environment
from .names import check_estate, check_tags, name_problems, ownership_tags, physical_name
from .replica_rules import check_replicas
from .source_spec import check_source
from .stream_rules import check_streaming
from .vector_rules import check_vectors, search_attributes

MAX_GLOBAL_INDEXES = 20
MAX_LOCAL_INDEXES = 5
MAX_PROJECTED_PER_INDEX = 20
MAX_PROJECTED_PER_TABLE = 100
MAX_TAGS = 50
INDEX_LISTS = {"global_secondary_indexes": MAX_GLOBAL_INDEXES, "local_secondary_indexes": MAX_LOCAL_INDEXES}


def check_environment(environment: Environment, problems: list[str]) -> None:
    """Appends what is wrong with the options that hold for all tables."""
    check_estate(environment.estate, problems)
    if environment.kms_key and not environment.encryption:
        problems.append("kms_key_id: a key is given, but server_side_encryption is false")
    check_tags(environment.tags, environment.estate, "tags", problems)


def check_table(entry: Mapping[str, Any], environment: Environment, path: str, problems: list[str]) -> None:
    """Appends what is wrong with one entry, whose shape is right already."""
    problems += name_problems(physical_name(environment.estate, entry), _name_path(entry, path))
    check_tags(entry["tags"] or {}, environment.estate, f"{path}.tags", problems)
    if entry["state"] == "absent":
        return
    if not entry["hash_key"]:
        problems.append(f"{path}.hash_key: is required")
    _check_keys(entry, path, problems)
    _check_attributes(entry, path, problems)
    _check_indexes(entry, path, problems)
    _check_vectors(entry, path, problems)
    _check_capacity(entry, path, problems)
    if entry["ttl_enabled"] and not entry["ttl_attribute"]:
        problems.append(f"{path}.ttl_attribute: is required when ttl_enabled is true")
    _check_length(entry["ttl_attribute"], f"{path}.ttl_attribute", problems)
    _check_switches(entry, environment, path, problems)
    check_extras(entry, path, problems)
    check_streaming(entry, environment, path, problems)
    check_source(entry, environment, path, problems)
    check_replicas(entry, environment, path, problems)
    total = len({"Name", *environment.tags, *(entry["tags"] or {}), *ownership_tags(environment.estate)})
    if total > MAX_TAGS:
        problems.append(f"{path}.tags: {total} tags with the common ones, AWS allows {MAX_TAGS}")


def _name_path(entry: Mapping[str, Any], path: str) -> str:
    return f"{path}.table_name" if entry["table_name"] else f"{path}.name"


def _check_length(attribute: str | None, path: str, problems: list[str]) -> None:
    """Names of key and TTL attributes have 1 to 255 bytes."""
    if attribute and len(attribute.encode()) > 255:
        problems.append(f"{path}: has {len(attribute.encode())} bytes, AWS allows 255")


def _check_keys(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    for name in ("hash_key", "range_key"):
        _check_length(entry[name], f"{path}.{name}", problems)
    if entry["hash_key"] and entry["hash_key"] == entry["range_key"]:
        problems.append(f"{path}.range_key: is the same attribute as hash_key")


def _used_attributes(entry: Mapping[str, Any]) -> set[str]:
    keys = {entry["hash_key"], entry["range_key"]}
    for field in INDEX_LISTS:
        for index in entry[field] or []:
            keys.update((index.get("hash_key"), index["range_key"]))
            keys.update(key["attribute_name"] for key in index.get("key_schema") or [])
    return {key for key in keys if key}


def _check_attributes(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    """AWS wants exactly the attributes that are keys (T-127)."""
    used = _used_attributes(entry) | search_attributes(entry)
    seen: set[str] = set()
    for number, attribute in enumerate(entry["attributes"] or []):
        place = f"{path}.attributes[{number}].name"
        if attribute["name"] in seen:
            problems.append(f"{place}: {attribute['name']!r} is declared twice")
        elif attribute["name"] not in used:
            problems.append(f"{place}: {attribute['name']!r} is not a key of the table or of an index; remove it")
        seen.add(attribute["name"])


def _check_indexes(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    for field, most in INDEX_LISTS.items():
        indexes = entry[field] or []
        if len(indexes) > most:
            problems.append(f"{path}.{field}: {len(indexes)} indexes, AWS allows {most}")
        for number, index in enumerate(indexes):
            place = f"{path}.{field}[{number}]"
            _check_index(index, index.get("hash_key") or entry["hash_key"], place, problems)
            if "key_schema" in index:
                check_key_schema(index, place, problems)
    if entry["local_secondary_indexes"] and not entry["range_key"]:
        problems.append(f"{path}.range_key: is required, since the table has local_secondary_indexes")
    _check_all_indexes(entry, path, problems)


def _check_all_indexes(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    indexes = [index for field in INDEX_LISTS for index in entry[field] or []]
    names = Counter(index["name"] for index in [*indexes, *(entry["vector_indexes"] or [])])
    for name, count in names.items():
        if count > 1:
            problems.append(f"{path}: {count} indexes are named {name!r}")
    projected = sum(len(index["non_key_attributes"] or []) for index in indexes)
    if projected > MAX_PROJECTED_PER_TABLE:
        problems.append(
            f"{path}: its indexes project {projected} non_key_attributes, AWS allows {MAX_PROJECTED_PER_TABLE}"
        )


def _check_index(index: Mapping[str, Any], hash_key: str | None, path: str, problems: list[str]) -> None:
    problems += name_problems(index["name"], f"{path}.name")
    for name in ("hash_key", "range_key"):
        _check_length(index.get(name), f"{path}.{name}", problems)
    if hash_key and index["range_key"] == hash_key and not index.get("key_schema"):
        problems.append(f"{path}.range_key: is the same attribute as the hash key")
    _check_projection(index, path, problems)


def _check_projection(index: Mapping[str, Any], path: str, problems: list[str]) -> None:
    attributes = index["non_key_attributes"] or []
    projection = index["projection_type"] or "ALL"
    if projection == "INCLUDE" and not attributes:
        problems.append(f"{path}.non_key_attributes: are required when projection_type is INCLUDE")
    if projection != "INCLUDE" and attributes:
        problems.append(f"{path}.non_key_attributes: contradict projection_type {projection}; only INCLUDE takes them")
    if len(attributes) > MAX_PROJECTED_PER_INDEX:
        problems.append(
            f"{path}.non_key_attributes: {len(attributes)} attributes, AWS allows {MAX_PROJECTED_PER_INDEX}"
        )
    if len(set(attributes)) < len(attributes):
        problems.append(f"{path}.non_key_attributes: name an attribute twice")


def _check_vectors(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    for number, index in enumerate(entry["vector_indexes"] or []):
        place = f"{path}.vector_indexes[{number}]"
        problems += name_problems(index["name"], f"{place}.name")
        _check_projection(index, place, problems)
    check_vectors(entry, _used_attributes(entry), path, problems)


def _check_capacity(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    """Capacity on an on-demand table has no effect and is let pass, so that switching is one word."""
    if entry["billing_mode"] != "PROVISIONED":
        return
    places = [(entry, path)]
    places += [
        (index, f"{path}.global_secondary_indexes[{number}]")
        for number, index in enumerate(entry["global_secondary_indexes"] or [])
    ]
    for holder, place in places:
        for field in ("read_capacity", "write_capacity"):
            if holder[field] is not None and holder[field] < 1:
                problems.append(f"{place}.{field}: must be at least 1, not {holder[field]}")


def _check_switches(entry: Mapping[str, Any], environment: Environment, path: str, problems: list[str]) -> None:
    recovery = entry["point_in_time_recovery"] or {}
    days = recovery.get("recovery_period_in_days")
    enabled = recovery.get("enabled")
    place = f"{path}.point_in_time_recovery.recovery_period_in_days"
    if days is not None and not 1 <= days <= 35:
        problems.append(f"{place}: must be 1 to 35, not {days}")
    if days is not None and not (environment.recovery if enabled is None else enabled):
        problems.append(f"{place}: contradicts point-in-time recovery being off")
    encryption = entry["server_side_encryption"] or {}
    if encryption.get("kms_key_arn") and encryption.get("enabled") is False:
        problems.append(f"{path}.server_side_encryption.kms_key_arn: a key is given, but enabled is false")
