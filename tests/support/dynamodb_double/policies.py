# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy: rules 1.9 and 3.8."""

from __future__ import annotations

from datetime import timedelta

from .faults import AwsFault, denied, in_use, no_table, throttled, validation
from .model import Job, Json, Policy, Table
from .policy_actions import check_actions
from .policy_documents import canonical, locks_out
from .settings import POLICY_WINDOW
from .state import State
from .wire import Wire, checker

NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "
NO_POLICY = "NO_POLICY"


def _arn(wire: Wire, request: Json) -> None:
    wire.length(request.get("ResourceArn"), "resourceArn", 1, 1283)


def _document(wire: Wire, request: Json) -> None:
    wire.required(request.get("Policy"), "policy")


_check_arn = checker(_arn)
_check_put = checker(_arn, _document)


def check_document(state: State, text: str) -> tuple[bool, str]:
    """The canonical form of a document; refused as AWS refuses it."""
    return canonical(text, state.settings.unknown_principals)


def first_policy(state: State, table: Table, text: str) -> None:
    """The policy of CreateTable, which can be read before the table is ACTIVE (T-233)."""
    _write(state, table, table.arn, check_document(state, text), "create_policy_readable")


def put_policy(state: State, request: Json) -> Json:
    """An equivalent document is no change, whenever it comes (T-207 T-209)."""
    _check_put(request)
    identity = check_document(state, request["Policy"])
    check_actions(identity[1], request["ResourceArn"])
    if locks_out(identity[1], state.account_id) and not request.get("ConfirmRemoveSelfResourceAccess"):
        raise denied("The new resource policy will not allow you to update the resource policy in the future.")
    table, arn = _resource(state, request["ResourceArn"])
    policy = table.policies.get(arn, Policy())
    same = policy.identity == identity
    _check_phase(state, table, same)
    _check_revision(table, policy, request.get("ExpectedRevisionId"))
    if not same:
        _check_window(state, table, policy)
        policy = _write(state, table, arn, identity, "policy_read_lag")
        _lock(state, table, arn, "policy_lock_put")
    return {"RevisionId": policy.revision}


def get_policy(state: State, request: Json) -> Json:
    """What is read is older than what was written, for a while (T-244 to T-248)."""
    _check_arn(request)
    table, arn = _resource(state, request["ResourceArn"])
    policy = table.policies.get(arn, Policy())
    if policy.readable is None:
        raise _none(arn)
    return dict(policy.readable)


def delete_policy(state: State, request: Json) -> Json:
    """Nothing to delete is no error (T-205)."""
    _check_arn(request)
    table, arn = _resource(state, request["ResourceArn"])
    policy = table.policies.get(arn, Policy())
    _check_phase(state, table, same=False)
    _check_revision(table, policy, request.get("ExpectedRevisionId"))
    if policy.identity is not None:
        _check_window(state, table, policy)
        policy.identity, policy.changed = None, state.now
        _show(state, policy, None, "policy_read_lag")
        _lock(state, table, arn, "policy_lock_delete")
    return {"RevisionId": policy.revision} if policy.revision else {}


def _resource(state: State, arn: str) -> tuple[Table, str]:
    """The table, and the slot of the policy: the table's own or that of a stream (T-212 to T-214)."""
    start = state.arn("")
    name, _slash, rest = arn.removeprefix(start).partition("/")
    if not arn.startswith(start) or not name or (rest and not rest.startswith("stream/")):
        raise validation(f"Invalid ResourceArn provided as input {arn}")
    table = state.tables.get(name)
    if rest and (table is None or table.stream_label != rest.removeprefix("stream/")):
        raise _none(arn)
    hidden = table is not None and table.job("CREATE") and not state.passed(table.created, "create_policy_hidden")
    if table is None or table.restoring or hidden:
        raise no_table(name)
    return table, arn


def _none(arn: str) -> AwsFault:
    return AwsFault("PolicyNotFoundException", f"{NOT_FOUND}{arn}")


def _check_phase(state: State, table: Table, same: bool) -> None:
    """T-234 T-236 T-455."""
    if table.deleted_at is not None:
        if state.passed(table.deleted_at, "delete_policies"):
            raise no_table(table.name)
        if not same:
            raise in_use(f"Table is being deleted: {table.name}")
    elif table.job("CREATE") and not same:  # ?
        raise in_use(f"Table is being created: {table.name}")


def _check_revision(table: Table, policy: Policy, expected: str | None) -> None:
    """Sees what was written last, even before reads do (T-209)."""
    current = policy.revision if policy.identity else None
    if expected is None or expected == (current or NO_POLICY):
        return
    if expected == NO_POLICY:
        text = (
            f"Requested policy update expecting none to be present for table {table.name}, "
            f"but a policy exists with revision id {current}."
        )
    elif current is None:
        text = (
            f"Requested update for policy with revision id {expected}, but table {table.name} has no associated policy."
        )
    else:
        text = (
            f"Requested update for policy with revision id {expected}, but the policy associated to target table "
            f"{table.name} did not match."
        )
    raise AwsFault("PolicyNotFoundException", NOT_FOUND + text)


def _check_window(state: State, table: Table, policy: Policy) -> None:
    """One change in 15 s: first it is pending, then it is throttled (T-206 T-347)."""
    if policy.changed is None:
        return
    if not state.passed(policy.changed, "policy_pending"):
        raise in_use(f"Table is pending previous resource-based policy update: {table.name}")
    free = policy.changed + state.settings.scaled(POLICY_WINDOW)
    if state.settings.budgets and state.now < free:
        when = (state.moment(free) + timedelta(milliseconds=1)).isoformat(timespec="milliseconds")
        raise throttled(
            f"Resource-based policy for table {table.name} modified within the previous "
            f"{int(POLICY_WINDOW * 1000)} milliseconds. Please try again after {when.replace('+00:00', 'Z')}."
        )


def _write(state: State, table: Table, arn: str, identity: tuple[bool, str], lag: str) -> Policy:
    policy = table.policies.setdefault(arn, Policy())
    policy.identity, policy.changed = identity, state.now
    policy.revision = str(int(state.now * 1000))
    _show(state, policy, {"Policy": identity[1], "RevisionId": policy.revision}, lag)
    return policy


def _show(state: State, policy: Policy, readable: Json | None, lag: str) -> None:
    def show() -> None:
        policy.readable = readable

    state.schedule.after(state.seconds(lag), show)


def _lock(state: State, table: Table, arn: str, what: str) -> None:
    """Keeps DeleteTable away; a stream's policy does not (T-348)."""
    if arn == table.arn:
        state.start(table, Job("POLICY"), what, lambda: None)
