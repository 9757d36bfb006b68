# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_approval
short_description: The digest of a plan, which somebody can approve
version_added: 0.1.0
description:
  - Gives the digest of the exact calls of a plan, in their order, and those calls in one line each.
  - Reasons, times and what is there now are no part of the digest. The same calls always have the same one.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: What the modules returned in check mode, by domain, for example C(tables), C(iam) and C(alarms).
    type: dict
    required: true
seealso:
  - plugin: traffic_tacos.dynamodb.approval_problems
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the digest of the tables' plan
  ansible.builtin.debug:
    msg: "{{ ({'tables': tables_result} | traffic_tacos.dynamodb.plan_approval).digest }}"
"""

RETURN = r"""
_value:
  description: The plan, as it can be approved.
  type: dict
  contains:
    digest:
      description: SHA-256 over the calls.
      type: str
    steps:
      description: The calls, each with the beginning of its request's hash.
      type: list
      elements: str
"""

from ..module_utils._engine.approval import approval


class FilterModule:
    """The filter plan_approval."""

    def filters(self):
        return {"plan_approval": approval}
