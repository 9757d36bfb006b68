# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's list to alarms, complete with defaults and tags: all problems of all alarms at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.names import check_estate, check_tags, ownership_tags
from .argspec import ALARM_FIELDS
from .metrics import NAMESPACE, dimensions_problem, metric_problem
from .model import Alarm
from .observe import STATISTICS

ACTIONS = ("alarm_actions", "ok_actions", "insufficient_data_actions")
ARN = re.compile(r"^arn:[a-z0-9-]+:[a-z0-9-]+:\S+$")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PERCENTILE = re.compile(r"^(p|tm|tc|ts|wm)\d{1,2}(\.\d{1,10})?$|^(p|tm|tc|ts|wm)100$|^IQM$")
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
MAX_TAGS = 50
MAX_ACTIONS = 5


def parse(params: Mapping[str, Any]) -> list[Alarm]:
    """The alarms that the module's options declare, sorted by name. Raises Refused with all problems of all alarms."""
    estate = str(params["name"])
    common = {str(key): "" if value is None else str(value) for key, value in (params.get("tags") or {}).items()}
    problems: list[str] = []
    check_estate(estate, problems)
    check_tags(common, estate, "tags", problems)
    alarms: list[Alarm] = []
    for number, given in enumerate(params["alarms"] or []):
        path = f"alarms[{number}]"
        found: list[str] = []
        entry = read(given, ALARM_FIELDS, path, found)
        found += [f"{path}.{problem}" for problem in _problems(entry)]
        check_tags(entry["tags"] or {}, estate, f"{path}.tags", found)
        tags = {**common, **(entry["tags"] or {}), **ownership_tags(estate)}
        if len(tags) > MAX_TAGS:
            found.append(f"{path}.tags: {len(tags)} tags with the common ones, AWS allows {MAX_TAGS}")
        problems += found
        if not found:
            alarms.append(_alarm(entry, tags))
    problems += _duplicates(params["alarms"] or [])
    if problems:
        raise Refused(problems)
    return sorted(alarms, key=lambda alarm: alarm.name)


def _duplicates(entries: list[Any]) -> Iterator[str]:
    first: dict[str, int] = {}
    names = [str(entry.get("name") or "") if isinstance(entry, Mapping) else "" for entry in entries]
    for number, name in enumerate(names):
        if name and first.setdefault(name, number) != number:
            yield f"alarms[{number}].name: {name!r} is the name of alarms[{first[name]}] already"


def silent(alarms: list[Alarm]) -> list[str]:
    """At most one sentence: how many alarms tell nobody."""
    count = sum(not (alarm.alarm_actions and alarm.actions_enabled) for alarm in alarms)
    if not count:
        return []
    return [
        f"Nobody will hear {count} of the {len(alarms)} alarms: they have no alarm_actions (or actions_enabled is "
        "false). Give the ARN of an SNS topic, in the inventory as dynamodb_alarm_actions."
    ]


def _alarm(entry: Mapping[str, Any], tags: Mapping[str, str]) -> Alarm:
    return Alarm(
        **{
            **entry,
            "datapoints_to_alarm": entry["datapoints_to_alarm"] or entry["evaluation_periods"],
            "dimensions": entry["dimensions"] or {},
            **{name: tuple(sorted(set(entry[name] or ()))) for name in ACTIONS},
            "tags": tags,
        }
    )


def _problems(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an entry's values, each with its field; None was not given or is already a problem."""
    yield from _text_problems(entry)
    yield from _metric_problems(entry)
    yield from _timing_problems(entry)
    for name in ACTIONS:
        actions = [action for action in entry[name] or () if action is not None]
        if len(set(actions)) > MAX_ACTIONS:
            yield f"{name}: {len(set(actions))} actions, AWS allows {MAX_ACTIONS}"
        yield from (f"{name}: {action!r} is not an ARN" for action in actions if not ARN.fullmatch(action))


def _text_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    name = entry["name"] or ""
    if len(name) > 255:
        yield f"name: has {len(name)} characters, AWS allows 255"
    if CONTROL.search(name):
        yield f"name: {name!r} has a control character"
    if len(entry["description"] or "") > 1024:
        yield f"description: has {len(entry['description'])} characters, AWS allows 1024"
    threshold = entry["threshold"]
    if threshold is not None and not math.isfinite(threshold):
        yield f"threshold: must be a finite number, not {threshold}"


def _metric_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    metric, statistic, dimensions = entry["metric_name"], entry["statistic"], entry["dimensions"] or {}
    if statistic and statistic not in STATISTICS and not PERCENTILE.fullmatch(statistic):
        yield f"statistic: {statistic!r} is neither a percentile such as p99 nor one of {', '.join(STATISTICS)}"
    empty = sorted(name for name, value in dimensions.items() if not value)
    if empty:
        yield f"dimensions: {', '.join(empty)} must have a value"
    if len(dimensions) > 30:
        yield f"dimensions: {len(dimensions)} dimensions, AWS allows 30"
    if entry["namespace"] != NAMESPACE or not metric:
        return
    problem = metric_problem(metric)
    if problem:
        yield f"metric_name: {problem}"
        return
    problem = dimensions_problem(metric, dimensions)
    if problem:
        yield f"dimensions: {problem}"


def _timing_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    period, periods, datapoints = entry["period"], entry["evaluation_periods"], entry["datapoints_to_alarm"]
    if period is not None and period not in (10, 20, 30) and (period < 60 or period % 60):
        yield f"period: must be 10, 20, 30 or a multiple of 60 seconds, not {period}"
    if periods is not None and periods < 1:
        yield f"evaluation_periods: must be at least 1, not {periods}"
    if datapoints is not None and not 1 <= datapoints <= (periods or datapoints):
        yield f"datapoints_to_alarm: must be between 1 and evaluation_periods ({periods}), not {datapoints}"
    if period is None or periods is None:
        return
    longest, words = (DAY, "one day") if period < HOUR else (WEEK, "seven days")
    if period * periods > longest:
        yield f"evaluation_periods: {periods} periods of {period} seconds are more than {words}"
