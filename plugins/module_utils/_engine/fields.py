# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a user's input by a table of options: all problems at once, each with its path.

AnsibleModule stops at the first problem and names no list index, so lists of resources are read here instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

Options = Mapping[str, Mapping[str, Any]]
"""Options by name, in the form of an Ansible argument spec: type, elements, choices, default, required, options."""

TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
FALSE = frozenset({"false", "no", "off", "0", "n", "f"})


def read(given: object, options: Options, path: str, problems: list[str]) -> dict[str, Any]:
    """Every option of a mapping with its value; None where it is left out, null or "" and has no default.

    Appends to problems what is wrong; the values concerned are then None.
    """
    if not isinstance(given, Mapping):
        problems.append(f"{path}: must be a mapping, not {_kind(given)}")
        return dict.fromkeys(options)
    for name in given:
        if name not in options:
            problems.append(f"{path}.{name}: unknown field{nearest(str(name), options)}")
    return {name: _value(given.get(name), option, f"{path}.{name}", problems) for name, option in options.items()}


def nearest(word: str, words: Iterable[str]) -> str:
    """'; did you mean ...?' when a known word is close, otherwise the known words."""
    known = sorted(words)
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; known are: {', '.join(known)}"


def _value(given: object, option: Mapping[str, Any], path: str, problems: list[str]) -> Any:
    if given is None or given == "":
        if option.get("required"):
            problems.append(f"{path}: is required")
        return option.get("default")
    kind = str(option.get("type", "str"))
    if kind == "list":
        return _list(given, option, path, problems)
    if kind == "dict":
        return _dict(given, option, path, problems)
    if kind == "json":
        return _json(given, path, problems)
    value = SCALARS[kind](given)
    if value is None:
        problems.append(f"{path}: must be {ARTICLES[kind]}, not {given!r}")
    elif "choices" in option and value not in option["choices"]:
        problems.append(f"{path}: {value!r} is not possible{nearest(str(value), option['choices'])}")
        return None
    return value


def _list(given: object, option: Mapping[str, Any], path: str, problems: list[str]) -> list[Any]:
    if not isinstance(given, (list, tuple)):
        problems.append(f"{path}: must be a list, not {_kind(given)}")
        return []
    element = {**option, "type": option.get("elements", "str"), "required": True, "default": None}
    return [_value(item, element, f"{path}[{number}]", problems) for number, item in enumerate(given)]


def _dict(given: object, option: Mapping[str, Any], path: str, problems: list[str]) -> dict[str, Any]:
    if "options" in option:
        return read(given, option["options"], path, problems)
    if not isinstance(given, Mapping):
        problems.append(f"{path}: must be a mapping, not {_kind(given)}")
        return {}
    return {str(name): "" if value is None else str(value) for name, value in given.items()}


def _json(given: object, path: str, problems: list[str]) -> dict[str, Any] | None:
    """A mapping, or the JSON text of one."""
    try:
        document = json.loads(given) if isinstance(given, str) else given
    except ValueError as error:
        problems.append(f"{path}: is not JSON: {error}")
        return None
    if not isinstance(document, Mapping):
        problems.append(f"{path}: must be a mapping, not {_kind(document)}")
        return None
    return dict(document)


def _text(given: object) -> str | None:
    return str(given) if isinstance(given, (str, int, float)) and not isinstance(given, bool) else None


def _integer(given: object) -> int | None:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    digits = given.strip() if isinstance(given, str) else ""
    return int(digits) if digits.removeprefix("-").isdecimal() else None


def _number(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        return None
    try:
        return float(given)
    except ValueError:
        return None


def boolean(given: object) -> bool | None:
    """The truth of a value or of a word for it; None where it is neither."""
    if isinstance(given, bool):
        return given
    word = str(given).strip().lower()
    return True if word in TRUE else False if word in FALSE else None


SCALARS = {"str": _text, "int": _integer, "float": _number, "bool": boolean}
ARTICLES = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}


def _kind(given: object) -> str:
    return "nothing" if given is None else {"str": "text", "list": "a list"}.get(type(given).__name__, repr(given))
