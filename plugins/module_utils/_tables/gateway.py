# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only AWS calls that change tables: sending one step, and asking whether it has settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._engine.pace import THROTTLED
from .._engine.step import Step
from .ask import SERVICE, describe, policy_of, tags_of
from .conditions import holds, policy_readable, state, statuses, tags_readable
from .names import is_owned
from .order import OPERATIONS, SCALING_OPERATIONS
from .origins import is_restore, origin_asked, origin_of
from .reader import SCALING_SERVICE, TablesReader
from .refusals import classified
from .replica_watch import CONDITIONS as REPLICA_CONDITIONS
from .replica_watch import ReplicaWatch
from .source_reader import import_completed, import_state
from .stream_calls import CONDITIONS, StreamingCalls

LOOKS = 10
"""How often an index may look as if its deletion had not begun, as reads lag; in the end it is another index."""


class TablesGateway(TablesReader):
    """Reads and changes the tables of one account and region."""

    def __init__(self, aws: Aws, estate: str) -> None:
        super().__init__(aws, estate)
        self._unanswered: set[str] = set()
        self._imports: dict[str, str] = {}
        self._deleting: set[tuple[str, str]] = set()
        self._looks: Counter[tuple[str, str]] = Counter()
        self._streaming = StreamingCalls(aws, self._describe, self._policy_of)
        self._replicas = ReplicaWatch(aws)
        self._asked: dict[str, Callable[[Step], bool]] = {
            **dict.fromkeys(CONDITIONS, self._streaming.holds),
            **dict.fromkeys(REPLICA_CONDITIONS, self._replicas.holds),
            "insights_settled": self._insights_settled,
            "backup_available": self._backup_available,
            "import_completed": self._imported,
        }
        """The conditions that are no question about the table's description."""

    def send(self, step: Step) -> None:
        """Makes the step's call. Raises AwsError, classified."""
        operation = OPERATIONS[step.action]
        service = SCALING_SERVICE if operation in SCALING_OPERATIONS else SERVICE
        try:
            request = self._streaming.request(step)
            answer = self._aws.in_region(step.region).call(service, operation, step.resource, **request)
        except AwsError as error:
            answer = {}
            if not self._is_begun(error, step):
                if error.code not in THROTTLED:
                    self._unanswered.add(step.resource)
                raise classified(error) from error
        self._remember(step, answer)

    def _is_begun(self, error: AwsError, step: Step) -> bool:
        """Whether what a refused step asks for is what runs already: an answer may get lost, or be wrong (T-463)."""
        if step.action == "create_table":
            return self._is_our_creation(error, step)
        if error.code != "TableInUseException" or "already being restored" not in error.message:
            return False
        table = self._describe(step.resource)
        return is_restore(step.request, origin_of(table) if table else None)

    def _remember(self, step: Step, answer: Mapping[str, Any]) -> None:
        """What AWS will not say, or not soon."""
        if step.action == "import_table":
            self._imports[step.resource] = answer["ImportTableDescription"]["ImportArn"]
        elif OPERATIONS[step.action].startswith("RestoreTable"):
            self._origins[step.resource] = origin_asked(step.request)

    def _is_our_creation(self, error: AwsError, step: Step) -> bool:
        """Whether the table is the one that an earlier try made, whose answer was lost on its way."""
        if error.code != "ResourceInUseException" or "already exists" not in error.message:
            return False
        if not (error.repeated or step.resource in self._unanswered):
            return False
        table = self._describe(step.resource)
        return bool(table) and is_owned(self._tags_of(step.resource, (table or {})["TableArn"]), self._estate)

    def holds(self, step: Step) -> bool:
        """Whether the step's until holds. Raises AwsError."""
        if step.until == "tags_readable":
            found = tags_of(self._aws.in_region(step.region), step.resource, step.request["ResourceArn"])
            return tags_readable(step.request, found)
        if step.until == "policy_readable":
            policy = policy_of(self._aws.in_region(step.region), step.resource, step.request["ResourceArn"])
            return policy_readable(step.request, policy)
        if step.until in self._asked:
            return self._asked[step.until](step)
        table = describe(self._aws.in_region(step.region), step.resource)
        if step.until == "index_gone" and step.subject in statuses(table):
            return self._is_another_index(step, statuses(table)[step.subject])
        if step.until == "recoverable":
            return holds("indexes_active", "", table) and self._recoverable(step.resource)
        return holds(step.until, step.subject, table)

    def _imported(self, step: Step) -> bool:
        """Whether an import is over, and its table ready for everything else (T-115). Raises AwsError."""
        if not import_completed(self._aws, step.resource, self._import_of(step)):
            return False
        return holds("indexes_active", "", self._describe(step.resource)) and self._recoverable(step.resource)

    def _import_of(self, step: Step) -> str:
        return step.subject or self._imports[step.resource]

    def state(self, step: Step) -> str:
        """What AWS says of the step's table or index; of an index that is being filled, how far it is."""
        try:
            if step.until in REPLICA_CONDITIONS:
                return self._replicas.state(step)
            if step.until == "import_completed":
                return import_state(self._aws, step.resource, self._import_of(step))
            table = describe(self._aws.in_region(step.region), step.resource)
            said = self._streaming.state(step) or state(step.subject, table)
            return said.replace("being filled", self._filled(step)) if step.action == "create_index" else said
        except AwsError:
            return ""

    def _filled(self, step: Step) -> str:
        """AWS publishes the progress as a metric, which the caller may or may not read."""
        now = datetime.now(UTC)
        index = {"TableName": step.resource, "GlobalSecondaryIndexName": step.subject}
        request = {
            "Namespace": "AWS/DynamoDB",
            "MetricName": "OnlineIndexPercentageProgress",
            "Dimensions": [{"Name": name, "Value": value} for name, value in index.items()],
            "StartTime": now - timedelta(minutes=15),
            "EndTime": now,
            "Period": 60,
            "Statistics": ["Maximum"],
        }
        try:
            answer = self._aws.call("cloudwatch", "GetMetricStatistics", step.resource, **request)
        except AwsError:
            return "being filled"
        points = sorted(answer.get("Datapoints", ()), key=lambda point: point["Timestamp"])
        return f"{points[-1]['Maximum']:.0f} % filled" if points else "being filled"

    def _is_another_index(self, step: Step, status: str) -> bool:
        """Whether the index is one that somebody has made since this run has deleted its namesake."""
        index = (step.resource, step.subject)
        if status == "DELETING":
            self._deleting.add(index)
            return False
        self._looks[index] += 1
        return status == "CREATING" or index in self._deleting or self._looks[index] > LOOKS

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
