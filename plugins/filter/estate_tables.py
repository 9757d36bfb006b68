# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: estate_tables
short_description: The declared tables, or the ticket platform's own
version_added: 0.1.0
description:
  - Returns the input when tables are declared (an empty list is a declaration), and otherwise the seven tables of
    the ticket platform. This is the one place in which that default stands.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: Entries as M(traffic_tacos.dynamodb.tables) takes them, or V(null).
    type: list
    elements: dict
  kept:
    description: Names in AWS of tables that are still there though they are not declared; they count as declared.
    type: list
    elements: str
    default: []
  name:
    description: The estate's name, needed with O(kept).
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Print the names of the estate's tables
  ansible.builtin.debug:
    msg: "{{ dynamodb_tables | default(none) | traffic_tacos.dynamodb.estate_tables | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description: The entries.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._tables.estate import estate_tables


def declared_or_default(declared, kept=(), name=""):
    if declared is not None and not isinstance(declared, list):
        what = "text" if isinstance(declared, str) else "a mapping" if isinstance(declared, dict) else repr(declared)
        raise AnsibleFilterError(f"dynamodb_tables must be a list of tables, not {what}")
    return estate_tables(declared, kept, name)


class FilterModule:
    """The filter estate_tables."""

    def filters(self):
        return {"estate_tables": declared_or_default}
