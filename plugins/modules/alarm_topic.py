#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: alarm_topic
version_added: 0.1.0
short_description: Create, change or delete the SNS topic that an estate's alarms tell
description:
  - Makes an SNS topic with its subscriptions, to which the CloudWatch alarms of its own account and region may publish,
    and no other service.
  - The topic gets the tags C(ManagedBy=traffic_tacos.dynamodb) and C(Estate=<name>). A topic of this name that is there
    without them is adopted. It keeps its other subscriptions, tags and policy statements. One of another estate is
    refused.
  - A subscription whose endpoint has not confirmed is reported in RV(unconfirmed) and not made again. SNS drops it two
    days after it was made, and the next run then asks again.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  state:
    description:
      - Whether the topic shall be there. V(absent) deletes it with its subscriptions where it has the estate's tags.
    type: str
    choices: [present, absent]
    default: present
  topic_name:
    description: The topic's name, 1 to 256 letters, digits, V(_) or V(-). Alarms cannot tell a FIFO topic.
    type: str
    required: true
  subscriptions:
    description: Who is told.
    type: list
    elements: dict
    default: []
    suboptions:
      protocol:
        description: How. The endpoints of V(email), V(email-json), V(http) and V(https) must confirm.
        type: str
        choices: [email, email-json, sms, http, https, sqs, lambda, application]
        required: true
      endpoint:
        description: >-
          Whom. An address, a phone number or an ARN, as the protocol wants it. Web addresses are not printed, as they
          often have a key in them.
        type: str
        required: true
  purge_subscriptions:
    description: Whether confirmed subscriptions that are not in O(subscriptions) are removed.
    type: bool
    default: false
  kms_key_id:
    description:
      - The customer managed key (id, ARN or alias) that messages are encrypted with. Its policy must let
        C(cloudwatch.amazonaws.com) use C(kms:Decrypt) and C(kms:GenerateDataKey*).
      - Left out, the topic's encryption is not managed. C(alias/aws/sns) is refused, as CloudWatch cannot use it.
    type: str
  tags:
    description: Tags of the topic. Other tags that it has are left alone.
    type: dict
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(sns:GetTopicAttributes), C(sns:ListSubscriptionsByTopic), C(sns:ListTagsForResource),
    C(sns:CreateTopic), C(sns:TagResource), C(sns:SetTopicAttributes), C(sns:Subscribe), with
    O(purge_subscriptions=true) C(sns:Unsubscribe), and with O(state=absent) C(sns:DeleteTopic).
seealso:
  - module: traffic_tacos.dynamodb.alarms
  - plugin: traffic_tacos.dynamodb.topic_arn
    plugin_type: filter
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A topic for the people on call
  traffic_tacos.dynamodb.alarm_topic:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    topic_name: ticket-alarms
    subscriptions:
      - protocol: email
        endpoint: on-call@example.com
      - protocol: lambda
        endpoint: arn:aws:lambda:ap-northeast-2:137406935518:function:tell-the-chat
  register: on_call

- name: Alarms that tell it
  traffic_tacos.dynamodb.alarms:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    alarms: "{{ tables | traffic_tacos.dynamodb.throttle_alarms('ticket', alarm_actions=[on_call.topic.arn]) }}"
"""

RETURN = r"""
topic:
  description: The topic after the run (in check mode, as it would be); empty where there is none.
  returned: when nothing was refused
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    arn:
      description: Its ARN.
      type: str
    policy:
      description: Who may do what with it.
      type: dict
    kms_key_id:
      description: The key that it is encrypted with; empty for none.
      type: str
    subscriptions:
      description: Its subscriptions, each with C(protocol), C(endpoint) and C(confirmed).
      type: list
      elements: dict
    tags:
      description: Its tags.
      type: dict
unconfirmed:
  description: The subscriptions whose endpoints have not confirmed; they are not told yet.
  returned: when nothing was refused
  type: list
  elements: str
summary:
  description: Whether the topic was (in check mode, would be) added, changed, removed or kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 1, change: 0, remove: 0, keep: 0}
steps:
  description: The calls that were made (in check mode, would be), each with action, reason and exact request.
  returned: when nothing was refused
  type: list
  elements: dict
withheld:
  description: Always empty; no step on a topic is risky.
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Always empty; SNS accepts every change at once.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: A topic of this name that belongs to another estate.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: What AWS refused, each with action, code, message and hint.
  returned: when nothing was refused
  type: list
  elements: dict
refused:
  description: True when the input, the account or the region is not acceptable; nothing was called then.
  returned: when something was refused
  type: bool
problems:
  description: All of what is not acceptable.
  returned: when something was refused
  type: list
  elements: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting, warn
from ..module_utils._engine.report import Report
from ..module_utils._topic.argspec import alarm_topic_options
from ..module_utils._topic.gateway import TopicGateway
from ..module_utils._topic.plan import plan
from ..module_utils._topic.project import after, diff, render, unconfirmed
from ..module_utils._topic.spec import parse, web_addresses

PATIENCE = 600.0
"""Seconds for all writes."""


def reconcile(module: AnsibleAWSModule) -> None:
    """Reads, plans, and applies the plan or predicts what it would do."""
    hide = module._module.no_log_values.update
    hide(web_addresses(entry.get("endpoint") for entry in module.params["subscriptions"]))
    desired = parse(module.params, module.params["region"] or "")
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = TopicGateway(aws)
    observed = gateway.read(desired.arn)
    hide(web_addresses(entry.endpoint for entry in observed.subscriptions) if observed else ())
    (outcome,) = carry_out([plan(desired, observed, module.params["name"])], gateway, begin(module, PATIENCE))
    topic = after(observed, desired.arn, outcome)
    waiting = unconfirmed(topic)
    if waiting and desired.topic:
        warn(module, f"Not told until they confirm the subscription they were sent: {', '.join(waiting)}")
    if not desired.topic and observed and not outcome.changed:
        warn(module, f"topic {observed.name} is left alone: it does not belong to the estate {module.params['name']}")
    finish(
        module,
        Report("topic", [outcome]),
        diff=diff(observed, desired.arn, outcome),
        topic=render(topic),
        unconfirmed=waiting,
    )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=alarm_topic_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
