# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only AWS calls about tables: reading many at once, sending one step, asking whether it has settled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._engine.apply import failure_of, spread
from .._engine.client import READERS, Aws
from .._engine.errors import AwsError, Kind
from .._engine.step import Failure, Step
from .conditions import holds, tags_readable
from .model import Observed
from .names import COLLECTION, ESTATE, MANAGED_BY
from .observe import Answers, observe, uses_kms
from .order import OPERATIONS

SERVICE = "dynamodb"
MANAGED_ALIAS = "alias/aws/dynamodb"
READABLE = ("ACTIVE", "UPDATING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS")
"""States in which TTL, recovery and tags can be read; while CREATING they are refused (aws-rules.md 2.1)."""

KINDS: tuple[tuple[str, str, Kind], ...] = (
    ("ContinuousBackupsUnavailableException", "", "retry"),
    ("LimitExceededException", "Table tags are being updated", "retry"),
    ("LimitExceededException", "Only 1 online index|simultaneously", "wait"),
    ("ResourceInUseException", "already exists", "permanent"),
    ("ResourceInUseException", "", "wait"),
    ("InternalServerError", "under system maintenance", "wait"),
)
"""Which refusals pass, by code and text, first match first (aws-rules.md 7)."""


class TablesGateway:
    """Reads and changes the tables of one account and region."""

    def __init__(self, aws: Aws, estate: str) -> None:
        self._aws = aws
        self._estate = estate
        aws.client(SERVICE)

    def read(self, table_names: Iterable[str]) -> tuple[dict[str, Observed], list[Failure]]:
        """The tables that are there, by physical name, and the reads that failed."""
        names = sorted(set(table_names))
        found, failures = self._each(self._describe, names)
        tables = [table for table in found if table]
        readable = [table for table in tables if table["TableStatus"] in READABLE]
        jobs = [(read, table) for table in readable for read in (self._backups, self._ttl, self._tags)]
        parts, more = self._each(lambda job: job[0](job[1]), jobs)
        failed = {failure.resource for failure in more}
        merged: dict[str, dict[str, Any]] = {table["TableName"]: {} for table in tables}
        for part in parts:
            merged[part.pop("of")].update(part)
        managed = self._managed_key() if any(uses_kms(table) for table in tables) else None
        observed = {
            table["TableName"]: observe(self._estate, Answers(table, **merged[table["TableName"]]), managed)
            for table in tables
            if table["TableName"] not in failed
        }
        return observed, failures + more

    def names(self) -> list[str]:
        """The names of all tables of the account and region."""
        pages = self._aws.pages(SERVICE, "ListTables", "the tables")
        return [name for page in pages for name in page["TableNames"]]

    def owned_names(self) -> list[str]:
        """The names of the tables that carry the estate's tags."""
        pages = self._aws.pages(
            "resourcegroupstaggingapi",
            "GetResources",
            "the estate's tables",
            TagFilters=[{"Key": MANAGED_BY, "Values": [COLLECTION]}, {"Key": ESTATE, "Values": [self._estate]}],
            ResourceTypeFilters=["dynamodb:table"],
        )
        arns = [entry["ResourceARN"] for page in pages for entry in page["ResourceTagMappingList"]]
        return sorted(arn.split(":table/", 1)[1] for arn in arns if ":table/" in arn)

    def resolve_keys(self, keys: Iterable[str]) -> dict[str, str | None]:
        """The ARN of each key that is named by id or alias; None is the AWS managed key."""
        resolved: dict[str, str | None] = {}
        for key in sorted(keys):
            metadata = self._aws.call("kms", "DescribeKey", key, KeyId=key)["KeyMetadata"]
            resolved[key] = None if metadata.get("KeyManager") == "AWS" else metadata["Arn"]
        return resolved

    def send(self, step: Step) -> None:
        """Makes the step's call. Raises AwsError."""
        try:
            self._aws.call(SERVICE, OPERATIONS[step.action], step.resource, **step.request)
        except AwsError as error:
            raise _classified(error) from error

    def holds(self, step: Step) -> bool:
        """Whether the step's until holds. Raises AwsError."""
        if step.until == "tags_readable":
            answer = self._aws.call(
                SERVICE, "ListTagsOfResource", step.resource, ResourceArn=step.request["ResourceArn"]
            )
            return tags_readable(step.request, {tag["Key"]: tag["Value"] for tag in answer["Tags"]})
        table = self._describe(step.resource)
        if step.until == "recoverable":
            return holds("indexes_active", "", table) and self._recoverable(step.resource)
        return holds(step.until, step.subject, table)

    def _recoverable(self, name: str) -> bool:
        """Whether AWS has finished enabling backups by itself, after which recovery can be turned on (T-083)."""
        answer = self._aws.call(SERVICE, "DescribeContinuousBackups", name, TableName=name)
        return bool(answer["ContinuousBackupsDescription"].get("ContinuousBackupsStatus") != "DISABLED")

    def _each(self, read: Callable[[Any], Any], items: list[Any]) -> tuple[list[Any], list[Failure]]:
        """Reads on the pool; one table's failure does not hide the others."""

        def attempt(item: Any) -> Any:
            try:
                return read(item)
            except AwsError as error:
                return failure_of(error, error.subject, error.permission)

        results = spread(attempt, items, READERS)
        failures = [result for result in results if isinstance(result, Failure)]
        return [result for result in results if not isinstance(result, Failure)], failures

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        try:
            answer = self._aws.call(SERVICE, "DescribeTable", name, TableName=name)
        except AwsError as error:
            if error.kind == "absent":
                return None
            raise
        table: Mapping[str, Any] = answer["Table"]
        return table

    def _backups(self, table: Mapping[str, Any]) -> dict[str, Any]:
        name = table["TableName"]
        answer = self._aws.call(SERVICE, "DescribeContinuousBackups", name, TableName=name)
        return {"of": name, "backups": answer["ContinuousBackupsDescription"]}

    def _ttl(self, table: Mapping[str, Any]) -> dict[str, Any]:
        name = table["TableName"]
        answer = self._aws.call(SERVICE, "DescribeTimeToLive", name, TableName=name)
        return {"of": name, "ttl": answer["TimeToLiveDescription"]}

    def _tags(self, table: Mapping[str, Any]) -> dict[str, Any]:
        name, arn = table["TableName"], table["TableArn"]
        pages = self._aws.pages(SERVICE, "ListTagsOfResource", name, ResourceArn=arn)
        return {"of": name, "tags": [tag for page in pages for tag in page["Tags"]]}

    def _managed_key(self) -> str | None:
        """The ARN of the AWS managed key, which exists once a table has used it."""
        try:
            answer = self._aws.call("kms", "DescribeKey", MANAGED_ALIAS, KeyId=MANAGED_ALIAS)
        except AwsError as error:
            if error.kind == "absent":
                return None
            raise
        arn: str = answer["KeyMetadata"]["Arn"]
        return arn


def _classified(error: AwsError) -> AwsError:
    for code, text, kind in KINDS:
        if error.code == code and re.search(text, error.message):
            return AwsError(error.code, error.message, error.permission, error.subject, kind)
    return error
