# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: approval_problems
short_description: Why a plan is not the one that was approved
version_added: 0.1.0
description:
  - Compares a plan with the approved one of the same host, and names the calls that nobody has approved and those that
    are no longer planned.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input, approved, host
options:
  _input:
    description: The plan, as P(traffic_tacos.dynamodb.plan_approval#filter) gives it.
    type: dict
    required: true
  approved:
    description: The approved digest, or by host what P(traffic_tacos.dynamodb.plan_approval#filter) gave for it.
    type: raw
    required: true
  host:
    description: The inventory's name of the host.
    type: str
    required: true
seealso:
  - plugin: traffic_tacos.dynamodb.plan_approval
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Refuse another plan than the approved one
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems }}"
  vars:
    problems: "{{ {'tables': tables_result} | traffic_tacos.dynamodb.plan_approval
      | traffic_tacos.dynamodb.approval_problems(dynamodb_approved_plan, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: One line for each difference; empty when it is the approved plan.
  type: list
  elements: str
"""

from ..module_utils._engine.approval import approval_problems


class FilterModule:
    """The filter approval_problems."""

    def filters(self):
        return {"approval_problems": approval_problems}
