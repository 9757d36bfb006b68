# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which steps follow from which difference, in which order, and which are held back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import (
    Desired,
    IndexStatus,
    Observed,
    TableStatus,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.project import project_all

from tests.support.tables import ESTATE, desired, observed

KEY = "arn:aws:kms:ap-northeast-2:137406935518:key/1234abcd"
MAIL = {"name": "by-mail", "hash_key": "mail"}
CITY = {"name": "by-city", "hash_key": "city"}
PROVISIONED = {"billing_mode": "PROVISIONED"}


def plan_for(wanted: Desired, found: Observed | None) -> ResourcePlan:
    return plan(ESTATE, [wanted], {found.table_name: found} if found else {})[0]


def actions(entry: dict[str, Any], before: dict[str, Any], **options: Any) -> list[str]:
    """The actions from one definition to another, all risks allowed; also that they lead there."""
    wanted, found = desired({**entry, "allow": list(ALLOW)}, **options), observed(before)
    found_plan = plan_for(wanted, found)
    after = project_all(ESTATE, found, found_plan.steps, found.status.arn)
    if not found_plan.deferred:
        assert plan_for(wanted, after).steps == ()
    return [step.action for step in found_plan.steps]


def test_nothing_to_do() -> None:
    assert plan_for(desired(), observed()) == ResourcePlan("ticket-users", "change")


def test_a_missing_table_is_one_call_and_what_that_call_does_not_take() -> None:
    entry = {"ttl_enabled": True, "ttl_attribute": "ttl", "stream_enabled": True, "global_secondary_indexes": [MAIL]}
    found = plan_for(desired(entry), None)
    assert [step.action for step in found.steps] == [
        "create_table",
        "enable_point_in_time_recovery",
        "enable_ttl",
        "finish_table",
    ]
    assert found.verb == "add"
    assert {step.risk for step in found.steps} == {"none"}
    assert dict(found.steps[0].request) == {
        "TableName": "ticket-users",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "mail", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": False,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-mail",
                "KeySchema": [{"AttributeName": "mail", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
        "Tags": [
            {"Key": "Estate", "Value": "ticket"},
            {"Key": "ManagedBy", "Value": "traffic_tacos.dynamodb"},
            {"Key": "Name", "Value": "ticket-users"},
            {"Key": "Unfinished", "Value": "time-to-live"},
        ],
    }


CHANGES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"deletion_protection_enabled": True}, {}, ["enable_deletion_protection"]),
    ({}, {"deletion_protection_enabled": True}, ["disable_deletion_protection"]),
    ({}, {"point_in_time_recovery": {"enabled": False}}, ["enable_point_in_time_recovery"]),
    ({"point_in_time_recovery": {"enabled": False}}, {}, ["disable_point_in_time_recovery"]),
    ({"point_in_time_recovery": {"recovery_period_in_days": 7}}, {}, ["enable_point_in_time_recovery"]),
    ({"tags": {"a": "b"}}, {}, ["tag_table"]),
    ({"tags": {"a": "b"}}, {"tags": {"a": "c"}}, ["tag_table"]),
    ({}, {"tags": {"a": "b"}}, []),
    ({"purge_tags": True}, {"tags": {"a": "b"}}, ["untag_table"]),
    ({"ttl_enabled": True, "ttl_attribute": "t"}, {}, ["enable_ttl"]),
    ({}, {"ttl_enabled": True, "ttl_attribute": "t"}, ["disable_ttl"]),
    ({"ttl_enabled": True, "ttl_attribute": "u"}, {"ttl_enabled": True, "ttl_attribute": "t"}, ["disable_ttl"]),
    (PROVISIONED, {}, ["switch_billing"]),
    ({}, PROVISIONED, ["switch_billing"]),
    ({**PROVISIONED, "read_capacity": 6}, PROVISIONED, ["set_throughput"]),
    (
        {**PROVISIONED, "global_secondary_indexes": [{**MAIL, "read_capacity": 6}]},
        {**PROVISIONED, "global_secondary_indexes": [MAIL]},
        ["set_index_throughput"],
    ),
    ({"read_capacity": 9}, {}, []),
    ({"stream_enabled": True}, {}, ["enable_stream"]),
    ({}, {"stream_enabled": True}, ["disable_stream"]),
    (
        {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"},
        {"stream_enabled": True},
        ["disable_stream", "enable_stream"],
    ),
    ({"server_side_encryption": {"enabled": False}}, {}, ["set_encryption"]),
    ({"server_side_encryption": {"kms_key_arn": KEY}}, {}, ["set_encryption"]),
    ({"global_secondary_indexes": [MAIL]}, {}, ["create_index"]),
    ({}, {"global_secondary_indexes": [MAIL]}, ["delete_index"]),
    (
        {"global_secondary_indexes": [{**MAIL, "range_key": "city"}]},
        {"global_secondary_indexes": [MAIL]},
        ["delete_index", "create_index"],
    ),
    (
        {"global_secondary_indexes": [{**MAIL, "projection_type": "KEYS_ONLY"}, CITY]},
        {"global_secondary_indexes": [MAIL, CITY]},
        ["delete_index", "create_index"],
    ),
    (
        {"attributes": [{"name": "mail", "type": "N"}], "global_secondary_indexes": [MAIL]},
        {"global_secondary_indexes": [MAIL]},
        ["delete_index", "create_index"],
    ),
]


