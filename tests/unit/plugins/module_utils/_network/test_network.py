# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to endpoints in an account: whatever is there, a run converges, and check mode says the truth."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.gateway import NetworkGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.observe import endpoint_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.plan import plan, undeclared
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.policy import endpoint_policy
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.project import before, diff, rendered
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._network.spec import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import FakeClock
from tests.support.operating_double import ACCOUNT, REGION, Services

SERVICE = f"com.amazonaws.{REGION}.dynamodb"
TABLES = [
    {"name": "users", "hash_key": "id"},
    {"name": "gone", "state": "absent"},
    {"name": "orders", "hash_key": "id"},
]
ARNS = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-{name}" for name in ("orders", "users")]
OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
NEIGHBOURS = {**OURS, "Estate": "ticket-dev"}
FULL = {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
Found = tuple[list[dict[str, Any]], list[Outcome]]


def params(*endpoints: dict[str, Any], **options: Any) -> dict[str, Any]:
    plain = {"name": "ticket", "account_id": ACCOUNT, "tables": TABLES, "other_tables": [], "tags": None}
    return {**plain, "endpoints": list(endpoints), **options}


def entry(vpc_id: str, *route_tables: str, allow: bool = False) -> dict[str, Any]:
    return {"vpc_id": vpc_id, "route_table_ids": list(route_tables), "allow": ["remove_route_table"] if allow else []}


def run(aws: Services, *endpoints: dict[str, Any], check: bool = False, purge: bool = False, **options: Any) -> Found:
    """What the module does: the endpoints that it returns, without their ids, and what came of the plans."""
    desired = parse(params(*endpoints, **options), REGION)
    gateway = NetworkGateway(aws, "ticket", REGION)
    observed = gateway.read()
    there = before(desired, undeclared(desired, observed, "ticket"), observed, "ticket")
    plans = plan(desired, observed, "ticket", REGION, purge)
    clock = FakeClock()
    outcomes = predict(plans) if check else apply(plans, gateway, Run(Deadline.after(clock, 60), resources=1))
    assert bool(diff(there, outcomes)) == any(outcome.changed for outcome in outcomes)
    return [{**each, "vpc_endpoint_id": ""} for each in rendered(there, outcomes)], outcomes


def put(aws: Services, tags: dict[str, str], vpc_id: str, *route_tables: str, **more: Any) -> str:
    """An endpoint that somebody made."""
    endpoint_id = f"vpce-{len(aws.endpoints):017x}"
    plain = {"VpcEndpointType": "Gateway", "ServiceName": SERVICE, "State": "available", "VpcId": vpc_id}
    found = {**plain, "VpcEndpointId": endpoint_id, "RouteTableIds": list(route_tables), **more}
    aws.endpoints[endpoint_id] = {"PolicyDocument": json.dumps(FULL), **found}
    aws.tags[endpoint_id] = dict(tags)
    return endpoint_id


def actions(outcomes: list[Outcome]) -> list[str]:
    return [step.action for outcome in outcomes for step in outcome.done]


def live(aws: Services) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in aws.endpoints.items() if each["State"] != "deleting"}


