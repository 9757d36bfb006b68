# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading plain data of any shape without ever failing: what is not there, or not of the kind, counts as nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def part(value: Any, *path: str) -> Any:
    """The member at the end of the path; None where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def listed(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, anything else as a list of one, as policies may be written."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def text(value: Any) -> str:
    return "" if value is None else str(value)


def texts(value: Any) -> list[str]:
    return [text(each) for each in listed(value)]


def number(value: Any) -> float:
    """A finite number; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0.0
    try:
        found = float(value)
    except OverflowError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list."""
    return [each for each in listed(value) if isinstance(each, Mapping)]


def document(value: Any) -> Any:
    """A document that may be given as JSON text; None where it is neither."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def some(names: list[str], shown: int = 3) -> str:
    """A list for people: the first ones, and how many more there are."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")
