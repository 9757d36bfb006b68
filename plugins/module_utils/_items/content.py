# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What two items have in common, and how large one is: pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from .values import SCALAR_SETS, digits_of

ITEM_BYTES = 400 * 1024
NESTED_BYTES = 3
"""What AWS counts for a list or a mapping itself; and one for each of its elements."""
NUMBER_BYTES = 21


def same(value: Mapping[str, Any]) -> Hashable:
    """Equal for values that DynamoDB takes for equal: 1 and 1.0, sets in any order."""
    ((kind, content),) = value.items()
    if kind in SCALAR_SETS:
        return kind, frozenset(_scalar(SCALAR_SETS[kind], member) for member in content)
    if kind == "L":
        return kind, tuple(map(same, content))
    if kind == "M":
        return kind, same_item(content)
    return kind, _scalar(kind, content)


def same_item(item: Mapping[str, Mapping[str, Any]]) -> Hashable:
    """The same for whole items."""
    return frozenset((name, same(value)) for name, value in item.items())


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """An item's bytes as AWS counts them against the limit (documented; of numbers it says approximately)."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """A value's bytes, without its attribute's name."""
    ((kind, content),) = value.items()
    if kind in SCALAR_SETS:
        return sum(_scalar_size(SCALAR_SETS[kind], member) for member in content)
    if kind == "L":
        return NESTED_BYTES + sum(1 + value_size(member) for member in content)
    if kind == "M":
        return NESTED_BYTES + len(content) + item_size(content)
    return _scalar_size(kind, content)


def _scalar(kind: str, content: Any) -> Hashable:
    if kind == "N":
        return digits_of(content)
    return bytes(content) if kind == "B" else content


def _scalar_size(kind: str, content: Any) -> int:
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        sign, digits, _exponent = digits_of(content)
        return min((len(digits) + 1) // 2 + 1 + sign, NUMBER_BYTES)
    return len(content) if kind == "B" else 1
