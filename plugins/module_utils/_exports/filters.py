# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a table an export shall hold: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .._items.values import is_typed, plain_value, typed_value

EXPRESSIONS = {
    "key_condition_expression": "KeyConditionExpression",
    "filter_expression": "FilterExpression",
    "projection_expression": "ProjectionExpression",
}
NAMES, VALUES = "expression_attribute_names", "expression_attribute_values"


def filter_problems(given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with filter_specification: placeholders are declared and used, or AWS refuses them."""
    path = "filter_specification"
    said = [name for name in EXPRESSIONS if given[name]]
    if not said:
        yield f"{path}: needs one of {', '.join(EXPRESSIONS)}"
    text = " ".join(given[name] for name in said)
    for field, sign in ((NAMES, "#"), (VALUES, ":")):
        declared = set(given[field] or ())
        used = set(re.findall(rf"{sign}\w+", text))
        for name in sorted(declared - used):
            yield f"{path}.{field}.{name}: no expression uses it"
        for name in sorted(used - declared):
            yield f"{path}.{field}: lacks {name}, which an expression uses"
    found: list[str] = []
    _values(given, found)
    yield from (f"{path}.{problem}" for problem in found)


def filter_request(given: Mapping[str, Any]) -> dict[str, Any]:
    """AWS's FilterSpecification. Values may be plain, or in DynamoDB's JSON."""
    request: dict[str, Any] = {member: given[name] for name, member in EXPRESSIONS.items() if given[name]}
    if given[NAMES]:
        request["ExpressionAttributeNames"] = dict(given[NAMES])
    if given[VALUES]:
        request["ExpressionAttributeValues"] = _values(given, [])
    return request


def _values(given: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    return {
        name: (typed_value if is_typed(value) else plain_value)(value, f"{VALUES}.{name}", problems)
        for name, value in (given[VALUES] or {}).items()
    }
