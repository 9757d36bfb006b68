# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traps of the admission while something else runs (rule 2.2)."""

from __future__ import annotations

from tests.support.dynamodb_double import DURATIONS
from tests.support.jobs import (
    on_demand,
    to_provisioned,
)
from tests.support.lab import (
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    PROTECTED,
    RARE,
    STANDARD,
    UNPROTECTED,
    Lab,
)


def test_reversed_switch_is_answered_and_lost() -> None:
    """T-452."""
    lab = to_provisioned()
    answer = lab.update(ON_DEMAND)
    assert answer["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert answer["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    lab.sleep(1000)
    assert lab.table()["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


def test_encryption_hides_a_class_change_and_loses_the_next() -> None:
    """T-287 T-450 T-451."""
    lab = on_demand(RARE)
    assert lab.status() == "UPDATING"
    assert lab.update(MANAGED_KEY)["TableStatus"] == "ACTIVE"
    assert lab.status() == "ACTIVE"
    lab.update(STANDARD)
    lab.sleep(100)
    assert lab.table()["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    lab.update(STANDARD)  # the lost one has used nothing up


def test_same_encryption_is_admitted_and_changes_nothing() -> None:
    """Rule 2.2: the identical request is answered while it runs."""
    lab = on_demand(MANAGED_KEY)
    lab.sleep(10)
    lab.update(MANAGED_KEY)
    lab.sleep(DURATIONS["encryption_first"] + DURATIONS["encryption_second"] - 10)
    assert lab.table()["SSEDescription"]["Status"] == "ENABLED"
    lab.call("DeleteTable", TableName=NAME)  # nothing runs any more


def test_protection_goes_off_and_the_table_with_it_in_one_second() -> None:
    """T-438."""
    lab = Lab().settled(**PROTECTED)
    protected = "Resource cannot be deleted as it is currently protected against deletion. "
    assert lab.refusal("DeleteTable", TableName=NAME)[:2] == (
        "ValidationException",
        protected + "Disable deletion protection first.",
    )
    lab.update(UNPROTECTED)
    lab.call("DeleteTable", TableName=NAME)
