# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's quotas: what DescribeLimits and Service Quotas say of them, and what is refused beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .faults import limit, subscriber_limit
from .model import Json, Table
from .settings import TABLE_MAXIMUM
from .state import State


def describe_limits(state: State, _request: Json) -> Json:
    """The same for reads and writes here (T-131)."""
    account, table = state.settings.account_maximum, TABLE_MAXIMUM
    return {
        "AccountMaxReadCapacityUnits": account,
        "AccountMaxWriteCapacityUnits": account,
        "TableMaxReadCapacityUnits": table,
        "TableMaxWriteCapacityUnits": table,
    }


def check_another_table(state: State) -> None:
    """Documented; the text was not measured."""
    most = state.settings.tables_quota
    if len(state.tables) >= most:
        raise subscriber_limit(f"There is a limit of {most} tables per subscriber")


def check_reserved(state: State, table: Table | None, request: Json) -> None:
    """The provisioned capacity of all tables and indexes of the account (T-154 T-171)."""
    wanted = _wanted(request)
    if not wanted:
        return
    known = {(each.name, index) for each in state.tables.values() for index in ("", *each.indexes)}
    for member, kind in (("ReadCapacityUnits", "read"), ("WriteCapacityUnits", "write")):
        reserved = {key: getattr(_capacity(state.tables[key[0]], key[1]), kind) for key in known}
        asked = {(table.name if table else "", index): units[member] for index, units in wanted.items()}
        more = sum(units - reserved.get(key, 0) for key, units in asked.items())
        most = state.settings.account_maximum
        if more > 0 and sum(reserved.values()) + more > most:
            raise limit(
                f"This request would have caused the {member} limit to be exceeded for the account in {state.region}. "
                f"Current {member} reserved by the account: {sum(reserved.values())}. Limit: {most}. Requested: {more}."
            )


def _capacity(table: Table, index: str) -> Any:
    return table.indexes[index].capacity if index else table.capacity


def _wanted(request: Json) -> dict[str, Mapping[str, int]]:
    """The provisioned units that a request gives the table (without a name) and its indexes."""
    holders = [{**request, "IndexName": ""}, *(request.get("GlobalSecondaryIndexes") or [])]
    for update in request.get("GlobalSecondaryIndexUpdates") or []:
        holders += [body for body in update.values() if body]
    return {
        holder["IndexName"]: holder["ProvisionedThroughput"] for holder in holders if "ProvisionedThroughput" in holder
    }
