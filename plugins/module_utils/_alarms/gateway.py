# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alarms domain's calls to AWS: everything that is read in a few calls, every step as one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._engine.apply import spread
from .._engine.client import READERS, Aws
from .._engine.errors import AwsError, failure_of
from .._engine.step import Failure, Step
from .._tables.names import COLLECTION, MANAGED_BY, is_owned
from .model import Alarm
from .observe import alarm_of
from .plan import doubtful

OPERATIONS = {
    "create_alarm": "PutMetricAlarm",
    "update_alarm": "PutMetricAlarm",
    "tag_alarm": "TagResource",
    "untag_alarm": "UntagResource",
    "delete_alarm": "DeleteAlarms",
}
BATCH = 100
"""Alarm names in one DescribeAlarms, and alarms in one of its pages."""


@dataclass(frozen=True)
class Reading:
    """What is there: the declared alarms by name, with purge also the estate's others."""

    alarms: Mapping[str, Alarm]
    failures: tuple[Failure, ...] = ()
    """Declared alarms that exist and could not be read; they are not among the alarms."""
    unseen: tuple[str, ...] = ()
    """What a purge could not look at, in sentences."""

    def readable(self, desired: list[Alarm]) -> list[Alarm]:
        """The desired alarms of which it is known whether, and how, they are there."""
        failed = {failure.resource for failure in self.failures}
        return [alarm for alarm in desired if alarm.name not in failed]


class AlarmsGateway:
    """Reads alarms and carries out their steps."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        for service in ("cloudwatch", "resourcegroupstaggingapi"):
            aws.client(service)

    def send(self, step: Step) -> None:
        """Makes the step's one AWS call; raises AwsError."""
        self._aws.call("cloudwatch", OPERATIONS[step.action], step.resource, **step.request)

    def holds(self, _step: Step) -> bool:
        """CloudWatch has nothing to wait for."""
        return True

    def state(self, _step: Step) -> str:
        """Nothing, for the same reason."""
        return ""

    def read(self, desired: list[Alarm], estate: str, purge: bool, purge_tags: bool = False) -> Reading:
        """The alarms that plan needs; raises AwsError where nothing can be read at all."""
        declared = {alarm.name: alarm for alarm in desired}
        index, index_error = self._index()
        own = {name for name, tags in index.items() if purge and is_owned(tags, estate)}
        live = self._describe(sorted(own | set(declared)), f"{estate}-" if purge else "")
        unsure = [name for name in live if doubtful(declared.get(name), index.get(name, {}), estate, purge_tags)]
        answers = dict(spread(lambda name: (name, self._tags(name, live[name]["AlarmArn"])), unsure, READERS))
        tags = {name: answers.get(name, index.get(name, {})) for name in live}
        errors = [found for found in tags.values() if isinstance(found, AwsError) and found.kind != "absent"]
        failed = [error for error in errors if error.subject in declared]
        return Reading(
            {name: alarm_of(live[name], found) for name, found in tags.items() if not isinstance(found, AwsError)},
            tuple(failure_of(error, error.subject, "read_tags") for error in failed),
            tuple(_unseen(estate, index_error, [error for error in errors if error not in failed])) if purge else (),
        )

    def _index(self) -> tuple[dict[str, dict[str, str]], AwsError | None]:
        """The tags of all alarms of the collection as the tagging index knows them, or why it does not say.

        The index lags behind by seconds to minutes, but answers for 100 alarms at once, where ListTagsForResource
        answers for one and AWS allows only so many a second.
        """
        request = {
            "ResourceTypeFilters": ["cloudwatch:alarm"],
            "TagFilters": [{"Key": MANAGED_BY, "Values": [COLLECTION]}],
            "ResourcesPerPage": BATCH,
        }
        found: dict[str, dict[str, str]] = {}
        try:
            for page in self._aws.pages("resourcegroupstaggingapi", "GetResources", "all alarms", **request):
                for entry in page["ResourceTagMappingList"]:
                    name = entry["ResourceARN"].partition(":alarm:")[2]
                    found[name] = {tag["Key"]: tag["Value"] for tag in entry["Tags"]}
        except AwsError as error:
            return {}, error
        return found, None

    def _describe(self, names: list[str], prefix: str) -> dict[str, dict[str, Any]]:
        """The metric alarms of these names, and those whose names begin with the prefix when one is given."""
        requests: list[dict[str, Any]] = [
            {"AlarmNames": names[start : start + BATCH]} for start in range(0, len(names), BATCH)
        ]
        if prefix:
            requests.append({"AlarmNamePrefix": prefix})

        def ask(request: dict[str, Any]) -> list[dict[str, Any]]:
            pages = self._aws.pages("cloudwatch", "DescribeAlarms", "all alarms", MaxRecords=BATCH, **request)
            return [alarm for page in pages for alarm in page.get("MetricAlarms", [])]

        return {alarm["AlarmName"]: alarm for answer in spread(ask, requests, READERS) for alarm in answer}

    def _tags(self, name: str, arn: str) -> dict[str, str] | AwsError:
        try:
            answer = self._aws.call("cloudwatch", "ListTagsForResource", name, ResourceARN=arn)
        except AwsError as error:
            return error
        return {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}


def _unseen(estate: str, index_error: AwsError | None, unread: list[AwsError]) -> list[str]:
    sentences = [f"{error.subject} is left alone, as its tags could not be read: {error}" for error in unread]
    if index_error:
        sentences.append(
            f"Undeclared alarms were looked for only among names that begin with '{estate}-', as the tagging index "
            f"did not answer: {index_error} {index_error.hint}".strip()
        )
    return sentences
