# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints after a run, predicted or real, for the result and for --diff: pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .._engine.step import Outcome, Step
from .model import Desired, Endpoint
from .plan import own

Before = dict[str, Endpoint]
"""The estate's endpoints by the resource of their plans: the VPC, or the endpoint's id where nobody declares it."""


def before(desired: list[Desired], undeclared: Iterable[Endpoint], observed: list[Endpoint], estate: str) -> Before:
    """What is there of the estate."""
    declared = {wanted.endpoint.vpc_id: own(wanted, observed, estate) for wanted in desired}
    found = {vpc_id: endpoint for vpc_id, endpoint in declared.items() if endpoint}
    return {**found, **{endpoint.endpoint_id: endpoint for endpoint in undeclared}}


def after(endpoint: Endpoint | None, outcome: Outcome) -> Endpoint | None:
    """The endpoint as the steps that were done leave it."""
    for step in outcome.done:
        endpoint = _project(endpoint, step)
    return endpoint


def render(endpoint: Endpoint | None) -> dict[str, Any]:
    """The endpoint as the module returns it; empty for none."""
    if endpoint is None:
        return {}
    return {
        "vpc_id": endpoint.vpc_id,
        "vpc_endpoint_id": endpoint.endpoint_id,
        "route_table_ids": list(endpoint.route_table_ids),
        "policy": dict(endpoint.policy),
        "tags": dict(sorted(endpoint.tags.items())),
    }


def rendered(there: Before, outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """All that there are after the run."""
    found = (render(after(there.get(outcome.plan.resource), outcome)) for outcome in outcomes)
    return [entry for entry in found if entry]


def diff(there: Before, outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: of every endpoint that changes, the parts that do."""
    shown = []
    for outcome in outcomes:
        found = there.get(outcome.plan.resource)
        old, new = render(found), render(after(found, outcome))
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        header = f"endpoint {outcome.plan.resource}"
        if changed:
            shown.append(
                {
                    "before_header": header,
                    "after_header": header,
                    "before": {key: old[key] for key in changed if key in old} or "",
                    "after": {key: new[key] for key in changed if key in new} or "",
                }
            )
    return shown


def _project(endpoint: Endpoint | None, step: Step) -> Endpoint | None:
    request = step.request
    if step.action == "create_endpoint":
        (specification,) = request["TagSpecifications"]
        tags = {tag["Key"]: tag["Value"] for tag in specification["Tags"]}
        policy = json.loads(request["PolicyDocument"])
        return Endpoint(request["VpcId"], tuple(sorted(request["RouteTableIds"])), policy, tags)
    if endpoint is None or step.action == "delete_endpoint":
        return None
    if step.action == "tag_endpoint":
        return replace(endpoint, tags={**endpoint.tags, **{tag["Key"]: tag["Value"] for tag in request["Tags"]}})
    if step.action == "set_endpoint_policy":
        return replace(endpoint, policy=json.loads(request["PolicyDocument"]))
    route_tables = {*endpoint.route_table_ids, *request.get("AddRouteTableIds", ())}
    return replace(endpoint, route_table_ids=tuple(sorted(route_tables - set(request.get("RemoveRouteTableIds", ())))))
