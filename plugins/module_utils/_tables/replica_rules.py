# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse in a global table, found before any call; both sides of a contradiction are named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .extra_rules import check_policy
from .model import Environment
from .names import check_tags, partition_of
from .replica_fields import APART, STRONG

REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")
KEY = re.compile(r"^arn:[\w-]+:kms:(?P<region>[\w-]+):(?P<account>\d{12}):key/.+$")
MANAGED_ALIAS = "alias/aws/dynamodb"
STRONG_SETS = (
    ("us-east-1", "us-east-2", "us-west-2"),
    ("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
    ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
)
"""The regions that can be strongly consistent with one another (documented); none lies in two of the sets."""

MADE_FROM = ("import_table", "restore_backup_arn", "restore_source_name", "restore_source_table_arn")
EMPTY = "only an empty table can get it"
Entry = Mapping[str, Any]


def check_replicas(entry: Entry, environment: Environment, path: str, problems: list[str]) -> None:
    """Appends what is wrong with the replicas, the witness and the modes of one entry."""
    replicas = [(each, f"{path}.replicas[{number}]") for number, each in enumerate(entry["replicas"] or [])]
    members = [(each, place) for each, place in replicas if each["state"] != APART]
    for replica, place in replicas:
        _check_replica(replica, environment, place, problems)
    for region, count in Counter(each["region_name"] for each, _place in replicas).items():
        if count > 1:
            problems.append(f"{path}.replicas: {count} replicas have the region_name {region}")
    _check_keys(entry, members, environment, path, problems)
    _check_capacities(entry, members, path, problems)
    _check_group(entry, members, path, problems)
    strong = [place for each, place in replicas if each["consistency_mode"] == STRONG]
    if strong and len(strong) < len(replicas):
        others = ", ".join(place for _each, place in replicas if place not in strong)
        problems.append(
            f"{path}.replicas: {', '.join(strong)} with consistency_mode STRONG contradict {others} with EVENTUAL; "
            "a global table has one mode"
        )
    if strong:
        _check_strong(entry, [each for each, _place in replicas], environment, path, problems)
    elif entry["global_table_witness"]:
        problems.append(
            f"{path}.global_table_witness: contradicts {path}.replicas, of which none has consistency_mode STRONG"
        )


def _check_replica(replica: Entry, environment: Environment, path: str, problems: list[str]) -> None:
    region = replica["region_name"]
    _check_region(region, environment, f"{path}.region_name", problems)
    check_tags(replica["tags"] or {}, environment.estate, f"{path}.tags", problems)
    for name, value in (
        ("read_capacity", replica["read_capacity"]),
        ("on_demand_throughput.max_read_request_units", _read_limit(replica)),
    ):
        if value is not None and value < 1:
            problems.append(f"{path}.{name}: must be at least 1, not {value}")
    if replica["resource_policy"]:
        check_policy(replica["resource_policy"], f"{path}.resource_policy", problems)
    if replica["state"] != APART:
        return
    given = sorted(name for name, value in replica.items() if value is not None and name not in ALWAYS)
    if given:
        problems.append(f"{path}.{given[0]}: contradicts state {APART}; a table apart is described where it is")
    if replica["consistency_mode"] == STRONG:
        problems.append(f"{path}.state: {APART} contradicts consistency_mode STRONG, whose regions go together")


ALWAYS = ("region_name", "state", "consistency_mode")


def _check_region(region: str, environment: Environment, path: str, problems: list[str]) -> None:
    if not REGION.fullmatch(region):
        problems.append(f"{path}: {region!r} is not the name of a region")
    elif region == environment.region:
        problems.append(f"{path}: {region} is the table's own region (region: {environment.region})")
    elif partition_of(region) != partition_of(environment.region):
        problems.append(f"{path}: {region} is in another AWS partition than the table's region {environment.region}")


def _check_keys(
    entry: Entry, members: list[tuple[Entry, str]], environment: Environment, path: str, problems: list[str]
) -> None:
    """Either every region has a customer managed key, or none (T-309), each an ARN of its own region (T-328)."""
    table_key, place = _table_key(entry, environment, path)
    for replica, where in members:
        key = replica["kms_key_arn"]
        if key and not table_key:
            problems.append(
                f"{where}.kms_key_arn: contradicts {place}, which names no customer managed key; either all regions "
                "have one or none"
            )
        if table_key and not key:
            problems.append(f"{where}.kms_key_arn: is required, since {place} is the customer managed key {table_key}")
        if key:
            _check_key(key, replica["region_name"], environment, f"{where}.kms_key_arn", problems)


def _check_key(key: str, region: str, environment: Environment, path: str, problems: list[str]) -> None:
    named = KEY.fullmatch(key)
    if not named:
        problems.append(f"{path}: must be the ARN of a key, not {key!r}")
        return
    if named["region"] != region:
        problems.append(f"{path}: is a key of {named['region']}, the replica is in {region}")
    if named["account"] != environment.account_id:
        problems.append(f"{path}: is a key of account {named['account']}, not of {environment.account_id}")


def _table_key(entry: Entry, environment: Environment, path: str) -> tuple[str | None, str]:
    """The customer managed key of the table itself, and where it is said."""
    encryption = entry["server_side_encryption"] or {}
    own = encryption.get("kms_key_arn")
    enabled = encryption.get("enabled")
    on = enabled if enabled is not None else (environment.encryption or bool(own))
    key = (own or environment.kms_key) if on else None
    place = "kms_key_id" if environment.kms_key and not own and on else f"{path}.server_side_encryption"
    return (None if key and key.endswith(MANAGED_ALIAS) else key), place


def _check_capacities(entry: Entry, members: list[tuple[Entry, str]], path: str, problems: list[str]) -> None:
    """A global table's write capacity is on demand, or scales, on the table and on every index (T-187 T-249)."""
    if entry["billing_mode"] != "PROVISIONED" or not members:
        return
    for replica, place in members:
        if _read_limit(replica) is not None:
            problems.append(f"{place}.on_demand_throughput: contradicts {path}.billing_mode PROVISIONED")
    for holder, place in _holders(entry, path):
        write = (holder["autoscaling"] or {}).get("write")
        if not write or not write["enabled"] or write["target_value"] is None:
            problems.append(
                f"{place}.autoscaling.write: must scale with a target_value, since {path}.billing_mode is PROVISIONED "
                f"and {path}.replicas are given"
            )


def _holders(entry: Entry, path: str) -> Iterator[tuple[Entry, str]]:
    yield entry, path
    for number, index in enumerate(entry["global_secondary_indexes"] or []):
        yield index, f"{path}.global_secondary_indexes[{number}]"


def _read_limit(replica: Entry) -> int | None:
    limit: int | None = (replica["on_demand_throughput"] or {}).get("max_read_request_units")
    return limit


def _check_group(entry: Entry, members: list[tuple[Entry, str]], path: str, problems: list[str]) -> None:
    """What contradicts being, or not being, a global table."""
    eventual = any(each["consistency_mode"] != STRONG for each, _place in members)
    if eventual and entry["stream_enabled"] is False:
        problems.append(
            f"{path}.stream_enabled: false contradicts {path}.replicas; AWS turns the stream on, and it stays on while "
            "there are replicas"
        )
    mode = entry["global_table_settings_replication_mode"]
    if members and mode:
        problems.append(
            f"{path}.global_table_settings_replication_mode: {mode} contradicts {path}.replicas; it is for a table "
            "of one region"
        )
    protected = [(entry["disassociation_protection_enabled"], path)]
    protected += [(each["disassociation_protection_enabled"], place) for each, place in members]
    for given, place in protected:
        if given is not None and not eventual:
            problems.append(
                f"{place}.disassociation_protection_enabled: needs {path}.replicas with consistency_mode EVENTUAL"
            )


def _check_strong(
    entry: Entry, replicas: list[Entry], environment: Environment, path: str, problems: list[str]
) -> None:
    """Three regions, of which one may be a witness, all of one set; no time to live, no local index (documented)."""
    witness = (entry["global_table_witness"] or {}).get("region_name")
    regions = [each["region_name"] for each in replicas]
    if len(regions) != (1 if witness else 2):
        there = f"{len(regions)} and the witness {witness}" if witness else f"{len(regions)} and no witness"
        problems.append(
            f"{path}.replicas: consistency_mode STRONG needs exactly two replicas, or one and a global_table_witness, "
            f"not {there}"
        )
    if witness:
        _check_region(witness, environment, f"{path}.global_table_witness.region_name", problems)
    if witness in regions:
        problems.append(f"{path}.global_table_witness.region_name: {witness} is the region of a replica already")
    home = next((regions for regions in STRONG_SETS if environment.region in regions), ())
    outside = [region for region in (*regions, *([witness] if witness else [])) if region not in home]
    if outside:
        near = f"only with one another {', '.join(home)}" if home else "not at all"
        problems.append(
            f"{path}.replicas: consistency_mode STRONG contradicts {', '.join(outside)}; {environment.region} can be "
            f"strongly consistent {near}"
        )
    _check_excluded(entry, f"{path}.replicas with consistency_mode STRONG", path, problems)


def _check_excluded(entry: Entry, strong: str, path: str, problems: list[str]) -> None:
    """What a strongly consistent table cannot have, or be made of."""
    for field in MADE_FROM:
        if entry[field]:
            problems.append(f"{path}.{field}: contradicts {strong}; {EMPTY}")
    if entry["ttl_enabled"]:
        problems.append(f"{path}.ttl_enabled: contradicts {strong}")
    if entry["local_secondary_indexes"]:
        problems.append(f"{path}.local_secondary_indexes: contradict {strong}")
