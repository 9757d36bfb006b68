# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tables modules return about tables: definitions, status, differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Outcome
from .model import Desired, Observed, TableStatus
from .names import table_arn
from .project import project_all
from .render import definition, status


def described(estate: str, region: str, observed: Mapping[str, Observed], names: Mapping[str, str]) -> dict[str, Any]:
    """The tables as entries and their status by logical name; names gives the logical name of a physical one."""
    tables: list[dict[str, Any]] = []
    states: dict[str, Any] = {}
    logical = [table.spec.name for table in observed.values() if table.spec]
    for table_name in sorted(observed):
        table = observed[table_name]
        found = table.spec.name if table.spec else table_name
        # A table with a name of its own may be called like another's logical name
        name = names.get(table_name) or (table_name if logical.count(found) > 1 else found)
        states[name] = status(table, region)
        if table.spec:
            tables.append(definition(estate, replace(table.spec, name=name)))
    return {"tables": tables, "status": states}


def projected(
    estate: str,
    region: str,
    account_id: str,
    observed: Mapping[str, Observed],
    outcomes: list[Outcome],
    read_again: Mapping[str, Observed] | None = None,
) -> dict[str, Observed]:
    """All tables as they are after the steps that were, or would be, done.

    One that somebody else was changing too is as it was read again.
    """
    after = dict(observed)
    for outcome in outcomes:
        name = outcome.plan.resource
        if outcome.interference:
            table = (read_again or {}).get(name)
        else:
            table = project_all(estate, observed.get(name), outcome.done, table_arn(region, account_id, name))
        after.pop(name, None)
        if table:
            after[name] = table
    return after


def with_statuses(after: Mapping[str, Observed], statuses: Mapping[str, TableStatus]) -> dict[str, Observed]:
    """The tables as they were written, with what AWS says of them now where it was asked."""
    return {name: replace(table, status=statuses.get(name, table.status)) for name, table in after.items()}


def replanned(outcomes: list[Outcome]) -> dict[str, Any]:
    """Where somebody else was changing a table meanwhile."""
    met = [{"resource": each.plan.resource, "reason": reason} for each in outcomes for reason in each.interference]
    return {"replanned": met} if met else {}


def differences(
    estate: str, desired: list[Desired], before: Mapping[str, Observed], after: Mapping[str, Observed]
) -> list[dict[str, Any]]:
    """For --diff: of each table that differs, the fields that differ."""
    entries = []
    for table in desired:
        old, new = (_fields(estate, tables.get(table.table_name)) for tables in (before, after))
        if old == new:
            continue
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        header = f"table {table.table_name}"
        entries.append(
            {
                "before_header": header if old else f"{header} (missing)",
                "after_header": header if new else f"{header} (deleted)",
                "before": {key: old[key] for key in keys if key in old} or "",
                "after": {key: new[key] for key in keys if key in new} or "",
            }
        )
    return entries


def _fields(estate: str, table: Observed | None) -> dict[str, Any]:
    if table is None or table.spec is None:
        return {}
    return {**definition(estate, table.spec), "tags": dict(sorted(table.spec.tags.items()))}


def notes(desired: list[Desired], observed: Mapping[str, Observed]) -> list[str]:
    """Wishes that are left as they are, each with the reason: AWS never lowers warm throughput (T-061)."""
    found = []
    for table in desired:
        live = observed.get(table.table_name)
        if table.spec is None or live is None or live.spec is None:
            continue
        indexes = {index.name: index.warm for index in live.spec.global_indexes}
        places = [("", table.spec.warm, live.spec.warm)]
        places += [(f" index {index.name}", index.warm, indexes.get(index.name)) for index in table.spec.global_indexes]
        for place, wanted, there in places:
            for kind in ("read", "write"):
                new, old = getattr(wanted, kind, None), getattr(there, kind, None)
                if new is not None and old is not None and new < old:
                    reason = f"{kind} units a second are warm, {new} are declared: AWS never lowers them, so they stay"
                    found.append(f"{table.table_name}{place}: {old} {reason}")
    return found


def recreated(desired: list[Desired], observed: Mapping[str, Observed]) -> list[dict[str, Any]]:
    """The tables that somebody created again behind the entry's back: same name and ARN, another id (T-009)."""
    found = []
    for table in desired:
        live = observed.get(table.table_name)
        if table.table_id and live and live.status.table_id and table.table_id != live.status.table_id:
            found.append({"resource": table.table_name, "declared": table.table_id, "found": live.status.table_id})
    return found


def with_ids(tables: list[dict[str, Any]], states: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The entries, each with the id of the table that it describes, where AWS gives one."""
    ids = {name: state["table_id"] for name, state in states.items()}
    return [{**table, "table_id": ids[table["name"]]} if ids[table["name"]] else table for table in tables]
