# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: billing_modes
short_description: Tables in other billing modes than their entries say
version_added: 0.1.0
description:
  - Changes entries to on-demand capacity, or to provisioned capacity with auto scaling, as one mapping says.
  - What only the other mode has (capacities and auto scaling, or on-demand limits) is left out of these entries.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: Entries as M(traffic_tacos.dynamodb.tables) takes them.
    type: list
    elements: dict
    required: true
  modes:
    description:
      - By logical name V(PAY_PER_REQUEST), V(PROVISIONED), or a mapping with C(billing_mode), C(read), C(write) and
        C(indexes).
      - C(read) and C(write) have C(min_capacity), C(max_capacity) and C(target_value), as in an entry's C(autoscaling).
        C(start_capacity) is what is provisioned until auto scaling has learnt the load. C(indexes) has C(read) and
        C(write) by the index's name, for each index whose entry has no auto scaling yet.
      - M(traffic_tacos.dynamodb.usage_info) returns such a mapping for each table as C(switch).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show the entries as they are once users is provisioned with auto scaling
  ansible.builtin.debug:
    msg: "{{ dynamodb_tables | traffic_tacos.dynamodb.billing_modes(modes) }}"
  vars:
    modes:
      users:
        billing_mode: PROVISIONED
        read: {min_capacity: 5, max_capacity: 100}
        write: {min_capacity: 5, max_capacity: 50}
        indexes:
          email-index:
            read: {min_capacity: 5, max_capacity: 100}
            write: {min_capacity: 5, max_capacity: 50}
"""

RETURN = r"""
_value:
  description: The entries.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._engine.errors import Refused
from ..module_utils._usage.switch import billing_modes


def entries_of(tables, modes=None):
    try:
        return billing_modes(tables, modes)
    except Refused as refusal:
        raise AnsibleFilterError(str(refusal)) from refusal


class FilterModule:
    """The filter billing_modes."""

    def filters(self):
        return {"billing_modes": entries_of}
