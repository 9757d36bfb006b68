# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch's alarms in memory, in the place of _engine.client.Aws: AWS's rules, its forms, and its refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from botocore.model import Shape
from botocore.validate import ParamValidator

ARN = "arn:aws:cloudwatch:ap-northeast-2:137406935518:alarm:"
MODEL = botocore.session.get_session().get_service_model("cloudwatch")


@cache
def input_shape(operation: str) -> Shape | None:
    """What a request may consist of; kept, as a shape works out its members anew each time it is made."""
    return MODEL.operation_model(operation).input_shape


class CloudWatch:
    """Alarms by name as DescribeAlarms shows them, their tags, the tagging index, and every call that was made."""

    def __init__(self) -> None:
        self.alarms: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.index: dict[str, dict[str, str]] | None = None
        """What GetResources knows; None is always up to date."""
        self.refuses: dict[tuple[str, str], str] = {}
        """Error codes by operation and alarm (or C(*))."""
        self.calls: Counter[str] = Counter()

    def add(self, request: dict[str, Any], tags: dict[str, str]) -> None:
        """Puts an alarm there that somebody made before."""
        self._put_metric_alarm(request)
        self.tags[request["AlarmName"]] = dict(tags)

    def client(self, service: str) -> None:
        assert service in ("cloudwatch", "resourcegroupstaggingapi")

    def call(self, service: str, operation: str, subject: str, **request: Any) -> dict[str, Any]:
        self._admit(service, operation, subject)
        errors = ParamValidator().validate(request, input_shape(operation))
        assert not errors.has_errors(), errors.generate_report()
        method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)
        answer: dict[str, Any] = getattr(self, method)(request)
        return answer

    def pages(self, service: str, operation: str, subject: str, **request: Any) -> Iterator[dict[str, Any]]:
        if operation == "GetResources":
            self._admit(service, operation, subject)
            yield from self._get_resources(request)
            return
        found = self.call(service, operation, subject, **request)["MetricAlarms"]
        size = request["MaxRecords"]
        for start in range(0, max(len(found), 1), size):
            yield {"MetricAlarms": found[start : start + size]}

    def _admit(self, service: str, operation: str, subject: str) -> None:
        self.calls[operation] += 1
        code = self.refuses.get((operation, subject)) or self.refuses.get((operation, "*"))
        if code:
            prefix = {"resourcegroupstaggingapi": "tag"}.get(service, service)
            raise AwsError(code, "User: x is not authorized", f"{prefix}:{operation}", subject)

    def _describe_alarms(self, request: dict[str, Any]) -> dict[str, Any]:
        wanted, prefix = request.get("AlarmNames"), request.get("AlarmNamePrefix", "")
        assert (wanted is None) == bool(prefix)
        assert max(len(wanted or []), request["MaxRecords"]) <= 100
        names = self.alarms if wanted is None else [name for name in wanted if name in self.alarms]
        return {"MetricAlarms": [self.alarms[name] for name in names if name.startswith(prefix)]}

    def _list_tags_for_resource(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Tags": _tag_list(self.tags[self._name(request["ResourceARN"])])}

    def _put_metric_alarm(self, request: dict[str, Any]) -> dict[str, Any]:
        """Overwrites everything but the state; on an existing alarm Tags are ignored. Nothing keeps its order."""
        name = request["AlarmName"]
        self.tags.setdefault(name, _tag_dict(request.get("Tags", [])))
        state = self.alarms.get(name, {"StateValue": "INSUFFICIENT_DATA"})["StateValue"]
        shown = {key: value[::-1] if isinstance(value, list) else value for key, value in request.items()}
        shown.pop("Tags", None)
        self.alarms[name] = {**shown, "AlarmArn": ARN + name, "StateValue": state, "EvaluationState": None}
        return {}

    def _tag_resource(self, request: dict[str, Any]) -> dict[str, Any]:
        self.tags[self._name(request["ResourceARN"])].update(_tag_dict(request["Tags"]))
        return {}

    def _untag_resource(self, request: dict[str, Any]) -> dict[str, Any]:
        tags = self.tags[self._name(request["ResourceARN"])]
        for key in request["TagKeys"]:
            assert not key.startswith("aws:")
            tags.pop(key, None)
        return {}

    def _delete_alarms(self, request: dict[str, Any]) -> dict[str, Any]:
        for name in request["AlarmNames"]:
            self.alarms.pop(name, None)
            self.tags.pop(name, None)
        return {}

    def _get_resources(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        assert request["ResourceTypeFilters"] == ["cloudwatch:alarm"]
        found = [
            {"ResourceARN": ARN + name, "Tags": _tag_list(tags)}
            for name, tags in (self.tags if self.index is None else self.index).items()
            if all(tags.get(wanted["Key"]) in wanted["Values"] for wanted in request["TagFilters"])
        ]
        size = request["ResourcesPerPage"]
        for start in range(0, max(len(found), 1), size):
            yield {"ResourceTagMappingList": found[start : start + size]}

    def _name(self, arn: str) -> str:
        name = arn.removeprefix(ARN)
        if name not in self.alarms:
            raise AwsError("ResourceNotFoundException", "there is no such alarm", "cloudwatch:TagResource", name)
        return name


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _tag_dict(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
