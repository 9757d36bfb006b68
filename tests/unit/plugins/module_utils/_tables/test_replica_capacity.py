# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Provisioned global tables in which something does not scale its writes, against the strict double."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import projected
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.account import Account, comparable
from tests.support.global_account import BASE, SCALED, SCALES, THERE, account, entry, only, run
from tests.support.tables import ACCOUNT, ESTATE, REGION, params

PROVISIONED: dict[str, Any] = {**BASE, "billing_mode": "PROVISIONED", "stream_enabled": True}
OLD: dict[str, Any] = {"name": "old", "hash_key": "a"}
NEW: dict[str, Any] = {"name": "new", "hash_key": "b"}
SCALING: dict[str, Any] = {"autoscaling": {"write": SCALES}}


def withheld(plan: ResourcePlan) -> list[tuple[str, str]]:
    return [(step.action, step.subject) for step in plan.withheld]


def converges(found: Account, given: dict[str, Any]) -> None:
    assert run(found, given).failure is None
    assert only(found.plan(given)).steps == ()
    assert found.refusals == []


def test_a_replica_waits_for_the_word_to_delete_an_index_that_does_not_scale() -> None:
    found = account({**PROVISIONED, "global_secondary_indexes": [OLD]})
    given = entry(THERE, **SCALED)
    plan = only(found.plan(given))
    assert withheld(plan) == [("delete_index", "old"), ("create_replica", THERE)]
    converges(found, given)
    converges(found, {**given, "allow": ["delete_index"]})
    assert only(found.plan(given)).withheld == ()


def test_so_does_a_new_index_of_a_table_that_becomes_provisioned() -> None:
    found = account(entry(THERE, global_secondary_indexes=[OLD]))
    given = entry(THERE, **SCALED, global_secondary_indexes=[{**NEW, **SCALING}])
    assert withheld(only(found.plan(given))) == [("delete_index", "old"), ("create_index", "new")]
    converges(found, given)
    converges(found, {**given, "allow": ["delete_index"]})


def test_so_does_an_index_where_the_replicas_shall_go_and_may_not() -> None:
    found = account(entry(THERE))
    given = {**PROVISIONED, "replicas": [], "global_secondary_indexes": [NEW]}
    assert withheld(only(found.plan(given))) == [("delete_replica", THERE), ("create_index", "new")]
    converges(found, given)
    converges(found, {**given, "allow": ["delete_replica"]})


def test_an_entry_that_says_nothing_of_replicas_contradicts_those_that_are_there() -> None:
    found = account(entry(THERE, **SCALED, global_secondary_indexes=[{**OLD, **SCALING}]))
    given = {**PROVISIONED, "global_secondary_indexes": [OLD, NEW]}
    assert only(found.plan(given)).conflicts == ()
    off = {"autoscaling": {"write": {"enabled": False}}}
    (conflict,) = only(found.plan({**given, **off})).conflicts
    assert conflict.message == (
        "billing_mode is PROVISIONED, and the table has replicas in eu-west-1: AWS makes no index (new) before all "
        "writes scale; declare autoscaling.write with a target_value for the table"
    )
    assert only(found.plan({**given, "global_secondary_indexes": [OLD], **off})).conflicts == ()


def test_that_a_new_index_scales_by_itself_is_predicted() -> None:
    """T-291."""
    found = account(entry(THERE, **SCALED))
    given = {**PROVISIONED, "global_secondary_indexes": [NEW]}
    desired = parse(params(given))
    plans = found.plan(given)
    predicted = projected(ESTATE, REGION, ACCOUNT, found.read(desired), predict(plans))
    assert found.apply(plans)[0].failure is None
    assert comparable(found.read(desired)) == comparable(predicted)
