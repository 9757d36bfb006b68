# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's contributor insights (rules 1.10, 2.1, 2.3 and 3.9)."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb_double import Settings
from tests.support.lab import NAME, Lab, attributes, create_index, delete_index, key

EVERY_KEY = "ACCESSED_AND_THROTTLED_KEYS"
NOT_READY = "Table or Index is not in a valid state to update Key Access Insights: "
ON = {"ContributorInsightsAction": "ENABLE"}
OFF = {"ContributorInsightsAction": "DISABLE"}
FEWER = {"ContributorInsightsMode": "THROTTLED_KEYS"}


def update(lab: Lab, *members: dict[str, str], **others: str) -> str:
    request = {name: value for part in members for name, value in part.items()}
    answer = lab.call("UpdateContributorInsights", TableName=NAME, **request, **others)
    return str(answer["ContributorInsightsStatus"])


def describe(lab: Lab, **members: str) -> Any:
    return lab.call("DescribeContributorInsights", TableName=NAME, **members)


def refusal(lab: Lab, **members: str) -> tuple[str, str]:
    return lab.refusal("UpdateContributorInsights", TableName=NAME, **ON, **members)[:2]


def test_on_and_off() -> None:
    """T-089 to T-091 T-095."""
    lab = Lab().settled()
    assert describe(lab) == {"TableName": NAME, "ContributorInsightsStatus": "DISABLED"}
    assert update(lab, OFF) == "DISABLED"
    assert update(lab, ON) == "ENABLING"
    lab.sleep(3)
    assert update(lab, ON) == "ENABLED"
    answer = describe(lab)
    assert (answer["ContributorInsightsMode"], len(answer["ContributorInsightsRuleList"])) == (EVERY_KEY, 2)
    assert update(lab, OFF) == "DISABLING"
    assert lab.call("ListContributorInsights", TableName=NAME)["ContributorInsightsSummaries"]
    lab.sleep(2)
    assert describe(lab)["ContributorInsightsStatus"] == "DISABLED"
    assert "ContributorInsightsMode" in describe(lab)
    assert lab.call("ListContributorInsights", TableName=NAME) == {"ContributorInsightsSummaries": []}


def test_modes() -> None:
    """T-092 T-341: another mode is a new enabling, and none is the default."""
    lab = Lab().settled()
    update(lab, ON, FEWER)
    lab.sleep(3)
    assert len(describe(lab)["ContributorInsightsRuleList"]) == 1
    assert update(lab, ON) == "ENABLING"
    lab.sleep(3)
    assert describe(lab)["ContributorInsightsMode"] == EVERY_KEY


def test_a_change_waits_for_the_one_before() -> None:
    """Not measured: the double refuses."""
    lab = Lab().settled()
    update(lab, ON)
    assert update(lab, ON) == "ENABLING"
    code, message, _status = lab.refusal("UpdateContributorInsights", TableName=NAME, **OFF)
    assert (code, message.startswith(NOT_READY)) == ("ValidationException", True)


def test_the_quota_of_rules() -> None:
    """T-337 to T-341: failed for good, until rules are free and it is enabled again, or disabled."""
    lab = Lab(Settings(insight_rules=4))
    lab.settled(KeySchema=key("id", sort=("at",)), AttributeDefinitions=attributes("id", "at"))
    lab.create(TableName="other")
    lab.sleep(60)
    update(lab, ON)
    assert lab.call("UpdateContributorInsights", TableName="other", **ON)["ContributorInsightsStatus"] == "ENABLING"
    lab.sleep(60)
    other = lab.call("DescribeContributorInsights", TableName="other")
    assert other["ContributorInsightsStatus"] == "FAILED"
    assert other["FailureException"]["ExceptionName"] == "LimitExceededException"
    assert "ContributorInsightsRuleList" not in other
    assert update(lab, ON, FEWER) == "ENABLING", "narrowing needs no new rules"
    lab.sleep(60)
    assert lab.call("DescribeContributorInsights", TableName="other")["ContributorInsightsStatus"] == "FAILED"
    lab.call("UpdateContributorInsights", TableName="other", **ON)
    lab.sleep(3)
    assert lab.call("DescribeContributorInsights", TableName="other")["ContributorInsightsStatus"] == "ENABLED"


def test_a_failed_one_can_be_disabled() -> None:
    """T-338."""
    lab = Lab(Settings(insight_rules=0)).settled()
    update(lab, ON)
    lab.sleep(2)
    assert update(lab, OFF) == "DISABLING"
    lab.sleep(2)
    assert "FailureException" not in describe(lab)


def test_indexes_are_apart_and_must_be_active() -> None:
    """T-094 T-112 T-116."""
    lab = Lab().settled()
    assert refusal(lab, IndexName="by_city") == (
        "ResourceNotFoundException",
        f"Requested resource not found: Index: by_city not found for table: {NAME}",
    )
    lab.update(create_index())
    assert refusal(lab, IndexName="by_city")[0] == "ResourceNotFoundException"
    lab.sleep(21)
    assert (
        refusal(lab, IndexName="by_city")[1] == f"{NOT_READY}IndexStatus must be ACTIVE to enable ContributorInsights."
    )
    lab.sleep(2000)
    assert update(lab, ON, IndexName="by_city") == "ENABLING"
    assert describe(lab)["ContributorInsightsStatus"] == "DISABLED"
    lab.sleep(3)
    page = lab.call("ListContributorInsights", MaxResults=1)
    assert page["ContributorInsightsSummaries"] == [], "the table itself is left out, and the page stays empty"
    last = lab.call("ListContributorInsights", MaxResults=1, NextToken=page["NextToken"])
    assert [entry["IndexName"] for entry in last["ContributorInsightsSummaries"]] == ["by_city"]
    assert "NextToken" not in last
    lab.update(delete_index())
    lab.sleep(10)
    assert lab.call("ListContributorInsights", TableName=NAME) == {"ContributorInsightsSummaries": []}


def test_states_of_the_table() -> None:
    """T-116 T-119 T-374."""
    lab = Lab()
    lab.create()
    assert refusal(lab)[0] == "ResourceNotFoundException"
    lab.sleep(5.5)
    assert refusal(lab) == (
        "ValidationException",
        f"{NOT_READY}TableStatus must be ACTIVE to enable ContributorInsights.",
    )
    lab.sleep(1)
    update(lab, ON)
    lab.sleep(3)
    lab.call("DeleteTable", TableName=NAME)
    assert describe(lab)["ContributorInsightsStatus"] == "ENABLED"
    assert update(lab, OFF) == "DISABLING"
    lab.sleep(1.5)
    assert refusal(lab)[0] == "ValidationException"
    lab.sleep(5)
    assert refusal(lab)[0] == "ResourceNotFoundException"
