# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: findings_lines
short_description: What an audit found, as lines for people
version_added: 0.1.0
description:
  - Lists findings by severity, the worst first, and by their ids, each with how to mend it.
  - Characters that move the cursor, hide, or turn the direction of writing are shown by their numbers.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: RV(traffic_tacos.dynamodb.audit_info#module:findings), or others of the same form.
    type: list
    elements: dict
    required: true
  least:
    description: The least severity that is shown.
    type: str
    choices: [info, low, medium, high, critical]
    default: info
seealso:
  - plugin: traffic_tacos.dynamodb.audit_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ audit_result.findings | traffic_tacos.dynamodb.findings_lines }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from ..module_utils._audit.lines import findings_lines


class FilterModule:
    """The filter findings_lines."""

    def filters(self):
        return {"findings_lines": findings_lines}
