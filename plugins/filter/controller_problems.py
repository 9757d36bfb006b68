# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_problems
short_description: What is wrong with templates, workflows and schedules for AWX
version_added: 0.1.0
description:
  - Finds in the data of the role controller what AWX refuses only after it has made half of the objects, and what it
    takes and then does something else with.
  - These are names that are not unique, questions of a survey that replace the variables of all hosts, links to no
    node, a plan that is sliced before its approval, answers that a schedule lacks.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input, workflows, schedules
options:
  _input:
    description: The job templates, as C(controller_templates) of the role controller.
    type: list
    elements: dict
    required: true
  workflows:
    description: The workflows, as C(controller_workflows).
    type: list
    elements: dict
    required: true
  schedules:
    description: The schedules, as C(controller_schedules).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Refuse what AWX would refuse
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems }}"
  vars:
    problems: "{{ controller_templates
      | traffic_tacos.dynamodb.controller_problems(controller_workflows, controller_schedules) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each problem; empty when there is none.
  type: list
  elements: str
"""

from ..module_utils._controller.check import controller_problems


class FilterModule:
    """The filter controller_problems."""

    def filters(self):
        return {"controller_problems": controller_problems}
