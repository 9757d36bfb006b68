# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: write_failures
short_description: What could not be written, one line for each resource
version_added: 0.1.0
description:
  - Names each role, policy or instance profile of a loop that could not be written, with the reason and without any
    traceback.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: What a task with a module of amazon.aws returned, with its loop's results.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Write roles
  block:
    - name: Create roles
      amazon.aws.iam_role:
        name: "{{ iam_item.name }}"
        assume_role_policy_document: "{{ iam_item.trust }}"
        create_instance_profile: false
      loop: "{{ wanted }}"
      loop_control:
        loop_var: iam_item
  rescue:
    - name: Say what could not be written
      ansible.builtin.fail:
        msg: "{{ ansible_failed_result | traffic_tacos.dynamodb.write_failures }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

from ..module_utils._access.writing import write_failures


class FilterModule:
    """The filter write_failures."""

    def filters(self):
        return {"write_failures": write_failures}
