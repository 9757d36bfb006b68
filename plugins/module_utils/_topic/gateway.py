# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topic domain's calls to AWS."""

from __future__ import annotations

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._engine.step import Step
from .model import Topic
from .observe import topic_of

OPERATIONS = {
    "create_topic": "CreateTopic",
    "tag_topic": "TagResource",
    "set_topic_policy": "SetTopicAttributes",
    "set_topic_key": "SetTopicAttributes",
    "subscribe": "Subscribe",
    "unsubscribe": "Unsubscribe",
    "delete_topic": "DeleteTopic",
}
ABSENT = "NotFound"
"""The code of the shape NotFoundException."""


class TopicGateway:
    """Reads a topic and carries out its steps."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def read(self, arn: str) -> Topic | None:
        """The topic with its subscriptions and tags, if there is one; raises AwsError."""
        try:
            attributes = self._aws.call("sns", "GetTopicAttributes", arn, TopicArn=arn)["Attributes"]
        except AwsError as error:
            if error.code == ABSENT:
                return None
            raise
        pages = self._aws.pages("sns", "ListSubscriptionsByTopic", arn, TopicArn=arn)
        tags = self._aws.call("sns", "ListTagsForResource", arn, ResourceArn=arn)
        return topic_of(arn, attributes, [entry for page in pages for entry in page["Subscriptions"]], tags["Tags"])

    def send(self, step: Step) -> None:
        """Makes the step's one AWS call; raises AwsError."""
        self._aws.call("sns", OPERATIONS[step.action], step.resource, **step.request)

    def holds(self, _step: Step) -> bool:
        """SNS has nothing to wait for but people."""
        return True

    def state(self, _step: Step) -> str:
        """Nothing, for the same reason."""
        return ""
