#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: alarms
version_added: 0.1.0
short_description: Create, change and delete a list of CloudWatch alarms
description:
  - Makes the CloudWatch metric alarms of one estate what the list says, all in one task, and with O(purge) removes the
    estate's others.
  - All problems of all alarms are named in one message, before any call. A metric that DynamoDB does not publish, or
    not with these dimensions, is refused, because CloudWatch accepts it and the alarm could never fire.
  - By default an alarm treats silence as zero, so that it comes back to OK by itself; see O(alarms[].fill_missing).
  - Alarms get the tags C(ManagedBy=traffic_tacos.dynamodb) and C(Estate=<name>). An alarm that is there without them is
    adopted; one of another estate is refused, and then nothing is changed.
  - Where one alarm fails, the others are still done; the task fails at its end, and a rerun continues.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  alarms:
    description:
      - The alarms. The filter P(traffic_tacos.dynamodb.throttle_alarms#filter) makes those for tables and indexes.
      - An alarm that is not in the list is left alone unless O(purge=true).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The alarm's name, unique in its account and region, 1 to 255 characters.
        type: str
        required: true
      description:
        description: What the alarm means and what to do, at most 1024 characters.
        type: str
        default: ""
      namespace:
        description: The metric's namespace. Metrics and dimensions are checked in the default one only.
        type: str
        default: AWS/DynamoDB
      metric_name:
        description: The metric, for example V(ReadThrottleEvents).
        type: str
        required: true
      dimensions:
        description: The metric's dimensions by name; exactly those with which it is published.
        type: dict
      statistic:
        description: >-
          V(Sum), V(Average), V(Minimum), V(Maximum), V(SampleCount), or a percentile such as V(p99).
        type: str
        required: true
      period:
        description: Seconds over which the statistic is taken; V(10), V(20), V(30) or a multiple of V(60).
        type: int
        required: true
      evaluation_periods:
        description: How many of the latest periods are looked at, together at most one day (seven from hourly ones on).
        type: int
        required: true
      datapoints_to_alarm:
        description: How many of these periods must breach the threshold; all of them unless given.
        type: int
      threshold:
        description: The value that the statistic is compared with.
        type: float
        required: true
      comparison_operator:
        description: How it is compared; the statistic stands on the left.
        type: str
        choices: [GreaterThanThreshold, GreaterThanOrEqualToThreshold, LessThanThreshold, LessThanOrEqualToThreshold]
        required: true
      treat_missing_data:
        description:
          - What a period without data counts as.
          - CloudWatch documents that alarms on metrics of C(AWS/DynamoDB) ignore missing data whatever is said here;
            O(alarms[].fill_missing) is what helps.
        type: str
        choices: [notBreaching, breaching, ignore, missing]
        default: notBreaching
      fill_missing:
        description:
          - Whether the alarm watches the expression C(MAX([FILL(m1, 0), TIME_SERIES(0)])) over the metric instead of
            the metric itself. The expression has a value in every period, zero where the metric has none.
          - Values below zero count as zero, too; DynamoDB publishes none.
        type: bool
        default: true
      alarm_actions:
        description: At most five ARNs, usually of SNS topics, that are told when the alarm goes off.
        type: list
        elements: str
      ok_actions:
        description: At most five ARNs that are told when it is over.
        type: list
        elements: str
      insufficient_data_actions:
        description: At most five ARNs that are told when there is not enough data to tell.
        type: list
        elements: str
      actions_enabled:
        description: Whether anybody is told. An alarm that somebody silenced is switched on again.
        type: bool
        default: true
      tags:
        description: Tags besides the common ones; they win over those.
        type: dict
  tags:
    description: Tags of every alarm. Other tags that an alarm has are left alone unless O(purge_tags=true).
    type: dict
  purge_tags:
    description:
      - Whether other tags on the alarms in the list are removed, whoever put them there. By default they stay.
      - Tags whose names begin with C(aws:) and those that say whose the alarm is always stay.
    type: bool
    default: false
  kept_tables:
    description: Names of tables that are not declared and still there; with O(purge=true) their alarms stay.
    type: list
    elements: str
    default: []
  purge:
    description:
      - Whether alarms of this estate that are not in the list are deleted. Only its tags make an alarm the estate's,
        never its name.
      - They are found by the Resource Groups Tagging API, and among names that begin with C(<name>-); without the
        permission C(tag:GetResources) only by the latter, with a warning.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(cloudwatch:DescribeAlarms), C(cloudwatch:ListTagsForResource), C(cloudwatch:PutMetricAlarm),
    C(cloudwatch:TagResource), C(tag:GetResources), with O(purge=true) C(cloudwatch:DeleteAlarms), and with
    O(purge_tags=true) C(cloudwatch:UntagResource).
seealso:
  - plugin: traffic_tacos.dynamodb.throttle_alarms
    plugin_type: filter
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Watch all tables and indexes for throttling, and remove the alarms of those that are gone
  traffic_tacos.dynamodb.alarms:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    alarms: "{{ dynamodb_tables | traffic_tacos.dynamodb.throttle_alarms('ticket', alarm_actions=[topic_arn]) }}"
    purge: true
  vars:
    topic_arn: arn:aws:sns:ap-northeast-2:137406935518:on-call

- name: Watch the latency of a query
  traffic_tacos.dynamodb.alarms:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    alarms:
      - name: ticket-tickets-slow-queries
        description: Queries on the table ticket-tickets take longer than 50 ms.
        metric_name: SuccessfulRequestLatency
        dimensions:
          TableName: ticket-tickets
          Operation: Query
        statistic: p99
        period: 60
        evaluation_periods: 10
        threshold: 50
        comparison_operator: GreaterThanThreshold
        alarm_actions:
          - arn:aws:sns:ap-northeast-2:137406935518:on-call
"""

RETURN = r"""
alarms:
  description:
    - The alarms as they are after the run (in check mode, as they would be), in the form of the option O(alarms).
    - An alarm that watches something the option cannot express shows that as C(foreign).
  returned: when nothing was refused
  type: list
  elements: dict
summary:
  description: How many alarms were (in check mode, would be) added, changed, removed and kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 24, change: 0, remove: 0, keep: 0}
