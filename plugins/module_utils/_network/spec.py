# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the module's options to the endpoints that are wanted: all problems at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.argspec import TABLE_FIELDS
from .._tables.names import check_estate, check_tags, ownership_tags, physical_name
from .argspec import ENDPOINT_FIELDS, REMOVE
from .model import Desired, Endpoint
from .policy import EVERYTHING, LIMIT, endpoint_policy, policy_text

VPC = re.compile(r"vpc-[0-9a-f]+")
ROUTE_TABLE = re.compile(r"rtb-[0-9a-f]+")
TABLE_ARN = re.compile(r"arn:[^:\s]+:dynamodb:[^:\s]+:\d{12}:table/[A-Za-z0-9_.-]+")
MAX_TAGS = 50


def parse(params: Mapping[str, Any], region: str) -> list[Desired]:
    """The endpoints that the options declare, by VPC. Raises Refused with all problems."""
    estate = str(params["name"])
    tags = {str(key): "" if value is None else str(value) for key, value in (params.get("tags") or {}).items()}
    problems: list[str] = []
    check_estate(estate, problems)
    check_tags(tags, estate, "tags", problems)
    tags = {"Name": f"{estate}-dynamodb", **tags, **ownership_tags(estate)}
    if len(tags) > MAX_TAGS:
        problems.append(f"tags: {len(tags)} tags with those that say whose it is, AWS allows {MAX_TAGS}")
    policy = _policy(params, region, problems)
    desired: dict[str, Desired] = {}
    for number, given in enumerate(params["endpoints"] or []):
        path = f"endpoints[{number}]"
        entry = read(given, ENDPOINT_FIELDS, path, problems)
        _check_ids(entry, path, problems)
        if entry["vpc_id"] in desired:
            problems.append(f"{path}.vpc_id: {entry['vpc_id']} has an entry already; name all its route tables there")
        route_tables = tuple(sorted({str(each) for each in entry["route_table_ids"] or []}))
        endpoint = Endpoint(str(entry["vpc_id"]), route_tables, policy, tags)
        desired[endpoint.vpc_id] = Desired(endpoint, REMOVE in (entry["allow"] or []))
    if problems:
        raise Refused(problems)
    return [desired[vpc_id] for vpc_id in sorted(desired)]


def _check_ids(entry: Mapping[str, Any], path: str, problems: list[str]) -> None:
    vpc_id, route_tables = entry["vpc_id"], entry["route_table_ids"]
    if vpc_id and not VPC.fullmatch(vpc_id):
        problems.append(f"{path}.vpc_id: {vpc_id!r} is not the id of a VPC")
    if route_tables == []:
        problems.append(f"{path}.route_table_ids: without a route table nobody uses the endpoint")
    for number, each in enumerate(route_tables or []):
        if each and not ROUTE_TABLE.fullmatch(each):
            problems.append(f"{path}.route_table_ids[{number}]: {each!r} is not the id of a route table")


def _policy(params: Mapping[str, Any], region: str, problems: list[str]) -> dict[str, Any]:
    """The policy of all endpoints; a table list that is no longer needed (a teardown) may be empty."""
    names = []
    for number, given in enumerate(params["tables"] or []):
        entry = read(given, TABLE_FIELDS, f"tables[{number}]", problems)
        if entry["name"] and entry["state"] != "absent":
            names.append(physical_name(str(params["name"]), entry))
    others = [str(each) for each in params["other_tables"] or []]
    for number, each in enumerate(others):
        if each != EVERYTHING and not TABLE_ARN.fullmatch(each):
            problems.append(f"other_tables[{number}]: {each!r} is neither the ARN of a table nor '*'")
    policy = endpoint_policy(names, others, str(params["account_id"]), region)
    size = len(policy_text(policy))
    if params["endpoints"] and not (names or others):
        problems.append("tables: there is no table that anybody could reach through an endpoint")
    if params["endpoints"] and size > LIMIT:
        problems.append(
            f"tables: the policy for {len(names)} tables has {size} characters, AWS allows {LIMIT}; with "
            "other_tables: ['*'] the endpoint leaves it to the callers' own policies"
        )
    return policy
