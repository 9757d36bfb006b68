# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit's reads of AWS: what the comparisons of the other modules do not read. Nothing here writes.

What cannot be read is gathered in failures, and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from .._access.gateway import Gateway as AccessGateway
from .._access.model import Access, Observed
from .._engine.apply import spread
from .._engine.client import READERS, Aws
from .._engine.errors import AwsError, failure_of
from .._engine.step import Failure
from .._quotas.gateway import describe_limits
from .._tables.ask import describe, policy_of
from .._tables.names import COLLECTION, ESTATE, MANAGED_BY
from .._tables.reader import table_names
from .observe import alarm_fact, heard, seconds
from .simulation import Question, answered

Read = TypeVar("Read")
DYNAMODB = "dynamodb"
BATCH = 100
"""Alarms in a page, and tables whose facts are in memory at once (in batches of four of these)."""
MANY = 20
"""Questions that are worth a word: they take some ten seconds."""
SIMULATIONS = 4
"""Questions under way at once: IAM answers a few a second for the whole account."""


class AuditGateway:
    """Reads one account and region; a second way to AWS, with few attempts, is for calls that emulators do not know."""

    def __init__(self, aws: Aws, impatient: Aws, say: Callable[[str], None] | None = None) -> None:
        """Say is told how far it is, where that takes long."""
        self._aws = aws
        self._impatient = impatient
        self._say = say or _nowhere
        self.failures: list[Failure] = []
        for service in (DYNAMODB, "iam", "cloudwatch", "resourcegroupstaggingapi"):
            aws.client(service)
        impatient.client("iam")

    def now(self) -> float:
        """Seconds since the epoch."""
        return datetime.now(UTC).timestamp()

    def _try(self, read: Callable[[], Read], *passing: str) -> Read | None:
        """What the read returns; None where it fails, which is noted unless the code is one of these."""
        try:
            return read()
        except AwsError as error:
            if error.code not in passing:
                self.failures.append(failure_of(error, error.subject, error.permission))
            return None

    def _entries(self, service: str, operation: str, member: str, subject: str, **request: Any) -> Iterator[Any]:
        for page in self._aws.pages(service, operation, subject, **request):
            yield from page[member]

    def names(self) -> frozenset[str] | None:
        """The names of all tables."""
        return self._try(lambda: frozenset(table_names(self._aws)))

    def owners(self) -> dict[str, str] | None:
        """The estate of each C(table/NAME) and C(alarm/NAME) of the collection, as the tagging index has it."""
        request = {
            "TagFilters": [{"Key": MANAGED_BY, "Values": [COLLECTION]}],
            "ResourceTypeFilters": ["dynamodb:table", "cloudwatch:alarm"],
        }

        def read() -> dict[str, str]:
            found = {}
            subject = "tables and alarms"
            for entry in self._entries(
                "resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList", subject, **request
            ):
                estates = [tag["Value"] for tag in entry["Tags"] if tag["Key"] == ESTATE]
                found[_short(entry["ResourceARN"])] = "".join(estates)
            return found

        return self._try(read)

    def alarms(self) -> list[dict[str, Any]] | None:
        """All metric alarms of the region."""

        def read() -> list[dict[str, Any]]:
            kinds = ["MetricAlarm", "CompositeAlarm"]
            pages = self._aws.pages("cloudwatch", "DescribeAlarms", "all alarms", MaxRecords=BATCH, AlarmTypes=kinds)
            told = heard([alarm for page in pages for alarm in page.get("CompositeAlarms", ())])
            return [alarm_fact(alarm, told) for page in pages for alarm in page.get("MetricAlarms", ())]

        return self._try(read)

    def backups(self) -> dict[tuple[str, str], float] | None:
        """When the newest backup of each table, by name and id, was made. An id is empty where nobody tells it."""

        def read() -> dict[tuple[str, str], float]:
            newest: dict[tuple[str, str], float] = {}
            entries = self._entries(DYNAMODB, "ListBackups", "BackupSummaries", "all backups", BackupType="ALL")
            for backup in entries:
                of = (backup["TableName"], backup.get("TableId", ""))
                if backup["BackupStatus"] == "AVAILABLE":
                    newest[of] = max(newest.get(of, 0.0), seconds(backup.get("BackupCreationDateTime")))
            return newest

        return self._try(read)

    def vault(self) -> dict[str, float] | None:
        """When AWS Backup last kept each table, by ARN; asked without patience, as few emulators know it."""

        def read() -> dict[str, float]:
            pages = self._impatient.pages("backup", "ListProtectedResources", "all backups of AWS Backup")
            entries = [entry for page in pages for entry in page["Results"] if entry.get("ResourceType") == "DynamoDB"]
            return {entry["ResourceArn"]: seconds(entry.get("LastBackupTime")) for entry in entries}

        return self._try(read)

    def tables(self, names: Iterable[str], recovery: bool, ttl: frozenset[str]) -> Iterator[list[dict[str, Any]]]:
        """The tables that are there, some at a time; ttl are those whose time to live is asked for."""
        ordered = sorted(names)
        for start in range(0, len(ordered), 4 * BATCH):
            if start:
                self._say(f"{start} of {len(ordered)} tables are looked at")
            batch = ordered[start : start + 4 * BATCH]
            found = spread(lambda name: self._table(name, recovery, name in ttl), batch, READERS)
            yield [table for table in found if table]

    def _table(self, name: str, recovery: bool, ttl: bool) -> dict[str, Any] | None:
        table = self._try(lambda: describe(self._aws, name))
        if not table:
            return None
        found: dict[str, Any] = {"name": name, "table": table, "policies": self._policies(name, table)}
        if recovery:
            answer = self._try(partial(self._of_table, "DescribeContinuousBackups", name)) or {}
            description = answer.get("ContinuousBackupsDescription") or {}
            found["recovery"] = description.get("PointInTimeRecoveryDescription")
        if ttl:
            answer = self._try(partial(self._of_table, "DescribeTimeToLive", name)) or {}
            found["ttl"] = answer.get("TimeToLiveDescription")
        return found

    def _of_table(self, operation: str, name: str) -> dict[str, Any]:
        return self._aws.call(DYNAMODB, operation, name, TableName=name)

    def _policies(self, name: str, table: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The resource policies of a table and of its stream."""
        arns = {name: table.get("TableArn")}
        if (table.get("StreamSpecification") or {}).get("StreamEnabled"):
            arns[f"{name}/stream"] = table.get("LatestStreamArn")
        found = []
        for resource, arn in arns.items():
            answer = self._try(partial(policy_of, self._aws, resource, arn)) if arn else None
            if answer:
                found.append({"resource": resource, "arn": arn, "document": answer.get("Policy")})
        return found

    def access(self, estate: str, desired: Access) -> Observed:
        """The declared roles and policies as they are."""
        gateway = AccessGateway(self._aws, estate)
        observed = gateway.observe(desired)
        self.failures += gateway.failures
        return observed

    def inline(self, roles: Iterable[str]) -> dict[str, list[str]]:
        """The names of the roles' inline policies."""

        def read(role: str) -> tuple[str, list[str]]:
            subject = f"role {role}"
            entries = partial(self._entries, "iam", "ListRolePolicies", "PolicyNames", subject, RoleName=role)
            return role, self._try(lambda: list(entries()), "NoSuchEntity") or []

        return dict(spread(read, sorted(roles), READERS))

    def providers(self, trusted: Iterable[str]) -> dict[str, Any] | None:
        """The account's OIDC providers; of the trusted ones with the audiences that they know."""
        read = partial(self._aws.call, "iam", "ListOpenIDConnectProviders", "OIDC providers")
        answer = self._try(read)
        if answer is None:
            return None
        arns = [entry["Arn"] for entry in answer["OpenIDConnectProviderList"]]
        found: dict[str, Any] = {arn: {"client_ids": None} for arn in arns}
        for arn in sorted(set(trusted) & set(arns)):
            get = partial(self._aws.call, "iam", "GetOpenIDConnectProvider", arn, OpenIDConnectProviderArn=arn)
            provider = self._try(get)
            found[arn] = {"client_ids": provider.get("ClientIDList", []) if provider else None}
        return found

    def limits(self) -> dict[str, Any] | None:
        """The account's limits of DynamoDB."""
        return self._try(lambda: dict(describe_limits(self._aws)))

    def summary(self) -> dict[str, int]:
        """How much of IAM the account uses and may use."""
        answer = self._try(partial(self._aws.call, "iam", "GetAccountSummary", "the account")) or {}
        return dict(answer.get("SummaryMap") or {})

    def simulate(self, questions: list[Question]) -> Iterator[dict[str, Any]]:
        """The answers to the questions. The first one is asked without patience: an emulator has no answer at all."""
        if not questions:
            return
        first, *others = questions
        if len(questions) > MANY:
            self._say(f"IAM is asked {len(questions)} questions about the roles")
        answer = self._try(lambda: self._ask(self._impatient, first))
        if answer is None:
            return
        yield answer
        for found in spread(lambda question: self._try(lambda: self._ask(self._aws, question)), others, SIMULATIONS):
            if found:
                yield found

    def _ask(self, aws: Aws, question: Question) -> dict[str, Any]:
        pages = aws.pages("iam", "SimulatePrincipalPolicy", f"role {question.role}", **question.request)
        return answered(question, [result for page in pages for result in page["EvaluationResults"]])


def _nowhere(_text: str) -> None:
    """Says nothing."""


def _short(arn: str) -> str:
    """C(table/NAME) or C(alarm/NAME) of an ARN."""
    kind, _unused, name = arn.partition(":")[2].split(":", 4)[-1].partition(":")
    return f"{kind}/{name}" if name else kind
