# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting items into tables, and taking them out, against the strict double."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dynamodb_double import AwsFault, FakeAws, Settings
from tests.support.items import params, run, stored, table

ITEMS = [{"id": "a", "n": 1}, {"id": "b", "tags": ["x", None, True], "more": {"deep": 1.5}}]
ENTRY: dict[str, Any] = {"table": "users", "items": ITEMS}


@pytest.fixture
def aws() -> FakeAws:
    found = FakeAws()
    table(found, "ticket-users")
    return found


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": f"{number:05}", "n": number} for number in range(count)]


def written(aws: FakeAws) -> int:
    """How many requests AWS was sent."""
    batches = [call.request["RequestItems"] for call in aws.calls if call.operation == "BatchWriteItem"]
    return sum(len(requests) for batch in batches for requests in batch.values())


def test_what_is_not_there_is_added_once(aws: FakeAws) -> None:
    predicted = run(aws, ENTRY, check=True)
    assert not written(aws)
    first = run(aws, ENTRY)
    assert first.actions == predicted.actions == ["add_items"]
    assert first.counts == predicted.counts == (2, 0, 0, 0)
    assert first.diff == predicted.diff
    assert first.report.result()["steps"] == predicted.report.result()["steps"]
    assert first.report.result()["steps"][0]["request"] == {"ticket-users": 2}
    assert stored(aws, "ticket-users", "a", "b") == [
        {"id": {"S": "a"}, "n": {"N": "1"}},
        {
            "id": {"S": "b"},
            "tags": {"L": [{"S": "x"}, {"NULL": True}, {"BOOL": True}]},
            "more": {"M": {"deep": {"N": "1.5"}}},
        },
    ]
    second = run(aws, ENTRY)
    assert (second.actions, second.counts, second.diff, written(aws)) == ([], (0, 0, 0, 2), [], 2)
    assert second.report.result()["changed"] is False


def test_other_attributes_are_replaced_with_the_users_word_only(aws: FakeAws) -> None:
    run(aws, ENTRY)
    other = {**ENTRY, "items": [{"id": "a", "n": 2}, ITEMS[1], {"id": "c"}]}
    for check in (True, False):
        aws.calls.clear()
        found = run(aws, other, check=check)
        assert (found.actions, found.counts) == (["add_items"], (1, 0, 0, 2))
        assert "ticket-users: not done without 'allow: [replace_items]': items[0].items[0] is there" in found.message
        assert [entry["request"] for entry in found.report.result()["withheld"]] == [{"ticket-users": 1}]
    allowed = run(aws, {**other, "allow": ["replace_items"]})
    assert (allowed.actions, allowed.counts, allowed.message) == (["replace_items"], (0, 1, 0, 2), "")
    assert allowed.diff[0]["before"] == '{"id": {"S": "a"}, "n": {"N": "1"}}\n'
    assert allowed.diff[0]["after"] == '{"id": {"S": "a"}, "n": {"N": "2"}}\n'


def test_items_go_with_the_users_word_only(aws: FakeAws) -> None:
    run(aws, ENTRY)
    absent = {"table": "users", "state": "absent", "items": [{"id": "a"}, {"id": "b", "what": "ever"}, {"id": "gone"}]}
    found = run(aws, absent)
    assert (found.actions, found.counts) == ([], (0, 0, 0, 3))
    assert "not done without 'allow: [delete_items]'" in found.message
    assert run(aws, {**absent, "allow": ["delete_items"]}).counts == (0, 0, 2, 1)
    assert stored(aws, "ticket-users", "a", "b") == []
    assert run(aws, absent).message == ""


def test_many_go_in_batches_and_one_more_changes_one(aws: FakeAws) -> None:
    found = run(aws, {"table": "users", "items": many(260)})
    assert found.actions == ["add_items"] * 11
    assert found.report.result()["steps"][0]["reason"] == (
        "items[0].items[0], items[0].items[1], items[0].items[2] and 22 more are not there yet"
    )
    aws.calls.clear()
    assert run(aws, {"table": "users", "items": many(261)}).counts == (1, 0, 0, 260)
    assert written(aws) == 1
    assert [call.operation for call in aws.calls].count("BatchGetItem") == 3


def test_what_the_capacity_does_not_take_is_written_later() -> None:
    aws = FakeAws(settings=Settings(items_per_second=70))
    table(aws, "ticket-users")
    before = aws.clock.now()
    found = run(aws, {"table": "users", "items": many(65)})
    assert (found.counts, found.message) == ((65, 0, 0, 0), "")
    assert aws.clock.now() > before
    assert written(aws) > 65, "what was left was sent again"
    aws.clock.sleep(10)
    assert run(aws, {"table": "users", "items": many(65)}).counts == (0, 0, 0, 65)