def test_the_policy_is_limited_to_the_estates_tables() -> None:
    aws = Services()
    _unused, outcomes = run(aws, entry("vpc-1", "rtb-2", "rtb-1"), tags={"Team": "core"})
    assert actions(outcomes) == ["create_endpoint"]
    (endpoint,) = aws.endpoints.values()
    assert (endpoint["ServiceName"], endpoint["VpcEndpointType"]) == (SERVICE, "Gateway")
    assert endpoint["RouteTableIds"] == ["rtb-1", "rtb-2"]
    (statement,) = json.loads(endpoint["PolicyDocument"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Allow", "*", "dynamodb:*")
    assert statement["Resource"] == [text for arn in ARNS for text in (arn, f"{arn}/*")]
    assert aws.tags[endpoint["VpcEndpointId"]] == {**OURS, "Team": "core", "Name": "ticket-dynamodb"}


def test_a_new_table_can_be_reached_at_once() -> None:
    aws = Services()
    run(aws, entry("vpc-1", "rtb-1"))
    more = [*TABLES, {"name": "more", "hash_key": "id"}]
    _unused, outcomes = run(aws, entry("vpc-1", "rtb-1"), tables=more)
    assert actions(outcomes) == ["set_endpoint_policy"]
    (endpoint,) = aws.endpoints.values()
    assert f"{ARNS[0].replace('orders', 'more')}/*" in endpoint["PolicyDocument"]


def test_a_policy_of_the_same_meaning_is_left_alone() -> None:
    aws = Services()
    run(aws, entry("vpc-1", "rtb-1"))
    (endpoint,) = aws.endpoints.values()
    policy = json.loads(endpoint["PolicyDocument"])
    policy["Statement"][0]["Resource"].reverse()
    policy["Statement"][0]["Principal"] = {"AWS": "*"}
    endpoint["PolicyDocument"] = json.dumps(policy, indent=1)
    assert actions(run(aws, entry("vpc-1", "rtb-1"))[1]) == []


def test_other_tables_are_named_or_all() -> None:
    other = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/legacy"
    assert {other, f"{other}/*"} < set(endpoint_policy(["a"], [other], "1", "r")["Statement"][0]["Resource"])
    assert endpoint_policy(["a"], ["*"], "1", "r")["Statement"][0]["Resource"] == ["*"]


def test_a_route_table_is_added_at_once_and_removed_only_with_the_word() -> None:
    aws = Services()
    run(aws, entry("vpc-1", "rtb-1", "rtb-2"))
    _unused, outcomes = run(aws, entry("vpc-1", "rtb-2", "rtb-3"))
    assert actions(outcomes) == ["add_route_tables"]
    message = Report("endpoint", outcomes).message()
    assert message.startswith("vpc-1: not done without 'allow: [remove_route_table]': rtb-1 is not declared")
    (endpoint,) = aws.endpoints.values()
    assert endpoint["RouteTableIds"] == ["rtb-1", "rtb-2", "rtb-3"]
    assert actions(run(aws, entry("vpc-1", "rtb-2", "rtb-3", allow=True))[1]) == ["remove_route_tables"]
    assert endpoint["RouteTableIds"] == ["rtb-2", "rtb-3"]


@pytest.mark.parametrize(("tags", "whose"), [({}, "of somebody else"), (NEIGHBOURS, "of the estate 'ticket-dev'")])
def test_a_route_table_that_has_another_endpoint_is_a_conflict_and_nothing_is_done(
    tags: dict[str, str], whose: str
) -> None:
    aws = Services()
    put(aws, tags, "vpc-1", "rtb-1")
    before_it = copy.deepcopy((aws.endpoints, aws.tags))
    _unused, outcomes = run(aws, entry("vpc-0", "rtb-9"), entry("vpc-1", "rtb-1", "rtb-2"), purge=True)
    (conflict,) = [each for outcome in outcomes for each in outcome.plan.conflicts]
    assert f"rtb-1 has a route to DynamoDB by vpce-00000000000000000 {whose} already" in conflict.message
    assert ((aws.endpoints, aws.tags), actions(outcomes)) == (before_it, [])


def test_it_stands_beside_another_endpoint_with_other_route_tables() -> None:
    aws = Services()
    put(aws, NEIGHBOURS, "vpc-1", "rtb-1")
    assert actions(run(aws, entry("vpc-1", "rtb-2"))[1]) == ["create_endpoint"]
    assert len(live(aws)) == 2


def test_an_endpoint_that_got_the_tags_is_taken_over() -> None:
    aws = Services()
    put(aws, {**OURS, "Theirs": "x"}, "vpc-1", "rtb-1")
    _unused, outcomes = run(aws, entry("vpc-1", "rtb-1"))
    assert actions(outcomes) == ["set_endpoint_policy", "tag_endpoint"]
    assert set(aws.tags["vpce-00000000000000000"]) == {"ManagedBy", "Estate", "Theirs", "Name"}


def test_an_undeclared_endpoint_is_named_and_deleted_only_by_a_purge() -> None:
    aws = Services()
    mine = put(aws, OURS, "vpc-1", "rtb-1")
    put(aws, NEIGHBOURS, "vpc-2", "rtb-2")
    put(aws, {}, "vpc-3", "rtb-3")
    observed = NetworkGateway(aws, "ticket", REGION).read()
    assert [each.endpoint_id for each in undeclared([], observed, "ticket")] == [mine]
    assert actions(run(aws)[1]) == []
    _unused, outcomes = run(aws, purge=True, tables=[])
    assert [(step.action, step.request) for step in outcomes[0].done] == [
        ("delete_endpoint", {"VpcEndpointIds": [mine]})
    ]
    assert len(live(aws)) == 2
    assert actions(run(aws, purge=True)[1]) == []


def test_what_is_deleted_already_is_gone_as_wished_and_what_is_refused_is_a_failure() -> None:
    aws = Services()
    name = put(aws, OURS, "vpc-1", "rtb-1")
    gateway = NetworkGateway(aws, "ticket", REGION)
    plans = plan([], gateway.read(), "ticket", REGION, purge=True)
    endpoint = aws.endpoints.pop(name)
    (outcome,) = apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=1))
    assert (outcome.failure, outcome.changed) == (None, False)
    aws.endpoints[name] = endpoint
    aws.refuses["DeleteVpcEndpoints"] = "UnauthorizedOperation"
    (outcome,) = apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=1))
    assert outcome.failure and outcome.failure.hint.startswith("The caller's policy must allow ec2:DeleteVpcEndpoints")


