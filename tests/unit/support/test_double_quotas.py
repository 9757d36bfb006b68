# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's quotas of an account (rules 3.3 and 6.2)."""

from __future__ import annotations

from tests.support.dynamodb_double import Settings
from tests.support.lab import Lab, attributes, create_index, index, key, provisioned, units, update_index


def test_the_number_of_tables() -> None:
    lab = Lab(Settings(tables_quota=1)).settled()
    request = {"KeySchema": key("id"), "AttributeDefinitions": attributes("id"), "BillingMode": "PAY_PER_REQUEST"}
    refused = lab.refusal("CreateTable", TableName="another", **request)
    assert refused[:2] == (
        "LimitExceededException",
        "Subscriber limit exceeded: There is a limit of 1 tables per subscriber",
    )
    lab.call("DeleteTable", TableName="orders")
    lab.sleep(10)
    lab.call("CreateTable", TableName="another", **request)


def test_the_provisioned_units_of_the_account() -> None:
    """T-154 T-171."""
    lab = Lab(Settings(account_maximum=50)).settled(
        AttributeDefinitions=attributes("id", "city"),
        GlobalSecondaryIndexes=[index("by_city", "city", ProvisionedThroughput=units(20, 5))],
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(20, 5),
    )
    text = (
        "This request would have caused the ReadCapacityUnits limit to be exceeded for the account in ap-northeast-2. "
        "Current ReadCapacityUnits reserved by the account: 40. Limit: 50. Requested: 11."
    )
    assert lab.refused({"ProvisionedThroughput": units(31, 5)}) == ("LimitExceededException", text)
    assert lab.refused(update_index(ProvisionedThroughput=units(31, 5)))[1] == text
    assert lab.refused(create_index("more", "town", ProvisionedThroughput=units(11, 5)))[1] == text
    other = {"KeySchema": key("id"), "AttributeDefinitions": attributes("id")}
    assert lab.refusal("CreateTable", TableName="other", **other, **provisioned(11))[1] == text
    lab.update({"ProvisionedThroughput": units(30, 5)})


def test_what_the_account_may_have_is_told() -> None:
    limits = Lab(Settings(account_maximum=50)).call("DescribeLimits")
    assert limits == {
        "AccountMaxReadCapacityUnits": 50,
        "AccountMaxWriteCapacityUnits": 50,
        "TableMaxReadCapacityUnits": 40000,
        "TableMaxWriteCapacityUnits": 40000,
    }
