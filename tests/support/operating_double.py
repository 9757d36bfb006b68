# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dashboards, topics and gateway endpoints in memory, in the place of _engine.client.Aws: AWS's rules, forms, refusals.

Requests and answers are checked against botocore's models, so that neither can be made up.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import botocore.session
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
MODELS = {service: SESSION.get_service_model(service) for service in ("cloudwatch", "sns", "ec2")}
ACCOUNT = "137406935518"
REGION = "ap-northeast-2"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:"
DASHBOARD = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/"
PAGED = {"ListSubscriptionsByTopic": "Subscriptions", "DescribeVpcEndpoints": "VpcEndpoints"}


class Services:
    """What is in the account, by name or id, and every call that was made."""

    def __init__(self) -> None:
        self.dashboards: dict[str, str] = {}
        self.topics: dict[str, dict[str, Any]] = {}
        self.endpoints: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.messages: list[dict[str, str]] = []
        """What PutDashboard finds odd."""
        self.refuses: dict[str, str] = {}
        """Error codes by operation."""
        self.pending = 0
        """How often a new endpoint is shown as pending."""
        self.calls: Counter[str] = Counter()

    def call(self, service: str, operation: str, subject: str, **request: Any) -> dict[str, Any]:
        assert subject
        self.calls[operation] += 1
        self._check(service, operation, request, "input_shape")
        if operation in self.refuses:
            raise self.error(self.refuses[operation], f"{service}:{operation}")
        method = re.sub("([A-Z])", lambda found: f"_{found.group().lower()}", operation)
        answer: dict[str, Any] = getattr(self, method)(request)
        self._check(service, operation, answer, "output_shape")
        return answer

    def pages(self, service: str, operation: str, subject: str, **request: Any) -> Iterator[dict[str, Any]]:
        key = PAGED[operation]
        found = self.call(service, operation, subject, **request)[key]
        yield from ({key: [entry]} for entry in found)

    def error(self, code: str, permission: str = "x:Y") -> AwsError:
        return AwsError(code, "User: x is not authorized", permission, "it")

    def _check(self, service: str, operation: str, value: dict[str, Any], side: str) -> None:
        shape = getattr(MODELS[service].operation_model(operation), side)
        if shape is not None:
            errors = ParamValidator().validate(value, shape)
            assert not errors.has_errors(), errors.generate_report()

    # CloudWatch

    def _get_dashboard(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["DashboardName"]
        if name not in self.dashboards:
            raise self.error("ResourceNotFound")
        return {"DashboardName": name, "DashboardBody": self.dashboards[name], "DashboardArn": DASHBOARD + name}

    def _put_dashboard(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["DashboardName"]
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,255}", name)
        check_body(json.loads(request["DashboardBody"]))
        self.dashboards[name] = request["DashboardBody"]
        self.tags.setdefault(DASHBOARD + name, {})
        return {"DashboardValidationMessages": self.messages}

    def _delete_dashboards(self, request: dict[str, Any]) -> dict[str, Any]:
        for name in request["DashboardNames"]:
            if name not in self.dashboards:
                raise self.error("ResourceNotFound")
            del self.dashboards[name], self.tags[DASHBOARD + name]
        return {}

    # Tags: CloudWatch and SNS spell the ARN's field differently

    def _list_tags_for_resource(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Tags": _tag_list(self.tags[_arn(request)])}

    def _tag_resource(self, request: dict[str, Any]) -> dict[str, Any]:
        self.tags[_arn(request)].update(_tag_dict(request["Tags"]))
        return {}

    # SNS

    def _get_topic_attributes(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Attributes": dict(self._topic(request)["attributes"])}

    def _list_subscriptions_by_topic(self, request: dict[str, Any]) -> dict[str, Any]:
        arn = request["TopicArn"]
        shown = [
            {"SubscriptionArn": found, "Protocol": protocol, "Endpoint": endpoint, "TopicArn": arn, "Owner": ACCOUNT}
            for (protocol, endpoint), found in self._topic(request)["subscriptions"].items()
        ]
        return {"Subscriptions": shown}

    def _create_topic(self, request: dict[str, Any]) -> dict[str, Any]:
        arn = TOPIC + request["Name"]
        assert arn not in self.topics, "of a topic that exists, other attributes or tags are refused"
        self.topics[arn] = {"attributes": dict(request["Attributes"]), "subscriptions": {}}
        self.tags[arn] = _tag_dict(request["Tags"])
        return {"TopicArn": arn}

    def _set_topic_attributes(self, request: dict[str, Any]) -> dict[str, Any]:
        self._topic(request)["attributes"][request["AttributeName"]] = request["AttributeValue"]
        return {}

    def _subscribe(self, request: dict[str, Any]) -> dict[str, Any]:
        """Mail and web wait for a confirmation; asking again for what waits sends another message."""
        there, key = self._topic(request)["subscriptions"], (request["Protocol"], request["Endpoint"])
        assert key not in there, f"{key} is asked again"
        waits = request["Protocol"] in ("email", "email-json", "http", "https")
        there[key] = "PendingConfirmation" if waits else f"{request['TopicArn']}:{len(there)}"
        return {"SubscriptionArn": there[key]}

    def _unsubscribe(self, request: dict[str, Any]) -> dict[str, Any]:
        arn = request["SubscriptionArn"]
        assert arn.startswith("arn:"), "one that waits for its confirmation cannot be removed"
        for topic in self.topics.values():
            topic["subscriptions"] = {key: each for key, each in topic["subscriptions"].items() if each != arn}
        return {}

    def _delete_topic(self, request: dict[str, Any]) -> dict[str, Any]:
        del self.topics[request["TopicArn"]], self.tags[request["TopicArn"]]
        return {}

    def _topic(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["TopicArn"] not in self.topics:
            raise self.error("NotFound")
        topic: dict[str, Any] = self.topics[request["TopicArn"]]
        return topic

    # EC2

    def _describe_vpc_endpoints(self, request: dict[str, Any]) -> dict[str, Any]:
        (wanted,) = request["Filters"]
        assert wanted["Name"] == "service-name"
        found = [each for each in self.endpoints.values() if each["ServiceName"] in wanted["Values"]]
        shown = [{**each, "Tags": _tag_list(self.tags[each["VpcEndpointId"]])} for each in found]
        for each in found:
            if each["State"] == "pending":
                self.pending -= 1
                each["State"] = "pending" if self.pending > 0 else "available"
        return {"VpcEndpoints": shown}

    def _create_vpc_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        (specification,) = request.pop("TagSpecifications")
        assert specification["ResourceType"] == "vpc-endpoint"
        self._check_routes(request["RouteTableIds"])
        endpoint_id = f"vpce-{len(self.endpoints):017x}"
        state = "pending" if self.pending else "available"
        self.endpoints[endpoint_id] = {**request, "VpcEndpointId": endpoint_id, "State": state}
        self.tags[endpoint_id] = _tag_dict(specification["Tags"])
        return {"VpcEndpoint": self.endpoints[endpoint_id]}

    def _modify_vpc_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        endpoint = self.endpoints[request["VpcEndpointId"]]
        self._check_routes(request.get("AddRouteTableIds", []))
        kept = [each for each in endpoint["RouteTableIds"] if each not in request.get("RemoveRouteTableIds", [])]
        endpoint["RouteTableIds"] = kept + request.get("AddRouteTableIds", [])
        endpoint["PolicyDocument"] = request.get("PolicyDocument", endpoint["PolicyDocument"])
        return {"Return": True}

    def _create_tags(self, request: dict[str, Any]) -> dict[str, Any]:
        for resource in request["Resources"]:
            self.tags[resource].update(_tag_dict(request["Tags"]))
        return {}

    def _delete_vpc_endpoints(self, request: dict[str, Any]) -> dict[str, Any]:
        """What is not there is no error, but a line of the answer."""
        wrong = [name for name in request["VpcEndpointIds"] if name not in self.endpoints]
        for name in set(request["VpcEndpointIds"]) - set(wrong):
            self.endpoints[name]["State"] = "deleting"
        missing = {"Code": "InvalidVpcEndpoint.NotFound", "Message": "there is none"}
        return {"Unsuccessful": [{"ResourceId": name, "Error": missing} for name in wrong]}

    def _check_routes(self, route_tables: list[str]) -> None:
        live = [each for each in self.endpoints.values() if each["State"] != "deleting"]
        taken = {name for each in live for name in each["RouteTableIds"]}
        assert not taken & set(route_tables), "RouteAlreadyExists"


def check_body(body: dict[str, Any]) -> None:
    """CloudWatch's limits, and the grid's."""
    counts = [
        len([entry for entry in each["properties"].get("metrics", ()) if isinstance(entry[0], str)])
        for each in body["widgets"]
    ]
    assert (len(counts) <= 500, max(counts) <= 500, sum(counts) <= 2500) == (True, True, True)
    for widget in body["widgets"]:
        assert 1 <= widget["width"] <= 24 - widget["x"]
        assert len(widget["properties"].get("alarms", ())) <= 100


def _arn(request: dict[str, Any]) -> str:
    return str(request.get("ResourceARN") or request["ResourceArn"])


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _tag_dict(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
