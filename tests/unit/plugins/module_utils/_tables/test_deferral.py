# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS accepts only later is a result with a date, and nothing else waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.refusals import classified

from tests.support.account import Account
from tests.support.definitions import KEY

BASE: dict[str, Any] = {"name": "t", "hash_key": "pk", "allow": list(ALLOW)}
PROVISIONED: dict[str, Any] = {**BASE, "billing_mode": "PROVISIONED"}


def deploy(account: Account, *entries: dict[str, Any]) -> Outcome:
    (outcome,) = account.apply(account.plan(*entries))
    assert outcome.failure is None
    return outcome


def actions(outcome: Outcome) -> list[str]:
    return [step.action for step in outcome.done]


def test_time_to_live_within_its_window() -> None:
    account = Account()
    deploy(account, {**BASE, "ttl_enabled": True, "ttl_attribute": "ttl"})
    outcome = deploy(account, {**BASE, "tags": {"a": "b"}})
    assert actions(outcome) == ["tag_table"]
    (deferred,) = outcome.deferred
    assert deferred.fields == ("ttl_enabled", "ttl_attribute")
    assert "modified multiple times" in deferred.reason
    result = Report("table", [outcome]).result()
    assert (result["changed"], len(result["deferred"]), Report("table", [outcome]).message()) == (True, 1, "")
    failing = Report("table", [outcome], fail_on_deferred=True).message()
    assert failing.startswith("ticket-t: deferred: time to live is on")
    account.aws.clock.sleep(3600)
    assert actions(deploy(account, BASE)) == ["disable_ttl"]


def test_the_fifth_decrease_of_a_day_names_its_time_and_an_increase_is_done_beside_it() -> None:
    account = Account()
    index = {"name": "idx", "hash_key": "a", "read_capacity": 5}
    deploy(account, {**PROVISIONED, "read_capacity": 50, "global_secondary_indexes": [index]})
    for units in (49, 48, 47, 46):
        done = deploy(account, {**PROVISIONED, "read_capacity": units, "global_secondary_indexes": [index]})
        assert actions(done) == ["set_throughput"]
    more = {**index, "read_capacity": 9}
    outcome = deploy(account, {**PROVISIONED, "read_capacity": 45, "global_secondary_indexes": [more]})
    assert actions(outcome) == ["set_index_throughput"]
    (deferred,) = outcome.deferred
    assert deferred.until
    assert Report("table", [outcome]).result()["deferred"][0]["until"] == deferred.until
    assert outcome.plan.steps[0].budget == "4 decreases a day, then one an hour"


def test_the_third_change_of_the_class() -> None:
    account = Account()
    deploy(account, {**BASE, "table_class": "STANDARD"})
    for name in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        assert actions(deploy(account, {**BASE, "table_class": name})) == ["set_table_class"]
    outcome = deploy(account, {**BASE, "table_class": "STANDARD_INFREQUENT_ACCESS"})
    assert (outcome.done, [each.fields for each in outcome.deferred]) == ((), [("table_class",)])
    assert outcome.plan.steps[0].budget == "2 changes in 30 days"


def test_the_fifth_change_of_the_encryption() -> None:
    account = Account()
    deploy(account, BASE)
    for number in range(4):
        key = {} if number % 2 else {"kms_key_arn": KEY}
        assert actions(deploy(account, {**BASE, "server_side_encryption": key})) == ["set_encryption"]
    outcome = deploy(
        account, {**BASE, "server_side_encryption": {"kms_key_arn": KEY}, "deletion_protection_enabled": True}
    )
    assert actions(outcome) == ["enable_deletion_protection"]
    assert outcome.deferred[0].until


def test_an_increase_has_no_budget() -> None:
    account = Account()
    deploy(account, PROVISIONED)
    (step,) = account.plan({**PROVISIONED, "read_capacity": 9})[0].steps
    assert step.budget == ""


def test_steps_that_belong_together_are_put_off_together() -> None:
    """A stream's view type is changed by two calls; when the first is put off, the second must not be sent."""
    account = Account()
    deploy(account, {**BASE, "stream_enabled": True})
    steps = account.plan({**BASE, "stream_enabled": True, "stream_view_type": "KEYS_ONLY"})[0].steps
    assert len({step.concern for step in steps}) == 1
    assert steps[0].concern


TEXTS = [
    (
        "LimitExceededException",
        "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at X. "
        "Next changes can be made at 2026-11-24T09:00:00Z.",
        "deferred",
        "2026-11-24T09:00:00Z",
    ),
    (
        "LimitExceededException",
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
        "Next decrease can be made at Tuesday, November 24, 2026 at 10:00:00 AM Coordinated Universal Time",
        "deferred",
        "Tuesday, November 24, 2026 at 10:00:00 AM Coordinated Universal Time",
    ),
    (
        "LimitExceededException",
        "Subscriber limit exceeded: Updates to TableClass are limited to 2",
        "deferred",
        "",
    ),
    ("LimitExceededException", "Subscriber limit exceeded: Table tags are being updated: t", "retry", ""),
    ("LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created", "wait", ""),
    (
        "LimitExceededException",
        "Subscriber limit exceeded: Number of global indexes exceeds",
        "permanent",
        "",
    ),
    ("ThrottlingException", "Rate exceeded", "retry", ""),
    ("ValidationException", "Time to live has been modified multiple times within a fixed interval", "deferred", ""),
    ("ValidationException", "TimeToLive is already enabled", "settled", ""),
    ("ValidationException", "One or more parameter values were invalid: Table is already encrypted by", "settled", ""),
    ("ValidationException", "One or more parameter values were invalid: something else", "permanent", ""),
    (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table is being updated",
        "wait",
        "",
    ),
    ("ResourceInUseException", "Table already exists: t", "permanent", ""),
    ("InternalServerError", "Table is under system maintenance, please try again later", "wait", ""),
    ("InternalFailure", "", "permanent", ""),
    ("InternalFailure", "something passing", "retry", ""),
    ("AccessDeniedException", "no", "permanent", ""),
]


@pytest.mark.parametrize(("code", "message", "kind", "until"), TEXTS)
def test_refusals_are_told_apart_by_code_and_text(code: str, message: str, kind: str, until: str) -> None:
    found = classified(AwsError(code, message, "dynamodb:UpdateTable", "t"))
    assert (found.kind, found.until) == (kind, until)
