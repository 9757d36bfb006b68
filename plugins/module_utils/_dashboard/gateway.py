# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard domain's calls to AWS."""

from __future__ import annotations

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._engine.step import Step
from .model import Dashboard
from .observe import dashboard_of

OPERATIONS = {
    "create_dashboard": "PutDashboard",
    "replace_dashboard": "PutDashboard",
    "update_dashboard": "PutDashboard",
    "tag_dashboard": "TagResource",
    "delete_dashboard": "DeleteDashboards",
}
ABSENT = "ResourceNotFound"
"""The code of the shape DashboardNotFoundError."""


class DashboardGateway:
    """Reads a dashboard and carries out its steps."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self.messages: list[dict[str, str]] = []
        """What CloudWatch found odd in a body that it accepted, each with C(path) and C(message)."""

    def read(self, name: str) -> Dashboard | None:
        """The dashboard of this name with its tags, if there is one; raises AwsError."""
        try:
            answer = self._aws.call("cloudwatch", "GetDashboard", name, DashboardName=name)
        except AwsError as error:
            if error.code == ABSENT:
                return None
            raise
        tags = self._aws.call("cloudwatch", "ListTagsForResource", name, ResourceARN=answer["DashboardArn"])
        return dashboard_of(answer, tags.get("Tags", []))

    def send(self, step: Step) -> None:
        """Makes the step's one AWS call; raises AwsError."""
        try:
            answer = self._aws.call("cloudwatch", OPERATIONS[step.action], step.resource, **step.request)
        except AwsError as error:
            if step.action == "delete_dashboard" and error.code == ABSENT:
                error.kind = "settled"
            raise
        for entry in answer.get("DashboardValidationMessages") or []:
            self.messages.append({"path": entry.get("DataPath", ""), "message": entry.get("Message", "")})

    def holds(self, _step: Step) -> bool:
        """CloudWatch has nothing to wait for."""
        return True

    def state(self, _step: Step) -> str:
        """Nothing, for the same reason."""
        return ""
