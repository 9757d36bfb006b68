# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes the double lets share one UpdateTable (rule 4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lab import (
    LIMITED,
    MANAGED_KEY,
    OOM,
    PROTECTED,
    RARE,
    SLE,
    STREAM_ON,
    WARMER,
    Lab,
    attributes,
    create_index,
    delete_index,
    index,
    provisioned,
    units,
    update_index,
)

S = OOM + "Server-Side Encryption modification must be the only operation in the request"
C = OOM + "TableClass modification must be the only operation in the request"
D = OOM + "DeletionProtection modification must be the only operation in the request"
O = OOM + "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"  # noqa: E741
W = OOM + "WarmThroughput must be the only operation in the request"
WG = OOM + "Create global secondary index cannot be specified when updating WarmThroughput"
IOPS_S = OOM + "You cannot modify stream status while updating table IOPS"
IOPS_I = OOM + "You cannot create or delete index while updating table IOPS"
STR_I = OOM + "You cannot create or delete index while changing stream status"
LEE = SLE + "Only 1 online index can be created or deleted simultaneously per table"
PPR_PT = OOM + "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"
ODT_MODE = (
    OOM + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
)
OK = None

PARTS: dict[str, dict[str, Any]] = {
    "PT": {"ProvisionedThroughput": units(6, 6)},
    "PROVISIONED": provisioned(6, 6),
    "PPR": {"BillingMode": "PAY_PER_REQUEST"},
    "ODT": LIMITED,
    "WARM": WARMER,
    "STREAM": STREAM_ON,
    "SSE": MANAGED_KEY,
    "CLASS": RARE,
    "DP": PROTECTED,
    "CREATE": create_index("by_name", "name", ProvisionedThroughput=units(1, 1)),
    "CREATE ON DEMAND": create_index("by_name", "name"),
    "CREATE TOO": create_index("by_age", "age", ProvisionedThroughput=units(1, 1)),
    "DELETE": delete_index("by_zip"),
    "DELETE TOO": delete_index("by_street"),
    "UPDATE": update_index("by_city", ProvisionedThroughput=units(6, 6)),
    "UPDATE TOO": update_index("by_street", ProvisionedThroughput=units(6, 6)),
    "UPDATE ON DEMAND": update_index("by_city", **LIMITED),
    "DEFINITIONS": {"AttributeDefinitions": attributes("whatever")},
}

PAIRS: list[tuple[str, str, str | None]] = [
    ("PT", "PROVISIONED", OK),
    ("PT", "PPR", PPR_PT),
    ("PT", "ODT", ODT_MODE),
    ("PT", "WARM", W),
    ("PT", "STREAM", IOPS_S),
    ("PT", "SSE", S),
    ("PT", "CLASS", C),
    ("PT", "DP", D),
    ("PT", "CREATE", IOPS_I),
    ("PT", "DELETE", IOPS_I),
    ("PT", "UPDATE", OK),
    ("PT", "DEFINITIONS", OK),
    ("PROVISIONED", "ODT", ODT_MODE),
    ("PROVISIONED", "WARM", W),
    ("PROVISIONED", "STREAM", IOPS_S),
    ("PROVISIONED", "SSE", S),
    ("PROVISIONED", "CLASS", C),
    ("PROVISIONED", "DP", D),
    ("PROVISIONED", "CREATE", IOPS_I),
    ("PROVISIONED", "DELETE", IOPS_I),
    ("PROVISIONED", "UPDATE", OK),
    ("PPR", "ODT", OK),
    ("PPR", "WARM", W),
    ("PPR", "STREAM", OK),
    ("PPR", "SSE", S),
    ("PPR", "CLASS", C),
    ("PPR", "DP", D),
    ("PPR", "CREATE ON DEMAND", OK),
    ("PPR", "DELETE", IOPS_I),
    ("PPR", "UPDATE ON DEMAND", OK),
    ("PPR", "DEFINITIONS", OK),
    ("ODT", "WARM", O),
    ("ODT", "STREAM", O),
    ("ODT", "SSE", S),
    ("ODT", "CLASS", C),
    ("ODT", "DP", D),
    ("ODT", "CREATE", O),
    ("ODT", "DELETE", O),
    ("ODT", "UPDATE", O),
    ("WARM", "STREAM", W),
    ("WARM", "SSE", S),
    ("WARM", "CLASS", C),
    ("WARM", "DP", D),
    ("WARM", "CREATE", WG),
    ("WARM", "DELETE", W),
    ("WARM", "UPDATE", W),
    ("WARM", "DEFINITIONS", OK),
    ("STREAM", "SSE", S),
    ("STREAM", "CLASS", C),
    ("STREAM", "DP", D),
    ("STREAM", "CREATE", STR_I),
    ("STREAM", "DELETE", STR_I),
    ("STREAM", "UPDATE", IOPS_S),
    ("STREAM", "DEFINITIONS", OK),
    ("SSE", "CLASS", S),
    ("SSE", "DP", S),
    ("SSE", "CREATE", S),
    ("SSE", "DELETE", S),
    ("SSE", "UPDATE", S),
    ("SSE", "DEFINITIONS", OK),
    ("CLASS", "DP", C),
    ("CLASS", "CREATE", C),
    ("CLASS", "DELETE", C),
    ("CLASS", "UPDATE", C),
    ("CLASS", "DEFINITIONS", OK),
    ("DP", "CREATE", D),
    ("DP", "DELETE", D),
    ("DP", "UPDATE", D),
    ("DP", "DEFINITIONS", OK),
    ("CREATE", "CREATE TOO", LEE),
    ("CREATE", "DELETE", LEE),
    ("CREATE", "UPDATE", OK),
    ("DELETE", "DELETE TOO", LEE),
    ("DELETE", "UPDATE", OK),
    ("DELETE", "DEFINITIONS", OK),
    ("UPDATE", "UPDATE TOO", OK),
    ("UPDATE", "DEFINITIONS", OK),
]