steps:
  description: The calls that were made (in check mode, would be), each with alarm, action, reason and exact request.
  returned: when nothing was refused
  type: list
  elements: dict
quotas:
  description:
    - How many alarms there are once everything is done, against the 5,000 of a region that AWS's pages have named as
      the default (newer ones name no limit). At least so many, as alarms of others are not counted.
    - C(state) is V(near) from 80 percent on, else V(fits).
  returned: when alarms are added
  type: list
  elements: dict
times:
  description: When each step that was done was begun, in seconds after the first one, and how many seconds it took.
  returned: when something was done
  type: list
  elements: dict
withheld:
  description: Always empty; no step on an alarm is risky.
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Always empty; CloudWatch accepts every change at once.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: Alarms of these names that belong to another estate.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: What AWS refused, each with alarm, action, code, message and hint.
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

from ..module_utils._alarms.argspec import alarms_options
from ..module_utils._alarms.gateway import AlarmsGateway
from ..module_utils._alarms.plan import plan
from ..module_utils._alarms.project import diff, rendered
from ..module_utils._alarms.quotas import uses
from ..module_utils._alarms.spec import parse, silent
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting, warn
from ..module_utils._engine.report import Report

PATIENCE = 1800.0
"""Seconds for all writes: CloudWatch takes only a few PutMetricAlarm a second, and large estates have hundreds."""


def reconcile(module: AnsibleAWSModule) -> None:
    """Reads, plans, and applies the plan or predicts what it would do."""
    estate, purge, purge_tags = (module.params[option] for option in ("name", "purge", "purge_tags"))
    kept = frozenset(module.params["kept_tables"])
    desired = parse(module.params)
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = AlarmsGateway(aws)
    reading = gateway.read(desired, estate, purge, purge_tags)
    for warning in (*reading.unseen, *silent(desired)):
        warn(module, warning)
    plans = plan(reading.readable(desired), reading.alarms, estate, purge, purge_tags, kept)
    used = uses(module.params["region"], plans, reading.alarms)
    outcomes = carry_out(plans, gateway, begin(module, PATIENCE))
    finish(
        module,
        Report("alarm", outcomes, list(reading.failures)),
        diff=diff(reading.alarms, outcomes),
        alarms=rendered(reading.alarms, outcomes),
        **({"quotas": [use.as_dict() for use in used]} if used else {}),
    )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=alarms_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
