# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for any two definitions, against a double that is as strict as AWS."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import projected
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.account import COOL_DOWN, Account, comparable
from tests.support.definitions import KEY, definitions, pairs
from tests.support.tables import ACCOUNT, ESTATE, REGION, params

pytestmark = pytest.mark.usefixtures("in_order")
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(pairs())
def test_from_any_definition_to_any_other_without_a_single_refused_call(pair: tuple[Any, Any]) -> None:
    before, after = pair
    account = Account()
    account.converge(before)
    account.aws.clock.sleep(COOL_DOWN)
    account.converge(after)
    assert account.refusals == []
    account.aws.clock.sleep(COOL_DOWN)
    assert [each.steps for each in account.plan(after)] == [()]


@quick
@given(pairs())
def test_check_mode_predicts_exactly_what_is_then_done(pair: tuple[Any, Any]) -> None:
    before, after = pair
    account = Account()
    account.converge(before)
    account.aws.clock.sleep(COOL_DOWN)
    desired = parse(params(after))
    observed = account.read(desired)
    plans = account.plan(after)
    predicted = projected(ESTATE, REGION, ACCOUNT, observed, predict(plans))
    done = account.apply(plans)
    assert [outcome.done for outcome in done] == [outcome.done for outcome in predict(plans)]
    account.aws.clock.sleep(COOL_DOWN)
    assert comparable(account.read(desired)) == comparable(predicted)


@quick
@given(definitions())
def test_what_is_read_back_is_an_entry_that_changes_nothing(entry: dict[str, Any]) -> None:
    account = Account()
    account.converge(entry)
    account.aws.clock.sleep(COOL_DOWN)
    (table,) = account.read(parse(params(entry))).values()
    assert table.spec is not None
    assert [each.steps for each in account.plan(definition(ESTATE, table.spec))] == [()]


@quick
@given(definitions(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_matters(entry: dict[str, Any], order: random.Random) -> None:
    shuffled = {
        key: order.sample(value, len(value)) if isinstance(value, list) else value
        for key, value in order.sample(list(entry.items()), len(entry))
    }
    assert parse(params(entry)) == parse(params(shuffled))
    twins = [entry, {**entry, "name": "u"}]
    assert parse(params(*twins)) == parse(params(*reversed(twins)))


@quick
@given(pairs())
def test_without_words_nothing_risky_is_done(pair: tuple[Any, Any]) -> None:
    before, after = pair
    account = Account()
    account.converge(before)
    account.aws.clock.sleep(COOL_DOWN)
    plans = account.plan({**after, "allow": []})
    assert {step.risk for each in plans for step in each.steps} <= {"none"}
    outcomes = account.apply(plans)
    assert [outcome.failure for outcome in outcomes if outcome.failure] == []
    assert account.refusals == []
    assert all(step.action != "delete_index" for outcome in outcomes for step in outcome.done)


def test_the_customer_key_of_the_examples_exists() -> None:
    assert Account().aws.call("kms", "DescribeKey", KEY, KeyId=KEY)["KeyMetadata"]["Arn"] == KEY
