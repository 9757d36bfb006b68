# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what users write to DynamoDB's typed values, {"S": "text"}: pure. What is wrong is named with its path.

The limits are documented: numbers of 38 digits between 1E-130 and 9.9E+125, 32 levels of nesting, no empty or repeated
members in sets, names of 1 to 65,535 bytes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

Value = dict[str, Any]
"""One type and its content: S text, N the text of a number, B bytes, SS NS BS lists, M L nested, BOOL, NULL."""
Item = dict[str, Value]
Problems = list[str]

DIGITS, SMALLEST, LARGEST = 38, -130, 125
DEPTH = 32
NAME_BYTES = 65535
SCALAR_SETS = {"SS": "S", "NS": "N", "BS": "B"}
TYPES = ("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
NOTHING: Value = {"NULL": True}


def item_of(given: Mapping[str, Any], typed: bool, path: str, problems: Problems) -> Item:
    """The typed attributes of an item: of plain values, or of {"S": "text"}. Appends to problems what is wrong."""
    read = typed_value if typed else plain_value
    return _members(given, read, path, problems, 1)


def plain_value(given: Any, path: str, problems: Problems, depth: int = 1) -> Value:
    """A value as YAML and JSON have it. Text, numbers, true and false, null, lists and mappings; sets have no form."""
    if given is None:
        return dict(NOTHING)
    if isinstance(given, bool):
        return {"BOOL": given}
    if isinstance(given, (int, float, Decimal)):
        return {"N": _number(given, path, problems)}
    if isinstance(given, str):
        return {"S": _text(given, path, problems)}
    if _too_deep(depth, path, problems):
        return dict(NOTHING)
    if isinstance(given, Mapping):
        return {"M": _members(given, plain_value, path, problems, depth + 1)}
    if isinstance(given, (list, tuple)):
        return {"L": _elements(given, plain_value, path, problems, depth + 1)}
    problems.append(f"{path}: must be text, a number, true, false, null, a list or a mapping")
    return dict(NOTHING)


def typed_value(given: Any, path: str, problems: Problems, depth: int = 1) -> Value:
    """A value in DynamoDB's JSON, whose binary content is base64."""
    kind = next(iter(given)) if isinstance(given, Mapping) and len(given) == 1 else ""
    if kind not in TYPES:
        problems.append(f"{path}: must be one of DynamoDB's types with its value, such as {{'S': 'text'}}")
        return dict(NOTHING)
    content = given[kind]
    if kind in ("M", "L"):
        return {kind: _nested(kind, content, path, problems, depth)}
    if kind in SCALAR_SETS:
        return {kind: _set(SCALAR_SETS[kind], content, path, problems)}
    return {kind: CONTENT[kind](content, path, problems)}


def is_typed(given: Any) -> bool:
    """Whether a value looks like DynamoDB's JSON."""
    return isinstance(given, Mapping) and len(given) == 1 and next(iter(given)) in TYPES


def digits_of(number: str) -> tuple[int, str, int]:
    """A number's sign, its digits without zeros at either end, and the exponent: equal for equal numbers."""
    sign, digits, exponent = Decimal(number).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    short = text.rstrip("0")
    return (sign, short, int(exponent) + len(text) - len(short)) if short else (0, "0", 0)


def _nested(kind: str, content: Any, path: str, problems: Problems, depth: int) -> Any:
    if _too_deep(depth, path, problems):
        return {} if kind == "M" else []
    if kind == "M" and isinstance(content, Mapping):
        return _members(content, typed_value, path, problems, depth + 1)
    if kind == "L" and isinstance(content, (list, tuple)):
        return _elements(content, typed_value, path, problems, depth + 1)
    problems.append(f"{path}: {kind} takes a {'mapping' if kind == 'M' else 'list'}")
    return {} if kind == "M" else []


def _too_deep(depth: int, path: str, problems: Problems) -> bool:
    if depth > DEPTH:
        problems.append(f"{path}: is nested more than {DEPTH} levels deep")
    return depth > DEPTH


def _members(
    given: Mapping[Any, Any], read: Callable[..., Value], path: str, problems: Problems, depth: int
) -> dict[str, Value]:
    """Attributes of an item or a mapping, by name."""
    members = {}
    for name, value in given.items():
        place = f"{path}.{name}"
        text = _text(str(name), place, problems)
        if not 1 <= len(text.encode()) <= NAME_BYTES:
            problems.append(f"{place}: an attribute's name has 1 to {NAME_BYTES} bytes")
        members[text] = read(value, place, problems, depth)
    return members


def _elements(
    given: list[Any] | tuple[Any, ...], read: Callable[..., Value], path: str, problems: Problems, depth: int
) -> list[Value]:
    return [read(value, f"{path}[{number}]", problems, depth) for number, value in enumerate(given)]


def _set(kind: str, content: Any, path: str, problems: Problems) -> list[Any]:
    if not isinstance(content, (list, tuple)) or not content:
        problems.append(f"{path}: a set is a list of one member or more")
        return []
    members = [CONTENT[kind](member, f"{path}[{number}]", problems) for number, member in enumerate(content)]
    if len({digits_of(member) if kind == "N" else member for member in members}) < len(members):
        problems.append(f"{path}: a member of the set is there twice")
    return members


def _text(given: Any, path: str, problems: Problems) -> str:
    if not isinstance(given, str):
        problems.append(f"{path}: must be text, not {given!r}")
        return ""
    try:
        given.encode()
    except UnicodeEncodeError:
        problems.append(f"{path}: is not text that UTF-8 can hold")
        return ""
    return given


def _number(given: Any, path: str, problems: Problems) -> str:
    """The text of a number; one with more digits than DynamoDB keeps is refused, not rounded."""
    number = Decimal("NaN")
    if isinstance(given, (str, int, float, Decimal)) and not isinstance(given, bool):
        with suppress(InvalidOperation, ValueError):
            number = Decimal(repr(given) if isinstance(given, float) else given)
    if not number.is_finite():
        problems.append(f"{path}: must be a number, not {repr(given)[:60]}")
        return "0"
    if number and not SMALLEST <= number.adjusted() <= LARGEST:
        problems.append(f"{path}: numbers go from 1E{SMALLEST} to 9.9E+{LARGEST}")
        return "0"
    text = str(number)
    if len(digits_of(text)[1]) > DIGITS:
        problems.append(f"{path}: a number has at most {DIGITS} digits")
    return text


def _binary(given: Any, path: str, problems: Problems) -> bytes:
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, TypeError, ValueError):
        problems.append(f"{path}: B takes base64")
        return b""


def _boolean(given: Any, path: str, problems: Problems) -> bool:
    if not isinstance(given, bool):
        problems.append(f"{path}: BOOL takes true or false")
    return bool(given)


def _null(given: Any, path: str, problems: Problems) -> bool:
    if given is not True:
        problems.append(f"{path}: NULL takes true")
    return True


CONTENT: dict[str, Callable[[Any, str, Problems], Any]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
}
