# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The throttle alarms of tables and their global secondary indexes, from the users' table list: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._engine.errors import Refused
from .._tables.names import physical_name
from .spec import ACTIONS, ARN

MAX_NAME = 255

SYMPTOMS = {
    ("read", False): "Reads of the table {table} are throttled: callers see errors and slow answers.",
    ("write", False): "Writes to the table {table} are throttled: callers see errors and slow answers.",
    ("read", True): "Reads of the index {index} of the table {table} are throttled: its queries fail or are slow.",
    # A global secondary index that cannot keep up throttles the writes of its table.
    ("write", True): "The index {index} cannot keep up with the writes to its table {table}: these are throttled.",
}
CAUSES = (
    "To find the cause compare these metrics of the same dimensions: {access}KeyRangeThroughputThrottleEvents (a hot "
    "key: spread the keys), {access}ProvisionedThroughputThrottleEvents (too little capacity: raise it, scale it, or "
    "go on-demand), {access}MaxOnDemandThroughputThrottleEvents (our own limit), {access}AccountLimitThrottleEvents "
    "(a quota of the account)."
)


def throttle_alarms(tables: object, estate: str, common: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Two alarms for each table and two for each global secondary index, in the form of the module alarms.

    tables are entries in the users' form; common are fields that every alarm has; without ok_actions recovery is told
    to the alarm_actions. Raises Refused with all problems.
    """
    if not isinstance(tables, (list, tuple)):
        raise Refused([f"tables: must be a list, not {tables!r}"])
    problems = [problem for name in ACTIONS for problem in _action_problems(name, common.get(name))]
    told = common.get("ok_actions")
    fields = {**common, "ok_actions": common.get("alarm_actions") if told is None else told}
    alarms: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(tables):
        for path, table, index in _watched(entry, f"tables[{number}]", estate, problems):
            for access in ("read", "write"):
                alarm = {**_alarm(table, index, access), **fields}
                name = alarm["name"]
                if len(name) > MAX_NAME:
                    problems.append(f"{path}: its alarm's name {name!r} has {len(name)} characters, AWS allows 255")
                if name in alarms:
                    problems.append(f"{path}: another table or index has an alarm named {name!r} already")
                alarms[name] = alarm
    if problems:
        raise Refused(problems)
    return list(alarms.values())


def _action_problems(name: str, actions: object) -> Iterator[str]:
    """What the module would say of every single alarm, said once."""
    if actions is not None and not isinstance(actions, (list, tuple)):
        yield f"{name}: must be a list of ARNs, not {actions!r}"
        return
    yield from (f"{name}: {action!r} is not an ARN" for action in actions or () if not ARN.fullmatch(str(action)))


def _watched(entry: object, path: str, estate: str, problems: list[str]) -> Iterator[tuple[str, str, str]]:
    """Path, table and index (empty for the table itself) of everything in an entry that gets alarms."""
    if not isinstance(entry, Mapping) or not (entry.get("name") or entry.get("table_name")):
        problems.append(f"{path}: must be a mapping with a name")
        return
    if entry.get("state") == "absent":
        return
    table = physical_name(estate, entry)
    yield path, table, ""
    place = f"{path}.global_secondary_indexes"
    indexes = entry.get("global_secondary_indexes") or []
    if not isinstance(indexes, (list, tuple)):
        problems.append(f"{place}: must be a list, not {indexes!r}")
        return
    for number, index in enumerate(indexes):
        if isinstance(index, Mapping) and index.get("name"):
            yield f"{place}[{number}]", table, str(index["name"])
        else:
            problems.append(f"{place}[{number}]: must be a mapping with a name")


def _alarm(table: str, index: str, access: str) -> dict[str, Any]:
    symptom = SYMPTOMS[access, bool(index)].format(table=table, index=index)
    causes = CAUSES.format(access=access.capitalize())
    return {
        "name": "-".join(part for part in (table, index, access, "throttle") if part),
        "description": f"{symptom} {causes}",
        "metric_name": f"{access.capitalize()}ThrottleEvents",
        "dimensions": {"TableName": table, **({"GlobalSecondaryIndexName": index} if index else {})},
        "statistic": "Sum",
        "comparison_operator": "GreaterThanThreshold",
    }
