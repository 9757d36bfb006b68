# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: passing_failure
short_description: Whether a failed task may work when it is tried again
version_added: 0.1.0
description:
  - Tells failures that pass by themselves (broken connections, answers cut short, a principal that is not known
    everywhere yet) from those that stay, and from throttling, which the modules themselves wait for.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: What a task with a module of amazon.aws returned.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Create a role
  block:
    - name: Create it
      amazon.aws.iam_role:
        name: ticket-reader
        assume_role_policy_document: "{{ trust }}"
        create_instance_profile: false
  rescue:
    - name: Give up
      ansible.builtin.fail:
        msg: "{{ ansible_failed_result.msg }}"
      when: not (ansible_failed_result | traffic_tacos.dynamodb.passing_failure)
"""

RETURN = r"""
_value:
  description: True for a failure that passes; false for any other, and for what has not failed.
  type: bool
"""

from ..module_utils._access.writing import passes


class FilterModule:
    """The filter passing_failure."""

    def filters(self):
        return {"passing_failure": passes}
