# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double behind the collection's own way to AWS: its client.py runs as it is, only the clients are not boto's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.session
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.client import Aws
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from ..clock import FakeClock
from .core import WRITES, DynamoDB
from .faults import AwsFault
from .model import Json, copied
from .services import AutoScaling, Kms, ServiceQuotas, Sts, Tagging
from .settings import Settings

TOKENS = {
    "DescribeAlarms": ("NextToken", "NextToken"),
    "DescribeScalableTargets": ("NextToken", "NextToken"),
    "DescribeScalingPolicies": ("NextToken", "NextToken"),
    "DescribeScheduledActions": ("NextToken", "NextToken"),
    "GetMetricData": ("NextToken", "NextToken"),
    "ListBulkOperations": ("NextToken", "NextToken"),
    "ListBackups": ("LastEvaluatedBackupArn", "ExclusiveStartBackupArn"),
    "ListTables": ("LastEvaluatedTableName", "ExclusiveStartTableName"),
    "ListTagsOfResource": ("NextToken", "NextToken"),
    "GetResources": ("PaginationToken", "PaginationToken"),
}


class Call(NamedTuple):
    """One request, and when it was made."""

    time: float
    service: str
    operation: str
    request: Json


@dataclass
class Injection:
    """A fault that stands in for the answers of some calls."""

    operation: str
    fault: Exception
    skip: int
    count: int
    applied: bool
    when: Callable[[Json], bool]


class FakeAws(Aws):  # type: ignore[misc]  # checkers do not follow imports of collections
    """What the gateways are given instead of Aws; all calls end in the double, none leaves the process."""

    def __init__(
        self,
        clock: FakeClock | None = None,
        account_id: str = "137406935518",
        region: str = "ap-northeast-2",
        settings: Settings = Settings(),  # noqa: B008 (it is immutable)
    ) -> None:
        self.clock = clock or FakeClock()
        self.dynamodb = DynamoDB(self.clock, account_id, region, settings)
        self.calls: list[Call] = []
        self.partition = "aws"
        self._region, self._endpoint = region, None
        self._handlers: dict[str, Any] = {
            "application-autoscaling": AutoScaling(self.dynamodb),
            "dynamodb": self.dynamodb,
            "kms": Kms(self.dynamodb),
            "resourcegroupstaggingapi": Tagging(self.dynamodb),
            "service-quotas": ServiceQuotas(self.dynamodb),
            "sts": Sts(account_id),
        }
        self._injections: list[Injection] = []
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        if service not in self._handlers:
            raise AssertionError(f"the double has no {service}")
        return _Client(self, service)

    def in_region(self, region: str) -> Aws:
        """The same double in another region; its services then carry the region in their names, after an at sign."""
        if region in ("", self._region):
            return self
        self._handlers.setdefault(f"dynamodb@{region}", self.dynamodb.in_region(region))
        return _Elsewhere(self, region)

    @property
    def writes(self) -> list[Call]:
        """The calls that could have changed something."""
        return [call for call in self.calls if call.operation in WRITES]

    def inject(
        self,
        operation: str,
        fault: Exception,
        count: int = 1,
        skip: int = 0,
        applied: bool = False,
        when: Callable[[Json], bool] = lambda _request: True,
    ) -> None:
        """Lets the next calls of an operation (after some, and only matching requests) end in a fault.

        The fault is an AwsFault or a botocore exception. With applied the request is carried out first, and only
        its answer is lost.
        """
        self._injections.append(Injection(operation, fault, skip, count, applied, when))

    def answer(self, service: str, operation: str, request: Json) -> Json:
        """One request at a time, as boto3 would return or raise it."""
        with self._lock:
            _validate(service, operation, request)
            self.calls.append(Call(self.clock.now(), service, operation, copied(request)))
            injection = self._due(operation, request)
            try:
                if injection and not injection.applied:
                    raise injection.fault
                answer: Json = self._handlers[service].handle(operation, request)
                if injection:
                    raise injection.fault
            except AwsFault as fault:
                raise _client_error(fault, operation) from fault
            return answer

    def _due(self, operation: str, request: Json) -> Injection | None:
        for injection in self._injections:
            if injection.operation != operation or not injection.count or not injection.when(request):
                continue
            if injection.skip:
                injection.skip -= 1
                continue
            injection.count -= 1
            return injection
        return None


class _Elsewhere(Aws):  # type: ignore[misc]  # as above
    """What another region's calls are made with."""

    def __init__(self, aws: FakeAws, region: str) -> None:
        self._aws, self._region = aws, region
        self.dynamodb, self.clock = aws.dynamodb.in_region(region), aws.clock

    def client(self, service: str) -> Any:
        return _Client(self._aws, f"{service}@{self._region}")

    def in_region(self, region: str) -> Aws:
        return self if region == self._region else self._aws.in_region(region)


class _Client:
    """Looks like a boto3 client to client.py."""

    def __init__(self, aws: FakeAws, service: str) -> None:
        self._aws = aws
        self._service = service
        self.meta = SimpleNamespace(service_model=service_model(service))

    def __getattr__(self, method: str) -> Callable[..., Json]:
        operation = _operations(self._service).get(method)
        if operation is None:
            raise AttributeError(f"{self._service} has no {method}")
        return lambda **request: self._aws.answer(self._service, operation, request)

    def get_paginator(self, method: str) -> _Paginator:
        return _Paginator(self._aws, self._service, _operations(self._service)[method])


class _Paginator:
    """Looks like a boto3 paginator."""

    def __init__(self, aws: FakeAws, service: str, operation: str) -> None:
        self._aws, self._service, self._operation = aws, service, operation

    def paginate(self, **request: Any) -> Iterator[Json]:
        out, back = TOKENS[self._operation]
        while True:
            answer = self._aws.answer(self._service, self._operation, dict(request))
            yield answer
            if not answer.get(out):
                return
            request[back] = answer[out]


@cache
def service_model(service: str) -> ServiceModel:
    """boto's own description of a service."""
    return botocore.session.get_session().get_service_model(service.partition("@")[0])


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in service_model(service).operation_names}


@cache
def _input_shape(service: str, operation: str) -> Shape | None:
    """What a request may consist of; kept, as a shape works out its members anew each time it is made."""
    return service_model(service).operation_model(operation).input_shape


def _validate(service: str, operation: str, request: Json) -> None:
    """Refuses what boto3 refuses before it sends anything, such as a misspelled member."""
    shape = _input_shape(service, operation)
    report = shape and ParamValidator().validate(request, shape)
    if report and report.has_errors():
        raise ParamValidationError(report=report.generate_report())


def _client_error(fault: AwsFault, operation: str) -> ClientError:
    response: Any = {
        "Error": {"Code": fault.code, "Message": fault.message},
        "ResponseMetadata": {"HTTPStatusCode": fault.http_status, "RequestId": "0", "RetryAttempts": 0},
    }
    return ClientError(response, operation)
