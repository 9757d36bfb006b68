# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network domain's calls to AWS."""

from __future__ import annotations

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._engine.step import Step
from .._tables.names import is_owned
from .model import Endpoint
from .observe import endpoint_of, service_name

OPERATIONS = {
    "create_endpoint": "CreateVpcEndpoint",
    "set_endpoint_policy": "ModifyVpcEndpoint",
    "add_route_tables": "ModifyVpcEndpoint",
    "remove_route_tables": "ModifyVpcEndpoint",
    "tag_endpoint": "CreateTags",
    "delete_endpoint": "DeleteVpcEndpoints",
}
ABSENT = "InvalidVpcEndpoint.NotFound"


class NetworkGateway:
    """Reads the region's endpoints of DynamoDB and carries out their steps."""

    def __init__(self, aws: Aws, estate: str, region: str) -> None:
        self._aws = aws
        self._estate = estate
        self._region = region

    def read(self) -> list[Endpoint]:
        """All gateway endpoints of DynamoDB in the region, whoever's they are; raises AwsError."""
        filters = [{"Name": "service-name", "Values": [service_name(self._region)]}]
        pages = self._aws.pages("ec2", "DescribeVpcEndpoints", "all endpoints", Filters=filters)
        found = [endpoint_of(entry) for page in pages for entry in page["VpcEndpoints"]]
        return [endpoint for endpoint in found if endpoint]

    def send(self, step: Step) -> None:
        """Makes the step's one AWS call; raises AwsError."""
        answer = self._aws.call("ec2", OPERATIONS[step.action], step.resource, **step.request)
        # DeleteVpcEndpoints answers with success, and a list of what it did not do.
        for entry in answer.get("Unsuccessful") or []:
            error = entry.get("Error") or {}
            code, message = error.get("Code", "Unknown"), error.get("Message", "")
            failure = AwsError(code, message, f"ec2:{OPERATIONS[step.action]}", step.resource)
            if code == ABSENT:
                failure.kind = "settled"
            raise failure

    def holds(self, step: Step) -> bool:
        """Whether a new endpoint is available."""
        return self.state(step) == "available"

    def state(self, step: Step) -> str:
        """The state of the estate's endpoint in the step's VPC."""
        found = [each for each in self.read() if each.vpc_id == step.resource and is_owned(each.tags, self._estate)]
        return found[0].state if found else ""
