# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The topic lets the account's alarms publish, and nobody else, and somebody listens."""

from __future__ import annotations

import json

import boto3

sns = boto3.client("sns")
(arn,) = [topic["TopicArn"] for topic in sns.list_topics()["Topics"] if topic["TopicArn"].endswith(":molecule-on-call")]
(statement,) = json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"]
listening = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
tags = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]

assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}, statement
assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "137406935518"}, statement
assert [(entry["Protocol"], entry["Endpoint"]) for entry in listening] == [("email", "on-call@example.com")], listening
assert {"Key": "Estate", "Value": "molecule-topic"} in tags, tags
