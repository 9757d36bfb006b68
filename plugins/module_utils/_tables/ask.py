# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single questions about a table, in the form in which several readers need the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.client import Aws
from .._engine.errors import AwsError
from .names import COLLECTION, ESTATE, MANAGED_BY

SERVICE = "dynamodb"


def describe(aws: Aws, name: str) -> Mapping[str, Any] | None:
    """DescribeTable's answer; None where there is no such table. Raises AwsError."""
    try:
        table: Mapping[str, Any] = aws.call(SERVICE, "DescribeTable", name, TableName=name)["Table"]
    except AwsError as error:
        if error.kind == "absent":
            return None
        raise
    return table


def backups_of(aws: Aws, name: str) -> Mapping[str, Any]:
    """The continuous backups of a table. Raises AwsError."""
    answer: Mapping[str, Any] = aws.call(SERVICE, "DescribeContinuousBackups", name, TableName=name)
    found: Mapping[str, Any] = answer["ContinuousBackupsDescription"]
    return found


def tags_of(aws: Aws, name: str, arn: str) -> dict[str, str]:
    """All tags of a table. Raises AwsError."""
    # By hand, as making a paginator costs botocore as much as a call
    page = aws.call(SERVICE, "ListTagsOfResource", name, ResourceArn=arn)
    tags = page["Tags"]
    while page.get("NextToken"):
        page = aws.call(SERVICE, "ListTagsOfResource", name, ResourceArn=arn, NextToken=page["NextToken"])
        tags = tags + page["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def policy_of(aws: Aws, name: str, arn: str) -> Mapping[str, Any]:
    """GetResourcePolicy's answer for a table or a stream; empty where there is no policy. Raises AwsError."""
    try:
        return aws.call(SERVICE, "GetResourcePolicy", name, ResourceArn=arn)
    except AwsError as error:
        if error.code == "PolicyNotFoundException":
            return {}
        raise


def owned_tags(aws: Aws, estate: str) -> dict[str, dict[str, str]]:
    """The tags of the tables that carry the estate's, by physical name: 100 tables a call, but seconds late."""
    pages = aws.pages(
        "resourcegroupstaggingapi",
        "GetResources",
        "the estate's tables",
        TagFilters=[{"Key": MANAGED_BY, "Values": [COLLECTION]}, {"Key": ESTATE, "Values": [estate]}],
        ResourceTypeFilters=["dynamodb:table"],
        ResourcesPerPage=100,
    )
    entries = [entry for page in pages for entry in page["ResourceTagMappingList"]]
    found = {
        entry["ResourceARN"].partition(":table/")[2]: {tag["Key"]: tag["Value"] for tag in entry["Tags"]}
        for entry in entries
    }
    # A stream's ARN begins like its table's
    return {name: found[name] for name in sorted(found) if name and "/" not in name}
