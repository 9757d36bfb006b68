# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: summary_lines
short_description: A plan or a deployment, as lines for people
version_added: 0.1.0
description:
  - Counts what is added, changed and removed, and lists every step with its reason, the risky ones first.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: What the modules returned, by domain, for example C(tables), C(iam) and C(alarms).
    type: dict
    required: true
  planned:
    description: Whether it is a plan (V(true)) or has been done.
    type: bool
    required: true
"""

EXAMPLES = r"""
- name: Show what would be done
  ansible.builtin.debug:
    msg: "{{ {'tables': tables_result} | traffic_tacos.dynamodb.summary_lines(planned=true) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from ..module_utils._engine.summary import summary_lines


class FilterModule:
    """The filter summary_lines."""

    def filters(self):
        return {"summary_lines": summary_lines}