@pytest.fixture
def provisioned_lab() -> Lab:
    """A provisioned table with three indexes, on which every single part is a change."""
    names = {"by_city": "city", "by_zip": "zip", "by_street": "street"}
    return Lab().settled(
        AttributeDefinitions=attributes("id", *names.values()),
        GlobalSecondaryIndexes=[
            index(name, attribute, ProvisionedThroughput=units(5, 5)) for name, attribute in names.items()
        ],
        ProvisionedThroughput=units(5, 5),
    )


@pytest.mark.parametrize(("one", "other", "message"), PAIRS, ids=[f"{a}+{b}" for a, b, _unused in PAIRS])
def test_pairs(provisioned_lab: Lab, one: str, other: str, message: str | None) -> None:
    """T-156 T-174 T-382 T-433; refused calls change nothing (T-160)."""
    before = provisioned_lab.table()
    if message is None:
        provisioned_lab.update(PARTS[one], PARTS[other])
        return
    code, found = provisioned_lab.refused(PARTS[one], PARTS[other])
    assert found == message
    assert code == ("LimitExceededException" if message == LEE else "ValidationException")
    assert provisioned_lab.table() == before
    assert provisioned_lab.refused(PARTS[other], PARTS[one]) == (code, found)


MANY = [
    (("SSE", "CLASS", "DP", "WARM"), S),
    (("CLASS", "DP", "ODT", "WARM"), C),
    (("DP", "CREATE", "PPR"), D),
    (("ODT", "WARM", "STREAM"), O),
    (("WARM", "STREAM", "CREATE"), WG),
    (("PT", "PPR", "STREAM"), PPR_PT),
    (("PT", "STREAM", "CREATE"), IOPS_S),
]


@pytest.mark.parametrize(("parts", "message"), MANY)
def test_precedence_of_several_refusals(provisioned_lab: Lab, parts: tuple[str, ...], message: str) -> None:
    """T-382 T-433."""
    assert provisioned_lab.refused(*(PARTS[part] for part in parts)) == ("ValidationException", message)


def test_capacity_on_demand_beats_the_weaker_combinations() -> None:
    lab = Lab().settled()
    text = OOM + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
    assert lab.refused(PARTS["PT"], STREAM_ON)[1] == text
    assert lab.refused(PARTS["PT"], WARMER)[1] == W


def test_combinations_are_refused_before_the_table_is_looked_up() -> None:
    assert Lab().refused(MANAGED_KEY, RARE)[1] == S
    assert Lab().refused(MANAGED_KEY)[1] == "Requested resource not found: Table: orders not found"


NOTHING = [{}, {"AttributeDefinitions": attributes("a")}, {"GlobalSecondaryIndexUpdates": []}, {"KeySchema": []}]


@pytest.mark.parametrize("members", NOTHING)
def test_update_without_a_change(members: dict[str, Any]) -> None:
    """T-015 T-357 T-449: even when the table is not there."""
    code, message = Lab().refused(members)
    assert (code, message.split(",")[0]) == ("ValidationException", "At least one of ProvisionedThroughput")


@pytest.mark.parametrize("name", ["OnDemandThroughput", "WarmThroughput"])
def test_empty_throughput_alone_breaks_and_is_dropped_in_company(name: str) -> None:
    """T-178 T-448 T-456."""
    lab = Lab().settled()
    assert lab.refusal("UpdateTable", TableName="orders", **{name: {}}) == ("InternalFailure", "", 500)
    lab.update({name: {}}, RARE)


ELEMENTS = [
    ([{}], "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "),
    (
        [{"Delete": {"IndexName": "by_city"}, "Update": {"IndexName": "by_city"}}],
        "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
    ),
    (
        [{"Delete": {"IndexName": "by_city"}}, {"Update": {"IndexName": "by_city"}}],
        "Only one global secondary index update per index is allowed simultaneously. Index: by_city",
    ),
    (
        [{"Update": {"IndexName": "not_there", "WarmThroughput": {}}}],
        "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: not_",
    ),
]


@pytest.mark.parametrize(("updates", "message"), ELEMENTS)
def test_elements_of_the_index_updates(updates: list[dict[str, Any]], message: str) -> None:
    """T-160 T-359 T-380."""
    assert Lab().refused({"GlobalSecondaryIndexUpdates": updates})[1].startswith(OOM + message)
    assert (
        Lab().refused({"GlobalSecondaryIndexUpdates": []}, RARE)[1]
        == OOM + "List of GlobalSecondaryIndexUpdates is empty"
    )
