# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guard: what costs data or availability waits for the user's word, with all that depends on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import (
    Desired,
    Observed,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan

from tests.support.definitions import kinesis
from tests.support.tables import ESTATE, desired, observed

KEY = "arn:aws:kms:ap-northeast-2:137406935518:key/1234abcd"
MAIL = {"name": "by-mail", "hash_key": "mail"}
CITY = {"name": "by-city", "hash_key": "city"}
PROVISIONED = {"billing_mode": "PROVISIONED"}
STREAM = {"stream_enabled": True}
THERE = {"region_name": "eu-west-1"}


def plan_for(wanted: Desired, found: Observed | None) -> ResourcePlan:
    return plan(ESTATE, [wanted], {found.table_name: found} if found else {})[0]


RISKY: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "change_kinesis_destination",
        {"kinesis_streaming_destination": {"enabled": False}},
        {"kinesis_streaming_destination": kinesis("one")},
        "availability",
    ),
    (
        "change_kinesis_destination",
        {"kinesis_streaming_destination": kinesis("other")},
        {"kinesis_streaming_destination": kinesis("one")},
        "availability",
    ),
    ("disable_point_in_time_recovery", {"point_in_time_recovery": {"enabled": False}}, {}, "data"),
    ("disable_point_in_time_recovery", {"point_in_time_recovery": {"recovery_period_in_days": 3}}, {}, "data"),
    ("disable_deletion_protection", {}, {"deletion_protection_enabled": True}, "data"),
    ("enable_ttl", {"ttl_enabled": True, "ttl_attribute": "t"}, {}, "data"),
    ("enable_ttl", {"ttl_enabled": True, "ttl_attribute": "t"}, {"ttl_enabled": True, "ttl_attribute": "u"}, "data"),
    ("change_stream", {}, {"stream_enabled": True}, "availability"),
    (
        "change_stream",
        {"stream_enabled": True, "stream_view_type": "NEW_IMAGE"},
        {"stream_enabled": True},
        "availability",
    ),
    ("delete_index", {}, {"global_secondary_indexes": [MAIL]}, "availability"),
    (
        "replace_index",
        {"global_secondary_indexes": [{**MAIL, "hash_key": "city"}]},
        {"global_secondary_indexes": [MAIL]},
        "availability",
    ),
    ("delete_table", {"state": "absent"}, {}, "data"),
    ("delete_replica", {"replicas": [], **STREAM}, {"replicas": [THERE], **STREAM}, "data"),
    (
        "disassociate_replica",
        {"replicas": [{**THERE, "state": "disassociated"}], **STREAM},
        {"replicas": [THERE], **STREAM},
        "availability",
    ),
    (
        "disable_disassociation_protection",
        {"replicas": [{**THERE, "disassociation_protection_enabled": False}], **STREAM},
        {"replicas": [THERE], **STREAM},
        "availability",
    ),
]


@pytest.mark.parametrize(("word", "after", "before", "risk"), RISKY)
def test_a_risky_change_waits_for_its_word(word: str, after: dict[str, Any], before: dict[str, Any], risk: str) -> None:
    without = plan_for(desired(after), observed(before))
    assert without.steps == ()
    assert {step.word for step in without.withheld} >= {word}
    assert without.withheld[0].risk == risk
    others = plan_for(desired({**after, "allow": sorted(ALLOW.keys() - {word})}), observed(before))
    assert others.steps == ()
    given = plan_for(desired({**after, "allow": [word]}), observed(before))
    assert given.withheld == ()
    assert given.steps == without.withheld


def test_every_word_has_a_case_above() -> None:
    elsewhere = {"keep_failed_import"}  # of test_source_failures.py
    assert {word for word, *_rest in RISKY} == set(ALLOW) - elsewhere


def test_without_the_word_everything_else_is_done() -> None:
    found = plan_for(desired({"tags": {"a": "b"}}), observed({"global_secondary_indexes": [MAIL]}))
    assert [step.action for step in found.steps] == ["tag_table"]
    assert [step.action for step in found.withheld] == ["delete_index"]


def test_a_new_index_waits_for_the_room_of_one_that_may_not_be_deleted() -> None:
    full = [{"name": f"idx-{n:02}", "hash_key": f"k{n}"} for n in range(20)]
    wanted = [*full[1:], {"name": "idx-99", "hash_key": "k99"}]
    found = plan_for(desired({"global_secondary_indexes": wanted}), observed({"global_secondary_indexes": full}))
    assert found.steps == ()
    assert [step.action for step in found.withheld] == ["delete_index", "create_index"]


def test_an_index_waits_while_another_keeps_its_attribute_at_the_old_type() -> None:
    """T-162: AWS would silently ignore the new type."""
    before = observed({"global_secondary_indexes": [MAIL]})
    new = {"name": "new", "hash_key": "mail"}
    wanted = desired({"attributes": [{"name": "mail", "type": "N"}], "global_secondary_indexes": [new]})
    assert [step.action for step in plan_for(wanted, before).withheld] == ["delete_index", "create_index"]
    given = replace(wanted, allow=frozenset({"delete_index"}))
    assert [step.action for step in plan_for(given, before).steps] == ["delete_index", "create_index"]


def test_a_protected_table_is_deleted_only_with_both_words() -> None:
    gone, found = {"state": "absent"}, observed({"deletion_protection_enabled": True})
    one = plan_for(desired({**gone, "allow": ["delete_table"]}), found)
    assert one.steps == ()
    assert [step.word for step in one.withheld] == ["disable_deletion_protection", "delete_table"]
    both = plan_for(desired({**gone, "allow": ["delete_table", "disable_deletion_protection"]}), found)
    assert [step.action for step in both.steps] == ["disable_deletion_protection", "delete_table"]
