# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Auto scaling owns its numbers, per dimension and index, and leaves no orphan behind."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW

from tests.support.account import Account

INDEX: dict[str, Any] = {"name": "idx", "hash_key": "a"}
BASE: dict[str, Any] = {
    "name": "t",
    "hash_key": "pk",
    "billing_mode": "PROVISIONED",
    "global_secondary_indexes": [INDEX],
    "allow": list(ALLOW),
}
SCALES = {"min_capacity": 10, "max_capacity": 40, "target_value": 70, "scale_in_cooldown": 60}


def on_index(**autoscaling: Any) -> dict[str, Any]:
    return {**BASE, "global_secondary_indexes": [{**INDEX, "autoscaling": autoscaling}]}


def steps(account: Account, entry: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step.action, step.subject) for step in account.plan(entry)[0].steps]


def targets(account: Account) -> list[tuple[str, str]]:
    answer = account.aws.call("application-autoscaling", "DescribeScalableTargets", "all", ServiceNamespace="dynamodb")
    return sorted((each["ResourceId"], each["ScalableDimension"]) for each in answer["ScalableTargets"])


def capacities(account: Account) -> tuple[dict[str, int], dict[str, int]]:
    table = account.aws.call("dynamodb", "DescribeTable", "t", TableName="ticket-t")["Table"]

    def of(holder: dict[str, Any]) -> dict[str, int]:
        units = holder["ProvisionedThroughput"]
        return {"read": units["ReadCapacityUnits"], "write": units["WriteCapacityUnits"]}

    return of(table), of(table["GlobalSecondaryIndexes"][0])


def test_the_declared_number_holds_at_creation_within_the_range() -> None:
    account = Account()
    account.converge({**BASE, "read_capacity": 99, "autoscaling": {"read": SCALES}})
    assert capacities(account)[0] == {"read": 40, "write": 5}


def test_a_target_that_is_found_owns_its_one_number_without_any_flag() -> None:
    """One dimension of one index scales by somebody else's hand; everything else is compared."""
    account = Account()
    account.converge(BASE)
    account.aws.call(
        "application-autoscaling",
        "RegisterScalableTarget",
        "idx",
        ServiceNamespace="dynamodb",
        ResourceId="table/ticket-t/index/idx",
        ScalableDimension="dynamodb:index:WriteCapacityUnits",
        MinCapacity=20,
        MaxCapacity=40,
    )
    account.aws.clock.sleep(60)
    assert capacities(account)[1] == {"read": 5, "write": 20}
    assert steps(account, BASE) == []
    changed = {**BASE, "global_secondary_indexes": [{**INDEX, "read_capacity": 7, "write_capacity": 1}]}
    (step,) = account.plan(changed)[0].steps
    assert step.request["GlobalSecondaryIndexUpdates"][0]["Update"]["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 7,
        "WriteCapacityUnits": 20,
    }


def test_everything_of_a_dimension() -> None:
    account = Account()
    night = {"name": "night", "schedule": "cron(0 22 * * ? *)", "max_capacity": 12}
    entry = on_index(write={**SCALES, "scheduled_actions": [night]})
    account.converge(BASE)
    assert steps(account, entry) == [
        ("register_target", "idx/write"),
        ("put_scaling_policy", "idx/write"),
        ("put_scheduled_action", "idx/write"),
    ]
    account.converge(entry)
    assert steps(account, entry) == []
    assert steps(account, on_index(write={**SCALES, "target_value": 50})) == [
        ("put_scaling_policy", "idx/write"),
        ("delete_scheduled_action", "idx/write"),
    ]
    assert steps(account, on_index(write={"enabled": False})) == [("deregister_target", "idx/write")]
    assert steps(account, BASE) == []


def test_switching_to_on_demand_removes_the_targets_first() -> None:
    account = Account()
    account.converge({**on_index(write=SCALES), "autoscaling": {"read": SCALES}})
    on_demand = {**BASE, "billing_mode": "PAY_PER_REQUEST"}
    assert [action for action, _subject in steps(account, on_demand)] == [
        "deregister_target",
        "deregister_target",
        "switch_billing",
    ]
    account.converge(on_demand)
    assert targets(account) == []


def test_deleting_a_table_or_an_index_leaves_no_orphan() -> None:
    account = Account()
    account.converge({**on_index(write=SCALES), "autoscaling": {"read": SCALES}})
    account.converge({**BASE, "global_secondary_indexes": []})
    assert targets(account) == [("table/ticket-t", "dynamodb:table:ReadCapacityUnits")]
    account.aws.clock.sleep(60)
    account.converge({"name": "t", "state": "absent", "allow": list(ALLOW)})
    assert targets(account) == []


def test_an_index_that_is_replaced_keeps_the_scaling_that_nobody_declares() -> None:
    account = Account()
    account.converge(on_index(write=SCALES))
    account.converge({**BASE, "global_secondary_indexes": [{**INDEX, "projection_type": "KEYS_ONLY"}]})
    assert targets(account) == [("table/ticket-t/index/idx", "dynamodb:index:WriteCapacityUnits")]
