# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An account that answers the audit's reads from memory, in pages, and notes every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.argspec import audit_info_options
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError

from .emulator import ACCOUNT, REGION

EMPTY: dict[str, dict[str, Any]] = {
    "ListTables": {"TableNames": []},
    "GetResources": {"ResourceTagMappingList": []},
    "DescribeAlarms": {"MetricAlarms": []},
    "ListBackups": {"BackupSummaries": []},
    "ListPolicies": {"Policies": []},
    "ListAttachedRolePolicies": {"AttachedPolicies": []},
    "ListRolePolicies": {"PolicyNames": []},
    "ListOpenIDConnectProviders": {"OpenIDConnectProviderList": []},
    "GetAccountSummary": {"SummaryMap": {}},
    "DescribeLimits": {},
    "ListProtectedResources": {"Results": []},
}
ABSENT = {"DescribeTable": "ResourceNotFoundException", "GetResourcePolicy": "PolicyNotFoundException"}


class AuditAccount:
    """Stands for the way to AWS: answers by operation, a value or a function of the request; errors by operation."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {**EMPTY, **answers}
        self.errors: dict[str, str] = {}
        self.calls: list[str] = []

    def client(self, _service: str) -> None:
        """Nothing has to be made."""

    def call(self, service: str, operation: str, subject: str, **request: Any) -> Any:
        self.calls.append(operation)
        code = self.errors.get(operation) or (
            ABSENT.get(operation, "NoSuchEntity") if operation not in self.answers else ""
        )
        if code:
            raise AwsError(code, "no", f"{service}:{operation}", subject)
        answer = self.answers[operation]
        return answer(request) if isinstance(answer, Callable) else answer

    def pages(self, service: str, operation: str, subject: str, **request: Any) -> list[Any]:
        return [self.call(service, operation, subject, **request)]


def options(**given: Any) -> dict[str, Any]:
    """The options of audit_info, with their defaults."""
    defaults = {name: option.get("default") for name, option in audit_info_options().items()}
    return {**defaults, "name": "ticket", "account_id": ACCOUNT, "region": REGION, **given}
