# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: deployment_outputs
short_description: What a deployment tells its consumers
version_added: 0.1.0
description:
  - Computes names and ARNs of an estate's tables and roles from its declaration; only the stream ARNs come from AWS.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: Entries as M(traffic_tacos.dynamodb.tables) takes them.
    type: list
    elements: dict
    required: true
  status:
    description: RV(traffic_tacos.dynamodb.tables#module:status) of the run; empty where the tables were not read.
    type: dict
    required: true
  name:
    description: The estate's name.
    type: str
    required: true
  account_id:
    description: The account.
    type: str
    required: true
  region:
    description: The region.
    type: str
    required: true
  path:
    description: The path of the roles.
    type: str
    default: /
  services:
    description: The services with a role of their own; the ticket platform's where they are left out.
    type: list
    elements: dict
"""

EXAMPLES = r"""
- name: Compute the outputs
  ansible.builtin.set_fact:
    outputs: "{{ tables | traffic_tacos.dynamodb.deployment_outputs(status={}, name='ticket',
      account_id='137406935518', region='ap-northeast-2') }}"
"""

RETURN = r"""
_value:
  description: The outputs.
  type: dict
  contains:
    table_names:
      description: Names in AWS by logical name.
      type: dict
    table_arns:
      description: ARNs by logical name.
      type: dict
    table_stream_arns:
      description: ARNs of the streams of the tables that have one, by logical name; V(null) in a plan.
      type: dict
    reservation_tables:
      description: Name and ARN of the tables whose logical names begin with C(reservation-).
      type: dict
    application_role_arn:
      description: ARN of the application role.
      type: str
    application_role_name:
      description: Name of the application role.
      type: str
    readonly_role_arn:
      description: ARN of the read-only role.
      type: str
    readonly_role_name:
      description: Name of the read-only role.
      type: str
    reservation_service_role_arn:
      description: ARN of the reservation service's role; V(null) where O(services) has no such service.
      type: str
    reservation_service_role_name:
      description: Name of the reservation service's role; V(null) where O(services) has no such service.
      type: str
"""

from ..module_utils._tables.outputs import deployment_outputs


class FilterModule:
    """The filter deployment_outputs."""

    def filters(self):
        return {"deployment_outputs": deployment_outputs}
