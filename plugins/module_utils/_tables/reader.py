# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading tables: many at once, with as few calls as what is asked of them needs. Base of the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._engine.apply import gather
from .._engine.client import READERS, Aws
from .._engine.errors import DENIED_CODES, AwsError, failure_of, kind_of
from .._engine.run import Run
from .._engine.step import Failure, Step
from .._engine.wait import poll
from .ask import SERVICE, backups_of, describe, owned_tags, policy_of, tags_of
from .extras import AUTOSCALING, INSIGHTS, POLICY, REPLICAS
from .model import Desired, Observed, TableStatus
from .observe import READABLE, Answers, observe, status_of, uses_kms
from .observe_extras import ScalingAnswers
from .origins import Origin
from .replica_reader import read_regions
from .source_reader import with_sources
from .stream_calls import streaming_parts

SCALING_SERVICE = "application-autoscaling"
MANAGED_ALIAS = "alias/aws/dynamodb"
UNSUPPORTED = ("400", "UnknownOperationException")
"""What emulators without auto scaling answer; there can be no targets then."""

Extras = Mapping[str, frozenset[str]]
"""By physical name, what a table's entry manages beyond what is always managed (see extras.py)."""
Tags = Mapping[str, Mapping[str, str]]
"""The tags of tables, by physical name."""
Part = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Reads something of a table, given its description."""


def _goes(failure: Failure) -> bool:
    """Whether a read failed because the table is being deleted, or is deleted by now."""
    return kind_of(failure.code) == "absent" or "while table is in DELETING" in failure.message


def table_names(aws: Aws) -> list[str]:
    """The names of all tables of the account and region. Raises AwsError."""
    return [name for page in aws.pages(SERVICE, "ListTables", "the tables") for name in page["TableNames"]]


class TablesReader:
    """Reads the tables of one account and region."""

    def __init__(self, aws: Aws, estate: str) -> None:
        self._aws = aws
        self._estate = estate
        self._origins: dict[str, Origin] = {}
        """What tables are restored from, or were when this run met them."""
        aws.client(SERVICE)

    def read(self, extras: Extras, known_tags: Tags | None = None) -> tuple[dict[str, Observed], list[Failure]]:
        """The named tables that are there, by physical name, and the reads that failed; known tags are not read."""
        observed, failures = self._read_once(extras, known_tags)
        self._origins |= {name: table.origin for name, table in observed.items() if table.origin}
        # A table that goes while it is read is described and then not found
        gone = {failure.resource: extras[failure.resource] for failure in failures if _goes(failure)}
        if not gone:
            return observed, failures
        again, more = self._read_once(gone, None)
        return observed | again, [failure for failure in failures if failure.resource not in gone] + more

    def _read_once(self, extras: Extras, known_tags: Tags | None) -> tuple[dict[str, Observed], list[Failure]]:
        found, failures = self._each(self._describe, sorted(extras))
        tables = [table for table in found if table]
        known = known_tags or {}
        jobs = [(read, table) for table in tables for read in self._parts(table, extras[table["TableName"]], known)]
        parts, more = self._each(lambda job: job[0](job[1]), jobs)
        failed = {failure.resource for failure in more}
        answers: dict[str, dict[str, Any]] = {
            table["TableName"]: {"table": table, "tags": known.get(table["TableName"], {})} for table in tables
        }
        for part in parts:
            answers[part.pop("of")].update(part)
        self._add_scaling(answers, extras)
        managed = self._managed_key() if any(uses_kms(table) for table in tables) else None
        observed = {
            name: self._with_origin(observe(self._estate, Answers(**found), managed))
            for name, found in answers.items()
            if name not in failed
        }
        return observed, failures + more

    def _with_origin(self, table: Observed) -> Observed:
        return replace(table, origin=table.origin or self._origins.get(table.table_name))

    def statuses(self, names: Iterable[str]) -> tuple[dict[str, TableStatus], list[Failure]]:
        """What AWS says of tables besides their definitions, for one call each; what is not there is left out."""
        found, failures = self._each(self._describe, sorted(names))
        return {table["TableName"]: status_of(table) for table in found if table}, failures

    def read_when_made(
        self, extras: Extras, run: Run, known_tags: Tags | None = None
    ) -> tuple[dict[str, Observed], list[Failure]]:
        """The same, once the tables are there that an earlier run, a restore or an import is still making.

        A run that waits for nothing does not wait for these either.
        """
        observed, failures = self.read(extras, known_tags)
        making = {name: extras[name] for name, table in observed.items() if table.status.table_status == "CREATING"}
        if not making or run.wait == "none":
            return observed, failures
        for name in making:
            poll(partial(self._is_made, name, run, run.deadline.clock.now()), run.deadline)
        made, more = self.read(making)
        return {name: table for name, table in observed.items() if name not in making} | made, failures + more

    def _is_made(self, name: str, run: Run, since: float) -> bool:
        step = Step(name, "await_table", "somebody is making it")
        if (self._describe(name) or {}).get("TableStatus") != "CREATING":
            run.progress.left(step)
            return True
        run.progress.waiting(step, since, lambda: "CREATING")
        return False

    def with_sources(
        self, desired: list[Desired], observed: Mapping[str, Observed]
    ) -> tuple[list[Desired], list[Failure]]:
        """The desired tables with what is known of what they are made from, and the reads that failed."""
        return with_sources(self._aws, self._estate, desired, observed)

    def owned_tags(self) -> Tags:
        """The tags of the tables that carry the estate's, by physical name: 100 tables a call, but seconds late."""
        return owned_tags(self._aws, self._estate)

    def resolve_keys(self, keys: Iterable[str]) -> dict[str, str | None]:
        """The ARN of each key that is named by id or alias; None is the AWS managed key."""
        resolved: dict[str, str | None] = {}
        for key in sorted(keys):
            try:
                metadata = self._aws.call("kms", "DescribeKey", key, KeyId=key)["KeyMetadata"]
            except AwsError as error:
                if ":key/" not in key or error.code not in DENIED_CODES:
                    raise
                metadata = {"Arn": key}
            resolved[key] = None if metadata.get("KeyManager") == "AWS" else metadata["Arn"]
        return resolved

    def _each(self, read: Callable[[Any], Any], items: list[Any]) -> tuple[list[Any], list[Failure]]:
        """Reads on the pool; one table's failure does not hide the others."""
        found, errors = gather(read, items, READERS)
        return found, [failure_of(error, error.subject, error.permission) for error in errors]

    def _parts(self, table: Mapping[str, Any], extras: frozenset[str], known: Tags) -> list[Part]:
        """What is to be read of a table beside its description."""
        if table["TableStatus"] not in READABLE:
            return []
        streaming, regions = streaming_parts(self._aws, self._policy_of), partial(self._regions, extras)
        more: dict[str, Part] = {INSIGHTS: self._insights, POLICY: self._policy, REPLICAS: regions, **streaming}
        tags = [] if table["TableName"] in known else [self._tags]
        return [self._backups, self._ttl, *tags, *(read for name, read in more.items() if name in extras)]

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        return describe(self._aws, name)

    def _backups(self, table: Mapping[str, Any]) -> dict[str, Any]:
        return {"of": table["TableName"], "backups": backups_of(self._aws, table["TableName"])}

    def _ttl(self, table: Mapping[str, Any]) -> dict[str, Any]:
        name = table["TableName"]
        answer = self._aws.call(SERVICE, "DescribeTimeToLive", name, TableName=name)
        return {"of": name, "ttl": answer["TimeToLiveDescription"]}

    def _tags(self, table: Mapping[str, Any]) -> dict[str, Any]:
        return {"of": table["TableName"], "tags": self._tags_of(table["TableName"], table["TableArn"])}

    def _tags_of(self, name: str, arn: str) -> dict[str, str]:
        return tags_of(self._aws, name, arn)

    def _insights(self, table: Mapping[str, Any]) -> dict[str, Any]:
        name = table["TableName"]
        indexes = ["", *(index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or ())]
        return {"of": name, "insights": {index: self._insights_of(name, index) for index in indexes}}

    def _insights_of(self, name: str, index: str) -> Mapping[str, Any]:
        """An index that is not ACTIVE yet is not known to the insights (T-116)."""
        try:
            more = {"IndexName": index} if index else {}
            return self._aws.call(SERVICE, "DescribeContributorInsights", name, TableName=name, **more)
        except AwsError as error:
            if index and error.kind == "absent":
                return {}
            raise

    def _policy(self, table: Mapping[str, Any]) -> dict[str, Any]:
        return {"of": table["TableName"], "policy": self._policy_of(table["TableName"], table["TableArn"])}

    def _policy_of(self, name: str, arn: str) -> Mapping[str, Any]:
        return policy_of(self._aws, name, arn)

    def _regions(self, extras: frozenset[str], table: Mapping[str, Any]) -> dict[str, Any]:
        return {"of": table["TableName"], "regions": read_regions(self._aws, table, extras)}

    def _add_scaling(self, answers: dict[str, dict[str, Any]], extras: Extras) -> None:
        """Auto scaling matters where capacity is provisioned, will be, or goes with its table."""
        provisioned = {
            name
            for name, found in answers.items()
            if (found["table"].get("BillingModeSummary") or {}).get("BillingMode") != "PAY_PER_REQUEST"
        }
        concerned = provisioned | {name for name in answers if AUTOSCALING in extras[name]}
        if not concerned:
            return
        try:
            scaling = self._scaling()
        except AwsError as error:
            # Without provisioned capacity there is at most an orphan, for which nobody needs the permission
            if provisioned or error.code not in DENIED_CODES:
                raise
            scaling = ScalingAnswers()
        for name in concerned:
            answers[name]["scaling"] = scaling

    def _scaling(self) -> ScalingAnswers:
        """All of the account's and region's, in pages: fewer calls than asking for each table."""
        try:
            targets = self._all("DescribeScalableTargets", "ScalableTargets")
        except AwsError as error:
            if error.code in UNSUPPORTED:
                return ScalingAnswers()
            raise
        if not targets:
            return ScalingAnswers()
        return ScalingAnswers(
            targets,
            self._all("DescribeScalingPolicies", "ScalingPolicies"),
            self._all("DescribeScheduledActions", "ScheduledActions"),
        )

    def _all(self, operation: str, member: str) -> list[Any]:
        pages = self._aws.pages(SCALING_SERVICE, operation, "the scalable targets", ServiceNamespace=SERVICE)
        return [entry for page in pages for entry in page[member]]

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
