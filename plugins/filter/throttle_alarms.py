# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: throttle_alarms
author: Traffic Tacos (@traffic-tacos)
version_added: 0.1.0
short_description: The throttle alarms of a list of tables
description:
  - Makes the list for M(traffic_tacos.dynamodb.alarms) that watches every table and every global secondary index of a
    table list for throttled reads and writes, so that any throttling alarms at once.
  - A table gets C(<table>-read-throttle) and C(<table>-write-throttle), an index C(<table>-<index>-read-throttle) and
    C(<table>-<index>-write-throttle). Throttling of an index is not part of its table's figures.
  - Entries with C(state=absent) get none. Nothing is called; the names are computed.
positional: name
options:
  _input:
    description: Tables, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
    type: list
    elements: dict
    required: true
  name:
    description: The estate's name, which is the prefix of the tables' names.
    type: str
    required: true
  alarm_actions:
    description: ARNs, usually of an SNS topic, that are told of an alarm.
    type: list
    elements: str
    default: []
  ok_actions:
    description: ARNs that are told when it is over; those of O(alarm_actions) unless given.
    type: list
    elements: str
  threshold:
    description: The number of throttled requests in a period above which the period counts.
    type: float
    default: 0
  period:
    description: The length of a period in seconds.
    type: int
    default: 300
  evaluation_periods:
    description: How many of the latest periods are looked at.
    type: int
    default: 2
  datapoints_to_alarm:
    description: How many of them must count for an alarm.
    type: int
    default: 1
  fill_missing:
    description:
      - Whether silence counts as zero. DynamoDB publishes nothing while nothing is throttled, and CloudWatch keeps an
        alarm on such a metric in its state, so that it would not come back to OK by itself.
    type: bool
    default: true
  tags:
    description: Tags of the alarms, besides the common ones that the module is given.
    type: dict
    default: {}
seealso:
  - plugin: traffic_tacos.dynamodb.alarms
    plugin_type: module
"""

EXAMPLES = r"""
- name: Watch the tables of an estate for throttling
  traffic_tacos.dynamodb.alarms:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    alarms: "{{ dynamodb_tables | traffic_tacos.dynamodb.throttle_alarms('ticket', alarm_actions=[topic_arn]) }}"
    purge: true
  vars:
    topic_arn: arn:aws:sns:ap-northeast-2:137406935518:on-call

- name: Show the names of the alarms of one table and its index
  ansible.builtin.debug:
    msg: "{{ tables | traffic_tacos.dynamodb.throttle_alarms('ticket') | map(attribute='name') }}"
    # ticket-users-read-throttle, ticket-users-write-throttle,
    # ticket-users-email-index-read-throttle, ticket-users-email-index-write-throttle
  vars:
    tables:
      - name: users
        hash_key: user_id
        global_secondary_indexes:
          - name: email-index
            hash_key: email
"""

RETURN = r"""
_value:
  description: Alarms in the form of the option O(traffic_tacos.dynamodb.alarms#module:alarms), in the tables' order.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._alarms.throttling import throttle_alarms
from ..module_utils._engine.errors import Refused


def alarms_of(
    tables: object,
    name: str,
    alarm_actions: list[str] | None = None,
    ok_actions: list[str] | None = None,
    threshold: float = 0,
    period: int = 300,
    evaluation_periods: int = 2,
    datapoints_to_alarm: int = 1,
    fill_missing: bool = True,
    tags: dict[str, str] | None = None,
) -> list[dict[str, Any]]:
    """The alarms; see DOCUMENTATION."""
    common = {
        "threshold": threshold,
        "period": period,
        "evaluation_periods": evaluation_periods,
        "datapoints_to_alarm": datapoints_to_alarm,
        "treat_missing_data": "notBreaching",
        "fill_missing": fill_missing,
        "alarm_actions": alarm_actions or [],
        "ok_actions": ok_actions,
        "tags": dict(tags or {}),
    }
    try:
        return throttle_alarms(tables, name, common)
    except Refused as refusal:
        raise AnsibleFilterError(f"throttle_alarms: {refusal}") from refusal


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, Any]:
        return {"throttle_alarms": alarms_of}
