# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values: what users write, what DynamoDB takes, what it takes for the same, and how large it is."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.content import item_size, same
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.files import items_in, read_files
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.values import (
    digits_of,
    item_of,
    plain_value,
    typed_value,
)
from hypothesis import given
from hypothesis import strategies as st

PLAIN: list[tuple[Any, dict[str, Any]]] = [
    ("x", {"S": "x"}),
    ("", {"S": ""}),
    (True, {"BOOL": True}),
    (1, {"N": "1"}),
    (0.1, {"N": "0.1"}),
    (Decimal("1.50"), {"N": "1.50"}),
    (None, {"NULL": True}),
    ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
    ({"S": "x"}, {"M": {"S": {"S": "x"}}}),
]
WRONG_PLAIN: list[tuple[Any, str]] = [
    (float("nan"), "v: must be a number, not nan"),
    (10**126, "v: numbers go from 1E-130 to 9.9E+125"),
    (10**5000, "v: numbers go from"),
    (Decimal("1e-131"), "v: numbers go from"),
    (int("1" * 39), "v: a number has at most 38 digits"),
    ({"a": {"b": [float("inf")]}}, "v.a.b[0]: must be a number, not inf"),
    ({"": 1}, "v.: an attribute's name has 1 to 65535 bytes"),
    ("\ud800", "v: is not text that UTF-8 can hold"),
    ({1, 2}, "v: must be text, a number"),
]
WRONG_TYPED: list[tuple[Any, str]] = [
    ("x", "v: must be one of DynamoDB's types"),
    ({"X": "x"}, "v: must be one of DynamoDB's types"),
    ({"S": "a", "N": "1"}, "v: must be one of DynamoDB's types"),
    ({"S": 1}, "v: must be text, not 1"),
    ({"N": "one"}, "v: must be a number, not 'one'"),
    ({"N": True}, "v: must be a number, not True"),
    ({"N": [0, [1], 0]}, "v: must be a number, not [0, [1], 0]"),
    ({"N": None}, "v: must be a number, not None"),
    ({"B": "%"}, "v: B takes base64"),
    ({"B": 1}, "v: B takes base64"),
    ({"BOOL": "true"}, "v: BOOL takes true or false"),
    ({"NULL": False}, "v: NULL takes true"),
    ({"SS": []}, "v: a set is a list of one member or more"),
    ({"SS": ["a", "a"]}, "v: a member of the set is there twice"),
    ({"NS": ["1", "1.0"]}, "v: a member of the set is there twice"),
    ({"NS": ["x"]}, "v[0]: must be a number, not 'x'"),
    ({"M": []}, "v: M takes a mapping"),
    ({"L": {}}, "v: L takes a list"),
    ({"L": [{"M": {"a": {"S": 1}}}]}, "v[0].a: must be text, not 1"),
]


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else "x"


def typed(value: Any) -> Any:
    return {"L": [typed(each) for each in value]} if isinstance(value, list) else {"S": value}


@pytest.mark.parametrize(("value", "wanted"), PLAIN)
def test_a_plain_value_gets_its_type(value: Any, wanted: dict[str, Any]) -> None:
    found: list[str] = []
    assert (plain_value(value, "v", found), found) == (wanted, [])


@pytest.mark.parametrize(("value", "problem"), WRONG_PLAIN, ids=range(len(WRONG_PLAIN)))
def test_a_plain_value_that_has_none_is_named(value: Any, problem: str) -> None:
    found: list[str] = []
    plain_value(value, "v", found)
    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.parametrize(("value", "problem"), WRONG_TYPED, ids=range(len(WRONG_TYPED)))