def test_what_is_left_when_the_time_is_over_is_for_the_next_run(aws: FakeAws) -> None:
    items = many(100)
    aws.inject("BatchWriteItem", AwsFault("ProvisionedThroughputExceededException", "no"), count=10**6, skip=2)
    late = run(aws, {"table": "users", "items": items}, seconds=30)
    assert "ProvisionedThroughputExceededException" in late.message
    assert late.report.result()["changed"]
    assert late.counts[0] == 50
    aws._injections.clear()
    aws.clock.sleep(10)
    assert run(aws, {"table": "users", "items": items}).counts == (50, 0, 0, 50)


def test_reading_that_is_throttled_for_ever_ends(aws: FakeAws) -> None:
    before = aws.clock.now()
    aws.inject("BatchGetItem", AwsFault("ProvisionedThroughputExceededException", "no"), count=10**6)
    found = run(aws, ENTRY)
    assert "ticket-users: dynamodb:BatchGetItem: ProvisionedThroughputExceededException" in found.message
    assert aws.clock.now() - before >= 3600
    assert not written(aws)


def test_tables_are_apart(aws: FakeAws) -> None:
    table(aws, "ticket-orders", sort_key="sk")
    denied = AwsFault("AccessDeniedException", "no")
    aws.inject("BatchWriteItem", denied, when=lambda request: "ticket-orders" in request["RequestItems"])
    orders = {"table": "orders", "items": [{"id": "a", "sk": "1"}, {"id": "a", "sk": "2"}]}
    found = run(aws, ENTRY, orders)
    assert found.counts[0] == 2
    assert "ticket-orders: add items: AccessDeniedException" in found.message
    assert run(aws, ENTRY, orders).counts == (2, 0, 0, 2)


WRONG: list[dict[str, Any]] = [
    {"id": "a"},
    {"id": 1, "sk": True},
    {"id": "a", "sk": ""},
    {"id": "x" * 2049, "sk": "y" * 1025},
    {"id": "a", "sk": "b", "by": 3},
    {"id": "a", "sk": "c", "by": ""},
    {"id": "a", "sk": "d", "n": 1},
    {"id": "a", "sk": "d", "n": 2},
    {"id": "a", "sk": "e"},
    {"id": "a", "sk": "e"},
]


def test_everything_that_is_wrong_in_the_table_is_named_before_any_write(aws: FakeAws) -> None:
    table(aws, "ticket-orders", sort_key="sk", index_key="by")
    table(aws, "ticket-theirs", Estate="other")
    found = run(
        aws,
        ENTRY,
        {"table": "orders", "items": WRONG},
        {"table": "orders", "state": "absent", "items": [{"id": "a", "sk": "e"}]},
        {"table": "theirs", "items": [{"id": "a"}]},
        {"table": "gone", "items": [{"id": "a"}]},
    )
    assert not written(aws)
    assert not [call for call in aws.calls if call.operation == "BatchGetItem"]
    assert found.message.splitlines() == [
        "ticket-gone: the table does not exist",
        "ticket-orders: items[1].items[0].sk: is required, as it is part of the key of ticket-orders",
        "ticket-orders: items[1].items[1].id: is N, but the key of ticket-orders is S",
        "ticket-orders: items[1].items[1].sk: is BOOL, but the key of ticket-orders is S",
        "ticket-orders: items[1].items[2].sk: has 0 bytes, AWS allows 1 to 1024 in a key",
        "ticket-orders: items[1].items[3].id: has 2049 bytes, AWS allows 1 to 2048 in a key",
        "ticket-orders: items[1].items[3].sk: has 1025 bytes, AWS allows 1 to 1024 in a key",
        "ticket-orders: items[1].items[4].by: is N, but the key of an index of ticket-orders is S",
        "ticket-orders: items[1].items[5].by: has 0 bytes, AWS allows 1 to 2048 in a key of an index",
        "ticket-orders: items[1].items[7]: has the same key as items[1].items[6], with other attributes",
        "ticket-orders: items[2].items[0]: shall be absent, but items[1].items[8] has the same key and shall be "
        "present",
        "ticket-theirs: the table belongs to the estate 'other' (its tag Estate), not to 'ticket'",
        "Nothing was changed in any item.",
    ]


