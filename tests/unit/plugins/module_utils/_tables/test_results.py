# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the modules return: differences, status, outputs, and the platform's own list."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import estate_tables
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import Warm
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.outputs import deployment_outputs
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import (
    described,
    differences,
    notes,
    projected,
)

from tests.support.tables import ACCOUNT, ESTATE, REGION, desired, observed


def test_a_difference_shows_only_the_fields_that_differ() -> None:
    wanted, before = desired({"stream_enabled": True, "tags": {"a": "b"}}), {"ticket-users": observed()}
    outcomes = predict(plan(ESTATE, [wanted], before))
    (entry,) = differences(ESTATE, [wanted], before, projected(ESTATE, REGION, ACCOUNT, before, outcomes))
    assert (entry["before_header"], entry["after_header"]) == ("table ticket-users", "table ticket-users")
    assert entry["before"].keys() == {"stream_enabled", "tags"}
    assert entry["after"].keys() == {"stream_enabled", "stream_view_type", "tags"}


def test_creation_and_deletion_are_named() -> None:
    wanted = desired()
    created = projected(ESTATE, REGION, ACCOUNT, {}, predict(plan(ESTATE, [wanted], {})))
    (entry,) = differences(ESTATE, [wanted], {}, created)
    assert (entry["before_header"], entry["before"]) == ("table ticket-users (missing)", "")
    gone = desired({"state": "absent", "allow": ["delete_table"]})
    left = projected(ESTATE, REGION, ACCOUNT, created, predict(plan(ESTATE, [gone], created)))
    assert left == {}
    (entry,) = differences(ESTATE, [gone], created, left)
    assert (entry["after_header"], entry["after"]) == ("table ticket-users (deleted)", "")


def test_a_table_with_a_name_of_its_own_keeps_its_logical_name() -> None:
    wanted = desired({"table_name": "legacy"})
    after = projected(ESTATE, REGION, ACCOUNT, {}, predict(plan(ESTATE, [wanted], {})))
    found = described(ESTATE, REGION, after, {"legacy": "users"})
    assert found["tables"][0]["name"] == "users"
    assert found["tables"][0]["table_name"] == "legacy"
    assert found["status"]["users"]["arn"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/legacy"


def test_outputs_are_those_of_the_specification() -> None:
    tables = [*estate_tables(None), {"name": "events", "hash_key": "pk", "stream_enabled": True}]
    status = {"events": {"stream_arn": "arn:the-stream"}}
    outputs = deployment_outputs([*tables, {"name": "old", "state": "absent"}], status, ESTATE, ACCOUNT, REGION)
    assert outputs.keys() == {
        "table_names",
        "table_arns",
        "table_stream_arns",
        "application_role_arn",
        "application_role_name",
        "readonly_role_arn",
        "readonly_role_name",
        "reservation_service_role_arn",
        "reservation_service_role_name",
        "reservation_tables",
    }
    assert len(outputs["table_names"]) == 8
    assert outputs["table_names"]["ticket-events"] == "ticket-ticket-events"
    assert outputs["table_stream_arns"] == {"events": "arn:the-stream"}
    assert sorted(outputs["reservation_tables"]) == [
        "reservation-idempotency",
        "reservation-orders",
        "reservation-outbox",
        "reservation-reservations",
    ]
    assert outputs["reservation_service_role_arn"] == f"arn:aws:iam::{ACCOUNT}:role/ticket-reservation-api-service-role"
    planned = deployment_outputs(tables, {}, ESTATE, ACCOUNT, "cn-north-1", path="/app/")
    assert planned["table_stream_arns"] == {"events": None}
    assert planned["readonly_role_arn"] == f"arn:aws-cn:iam::{ACCOUNT}:role/app/ticket-dynamodb-readonly-role"


def test_a_role_that_is_not_declared_is_no_output() -> None:
    without = deployment_outputs([], {}, ESTATE, ACCOUNT, REGION, services=[{"name": "payments"}])
    assert (without["reservation_service_role_arn"], without["reservation_service_role_name"]) == (None, None)
    assert without["application_role_name"] == "ticket-dynamodb-application-role"
    declared = deployment_outputs([], {}, ESTATE, ACCOUNT, REGION, services=[{"name": "reservation-api"}])
    assert declared["reservation_service_role_name"] == "ticket-reservation-api-service-role"


def test_two_tables_never_share_a_logical_name() -> None:
    after = {}
    for entry in ({}, {"table_name": "users"}):
        wanted = desired(entry)
        after.update(projected(ESTATE, REGION, ACCOUNT, {}, predict(plan(ESTATE, [wanted], {}))))
    found = described(ESTATE, REGION, after, {})
    assert sorted(found["status"]) == ["ticket-users", "users"]
    assert len({entry["name"] for entry in found["tables"]}) == 2


def test_words_for_switches_are_understood_in_outputs() -> None:
    tables = [{"name": "a", "stream_enabled": "no"}, {"name": "b", "stream_enabled": "yes"}]
    assert list(deployment_outputs(tables, {}, ESTATE, ACCOUNT, REGION)["table_stream_arns"]) == ["b"]


def test_a_decrease_of_warm_throughput_is_explained() -> None:
    wanted = desired({"warm_throughput": {"read_units_per_second": 12000}})
    found = observed()
    assert found.spec is not None
    warm = replace(found, spec=replace(found.spec, warm=Warm(13000, 4000)))
    assert notes([wanted], {"ticket-users": warm}) == [
        "ticket-users: 13000 read units a second are warm, 12000 are declared: AWS never lowers them, so they stay"
    ]
    assert notes([wanted], {}) == []


def test_the_plan_says_how_long_an_index_takes_to_fill() -> None:
    index = {"name": "idx", "hash_key": "a", "write_capacity": 5}
    wanted = desired({"billing_mode": "PROVISIONED", "global_secondary_indexes": [index]})
    found = observed({"billing_mode": "PROVISIONED"})
    big = replace(found, status=replace(found.status, size_bytes=500 * 2**30))
    (step,) = plan(ESTATE, [wanted], {"ticket-users": big})[0].steps
    assert step.reason == "index idx is missing; filling it with 500.0 GB at 5 write units a second may take 1214 days"
    (step,) = plan(ESTATE, [wanted], {"ticket-users": found})[0].steps
    assert step.reason == "index idx is missing"