def test_a_typed_value_that_is_wrong_is_named(value: Any, problem: str) -> None:
    found: list[str] = []
    typed_value(value, "v", found)
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_nesting_ends_somewhere() -> None:
    for levels, problems in ((32, 0), (33, 1), (200, 1)):
        plain: list[str] = []
        plain_value(deep(levels), "v", plain)
        in_json: list[str] = []
        typed_value(typed(deep(levels)), "v", in_json)
        assert (len(plain), len(in_json)) == (problems, problems), levels


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"N": "1"}, {"N": "1.0"}, True),
        ({"N": "100"}, {"N": "1e2"}, True),
        ({"N": "-0"}, {"N": "0.00"}, True),
        ({"N": "1"}, {"N": "-1"}, False),
        ({"N": "1"}, {"S": "1"}, False),
        ({"N": "12345678901234567890123456789012345678"}, {"N": "12345678901234567890123456789012345679"}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}, True),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}, False),
        ({"M": {"a": {"N": "1"}, "b": {"BOOL": True}}}, {"M": {"b": {"BOOL": True}, "a": {"N": "1.0"}}}, True),
        ({"B": b"a"}, {"B": bytearray(b"a")}, True),
        ({"NULL": True}, {"BOOL": True}, False),
    ],
)
def test_what_dynamodb_takes_for_the_same(one: Any, other: Any, equal: bool) -> None:
    assert (same(one) == same(other)) is equal


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5), st.integers(0, 20))
def test_a_number_is_the_same_however_it_is_written(number: Decimal, zeros: int) -> None:
    assert digits_of(str(number)) == digits_of(f"{number:f}{'0' * zeros}")
    assert (digits_of(str(number)) == digits_of(str(number + 1))) is False


def test_sizes_are_awss() -> None:
    """The examples of the documentation, and its rules for each type."""
    assert item_size({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}) == 23
    assert item_size({"a": {"N": "27"}}) == 1 + 2
    assert item_size({"a": {"N": "-27"}}) == 1 + 3
    assert item_size({"a": {"N": "100"}}) == 1 + 2
    assert item_size({"a": {"N": "1" * 38}}) == 1 + 20
    assert item_size({"a": {"B": b"123"}, "b": {"NULL": True}, "é": {"BOOL": False}}) == 1 + 3 + 1 + 1 + 2 + 1
    assert item_size({"a": {"L": []}}) == 1 + 3
    assert item_size({"a": {"L": [{"S": "xy"}]}}) == 1 + 3 + 1 + 2
    assert item_size({"a": {"M": {"k": {"S": "xy"}}}}) == 1 + 3 + 1 + 1 + 2
    assert item_size({"a": {"SS": ["x", "yz"]}}) == 1 + 3


def test_files_are_lists_or_lines() -> None:
    assert items_in('[{"a": 1.10}]') == ([{"a": Decimal("1.10")}], "")
    assert items_in('{"a": 1}') == ([{"a": 1}], "")
    assert items_in('{"a": 1}\n\n{"a": 2}\n') == ([{"a": 1}, {"a": 2}], "")
    assert "line 2: " in items_in('{"a": 1}\n{"a": \n')[1]
    assert "nested too deep" in items_in("[" * 100_000)[1]


def test_files_that_cannot_be_read_say_why(tmp_path: Any) -> None:
    good, bad, text = (tmp_path / name for name in ("good.json", "bad.gz", "text.json"))
    good.write_text(json.dumps([{"a": "é"}]), encoding="utf-8-sig")
    bad.write_bytes(b"\x1f\x8b\x08nothing")
    text.write_bytes(b"\xff\xfe")
    paths = [str(path) for path in (good, bad, text, tmp_path / "none", tmp_path)]
    found = read_files([{"file": path} for path in paths] + [{"file": 1}, {}, None])
    assert found[str(good)] == ([{"a": "é"}], "")
    assert set(found) == set(paths)
    assert all(found[path][1].startswith("cannot be read: ") for path in paths[1:])
    assert read_files(None) == {}


def test_an_items_members_are_named_by_their_path() -> None:
    found: list[str] = []
    item_of({"a": {"b": [1, {"c": float("nan")}]}, "d": float("inf")}, False, "items[0].items[3]", found)
    assert found == [
        "items[0].items[3].a.b[1].c: must be a number, not nan",
        "items[0].items[3].d: must be a number, not inf",
    ]
