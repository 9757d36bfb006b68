# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: topic_arn
short_description: The ARN of an SNS topic by its name
version_added: 0.1.0
description:
  - Computes the ARN that a topic has, whether it is there or not, so that a plan on an empty account knows it.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: The topic's name.
    type: str
    required: true
  account_id:
    description: The account.
    type: str
    required: true
  region:
    description: The region, which also says the partition.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Print an ARN
  ansible.builtin.debug:
    msg: "{{ 'ticket-alarms' | traffic_tacos.dynamodb.topic_arn('137406935518', 'ap-northeast-2') }}"
    # arn:aws:sns:ap-northeast-2:137406935518:ticket-alarms
"""

RETURN = r"""
_value:
  description: The ARN.
  type: str
"""

from ..module_utils._topic.model import topic_arn


class FilterModule:
    """The filter topic_arn."""

    def filters(self):
        return {"topic_arn": topic_arn}
