# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bulk puts domain's calls to AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._engine.apply import read_each
from .._engine.client import Aws
from .._engine.errors import AwsError, Refused
from .._engine.step import Failure, Step
from .._tables.ask import describe, tags_of
from .._tables.refusals import classified
from .model import IMPERFECT, BulkPut, Observed, Table, Wishes, found
from .observe import put_of, table_of
from .plan import failure

SERVICE = "dynamodb"
START = "StartBulkPutItems"
WORKERS = 4
"""Tables that are read at once."""
TAGLESS = ("CREATING", "DELETING")
OLD_SDK = "bulk_puts: this botocore is too old for them; 1.44.5 knows StartBulkPutItems"


class BulkPutsGateway:
    """Reads the bulk puts of one account and region, and begins new ones."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.made: dict[str, BulkPut] = {}
        """What this run began or waited for, by resource, as AWS said it last."""
        aws.client(SERVICE)

    def check_sdk(self) -> None:
        """Raises Refused where the installed botocore does not know what is asked for."""
        if START not in self._aws.client(SERVICE).meta.service_model.operation_names:
            raise Refused([OLD_SDK])

    def read(self, wishes: Wishes) -> tuple[Observed, list[Failure]]:
        """What plan needs, and the reads that failed, each for one table. Raises AwsError where all is in vain.

        AWS lists the bulk puts of all tables together, so as many are described, the newest first, as it takes to find
        those that are wished for.
        """
        failures: list[Failure] = []
        names = sorted({wish.table_name for wish in wishes.wishes})
        tables = read_each(self._table, names, WORKERS, failures)
        seen = Observed({table.table_name: table for table in tables if table})
        for summary in self._list() if names else ():
            if all(found(wish, seen)[0] for wish in wishes.wishes):
                break
            put = self._describe(summary["BulkOperationArn"], "the bulk puts")
            seen = replace(seen, puts=(*seen.puts, put))
        return seen, failures

    def send(self, step: Step) -> None:
        """Begins the bulk put. Raises AwsError, classified."""
        try:
            answer = self._aws.call(SERVICE, START, step.resource, **step.request)
        except AwsError as error:
            raise _classified(error) from error
        self.made[step.resource] = put_of(answer["BulkOperationDescription"])

    def state(self, step: Step) -> str:
        """How far it is, as it was seen when it was asked for last."""
        put = self.made.get(step.resource)
        return _progress(put) if put else ""

    def holds(self, step: Step) -> bool:
        """Whether the bulk put is complete. Raises AwsError, also where it has not written all items."""
        made = self.made.get(step.resource)
        put = self._describe(made.arn if made else step.subject, step.resource)
        self.made[step.resource] = put
        if put.status in IMPERFECT:
            why = failure(step.resource, put)
            message = f"{why.message.rstrip('.')}. {why.hint}"
            raise AwsError(why.code, message, step.action, step.resource, "permanent")
        return put.status == "COMPLETED"

    def _table(self, name: str) -> Table | None:
        table = describe(self._aws, name)
        if table is None or table["TableStatus"] in TAGLESS:
            return table_of(table, {}) if table else None
        return table_of(table, tags_of(self._aws, name, table["TableArn"]))

    def _list(self) -> list[dict[str, Any]]:
        """What AWS says of the account's bulk puts of the last 90 days, the newest first."""
        pages = self._aws.pages(SERVICE, "ListBulkOperations", "the bulk puts")
        entries = [entry for page in pages for entry in page.get("BulkOperationsSummaryList") or ()]
        return sorted(entries, key=lambda entry: str(entry["StartTime"]), reverse=True)

    def _describe(self, arn: str, subject: str) -> BulkPut:
        answer = self._aws.call(SERVICE, "DescribeBulkOperation", subject, BulkOperationArn=arn)
        return put_of(answer["BulkOperationDescription"])


def _progress(put: BulkPut) -> str:
    details = put.details
    read, total = details.get("ProcessedInputBytes", 0), details.get("TotalInputBytes")
    share = f"{100 * read // total} % read, " if total else ""
    return f"{share}{details.get('ProcessedItemCount', 0)} items"


def _classified(error: AwsError) -> AwsError:
    """Too many at a time wait for one another; everything else is as for tables."""
    if error.code == "LimitExceededException":
        return AwsError(error.code, error.message, error.permission, error.subject, "wait")
    if error.code == "IdempotentParameterMismatchException":
        message = f"{error.message}; the token was used for another bulk put in the last 8 hours"
        return AwsError(error.code, message, error.permission, error.subject, "permanent")
    return classified(error)
