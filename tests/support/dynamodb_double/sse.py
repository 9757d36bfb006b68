# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption: specifications, the phases of a change, and its budget (rules 1.4, 3.3 and 6.1)."""

from __future__ import annotations

from .faults import in_use, invalid, subscriber_limit
from .groups import copy_encryption
from .model import Job, Json, Table
from .settings import DAY, ENCRYPTION_INTERVAL
from .state import State


def check_specification(specification: Json) -> None:
    """The members fit each other (T-036 T-044 T-078)."""
    enabled, kind = specification.get("Enabled"), specification.get("SSEType")
    if kind == "AES256":
        raise invalid("SSEType AES256 is not supported")
    if enabled is False and kind is not None:
        raise invalid("SSEType can not be specified if Enabled is false")
    if "KMSMasterKeyId" not in specification:
        return
    if enabled is False:
        raise invalid("KMSMasterKeyId can not be specified if Enabled is false")
    if kind is None:
        raise invalid("SSEType KMS is required if KMSMasterKeyId is specified")


def wants_key(specification: Json) -> bool:
    """Whether a specification asks for KMS at all."""
    return bool(specification.get("Enabled") or specification.get("SSEType"))


def described(state: State, specification: Json) -> Json | None:
    """The SSEDescription that a specification leads to; None for the key that AWS owns."""
    if not wants_key(specification):
        return None
    key = state.keys.for_tables(specification.get("KMSMasterKeyId"))
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key.arn}


def check_change(table: Table, specification: Json) -> None:
    """Refuses a change that would change nothing, as far as AWS notices (T-018 T-082 T-361)."""
    job = table.job("SSE")
    if job:
        if job.detail == specification:
            return
        raise in_use("Server-Side Encryption is still being updated")
    if not wants_key(specification) and table.encryption is None:
        raise invalid("Table is already encrypted by default")
    given = specification.get("KMSMasterKeyId")
    if given is not None and given == (table.encryption or {}).get("KMSMasterKeyArn"):
        raise invalid(
            "Table is already encrypted with given KMSMasterKeyId. "
            "Use KMSMasterKeyId parameter if you want to change Master Key"
        )


def check_budget(state: State, table: Table) -> None:
    """Four changes in 24 hours, then one in six hours; comes before the look at the key (T-081)."""
    if not state.settings.budgets or table.job("SSE"):
        return
    today = [time for time in table.encryption_changes if time > state.now - DAY]
    if len(today) < state.settings.encryption_changes or state.now - today[-1] >= ENCRYPTION_INTERVAL:
        return
    raise subscriber_limit(
        f"Encryption mode changes are limited in the 24h window ending at {state.text()}Z. "
        f"After the first {state.settings.encryption_changes} change, each subsequent change in the same window can "
        f"be performed at most once every {int(ENCRYPTION_INTERVAL)} seconds. Number of updates today: {len(today)}. "
        f"Last change at {state.text(today[-1])}Z. "
        f"Next changes can be made at {state.text(today[-1] + ENCRYPTION_INTERVAL)}Z."
    )


def change(state: State, table: Table, specification: Json) -> None:
    """Begins the change, in its two phases, unless it is running already."""
    if table.job("SSE"):
        return
    target = described(state, specification)
    table.encryption_changes.append(state.now)
    unfinished = {"Status": "UPDATING"}
    job = Job("SSE", detail=specification)
    table.encryption = {**table.encryption, **unfinished} if table.encryption else dict(unfinished)

    def first() -> None:
        table.encryption = {**target, **unfinished} if target else dict(unfinished)
        state.start(table, job, "encryption_second", second)

    def second() -> None:
        table.encryption = target
        copy_encryption(state, table)

    state.start(table, job, "encryption_first", first)
    shadowed = table.job("CLASS")
    if shadowed:
        shadowed.hidden = True  # T-287 T-451
