# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's items: what BatchWriteItem and BatchGetItem take, refuse, and leave for later (documented)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb_double import Settings
from tests.support.lab import NAME, Lab

REFUSED: list[tuple[list[dict[str, Any]], str]] = [
    ([{"n": {"N": "1"}}], "Missing the key id in the item"),
    ([{"id": {"N": "1"}}], "Type mismatch for key id expected: S actual: N"),
    ([{"id": {"S": "a"}, "city": {"N": "1"}}], "Type mismatch for Index Key city expected: S actual: N"),
    ([{"id": {"S": ""}}], "cannot contain an empty value. Key: id"),
    ([{"id": {"S": "a"}, "s": {"SS": []}}], "empty or contains duplicates"),
    ([{"id": {"S": "a"}, "n": {"N": "1" * 39}}], "38 significant digits"),
    ([{"id": {"S": "a"}, "t": {"S": "x" * 409_600}}], "Item size has exceeded the maximum allowed size"),
    ([{"id": {"S": "a"}}, {"id": {"S": "a"}}], "Provided list of item keys contains duplicates"),
    ([{"id": {"S": f"{number}"}} for number in range(26)], "Too many items requested for the BatchWriteItem call"),
]


def puts(*items: dict[str, Any]) -> dict[str, Any]:
    return {NAME: [{"PutRequest": {"Item": item}} for item in items]}


def keys(*names: str) -> dict[str, Any]:
    return {NAME: {"Keys": [{"id": {"S": name}} for name in names]}}


@pytest.mark.parametrize(("items", "message"), REFUSED, ids=range(len(REFUSED)))
def test_a_batch_is_refused_as_a_whole(items: list[dict[str, Any]], message: str) -> None:
    lab = Lab().indexed()
    good = {"id": {"S": "good"}}
    code, said, _status = lab.refusal("BatchWriteItem", RequestItems=puts(*([] if len(items) > 25 else [good]), *items))
    assert (code, message in said) == ("ValidationException", True), said
    assert lab.call("BatchGetItem", RequestItems=keys("good"))["Responses"] == {NAME: []}


def test_what_is_written_is_read_as_aws_keeps_it() -> None:
    lab = Lab().settled()
    item = {"id": {"S": "a"}, "n": {"N": "1.50"}, "s": {"SS": ["a", "b"]}, "l": {"L": [{"N": "2.0"}]}}
    lab.call("BatchWriteItem", RequestItems=puts(item))
    (found,) = lab.call("BatchGetItem", RequestItems=keys("a", "b"))["Responses"][NAME]
    assert found == {"id": {"S": "a"}, "n": {"N": "1.5"}, "s": {"SS": ["b", "a"]}, "l": {"L": [{"N": "2"}]}}
    lab.call("BatchWriteItem", RequestItems={NAME: [{"DeleteRequest": {"Key": {"id": {"S": "a"}}}}]})
    assert lab.call("BatchGetItem", RequestItems=keys("a"))["Responses"][NAME] == []
    wrong = {NAME: {"Keys": [{"id": {"S": "a"}, "n": {"N": "1"}}]}}
    assert lab.refusal("BatchGetItem", RequestItems=wrong)[1] == "The provided key element does not match the schema"
    assert lab.refusal("BatchGetItem", RequestItems=keys("a", "a"))[1].endswith("contains duplicates")


def test_what_the_capacity_does_not_take_comes_back() -> None:
    lab = Lab(Settings(items_per_second=3)).settled()
    items = [{"id": {"S": f"{number}"}} for number in range(5)]
    left = lab.call("BatchWriteItem", RequestItems=puts(*items))["UnprocessedItems"]
    assert left == puts(*items[3:])
    assert lab.refusal("BatchWriteItem", RequestItems=left)[0] == "ProvisionedThroughputExceededException"
    lab.sleep(1.1)
    assert lab.call("BatchWriteItem", RequestItems=left)["UnprocessedItems"] == {}
    answer = lab.call("BatchGetItem", RequestItems=keys("0", "1"))
    assert len(answer["Responses"][NAME]) == 1
    assert answer["UnprocessedKeys"] == keys("1")


def test_a_table_that_is_being_made_takes_nothing() -> None:
    lab = Lab()
    lab.create()
    assert lab.refusal("BatchWriteItem", RequestItems=puts({"id": {"S": "a"}}))[0] == "ResourceNotFoundException"
