# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policy of a table's stream: it follows the stream to an ARN that nobody knows before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import projected

from tests.support.account import Account, comparable
from tests.support.definitions import policy, stream_policy
from tests.support.tables import ACCOUNT, ESTATE, REGION

FIELD = "stream_resource_policy"
TABLE: dict[str, Any] = {"name": "t", "hash_key": "pk"}
ON: dict[str, Any] = {**TABLE, "stream_enabled": True}
READ, LOOK = stream_policy("dynamodb:GetRecords"), stream_policy("dynamodb:DescribeStream")
LATEST = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-t/stream/latest"
KEYS = {"stream_view_type": "KEYS_ONLY", "allow": ["change_stream"]}


def actions(account: Account, entry: dict[str, Any]) -> list[str]:
    (planned,) = account.plan(entry)
    return [step.action for step in planned.steps]


def deployed(*entries: dict[str, Any]) -> Account:
    account = Account()
    for entry in entries:
        account.converge(entry)
        account.aws.clock.sleep(60)
    assert account.refusals == []
    return account


def stream_arn(account: Account) -> str:
    found: str = account.aws.call("dynamodb", "DescribeTable", "t", TableName="ticket-t")["Table"]["LatestStreamArn"]
    return found


def found(account: Account, arn: str) -> Any:
    answer = account.aws.call("dynamodb", "GetResourcePolicy", "t", ResourceArn=arn)
    return json.loads(answer["Policy"])


def test_left_out_is_neither_read_nor_changed() -> None:
    account = deployed({**ON, FIELD: READ})
    account.aws.calls.clear()
    assert actions(account, ON) == []
    assert not any(seen.operation == "GetResourcePolicy" for seen in account.aws.calls)


def test_a_new_stream_gets_its_policy_by_its_own_arn() -> None:
    account = Account()
    (planned,) = account.plan({**ON, FIELD: READ})
    (put,) = [step for step in planned.steps if step.action == "put_stream_policy"]
    assert put.request == {"ResourceArn": LATEST, "Policy": json.dumps(READ, sort_keys=True)}
    account.apply([planned])
    assert account.refusals == []
    assert found(account, stream_arn(account)) == READ
    assert actions(account, {**ON, FIELD: READ}) == []


def test_another_view_type_is_another_stream_and_the_policy_goes_with_it() -> None:
    account = deployed({**ON, FIELD: READ})
    before = stream_arn(account)
    entry = {**ON, **KEYS, FIELD: READ}
    assert actions(account, entry) == ["disable_stream", "enable_stream", "put_stream_policy"]
    account.converge(entry)
    assert account.refusals == []
    assert stream_arn(account) != before
    assert found(account, stream_arn(account)) == READ
    assert actions(account, entry) == []


def test_a_stream_that_may_not_change_keeps_its_own_policy_as_declared() -> None:
    account = deployed({**ON, FIELD: READ})
    entry = {**ON, **KEYS, "allow": [], FIELD: READ}
    assert actions(account, entry) == []
    assert actions(account, {**entry, FIELD: LOOK}) == ["put_stream_policy"]
    account.converge({**entry, FIELD: LOOK})
    assert found(account, stream_arn(account)) == LOOK


def test_another_policy_and_none() -> None:
    account = deployed({**ON, FIELD: READ})
    account.converge({**ON, FIELD: LOOK})
    assert found(account, stream_arn(account)) == LOOK
    account.aws.clock.sleep(60)
    assert actions(account, {**ON, FIELD: {}}) == ["delete_stream_policy"]
    account.converge({**ON, FIELD: {}})
    with pytest.raises(AwsError, match="PolicyNotFoundException"):
        found(account, stream_arn(account))
    assert (account.refusals, actions(account, {**ON, FIELD: {}})) == ([], [])


def test_no_policy_and_no_stream_is_nothing_to_do() -> None:
    account = deployed({**ON, FIELD: READ})
    off = {**TABLE, FIELD: {}, "allow": ["change_stream"]}
    assert actions(account, off) == ["disable_stream"]
    account.converge(off)
    account.aws.calls.clear()
    assert actions(account, off) == []
    assert not any(seen.operation == "GetResourcePolicy" for seen in account.aws.calls)


def test_it_is_not_the_policy_of_the_table() -> None:
    both = {**ON, FIELD: READ, "resource_policy": policy("dynamodb:Query")}
    account = deployed(both)
    (table,) = account.read(account.desired).values()
    assert table.spec is not None
    entry = definition(ESTATE, table.spec)
    assert (entry[FIELD], entry["resource_policy"]) == (READ, both["resource_policy"])
    assert actions(account, entry) == []


@pytest.mark.parametrize("entry", [{**ON, **KEYS, FIELD: LOOK}, {**TABLE, FIELD: {}, "allow": ["change_stream"]}])
def test_check_mode_shows_what_then_is(entry: dict[str, Any]) -> None:
    account = deployed({**ON, FIELD: READ})
    plans = account.plan(entry)
    predicted = projected(ESTATE, REGION, ACCOUNT, account.read(account.desired), predict(plans))
    account.apply(plans)
    account.aws.clock.sleep(60)
    assert comparable(account.read(account.desired)) == comparable(predicted)


def test_a_stream_that_somebody_turns_off_meanwhile_is_planned_again() -> None:
    account = deployed(ON)
    plans = account.plan({**ON, FIELD: READ})
    off = {"StreamEnabled": False}
    account.aws.call("dynamodb", "UpdateTable", "t", TableName="ticket-t", StreamSpecification=off)
    account.aws.clock.sleep(60)
    (outcome,) = account.apply(plans)
    assert outcome.failure is None
    assert [step.action for step in outcome.done] == ["enable_stream", "put_stream_policy"]
    assert outcome.interference != ()
    assert actions(account, {**ON, FIELD: READ}) == []
