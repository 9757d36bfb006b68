# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: access_roles
author: Traffic Tacos (@traffic-tacos)
version_added: 0.1.0
short_description: The roles of an estate with their policy and trust documents
description:
  - Computes the desired roles for M(traffic_tacos.dynamodb.access_info) from the tables and a few settings. Nothing is
    called; partition, account, regions and ARNs are computed.
  - There is an application role with full item access, a read-only role, and one role for each service.
  - Policies name tables and C(<table>/index/*) by ARN, never by a prefix. More tables than one policy holds are spread
    over numbered ones, C(-2), C(-3) and so on; a table added at the end of the list changes one of them.
options:
  _input:
    description: Tables, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
    type: list
    elements: dict
    required: true
  name:
    description: The estate's name, which is the prefix of all names.
    type: str
    required: true
  account_id:
    description: The account of tables and roles.
    type: str
    required: true
  regions:
    description: The regions whose tables the policies cover; the first one names the partition.
    type: list
    elements: str
    required: true
  services:
    description: The services that have a role of their own.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The service's name; the role is C(<estate>-<name>-service-role).
        type: str
        required: true
      tables:
        description: Logical names of its tables; C(*) stands for any characters.
        type: list
        elements: str
      event_bus:
        description: Name or ARN of the event bus that it puts events on.
        type: str
      log_groups:
        description: What the names of its log groups begin with.
        type: list
        elements: str
      ecs:
        description: Whether ECS tasks assume the role.
        type: bool
        default: true
      eks:
        description: Whether pods assume the role, when O(eks_oidc_provider) or O(eks_pod_identity_cluster) is given.
        type: bool
        default: true
      eks_namespace:
        description: The pods' namespace; O(eks_namespace) unless given.
        type: str
      eks_service_account:
        description: The pods' service account; the service's name unless given.
        type: str
  kms_key_id:
    description:
      - Id, ARN or alias of the customer managed key that the tables are encrypted with. Only with one do the roles get
        permissions on a key. Keys of single tables are found in the tables.
      - An alias is resolved by M(traffic_tacos.dynamodb.access_info).
    type: str
  path:
    description: The path of roles, policies and instance profile.
    type: str
    default: /
  permissions_boundary:
    description: ARN of the policy that bounds the roles.
    type: str
  trusted_principals:
    description: Further accounts, ARNs of roles or users, and services that may assume every role.
    type: list
    elements: str
    default: []
  managed_policies:
    description: ARNs of further managed policies for every role.
    type: list
    elements: str
    default: []
  ecs_source_guards:
    description: Whether the trust in ECS names the account and regions that tasks must run in.
    type: bool
    default: true
  eks_oidc_provider:
    description: The clusters' OIDC providers, by ARN or issuer's address. Without one there is no such statement.
    type: list
    elements: str
    default: []
  eks_namespace:
    description: The namespace of the services' pods.
    type: str
  eks_pod_identity_cluster:
    description: The clusters, by name or ARN, whose pods assume the roles through EKS Pod Identity.
    type: list
    elements: str
    default: []
  instance_profile:
    description: Whether the application role gets an instance profile of its name.
    type: bool
    default: false
seealso:
  - plugin: traffic_tacos.dynamodb.access_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: Show the trust of the application role
  ansible.builtin.debug:
    msg: "{{ wanted[0].trust }}"
  vars:
    wanted: "{{ dynamodb_tables | traffic_tacos.dynamodb.access_roles(name='ticket', account_id='137406935518',
      regions=['ap-northeast-2']) }}"

- name: Show the policies of a service
  ansible.builtin.debug:
    msg: "{{ wanted[2].policies | map(attribute='document') }}"
  vars:
    wanted: "{{ dynamodb_tables | traffic_tacos.dynamodb.access_roles(name='ticket', account_id='137406935518',
      regions=['ap-northeast-2'], services=[service]) }}"
    service:
      name: reservation-api
      tables: [reservation-*]
      event_bus: ticket-reservation-events
      log_groups: [/aws/ecs/reservation-api]
"""

RETURN = r"""
_value:
  description: >-
    Roles in the form of the option O(traffic_tacos.dynamodb.access_info#module:roles): the application role, the
    read-only role, and the services' roles in their order.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._access.roles import access_roles
from ..module_utils._engine.errors import Refused


def roles_of(tables: object, **settings: Any) -> list[dict[str, Any]]:
    """The roles; see DOCUMENTATION."""
    try:
        return access_roles(tables, settings)
    except Refused as refusal:
        raise AnsibleFilterError(f"access_roles: {refusal}") from refusal


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, Any]:
        return {"access_roles": roles_of}
