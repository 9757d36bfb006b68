# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: usage_lines
short_description: The usage of tables and indexes, as lines for people
version_added: 0.1.0
description:
  - Shows what was consumed against what is provisioned, the break-even of both billing modes, what a month costs where
    prices were given, and the advice.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: The C(usage) that M(traffic_tacos.dynamodb.usage_info) returned.
    type: dict
    required: true
  findings:
    description: Further findings, for example those of M(traffic_tacos.dynamodb.usage_info) itself.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Show the usage
  ansible.builtin.debug:
    msg: "{{ found.usage | traffic_tacos.dynamodb.usage_lines(found.findings) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from ..module_utils._usage.lines import usage_lines


class FilterModule:
    """The filter usage_lines."""

    def filters(self):
        return {"usage_lines": usage_lines}
