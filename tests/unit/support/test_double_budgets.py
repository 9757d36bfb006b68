# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often the double lets things be done (rule 6)."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb_double import Settings
from tests.support.lab import (
    LIMITED,
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    OWNED_KEY,
    PROTECTED,
    RARE,
    SLE,
    STANDARD,
    STREAM_ON,
    UNPROTECTED,
    Lab,
    attributes,
    encryption,
    key,
    units,
    update_index,
)

Json = dict[str, Any]


def test_budget_of_encryption_changes() -> None:
    """T-018 T-081 T-443: comes before the look at the key."""
    lab = Lab().settled()
    for change in (MANAGED_KEY, OWNED_KEY, MANAGED_KEY, OWNED_KEY):
        lab.update(change)
        lab.sleep(30)
    text = (
        SLE
        + "Encryption mode changes are limited in the 24h window ending at 2026-11-02T09:35:20.000Z. After the first 4 "
    )
    unknown = encryption(Enabled=True, SSEType="KMS", KMSMasterKeyId="none")
    for change in (MANAGED_KEY, unknown):
        code, message = lab.refused(change)
        assert (code, message[: len(text)]) == ("LimitExceededException", text)
    assert message.endswith("Next changes can be made at 2026-11-02T15:34:50.000Z.")
    lab.sleep(21600)
    lab.update(MANAGED_KEY)


def test_budget_of_table_class_changes() -> None:
    """T-283 T-365: afterwards even the same class is refused."""
    lab = Lab().settled()
    lab.update(STANDARD)
    for change in (RARE, RARE, STANDARD):
        lab.update(change)
        lab.sleep(30)
    for change in (STANDARD, RARE):
        text = SLE + "Updates to TableClass are limited to 2 times in 30 day(s)."
        assert lab.refused(change) == ("LimitExceededException", text)
    lab.sleep(30 * 86400)
    lab.update(RARE)


def test_budget_of_capacity_decreases() -> None:
    """T-157 T-184 T-185 T-326: per table and per index, per UTC day, then one an hour."""
    lab = Lab().indexed(ProvisionedThroughput=units(50, 50))
    for units_left in (49, 48, 47, 46):
        lab.update(ProvisionedThroughput=units(units_left, 50 + units_left))
        lab.sleep(30)
    throughput = lab.table()["ProvisionedThroughput"]
    assert throughput["NumberOfDecreasesToday"] == 4
    assert "LastDecreaseDateTime" in throughput
    lower = {"ProvisionedThroughput": units(45, 100)}
    code, message = lab.refused(lower, update_index(ProvisionedThroughput=units(4, 4)))
    assert code == "LimitExceededException"
    assert message.startswith(
        SLE + "Provisioned throughput decreases are limited within a given UTC day. After the first 4"
    )
    assert "Number of decreases today: 4. Last decrease at Monday, November 02, 2026 at 09:34:50 AM" in message
    assert lab.table()["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    lab.update(update_index(ProvisionedThroughput=units(4, 4)))
    lab.sleep(10)
    lab.update(ProvisionedThroughput=units(46, 200))
    lab.sleep(3600)
    lab.update(lower)
    lab.sleep(30)
    assert lab.refused({"ProvisionedThroughput": units(44, 100)})[0] == "LimitExceededException"
    lab.sleep(15 * 3600)
    lab.update(ProvisionedThroughput=units(44, 100))
    assert lab.table()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_each_index_has_its_own_budget_of_decreases() -> None:
    """T-157 T-184: a refused call is refused as a whole."""
    lab = Lab().indexed(ProvisionedThroughput=units(5, 5))
    for left in (4, 3, 2, 1):
        lab.update(update_index(ProvisionedThroughput=units(left, 9)))
        lab.sleep(30)
    lab.update(update_index(ProvisionedThroughput=units(5, 9)))
    lab.sleep(30)
    lower = update_index(ProvisionedThroughput=units(1, 9))
    assert lab.refused({"ProvisionedThroughput": units(4, 4)}, lower)[0] == "LimitExceededException"
    assert lab.table()["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(5, 5)}
    lab.update(ProvisionedThroughput=units(4, 4))


def test_dates_of_capacity_changes() -> None:
    """T-058."""
    lab = Lab().settled(ProvisionedThroughput=units(5, 5))
    for capacity, dates in (
        (units(6, 5), {"LastIncreaseDateTime"}),
        (units(5, 5), {"LastIncreaseDateTime", "LastDecreaseDateTime"}),
    ):
        found = lab.update(ProvisionedThroughput=capacity)["ProvisionedThroughput"]
        assert {name for name in found if name.endswith("DateTime")} == dates
        lab.sleep(10)
    lab.settled(TableName="other", ProvisionedThroughput=units(5, 5))
    answer = lab.call("UpdateTable", TableName="other", ProvisionedThroughput=units(4, 5))["TableDescription"]
    assert "LastIncreaseDateTime" not in answer["ProvisionedThroughput"]


def test_window_of_deletion_protection() -> None:
    """T-003 T-017 T-047 T-054 T-383."""
    lab = Lab().settled()
    lab.update(UNPROTECTED)
    assert lab.update(PROTECTED)["TableStatus"] == "ACTIVE"
    assert lab.table()["DeletionProtectionEnabled"] is True
    lab.sleep(5)
    for change in (UNPROTECTED, PROTECTED):
        code, message = lab.refused(change)
        text = f"Deletion protection setting for table {NAME} modified within the previous 15000 milliseconds. "
        assert (code, message[: len(text)]) == ("ThrottlingException", text)
        assert message.endswith("Please try again after 2026-11-02T09:33:35.001Z")
    lab.sleep(10)
    lab.update(UNPROTECTED)


def test_budgets_can_be_switched_off() -> None:
    lab = Lab(Settings(budgets=False)).settled()
    for change in (RARE, STANDARD, RARE, STANDARD, PROTECTED, UNPROTECTED, *(MANAGED_KEY, OWNED_KEY) * 4):
        lab.update(change)
        lab.sleep(0 if change is PROTECTED else 30)


def test_new_table_has_new_budgets() -> None:
    """T-455."""
    lab = Lab().settled()
    for change in (RARE, STANDARD):
        lab.update(change)
        lab.sleep(30)
    lab.call("DeleteTable", TableName=NAME)
    lab.sleep(10)
    lab.settled().update(RARE)


def test_account_limiter_counts_changes_only() -> None:
    """T-053 T-130 T-434."""
    lab = Lab(Settings(mutation_limiter=True)).settled()
    for number in range(4):
        lab.create(TableName=f"table{number}")
    code, message = lab.refusal("CreateTable", **_plain("table5"))[:2]
    assert (code, message) == (
        "ThrottlingException",
        "The rate of control plane requests made by this account is too high",
    )
    assert "table5" not in lab.call("ListTables")["TableNames"]
    for free in (ON_DEMAND, STANDARD, PROTECTED):
        lab.update(free)
    assert lab.refused(STREAM_ON)[0] == lab.refused(LIMITED)[0] == "ThrottlingException"
    lab.sleep(1)
    lab.create(TableName="table5")


def _plain(name: str) -> Json:
    return {
        "TableName": name,
        "KeySchema": key("id"),
        "AttributeDefinitions": attributes("id"),
        "BillingMode": "PAY_PER_REQUEST",
    }
