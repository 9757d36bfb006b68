# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Global tables in the strict double: short ways to entries, accounts and what came of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, ResourcePlan

from tests.support.account import Account, CountingAws
from tests.support.dynamodb_double import Settings

HERE, THERE, FAR, THIRD = "ap-northeast-2", "eu-west-1", "us-east-1", "us-west-2"
NEAR = ("ap-northeast-1", "ap-northeast-3")
NAME = "ticket-t"
ARN = f"arn:aws:dynamodb:{HERE}:137406935518:table/{NAME}"
BASE: dict[str, Any] = {"name": "t", "hash_key": "pk"}
SCALES = {"min_capacity": 5, "max_capacity": 8, "target_value": 70}
SCALED: dict[str, Any] = {"billing_mode": "PROVISIONED", "autoscaling": {"write": SCALES}}
GONE = {**BASE, "state": "absent"}


def entry(*regions: str, each: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {**BASE, "replicas": [{"region_name": region, **(each or {})} for region in regions], **more}


def strong(*regions: str, witness: str = "", **more: Any) -> dict[str, Any]:
    third = {"global_table_witness": {"region_name": witness}} if witness else {}
    return entry(*regions, each={"consistency_mode": "STRONG"}, **third, **more)


def account(*entries: dict[str, Any], settings: Settings | None = None) -> Account:
    found = Account()
    if settings:
        found = Account(WithSettings(settings))
    for each in entries:
        found.converge(each)
        found.aws.clock.sleep(3600.0)
    return found


class WithSettings(CountingAws):
    """The double with another behaviour."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.dynamodb._state.settings = settings


def only(plans: list[ResourcePlan]) -> ResourcePlan:
    (found,) = plans
    return found


def run(found: Account, given: dict[str, Any]) -> Outcome:
    (outcome,) = found.apply(found.plan(given))
    return outcome


def actions(plan: ResourcePlan) -> list[tuple[str, str]]:
    return [(step.action, step.subject) for step in plan.steps]


def described(found: Account, region: str = "") -> dict[str, Any]:
    aws = found.aws.in_region(region)
    table: dict[str, Any] = aws.call("dynamodb", "DescribeTable", NAME, TableName=NAME)["Table"]
    return table


def members(found: Account) -> list[str]:
    return [each["RegionName"] for each in described(found).get("Replicas", ())]
