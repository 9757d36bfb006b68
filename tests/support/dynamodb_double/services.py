# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few calls of other services that stand around tables: KMS, tagging, auto scaling, STS."""

from __future__ import annotations

from typing import Any

from .core import DynamoDB
from .faults import AwsFault, validation
from .model import Json


class Kms:
    """DescribeKey."""

    def __init__(self, dynamodb: DynamoDB) -> None:
        self._keys = dynamodb.keys

    def handle(self, operation: str, request: Json) -> Json:
        _only(operation, "DescribeKey")
        key = self._keys.find(request["KeyId"])
        return {
            "KeyMetadata": {
                "AWSAccountId": key.arn.split(":")[4],
                "KeyId": key.key_id,
                "Arn": key.arn,
                "Enabled": key.condition == "Enabled",
                "KeyState": key.condition,
                "KeyManager": key.manager,
                "KeyUsage": "ENCRYPT_DECRYPT",
                "KeySpec": "SYMMETRIC_DEFAULT" if key.symmetric else "RSA_2048",
            }
        }


class Tagging:
    """GetResources, over the double's tables."""

    def __init__(self, dynamodb: DynamoDB) -> None:
        self._dynamodb = dynamodb

    def handle(self, operation: str, request: Json) -> Json:
        _only(operation, "GetResources")
        types = request.get("ResourceTypeFilters") or ["dynamodb"]
        tables = "dynamodb" in types or "dynamodb:table" in types
        found = sorted(self._dynamodb.tags().items()) if tables else []
        wanted = [(arn, tags) for arn, tags in found if _matches(tags, request.get("TagFilters") or [])]
        first, size = int(request.get("PaginationToken") or 0), request.get("ResourcesPerPage", 50)
        if not 1 <= size <= 100:
            raise AwsFault("InvalidParameterException", "ResourcesPerPage must be between 1 and 100")
        page = wanted[first : first + size]
        return {
            "ResourceTagMappingList": [
                {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
                for arn, tags in page
            ],
            "PaginationToken": str(first + size) if first + size < len(wanted) else "",
        }


class AutoScaling:
    """Application Auto Scaling."""

    def __init__(self, dynamodb: DynamoDB) -> None:
        self._dynamodb = dynamodb

    def handle(self, operation: str, request: Json) -> Json:
        return self._dynamodb.scale(operation, request)


class ServiceQuotas:
    """GetServiceQuota, for the number of tables."""

    def __init__(self, dynamodb: DynamoDB) -> None:
        self._dynamodb = dynamodb

    def handle(self, operation: str, request: Json) -> Json:
        _only(operation, "GetServiceQuota")
        if request != {"ServiceCode": "dynamodb", "QuotaCode": "L-F98FE922"}:
            raise AwsFault("NoSuchResourceException", "The specified quota does not exist.")
        return {"Quota": {**request, "Value": float(self._dynamodb.settings.tables_quota), "Adjustable": True}}


class Sts:
    """GetCallerIdentity."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def handle(self, operation: str, _request: Json) -> Json:
        _only(operation, "GetCallerIdentity")
        return {
            "UserId": "AROATEST:tests",
            "Account": self._account_id,
            "Arn": f"arn:aws:sts::{self._account_id}:assumed-role/deployer/tests",
        }


def _only(operation: str, known: str) -> None:
    if operation != known:
        raise validation(f"the double does not know {operation}")


def _matches(tags: dict[str, str], filters: list[dict[str, Any]]) -> bool:
    """All filters match; a filter without values asks only for the key."""
    return all(
        wanted["Key"] in tags and (not wanted.get("Values") or tags[wanted["Key"]] in wanted["Values"])
        for wanted in filters
    )
