#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: alarms_info
short_description: Read the state and history of an estate's CloudWatch alarms
version_added: 0.1.0
description:
  - Reads the alarms that M(traffic_tacos.dynamodb.alarms) would look at, those that carry the estate's tags and those
    whose names begin with the estate's name, with their state, its reason, who is told, and the changes of state in a
    window of time.
  - What the caller may not see is a finding, and the rest is read.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  hours:
    description: How many hours before O(end) the window begins. Where neither this nor O(start) is given, 24.
    type: int
  start:
    description: When the window begins, in UTC where it names no zone, for example V(2026-11-02T09:00:00Z).
    type: str
  end:
    description: When the window ends, in the form of O(start). Left out, it ends now.
    type: str
  history:
    description: Whether changes of state are read, the newest hundred of each alarm that changed in the window.
    type: bool
    default: true
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
  idempotent:
    support: full
notes:
  - The caller needs C(cloudwatch:DescribeAlarms), C(cloudwatch:ListTagsForResource), C(tag:GetResources), and with
    O(history) C(cloudwatch:DescribeAlarmHistory).
seealso:
  - module: traffic_tacos.dynamodb.alarms
  - module: traffic_tacos.dynamodb.usage_info
"""

EXAMPLES = r"""
- name: Read the alarms and what they did in the last week
  traffic_tacos.dynamodb.alarms_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    hours: 168
  register: found

- name: Name those that ring
  ansible.builtin.debug:
    msg: "{{ found.alarms | selectattr('state', 'equalto', 'ALARM') | map(attribute='name') }}"
"""

RETURN = r"""
alarms:
  description: The alarms, sorted by name.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The alarm's name.
      type: str
    owned:
      description: Whether it carries the estate's tags.
      type: bool
    state:
      description: V(OK), V(ALARM) or V(INSUFFICIENT_DATA).
      type: str
    reason:
      description: Why, in CloudWatch's words.
      type: str
    since:
      description: When the state was entered.
      type: str
    metric_name:
      description: What it watches.
      type: str
    dimensions:
      description: Of which table or index.
      type: dict
    actions_enabled:
      description: Whether its actions are carried out.
      type: bool
    alarm_actions:
      description: Who is told.
      type: list
      elements: str
    history:
      description: The changes of state in the window, the newest first, with C(time), C(from), C(to) and C(reason).
      type: list
      elements: dict
  sample:
    - name: ticket-users-read-throttle
      owned: true
      state: ALARM
      reason: "Threshold Crossed: 1 out of the last 2 datapoints was greater than the threshold (0.0)."
      since: "2026-11-02T03:12:00Z"
      metric_name: ReadThrottleEvents
      dimensions: {TableName: ticket-users}
      actions_enabled: true
      alarm_actions: ["arn:aws:sns:ap-northeast-2:137406935518:on-call"]
      history:
        - time: "2026-11-02T03:12:00Z"
          from: OK
          to: ALARM
          reason: Threshold Crossed
findings:
  description: Alarms that ring or that nobody hears, and what could not be seen.
  returned: always
  type: list
  elements: dict
"""

from datetime import UTC, datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.errors import failure_of
from ..module_utils._engine.main import finish_info, reporting
from ..module_utils._usage.alarms import alarm_findings, unread_findings
from ..module_utils._usage.argspec import alarms_info_options
from ..module_utils._usage.gateway import AlarmStates
from ..module_utils._usage.observe import estates_alarms
from ..module_utils._usage.spec import window_of
from ..module_utils._usage.unseen import is_denied, unseen


def main():
    module = AnsibleAWSModule(
        argument_spec=alarms_info_options(), supports_check_mode=True, mutually_exclusive=[("hours", "start")]
    )
    with reporting(module):
        params, estate = module.params, module.params["name"]
        window = window_of(params, datetime.now(UTC))
        aws = Aws(module)
        aws.verify(params["account_id"], params["region"])
        reader = AlarmStates(aws)
        reading = reader.alarms(estate)
        states = reader.states(sorted(reading.alarms))
        history = reader.history(states, window) if params["history"] else {}
        alarms = estates_alarms(estate, reading.alarms, states, history)
        denied = [error for error in reader.errors if is_denied(error)]
        failed = [error for error in reader.errors if not is_denied(error)]
        finish_info(
            module,
            "alarm",
            [failure_of(error, error.subject, error.permission) for error in failed],
            alarms=alarms,
            findings=[
                *alarm_findings(alarms),
                *unread_findings(reading.unseen, estate),
                *unseen(denied, "the alarms concerned, or their history, are not in the result"),
            ],
        )


if __name__ == "__main__":
    main()
