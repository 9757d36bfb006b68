# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading input by a table of options."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.fields import nearest, read

OPTIONS: dict[str, Any] = {
    "text": {"type": "str", "choices": ("a", "b")},
    "count": {"type": "int", "default": 3},
    "share": {"type": "float"},
    "on": {"type": "bool"},
    "names": {"type": "list", "elements": "str"},
    "parts": {"type": "list", "elements": "dict", "options": {"name": {"type": "str", "required": True}}},
    "tags": {"type": "dict"},
}


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("text", "a", "a"),
        ("count", "12", 12),
        ("count", "-1", -1),
        ("count", None, 3),
        ("count", "", 3),
        ("share", "0.5", 0.5),
        ("share", 2, 2.0),
        ("on", "no", False),
        ("on", "True", True),
        ("on", 1, True),
        ("names", ["x", 7], ["x", "7"]),
        ("parts", [{"name": "x"}], [{"name": "x"}]),
        ("tags", {"k": 1, "empty": None}, {"k": "1", "empty": ""}),
        ("tags", None, None),
    ],
)
def test_values(field: str, given: Any, value: Any) -> None:
    problems: list[str] = []
    assert read({field: given}, OPTIONS, "it", problems)[field] == value
    assert problems == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"text": "c"}, "it.text: 'c' is not possible; known are: a, b"),
        ({"text": True}, "it.text: must be text, not True"),
        ({"count": 1.5}, "it.count: must be a whole number, not 1.5"),
        ({"count": True}, "it.count: must be a whole number, not True"),
        ({"share": "much"}, "it.share: must be a number, not 'much'"),
        ({"on": "perhaps"}, "it.on: must be true or false, not 'perhaps'"),
        ({"names": "x"}, "it.names: must be a list, not text"),
        ({"names": [None]}, "it.names[0]: is required"),
        ({"parts": [{}]}, "it.parts[0].name: is required"),
        ({"parts": ["x"]}, "it.parts[0]: must be a mapping, not text"),
        ({"tags": ["x"]}, "it.tags: must be a mapping, not a list"),
        ({"txet": "a"}, "it.txet: unknown field; did you mean 'text'?"),
        (["x"], "it: must be a mapping, not a list"),
    ],
)
def test_problems(given: Any, problem: str) -> None:
    problems: list[str] = []
    read(given, OPTIONS, "it", problems)
    assert problems == [problem]


def test_all_problems_come_together() -> None:
    problems: list[str] = []
    read({"text": "c", "count": "x", "other": 1}, OPTIONS, "it", problems)
    assert len(problems) == 3


def test_nearest_word() -> None:
    assert nearest("hash_kye", ["hash_key", "name"]) == "; did you mean 'hash_key'?"
    assert nearest("zzz", ["b", "a"]) == "; known are: a, b"
