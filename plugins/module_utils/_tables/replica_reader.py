# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a global table is like in its other regions, each by that region's own client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._engine.client import Aws
from .._engine.errors import AwsError
from .ask import backups_of, describe, policy_of, tags_of
from .extras import REPLICA_POLICIES, regions_named

ANSWERING = ("ACTIVE", "UPDATING")
"""States of a table in which more than its description can be read (T-228 T-298)."""

Table = Mapping[str, Any]


def read_regions(aws: Aws, table: Table, extras: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By region, what is there of a table: in the regions that have it, and in those that shall. Raises AwsError.

    A region without such a table is there with an empty answer. One that its account cannot reach is left out.
    """
    states = {each["RegionName"]: each.get("ReplicaStatus", "ACTIVE") for each in table.get("Replicas") or ()}
    regions = {region for region, status in states.items() if status != "REGION_DISABLED"} | regions_named(extras)
    policies = regions_named(extras, REPLICA_POLICIES)
    return {
        region: _read(aws.in_region(region), region, table["TableName"], bool({region, "*"} & policies))
        for region in sorted(regions)
    }


def _read(aws: Aws, region: str, name: str, policy: bool) -> dict[str, Any]:
    try:
        table = describe(aws, name)
        if table is None or table["TableStatus"] not in ANSWERING:
            return {"table": table or {}}
        arn = table["TableArn"]
        more = {"policy": policy_of(aws, name, arn)} if policy else {}
        return {"table": table, "backups": backups_of(aws, name), "tags": tags_of(aws, name, arn), **more}
    except AwsError as error:
        if error.kind == "absent":
            # Described and then not found: it has just gone
            return {"table": {}}
        message = f"in {region}: {error.message}"
        raise AwsError(error.code, message, error.permission, name, error.kind, error.until) from error
