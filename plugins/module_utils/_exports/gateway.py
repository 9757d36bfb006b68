# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exports domain's calls to AWS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.apply import read_each
from .._engine.client import Aws
from .._engine.errors import AwsError, Refused
from .._engine.step import Failure, Step
from .._tables.ask import describe, tags_of
from .._tables.refusals import classified
from .model import Export, Observed, Table, Wish, found
from .observe import export_of, table_of
from .plan import failure
from .spec import Wishes

SERVICE = "dynamodb"
START = "ExportTableToPointInTime"
WORKERS = 4
"""Tables that are read at once: AWS throttles these calls after some twenty (aws-rules.md 6.2)."""
LISTED = 25
"""The most that ListExports gives at a time."""
TAGLESS = ("CREATING", "DELETING")
"""States in which tags and recovery cannot be read (aws-rules.md 2.1)."""
OLD_SDK = "filter_specification: this botocore is too old for it; 1.44.5 knows it"


class ExportsGateway:
    """Reads the exports of one account and region, and begins new ones."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.made: dict[str, Export] = {}
        """What this run began or waited for, by resource, as AWS said it last."""
        aws.client(SERVICE)

    def check_sdk(self, wishes: Wishes) -> None:
        """Raises Refused where the installed botocore does not know what is asked for."""
        model = self._aws.client(SERVICE).meta.service_model.operation_model(START)
        if wishes.filtered and "FilterSpecification" not in model.input_shape.members:
            raise Refused([OLD_SDK])

    def read(self, wishes: Wishes) -> tuple[Observed, list[Failure]]:
        """What plan needs, and the reads that failed, each for one table."""
        by_table: dict[str, list[Wish]] = {}
        for wish in wishes.wishes:
            by_table.setdefault(wish.table_name, []).append(wish)
        problems: list[Failure] = []
        parts = read_each(self._read_table, by_table.items(), WORKERS, problems)
        return Observed(
            {name: table for part in parts for name, table in part.tables.items()},
            tuple(export for part in parts for export in part.exports),
            tuple(name for part in parts for name in part.running),
        ), problems

    def exports(self, arns: Iterable[str], statuses: Iterable[str], problems: list[Failure]) -> list[Export]:
        """The described exports of the tables with these ARNs, sorted by table, the newest first."""
        wanted = set(statuses)
        lists = read_each(lambda arn: self._list(arn.rpartition("/")[2], arn), sorted(set(arns)), WORKERS, problems)
        listed = [each for summaries in lists for each in summaries if not wanted or each["ExportStatus"] in wanted]
        found = [entry["ExportArn"] for entry in listed]
        return read_each(lambda arn: self._describe(arn, arn), found, WORKERS, problems)

    def send(self, step: Step) -> None:
        """Begins the export. Raises AwsError, classified."""
        try:
            answer = self._aws.call(SERVICE, START, step.resource, **step.request)
        except AwsError as error:
            raise _classified(error) from error
        self.made[step.resource] = export_of(answer["ExportDescription"])

    def state(self, step: Step) -> str:
        """The export's status, as it was seen when it was asked for last."""
        export = self.made.get(step.resource)
        return export.status if export else ""

    def holds(self, step: Step) -> bool:
        """Whether the export is complete. Raises AwsError, also where it has failed."""
        made = self.made.get(step.resource)
        export = self._describe(made.arn if made else step.subject, step.resource)
        self.made[step.resource] = export
        if export.status == "FAILED":
            why = failure(step.resource, export)
            message = f"{why.message.rstrip('.')}. {why.hint}"
            raise AwsError(why.code, message, step.action, step.resource, "permanent")
        return export.status == "COMPLETED"

    def _read_table(self, given: tuple[str, list[Wish]]) -> Observed:
        """One table, and as many of its exports, the newest first, as it takes to find those that are wished for."""
        name, wishes = given
        live = describe(self._aws, name)
        table = table_of(live, {}, {}) if live else None
        listed = self._list(name, wishes[0].request["TableArn"])
        seen = Observed({name: table} if table else {}, running=_running(name, listed))
        kinds = {wish.request["ExportType"] for wish in wishes}
        for entry in listed:
            if all(found(wish, seen)[0] for wish in wishes):
                break
            if entry.get("ExportType", "") in ("", *kinds):
                seen = replace(seen, exports=(*seen.exports, self._describe(entry["ExportArn"], name)))
        return replace(seen, tables={name: self._more(live, wishes, seen)}) if live else seen

    def _more(self, live: Mapping[str, Any], wishes: list[Wish], seen: Observed) -> Table:
        """The table with what only a new export needs to know."""
        if live["TableStatus"] in TAGLESS or all(found(wish, seen)[0] for wish in wishes):
            return table_of(live, {}, {})
        name = live["TableName"]
        answer = self._aws.call(SERVICE, "DescribeContinuousBackups", name, TableName=name)
        tags = tags_of(self._aws, name, live["TableArn"])
        return table_of(live, tags, answer["ContinuousBackupsDescription"])

    def _list(self, name: str, arn: str) -> list[dict[str, Any]]:
        """What ListExports says of a table's exports of the last 90 days, the newest first (botocore has no pages)."""
        request: dict[str, Any] = {"TableArn": arn, "MaxResults": LISTED}
        entries: list[dict[str, Any]] = []
        while True:
            answer = self._aws.call(SERVICE, "ListExports", name, **request)
            entries += answer.get("ExportSummaries") or []
            if not answer.get("NextToken"):
                return sorted(entries, key=lambda entry: str(entry["ExportArn"]), reverse=True)
            request["NextToken"] = answer["NextToken"]

    def _describe(self, arn: str, subject: str) -> Export:
        return export_of(self._aws.call(SERVICE, "DescribeExport", subject, ExportArn=arn)["ExportDescription"])


def _running(name: str, listed: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(name for entry in listed if entry["ExportStatus"] == "IN_PROGRESS")


def _classified(error: AwsError) -> AwsError:
    """Too many at a time wait for one another; everything else is as for tables."""
    if error.code == "LimitExceededException":
        return AwsError(error.code, error.message, error.permission, error.subject, "wait")
    if error.code == "ExportConflictException":
        message = f"{error.message}; the token was used for another export in the last 8 hours"
        return AwsError(error.code, message, error.permission, error.subject, "permanent")
    return classified(error)