@pytest.mark.parametrize(("after", "before", "expected"), CHANGES)
def test_one_difference(after: dict[str, Any], before: dict[str, Any], expected: list[str]) -> None:
    assert actions(after, before) == expected


def test_all_differences_at_once_come_in_the_order_that_aws_admits() -> None:
    after = {
        **PROVISIONED,
        "deletion_protection_enabled": True,
        "tags": {"a": "b"},
        "ttl_enabled": True,
        "ttl_attribute": "t",
        "stream_enabled": True,
        "server_side_encryption": {"enabled": False},
        "global_secondary_indexes": [CITY],
    }
    before = {"global_secondary_indexes": [MAIL], "point_in_time_recovery": {"enabled": False}}
    assert actions(after, before) == [
        "enable_deletion_protection",
        "enable_point_in_time_recovery",
        "tag_table",
        "delete_index",
        "switch_billing",
        "enable_stream",
        "set_encryption",
        "enable_ttl",
        "create_index",
    ]


def test_several_index_changes_are_calls_of_their_own_deletes_first() -> None:
    names = [{"name": f"idx-{n}", "hash_key": f"k{n}"} for n in range(5)]
    wanted = desired({"global_secondary_indexes": names[2:], "allow": ["delete_index"]})
    steps = plan_for(wanted, observed({"global_secondary_indexes": names[:2]})).steps
    assert [(step.action, step.subject, step.until) for step in steps] == [
        ("delete_index", "idx-0", "index_gone"),
        ("delete_index", "idx-1", "index_gone"),
        ("create_index", "idx-2", "index_active"),
        ("create_index", "idx-3", "index_active"),
        ("create_index", "idx-4", "index_active"),
    ]


def test_the_switch_to_provisioned_names_every_index_that_is_there_then() -> None:
    """T-152: one without its capacity makes AWS refuse the call."""
    indexes = {"global_secondary_indexes": [MAIL, {**CITY, "read_capacity": 8}]}
    wanted = desired({**PROVISIONED, **indexes})
    before = observed({"global_secondary_indexes": [MAIL, CITY, {"name": "old", "hash_key": "old"}]})
    found = plan_for(wanted, before)
    (switch,) = found.steps
    updates = [entry["Update"]["IndexName"] for entry in switch.request["GlobalSecondaryIndexUpdates"]]
    assert updates == ["by-city", "by-mail", "old"]
    assert [step.word for step in found.withheld] == ["delete_index"]


LOCAL = {"name": "loc", "range_key": "date"}
IMMUTABLE: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    ({"hash_key": "other"}, {}, ("hash_key",)),
    ({"range_key": "sk"}, {}, ("range_key",)),
    ({}, {"range_key": "sk"}, ("range_key",)),
    ({"attributes": [{"name": "id", "type": "N"}]}, {}, ("attributes.id",)),
    ({"range_key": "sk", "local_secondary_indexes": [LOCAL]}, {"range_key": "sk"}, ("local_secondary_indexes",)),
    (
        {"range_key": "sk", "local_secondary_indexes": [{**LOCAL, "projection_type": "KEYS_ONLY"}]},
        {"range_key": "sk", "local_secondary_indexes": [LOCAL]},
        ("local_secondary_indexes",),
    ),
]


