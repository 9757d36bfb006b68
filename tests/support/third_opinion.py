# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An account of the double whose tables are made in DynamoDB Local as well, call by call, and read from there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import TableSpec
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.observe import Answers, observe
from botocore import xform_name
from botocore.exceptions import ClientError

from .clock import FakeClock
from .dynamodb_double import SETTLED, FakeAws, Settings
from .dynamodb_local import DynamoDBLocal
from .tables import ESTATE

Json = dict[str, Any]

UNKNOWN = "answered with UnknownOperationException"
IGNORED = "dropped in silence; an UpdateTable with nothing else is refused: Nothing to update"
WRONG = "half a limit is refused, and an index's never changes, against what was measured on AWS (T-178)"
OWN = "named otherwise: another account and region, and no id"
LEFT_OUT: Mapping[str, str] = {
    # Operations
    "CreateBackup": UNKNOWN,
    "DeleteBackup": UNKNOWN,
    "DeleteResourcePolicy": UNKNOWN,
    "DescribeBackup": UNKNOWN,
    "DescribeContinuousBackups": UNKNOWN,
    "DescribeContributorInsights": UNKNOWN,
    "DescribeKinesisStreamingDestination": UNKNOWN,
    "DisableKinesisStreamingDestination": UNKNOWN,
    "EnableKinesisStreamingDestination": UNKNOWN,
    "GetResourcePolicy": UNKNOWN,
    "ListBackups": UNKNOWN,
    "ListContributorInsights": UNKNOWN,
    "ListTagsOfResource": UNKNOWN,
    "PutResourcePolicy": UNKNOWN,
    "RestoreTableFromBackup": UNKNOWN,
    "RestoreTableToPointInTime": UNKNOWN,
    "TagResource": UNKNOWN,
    "UntagResource": UNKNOWN,
    "UpdateContinuousBackups": UNKNOWN,
    "UpdateContributorInsights": UNKNOWN,
    "UpdateKinesisStreamingDestination": UNKNOWN,
    # Members of CreateTable and UpdateTable
    "OnDemandThroughput": WRONG,
    "ResourcePolicy": IGNORED,
    "SSESpecification": IGNORED,
    "TableClass": IGNORED,
    "Tags": IGNORED,
    "WarmThroughput": IGNORED,
    # Members of DescribeTable
    "SSEDescription": IGNORED,
    "TableClassSummary": IGNORED,
    "LatestStreamArn": OWN,
    "TableArn": OWN,
    "TableId": OWN,
}
"""What DynamoDB Local does not have: it is not sent there, and the double alone answers. All else goes there too."""


class HastyClock(FakeClock):
    """Real time, as the engine takes a second to make or delete an index, but nobody sleeps for long."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, min(seconds, 0.1)))


class ThirdOpinion(FakeAws):
    """The double takes a call first; what it accepts, DynamoDB Local has to accept."""

    def __init__(self, engine: DynamoDBLocal) -> None:
        super().__init__(HastyClock(), settings=Settings(durations=SETTLED, budgets=False))
        self.engine = engine.client()
        self.accepted: list[tuple[str, Json]] = []
        self.refused: list[str] = []

    def answer(self, service: str, operation: str, request: Json) -> Json:
        ours = super().answer(service, operation, request)
        known = _for_engine(request)
        nothing = operation == "UpdateTable" and known.keys() <= {"TableName", "AttributeDefinitions"}
        if service != "dynamodb" or operation in LEFT_OUT or nothing:
            return ours
        theirs = self._ask(operation, known)
        return {"Table": combined(ours["Table"], theirs["Table"])} if operation == "DescribeTable" else ours

    def names(self) -> list[str]:
        """The tables that the engine has."""
        names: list[str] = self.engine.list_tables()["TableNames"]
        return names

    def definitions(self, name: str) -> tuple[TableSpec | None, TableSpec | None]:
        """How a table stands in the double and in the engine, without what the engine lacks."""
        ours = self.dynamodb.handle("DescribeTable", {"TableName": name})["Table"]
        theirs = self.engine.describe_table(TableName=name)["Table"]
        return _definition(ours), _definition(theirs)

    def _ask(self, operation: str, request: Json) -> Json:
        try:
            answer: Json = getattr(self.engine, xform_name(operation))(**request)
        except ClientError as error:
            self.refused.append(f"{error}\n  request: {request}")
            raise
        self.accepted.append((operation, request))
        return answer


def combined(ours: Json, theirs: Json) -> Json:
    """The engine's description of a table, with what it lacks from the double's."""
    answer = _overlaid(ours, theirs)
    mine = {index["IndexName"]: index for index in ours.get("GlobalSecondaryIndexes", ())}
    if "GlobalSecondaryIndexes" in theirs:
        answer["GlobalSecondaryIndexes"] = [
            _overlaid(mine.get(index["IndexName"], {}), index) for index in theirs["GlobalSecondaryIndexes"]
        ]
    return answer


def _overlaid(ours: Json, theirs: Json) -> Json:
    known = {member: value for member, value in theirs.items() if member not in LEFT_OUT}
    return {**known, **{member: value for member, value in ours.items() if member in LEFT_OUT}}


def _for_engine(request: Json) -> Json:
    """The request without what the engine lacks."""
    known: Json = _stripped(request)
    updates = [
        update
        for update in known.pop("GlobalSecondaryIndexUpdates", ())
        if update.get("Update", {}).keys() != {"IndexName"}
    ]
    return {**known, "GlobalSecondaryIndexUpdates": updates} if updates else known


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {member: _stripped(inner) for member, inner in value.items() if member not in LEFT_OUT}
    return [_stripped(inner) for inner in value] if isinstance(value, list) else value


def _definition(table: Json) -> TableSpec | None:
    return observe(ESTATE, Answers(_stripped(table)), None).spec
