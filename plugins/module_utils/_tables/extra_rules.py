# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse in the capabilities of extras.py, and declarations that contradict one another."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

MAX_POLICY_BYTES = 20480
MAX_KEYS = 4
SCHEDULE = re.compile(r"^(at|rate|cron)\(.+\)$")
Entry = Mapping[str, Any]


def check_extras(entry: Entry, path: str, problems: list[str]) -> None:
    """Appends what is wrong with the newer capabilities of one entry."""
    provisioned = entry["billing_mode"] == "PROVISIONED"
    for holder, place in _holders(entry, path):
        _check_limits(holder, provisioned, place, problems)
        _check_warm(holder["warm_throughput"] or {}, place, problems)
        _check_autoscaling(holder["autoscaling"], provisioned, place, problems)
        insights = holder["contributor_insights"]
        if insights and insights["mode"] and not insights["enabled"]:
            problems.append(f"{place}.contributor_insights.mode: a mode is given, but enabled is false")
    if entry["resource_policy"]:
        check_policy(entry["resource_policy"], f"{path}.resource_policy", problems)


def check_key_schema(index: Entry, path: str, problems: list[str]) -> None:
    """A global index has one hash key and perhaps a range key, or a key_schema of up to 4 and 4 (T-129)."""
    schema = index["key_schema"] or []
    if bool(schema) == bool(index["hash_key"]):
        problems.append(f"{path}: needs either hash_key or key_schema, and not both")
    elif schema:
        _check_keys(schema, index["range_key"], f"{path}.key_schema", problems)


def _check_keys(schema: list[Entry], range_key: str | None, path: str, problems: list[str]) -> None:
    kinds = [key["key_type"] for key in schema]
    if range_key:
        problems.append(f"{path}: contradicts range_key; it names all keys")
    if kinds[0] != "HASH" or kinds != sorted(kinds):
        problems.append(f"{path}: needs a HASH key, and all HASH keys before the RANGE keys")
    for kind, count in Counter(kinds).items():
        if count > MAX_KEYS:
            problems.append(f"{path}: {count} {kind} keys, AWS allows {MAX_KEYS}")
    for name, count in Counter(key["attribute_name"] for key in schema).items():
        if count > 1:
            problems.append(f"{path}: names {name!r} {count} times")


def _holders(entry: Entry, path: str) -> Iterator[tuple[Entry, str]]:
    yield entry, path
    for number, index in enumerate(entry["global_secondary_indexes"] or []):
        yield index, f"{path}.global_secondary_indexes[{number}]"


def _check_limits(holder: Entry, provisioned: bool, path: str, problems: list[str]) -> None:
    limits = {name: value for name, value in (holder["on_demand_throughput"] or {}).items() if value is not None}
    if limits and provisioned:
        problems.append(f"{path}.on_demand_throughput: contradicts billing_mode PROVISIONED")
    for name, value in limits.items():
        if value != -1 and value < 1:
            problems.append(f"{path}.on_demand_throughput.{name}: must be at least 1, or -1 for no limit, not {value}")


def _check_warm(warm: Entry, path: str, problems: list[str]) -> None:
    for name, value in warm.items():
        if value is not None and value < 1:
            problems.append(f"{path}.warm_throughput.{name}: must be at least 1, not {value}")


def _check_autoscaling(given: Entry | None, provisioned: bool, path: str, problems: list[str]) -> None:
    for name, scaling in (given or {}).items():
        place = f"{path}.autoscaling.{name}"
        if scaling is None or not scaling["enabled"]:
            continue
        if not provisioned:
            problems.append(f"{place}: contradicts billing_mode PAY_PER_REQUEST; only PROVISIONED capacity scales")
        _check_scaling(scaling, place, problems)


def _check_scaling(scaling: Entry, path: str, problems: list[str]) -> None:
    target = scaling["target_value"]
    for name in ("min_capacity", "max_capacity"):
        if scaling[name] is None or scaling[name] < 1:
            problems.append(f"{path}.{name}: must be given, and at least 1")
    _check_range(scaling, path, problems)
    if target is not None and not 10 <= target <= 90:
        problems.append(f"{path}.target_value: must be 10 to 90 percent, not {target:g}")
    if target is None and (scaling["scale_in_cooldown"] is not None or scaling["scale_out_cooldown"] is not None):
        problems.append(f"{path}: cooldowns need a target_value, as they belong to its policy")
    actions = scaling["scheduled_actions"] or []
    for number, action in enumerate(actions):
        _check_action(action, f"{path}.scheduled_actions[{number}]", problems)
    for name, count in Counter(action["name"] for action in actions).items():
        if count > 1:
            problems.append(f"{path}.scheduled_actions: {count} are named {name!r}")


def _check_range(holder: Entry, path: str, problems: list[str]) -> None:
    low, high = holder["min_capacity"], holder["max_capacity"]
    if low is not None and high is not None and low > high:
        problems.append(f"{path}: min_capacity {low} is above max_capacity {high}")


def _check_action(action: Entry, path: str, problems: list[str]) -> None:
    if not SCHEDULE.fullmatch(action["schedule"]):
        problems.append(f"{path}.schedule: must be at(...), rate(...) or cron(...), not {action['schedule']!r}")
    if action["min_capacity"] is None and action["max_capacity"] is None:
        problems.append(f"{path}: needs min_capacity, max_capacity or both")
    _check_range(action, path, problems)


def check_policy(policy: Entry, path: str, problems: list[str]) -> None:
    """Appends what is wrong with it. Without Version it reads back as one of 2008 and never compares equal (T-354)."""
    if "Version" not in policy:
        problems.append(f"{path}.Version: is required")
    statements = policy.get("Statement")
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list) or not statements:
        problems.append(f"{path}.Statement: is required")
        return
    for number, statement in enumerate(statements):
        for name in ("Effect", "Principal", "Action", "Resource"):
            if not isinstance(statement, Mapping) or not ({name, f"Not{name}"} & statement.keys()):
                problems.append(f"{path}.Statement[{number}].{name}: is required")
    size = len(json.dumps(policy).encode())
    if size > MAX_POLICY_BYTES:
        problems.append(f"{path}: has {size} bytes, AWS allows {MAX_POLICY_BYTES}")