@pytest.mark.parametrize(("after", "before", "fields"), IMMUTABLE)
def test_what_needs_a_new_table_is_a_conflict(
    after: dict[str, Any], before: dict[str, Any], fields: tuple[str, ...]
) -> None:
    found = plan_for(desired({**after, "tags": {"a": "b"}, "allow": list(ALLOW)}), observed(before))
    assert found.steps == ()
    assert [conflict.fields for conflict in found.conflicts] == [fields]


@pytest.mark.parametrize("entry", [{}, {"state": "absent", "allow": ["delete_table"]}])
def test_a_table_of_another_estate_is_not_taken_over(entry: dict[str, Any]) -> None:
    found = observed()
    assert found.spec is not None
    stranger = replace(found, spec=replace(found.spec, tags={**found.spec.tags, "Estate": "ticket-dev"}))
    conflicting = plan_for(desired(entry), stranger)
    assert (conflicting.steps, len(conflicting.conflicts)) == ((), 1)


def test_a_table_without_our_tags_is_adopted() -> None:
    found = observed()
    assert found.spec is not None
    adopted = plan_for(desired(), replace(found, spec=replace(found.spec, tags={"Name": "ticket-users"})))
    (tagging,) = adopted.steps
    assert tagging.request["Tags"] == [
        {"Key": "Estate", "Value": "ticket"},
        {"Key": "ManagedBy", "Value": "traffic_tacos.dynamodb"},
    ]


def test_what_is_under_way_is_waited_for() -> None:
    busy = observed({"global_secondary_indexes": [MAIL]}, status="UPDATING")
    busy = replace(busy, status=replace(busy.status, indexes={"by-mail": IndexStatus("CREATING", True)}))
    wanted = desired({"global_secondary_indexes": [MAIL, CITY]})
    waits = [(step.action, step.until, step.writes) for step in plan_for(wanted, busy).steps]
    assert waits == [
        ("await_table", "table_active", False),
        ("await_indexes", "indexes_active", False),
        ("create_index", "index_active", True),
    ]
    # Nothing is left to do but to wait until it is in effect
    planned = plan_for(desired({"global_secondary_indexes": [MAIL]}), busy)
    assert [step.action for step in planned.steps] == ["await_table", "await_indexes"]
    assert not any(step.writes for step in planned.steps)


@pytest.mark.parametrize("status", ["CREATING", "ARCHIVED"])
@pytest.mark.parametrize("entry", [{}, {"state": "absent", "allow": ["delete_table"]}])
def test_nothing_is_done_to_a_table_that_cannot_be_read(entry: dict[str, Any], status: str) -> None:
    """Not even whose it is is known then."""
    found = plan_for(desired(entry), replace(observed(status=status), unread=True))
    assert (found.steps, found.withheld, len(found.deferred)) == ((), (), 1)


def test_protection_does_not_wait_for_an_index() -> None:
    busy = observed({"global_secondary_indexes": [MAIL]})
    busy = replace(busy, status=replace(busy.status, indexes={"by-mail": IndexStatus("CREATING", True)}))
    entry = {"deletion_protection_enabled": True, "tags": {"a": "b"}, "global_secondary_indexes": [MAIL, CITY]}
    assert [step.action for step in plan_for(desired(entry), busy).steps] == [
        "enable_deletion_protection",
        "tag_table",
        "await_indexes",
        "create_index",
    ]


def test_a_table_that_is_being_deleted() -> None:
    going = Observed("ticket-users", None, TableStatus("DELETING"))
    again = plan_for(desired(), going)
    assert [step.action for step in again.steps][:2] == ["await_table", "create_table"]
    assert again.steps[0].until == "table_gone"
    away = plan_for(desired({"state": "absent"}), going)
    assert [(step.action, step.writes) for step in away.steps] == [("await_table", False)]
    assert plan_for(desired({"state": "absent"}), None).steps == ()


def test_encryption_is_not_compared_while_it_changes() -> None:
    found = observed({"server_side_encryption": {"enabled": False}})
    found = replace(found, status=replace(found.status, encryption_status="UPDATING"))
    left = plan_for(desired(), found)
    assert (left.steps, len(left.deferred)) == ((), 1)
