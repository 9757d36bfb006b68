# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From desired and observed endpoints to steps: pure, in the order of the VPCs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Conflict, ResourcePlan, Step
from .._tables.names import COLLECTION, ESTATE, MANAGED_BY, is_owned
from .argspec import REMOVE
from .model import Desired, Endpoint
from .observe import service_name
from .policy import policy_text


def plan(
    desired: list[Desired], observed: list[Endpoint], estate: str, region: str, purge: bool = False
) -> list[ResourcePlan]:
    """One plan for each VPC, and with purge one for each other endpoint of the estate. observed are all endpoints of
    DynamoDB in the region. Only their tags make them the estate's; where one of anybody else has a route table that is
    wanted, that is a conflict, and no plan has steps."""
    plans = [_plan_one(wanted, observed, estate, region) for wanted in desired]
    if purge:
        plans += [_removal(endpoint) for endpoint in undeclared(desired, observed, estate)]
    if any(entry.conflicts for entry in plans):
        plans = [replace(entry, verb="keep", steps=(), withheld=()) for entry in plans]
    return plans


def undeclared(desired: list[Desired], observed: list[Endpoint], estate: str) -> list[Endpoint]:
    """The estate's endpoints that no entry is about."""
    kept = {found.endpoint_id for wanted in desired if (found := own(wanted, observed, estate))}
    return [each for each in observed if is_owned(each.tags, estate) and each.endpoint_id not in kept]


def own(desired: Desired, observed: list[Endpoint], estate: str) -> Endpoint | None:
    """The estate's endpoint in the VPC."""
    owned = [each for each in observed if each.vpc_id == desired.endpoint.vpc_id and is_owned(each.tags, estate)]
    return min(owned, key=lambda each: each.endpoint_id, default=None)


def _plan_one(desired: Desired, observed: list[Endpoint], estate: str, region: str) -> ResourcePlan:
    wanted, found = desired.endpoint, own(desired, observed, estate)
    others = [each for each in observed if each is not found and each.vpc_id == wanted.vpc_id]
    conflicts = tuple(_conflicts(wanted, others, estate))
    if conflicts:
        return ResourcePlan(wanted.vpc_id, conflicts=conflicts)
    if found is None:
        return ResourcePlan(wanted.vpc_id, "add", (_creation(wanted, region),))
    steps = tuple(_changes(wanted, found))
    withheld = tuple(step for step in steps if step.word and not desired.remove_route_tables)
    steps = tuple(step for step in steps if step not in withheld)
    return ResourcePlan(wanted.vpc_id, "change" if steps else "keep", steps, withheld)


def _conflicts(wanted: Endpoint, others: list[Endpoint], estate: str) -> Iterator[Conflict]:
    """A route table has one route to DynamoDB."""
    for other in others:
        shared = sorted(set(wanted.route_table_ids) & set(other.route_table_ids))
        if shared:
            whose = f"of the estate {other.tags[ESTATE]!r}" if other.tags.get(ESTATE) else "of somebody else"
            message = (
                f"{', '.join(shared)} has a route to DynamoDB by {other.endpoint_id} {whose} already; to hand that one "
                f"over, give it the tags {MANAGED_BY}={COLLECTION} and {ESTATE}={estate}"
            )
            yield Conflict(wanted.vpc_id, ("route_table_ids",), message)


def _creation(wanted: Endpoint, region: str) -> Step:
    request = {
        "VpcEndpointType": "Gateway",
        "VpcId": wanted.vpc_id,
        "ServiceName": service_name(region),
        "PolicyDocument": policy_text(wanted.policy),
        "RouteTableIds": list(wanted.route_table_ids),
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": _tag_list(wanted.tags)}],
    }
    reason = f"there is none of this estate; {_some(wanted.route_table_ids)} will use it at once"
    return Step(wanted.vpc_id, "create_endpoint", reason, request, ("vpc_id",), until="endpoint_available")


def _changes(wanted: Endpoint, found: Endpoint) -> Iterator[Step]:
    """The policy first, so that who gets the route finds it in its final form."""
    same: dict[str, Any] = {"VpcEndpointId": found.endpoint_id}
    if compare_policies(dict(found.policy), dict(wanted.policy)):
        request = {**same, "PolicyDocument": policy_text(wanted.policy)}
        reason = "its policy is not that of the estate's tables"
        yield Step(wanted.vpc_id, "set_endpoint_policy", reason, request, ("policy",))
    missing = sorted(set(wanted.route_table_ids) - set(found.route_table_ids))
    if missing:
        reason = f"{_some(missing)} will use it at once"
        yield Step(
            wanted.vpc_id, "add_route_tables", reason, {**same, "AddRouteTableIds": missing}, ("route_table_ids",)
        )
    surplus = sorted(set(found.route_table_ids) - set(wanted.route_table_ids))
    if surplus:
        reason = f"{_some(surplus)} is not declared: calls from there go another way, or none"
        request = {**same, "RemoveRouteTableIds": surplus}
        yield Step(
            wanted.vpc_id,
            "remove_route_tables",
            reason,
            request,
            ("route_table_ids",),
            risk="availability",
            word=REMOVE,
        )
    setting, _unused = compare_aws_tags(dict(found.tags), dict(wanted.tags), purge_tags=False)
    if setting:
        reason = f"lacks tags: {', '.join(sorted(setting))}"
        tagging = {"Resources": [found.endpoint_id], "Tags": _tag_list(setting)}
        yield Step(wanted.vpc_id, "tag_endpoint", reason, tagging, ("tags",))


def _removal(endpoint: Endpoint) -> ResourcePlan:
    reason = f"is not declared: calls from {_some(endpoint.route_table_ids)} go another way, or none"
    request = {"VpcEndpointIds": [endpoint.endpoint_id]}
    step = Step(endpoint.endpoint_id, "delete_endpoint", reason, request, ("vpc_id",), risk="availability")
    return ResourcePlan(endpoint.endpoint_id, "remove", (step,))


def _some(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names) or "no route table"


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