def test_a_new_endpoint_is_waited_for() -> None:
    aws = Services()
    aws.pending = 3
    _unused, (outcome,) = run(aws, entry("vpc-1", "rtb-1"))
    assert (outcome.failure, aws.calls["DescribeVpcEndpoints"]) == (None, 5)


def test_interfaces_and_what_is_on_its_way_out_are_no_gateway_endpoints() -> None:
    aws = Services()
    put(aws, OURS, "vpc-1", "rtb-1", State="Deleted")
    put(aws, OURS, "vpc-1", VpcEndpointType="Interface")
    assert NetworkGateway(aws, "ticket", REGION).read() == []
    found = endpoint_of({"VpcId": "vpc-1", "VpcEndpointId": "vpce-1", "State": "Available"})
    assert found and found.state == "available"


def test_all_problems_are_named_at_once() -> None:
    wrong = [entry("1", "2"), entry("vpc-1", "rtb-1"), entry("vpc-1", "rtb-2"), {"vpc_id": "vpc-2", "routes": []}]
    with pytest.raises(Refused) as refusal:
        parse(params(*wrong, {"vpc_id": "vpc-3", "route_table_ids": []}, tables=[], other_tables=["x"]), REGION)
    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "other_tables[0]",
        "endpoints[0].vpc_id",
        "endpoints[0].route_table_ids[0]",
        "endpoints[2].vpc_id",
        "endpoints[3].routes",
        "endpoints[3].route_table_ids",
        "endpoints[4].route_table_ids",
    ]


def test_a_policy_must_name_something_and_has_a_size() -> None:
    with pytest.raises(Refused, match="there is no table that anybody could reach"):
        parse(params(entry("vpc-1", "rtb-1"), tables=[]), REGION)
    many = [{"name": f"table-{number:03}", "hash_key": "id"} for number in range(200)]
    with pytest.raises(Refused, match=r"the policy for 200 tables has \d+ characters, AWS allows 20480"):
        parse(params(entry("vpc-1", "rtb-1"), tables=many), REGION)
    assert parse(params(entry("vpc-1", "rtb-1"), tables=many, other_tables=["*"]), REGION)


ROUTES = st.lists(st.sampled_from(["rtb-1", "rtb-2", "rtb-3"]), min_size=1, unique=True)
STARTS = st.lists(st.tuples(st.sampled_from([OURS, NEIGHBOURS, {}]), ROUTES), max_size=3)


@settings(deadline=None)
@given(STARTS, st.none() | ROUTES, st.booleans(), st.booleans())
def test_check_mode_predicts_the_run_and_a_second_one_does_nothing(
    starts: list[tuple[dict[str, str], list[str]]], routes: list[str] | None, allow: bool, purge: bool
) -> None:
    aws = Services()
    taken: set[str] = set()
    for tags, wanted in starts:
        if not taken & set(wanted):
            put(aws, tags, "vpc-1", *wanted)
            taken |= set(wanted)
    strangers = {name: copy.deepcopy(aws.endpoints[name]) for name, tags in aws.tags.items() if tags != OURS}
    entries = [entry("vpc-1", *routes, allow=allow)] if routes else []
    untouched = copy.deepcopy((aws.endpoints, aws.tags))
    predicted, expected = run(aws, *entries, check=True, purge=purge)
    assert (aws.endpoints, aws.tags) == untouched
    shown, outcomes = run(aws, *entries, purge=purge)
    assert (shown, actions(outcomes)) == (predicted, actions(expected))
    again, outcomes = run(aws, *entries, purge=purge)
    assert (again, actions(outcomes)) == (shown, [])
    assert {name: aws.endpoints[name] for name in strangers} == strangers
