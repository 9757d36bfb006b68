# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the module's options to the dashboard that is wanted: all problems at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.argspec import TABLE_FIELDS
from .._tables.names import check_estate, check_tags, ownership_tags, partition_of, physical_name
from .argspec import REPLACE
from .body import View, build
from .model import Dashboard, Desired, Table

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
"""PutDashboard, DashboardName."""
MAX_TAGS = 50


def parse(params: Mapping[str, Any], region: str) -> Desired:
    """The dashboard that the options declare. Raises Refused with all problems."""
    estate, account_id = str(params["name"]), str(params["account_id"])
    problems: list[str] = []
    check_estate(estate, problems)
    name = params["dashboard_name"] or default_name(estate, region)
    if not NAME.fullmatch(name):
        problems.append(f"dashboard_name: must be 1 to 255 letters, digits, '_' or '-', not {name!r}")
    if params["period"] < 60 or params["period"] % 60:
        problems.append(f"period: must be a multiple of 60 seconds, not {params['period']}")
    tables = _tables(params["tables"] or [], estate, problems)
    tags = _tags(params["tags"] or {}, estate, problems)
    if problems:
        raise Refused(problems)
    if params["state"] == "absent":
        return Desired(name, None)
    prefix = f"arn:{partition_of(region)}:cloudwatch"
    alarms = tuple(f"{prefix}:{region}:{account_id}:alarm:{alarm}" for alarm in params["alarms"] or [])
    body, note = build(View(estate, region, params["period"], tuple(tables), alarms))
    dashboard = Dashboard(name, body, tags, f"{prefix}::{account_id}:dashboard/{name}")
    return Desired(name, dashboard, REPLACE in (params["allow"] or []), note)


def default_name(estate: str, region: str) -> str:
    """The dashboard's name where none is given. Dashboards are global, so the region is part of it."""
    return f"{estate}-dynamodb-{region}".replace(".", "-")


def _tables(entries: list[Any], estate: str, problems: list[str]) -> list[Table]:
    tables = []
    for number, given in enumerate(entries):
        entry = read(given, TABLE_FIELDS, f"tables[{number}]", problems)
        if entry["name"] and entry["state"] != "absent":
            indexes = [index["name"] for index in entry["global_secondary_indexes"] or [] if index and index["name"]]
            provisioned = entry["billing_mode"] == "PROVISIONED"
            tables.append(Table(physical_name(estate, entry), tuple(sorted(indexes)), provisioned))
    return sorted(tables, key=lambda table: table.name)


def _tags(given: Mapping[str, Any], estate: str, problems: list[str]) -> dict[str, str]:
    common = {str(key): "" if value is None else str(value) for key, value in given.items()}
    check_tags(common, estate, "tags", problems)
    tags = {**common, **ownership_tags(estate)}
    if len(tags) > MAX_TAGS:
        problems.append(f"tags: {len(tags)} tags with those that say whose it is, AWS allows {MAX_TAGS}")
    return tags