def test_everything_that_is_wrong_in_itself_is_refused_before_any_call() -> None:
    largest, large = ({"id": "a", "text": "x" * size} for size in (409_593, 409_594))
    with pytest.raises(Refused) as refused:
        run(
            FakeAws(),
            {"table": "users", "items": [largest, large, [], {"n": float("nan")}]},
            {"table": "users"},
            {"table": "users", "items": [], "file": "f"},
            {"table": "u!", "file": "none.json"},
            {"table": "users", "items": [{"id": "x"}], "format": "dynamodb_json"},
            {"table": "users", "items": [], "allow": ["delete_items"]},
            {"table": "users", "items": [], "state": "absent", "allow": ["replace_items"]},
            {"table": "users", "items": [], "stat": "absent"},
        )
    assert refused.value.problems == [
        "items[0].items[2]: must be a mapping, not a list",
        "items[0].items[1]: has 409601 bytes, AWS allows 409600 (400 KB), names included",
        "items[0].items[3].n: must be a number, not nan",
        "items[1].items: is required, or file",
        "items[2].file: contradicts items; one entry has one of them",
        "items[3].table: 'ticket-u!' may only have letters, digits, '_', '.' and '-'",
        "items[3].file: none.json cannot be read",
        "items[4].items[0].id: must be one of DynamoDB's types with its value, such as {'S': 'text'}",
        "items[5].allow: delete_items means nothing with state: present",
        "items[6].allow: replace_items means nothing with state: absent",
        "items[7].stat: unknown field; did you mean 'state'?",
    ]


def test_a_file_may_be_what_an_export_has_written(aws: FakeAws) -> None:
    picture = base64.b64encode(b"\x00\x01").decode()
    lines = [
        {"Item": {"id": {"S": "a"}, "picture": {"B": picture}, "tags": {"SS": ["y", "x"]}}},
        {"id": {"S": "b"}, "Item": {"S": "an attribute"}},
    ]
    entry = {"table": "users", "file": "part.json.gz", "format": "dynamodb_json"}
    files = {"part.json.gz": (lines, "")}
    assert run(aws, entry, files=files).counts == (2, 0, 0, 0)
    assert stored(aws, "ticket-users", "a")[0]["picture"] == {"B": b"\x00\x01"}
    again = run(aws, entry, files=files)
    assert (again.counts, again.diff) == ((0, 0, 0, 2), [])
    shown = run(aws, {**entry, "state": "absent", "allow": ["delete_items"]}, files=files, check=True).diff
    assert picture in shown[0]["before"]


def test_a_name_of_an_item_is_shown_by_diff_only(aws: FakeAws) -> None:
    found = run(aws, {"table": "users", "items": [{"id": "somebody", "secret": "hidden"}]})
    assert "somebody" not in str(found.report.result())
    assert "hidden" in found.diff[0]["after"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=5) | st.decimals(-9, 9, places=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3),
    max_leaves=6,
)
SETS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("abcdef")}, optional={"v": VALUES, "w": VALUES}),
    max_size=8,
    unique_by=lambda item: item["id"],
)


@settings(max_examples=60, deadline=None)
@given(SETS, SETS, st.integers(3, 40))
def test_any_items_after_any_others_are_there_then_and_check_mode_said_so(
    before: list[dict[str, Any]], later: list[dict[str, Any]], capacity: int
) -> None:
    aws = FakeAws(settings=Settings(items_per_second=capacity))
    table(aws, "ticket-users")
    words = {"table": "users", "allow": ["replace_items"]}
    gone = [{"id": item["id"]} for item in before if item["id"] not in {other["id"] for other in later}]
    entries = [
        {**words, "items": later},
        {"table": "users", "state": "absent", "items": gone, "allow": ["delete_items"]},
    ]
    assert run(aws, {**words, "items": before}).message == ""
    aws.clock.sleep(2)
    predicted = run(aws, *entries, check=True)
    aws.clock.sleep(2)
    done = run(aws, *entries)
    assert (done.message, done.counts, done.diff) == ("", predicted.counts, predicted.diff)
    assert done.report.result()["steps"] == predicted.report.result()["steps"]
    aws.clock.sleep(2)
    calls = len(aws.writes)
    again = run(aws, *entries)
    assert (again.actions, len(aws.writes)) == ([], calls)
    aws.clock.sleep(2)
    assert [item["id"]["S"] for item in stored(aws, "ticket-users", *"abcdef")] == sorted(item["id"] for item in later)


def test_no_items_are_no_calls(aws: FakeAws) -> None:
    before = len(aws.calls)
    found = run(aws, {"table": "users", "items": []})
    assert (found.actions, found.message, len(aws.calls) - before) == ([], "", 2)
    assert params()["items"] == []
