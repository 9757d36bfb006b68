# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only AWS calls that change tables: sending one step, and asking whether it has settled."""

from __future__ import annotations

from .._engine.errors import AwsError
from .._engine.step import Step
from .conditions import holds, policy_readable, tags_readable
from .names import is_owned
from .order import OPERATIONS, SCALING_OPERATIONS
from .reader import SCALING_SERVICE, SERVICE, TablesReader
from .refusals import classified


class TablesGateway(TablesReader):
    """Reads and changes the tables of one account and region."""

    def send(self, step: Step) -> None:
        """Makes the step's call. Raises AwsError, classified."""
        operation = OPERATIONS[step.action]
        service = SCALING_SERVICE if operation in SCALING_OPERATIONS else SERVICE
        try:
            self._aws.call(service, operation, step.resource, **step.request)
        except AwsError as error:
            if not (step.action == "create_table" and self._is_our_creation(error, step)):
                raise classified(error) from error

    def _is_our_creation(self, error: AwsError, step: Step) -> bool:
        """Whether the table is the one that an earlier try made, whose answer was lost on its way."""
        if error.code != "ResourceInUseException" or "already exists" not in error.message:
            return False
        table = self._describe(step.resource)
        return bool(table) and is_owned(self._tags_of(step.resource, (table or {})["TableArn"]), self._estate)

    def holds(self, step: Step) -> bool:
        """Whether the step's until holds. Raises AwsError."""
        if step.until == "tags_readable":
            return tags_readable(step.request, self._tags_of(step.resource, step.request["ResourceArn"]))
        if step.until == "policy_readable":
            return policy_readable(step.request, self._policy_of(step.resource, step.request["ResourceArn"]))
        if step.until == "insights_settled":
            return self._insights_settled(step)
        if step.until == "backup_available":
            return self._backup_available(step)
        table = self._describe(step.resource)
        if step.until == "recoverable":
            return holds("indexes_active", "", table) and self._recoverable(step.resource)
        return holds(step.until, step.subject, table)

    def _recoverable(self, name: str) -> bool:
        """Whether AWS has finished enabling backups by itself, after which recovery can be turned on (T-083)."""
        answer = self._aws.call(SERVICE, "DescribeContinuousBackups", name, TableName=name)
        return bool(answer["ContinuousBackupsDescription"].get("ContinuousBackupsStatus") != "DISABLED")

    def _insights_settled(self, step: Step) -> bool:
        """FAILED stays until somebody acts (aws-rules.md 1.10), so it is an error and no state to wait in."""
        answer = self._insights_of(step.resource, step.subject)
        status = answer.get("ContributorInsightsStatus", "DISABLED")
        if status == "FAILED":
            why = (answer.get("FailureException") or {}).get("ExceptionDescription", "no reason given")
            raise AwsError("ContributorInsightsFailed", why, "dynamodb:UpdateContributorInsights", step.resource)
        return status in ("ENABLED", "DISABLED")

    def _backup_available(self, step: Step) -> bool:
        pages = self._aws.pages(SERVICE, "ListBackups", step.resource, TableName=step.resource)
        return any(
            backup["BackupName"] == step.request["BackupName"] and backup["BackupStatus"] == "AVAILABLE"
            for page in pages
            for backup in page["BackupSummaries"]
        )
