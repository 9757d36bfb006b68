# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: throttling_lines
short_description: What was throttled, why, and what to do, as lines for people
version_added: 0.1.0
description:
  - Shows each table and index of which requests were refused, with the cause and its remedy, the hot keys, and the
    alarms that ring or rang.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: The C(usage) that M(traffic_tacos.dynamodb.usage_info) returned.
    type: dict
    required: true
  alarms:
    description: The C(alarms) that M(traffic_tacos.dynamodb.alarms_info) returned.
    type: list
    elements: dict
    default: []
  findings:
    description: The findings of both modules.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Show what was throttled
  ansible.builtin.debug:
    msg: "{{ found.usage | traffic_tacos.dynamodb.throttling_lines(rang.alarms, found.findings + rang.findings) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from ..module_utils._usage.lines import throttling_lines


class FilterModule:
    """The filter throttling_lines."""

    def filters(self):
        return {"throttling_lines": throttling_lines}
