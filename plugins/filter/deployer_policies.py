# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: deployer_policies
author: Traffic Tacos (@traffic-tacos)
version_added: 0.1.0
short_description: The least that whoever plans, deploys or tears down an estate must be allowed
description:
  - Computes policy documents from the same tables and settings as P(traffic_tacos.dynamodb.access_roles#filter).
    Nothing is called.
  - They name the estate's tables, roles, policies, instance profile and alarms. What an estate does not use (auto
    scaling, insights, resource policies, keys of its own, an instance profile) is not in them.
  - Only the estate's roles can be created, only with the declared boundary; only the estate's policies and
    O(managed_policies) can be attached to them; only the application role can be passed, and only to EC2.
notes:
  - Who may write what a policy says could write anything into it, and who may write a role's trust could trust
    himself. IAM bounds that only by O(permissions_boundary). With one, roles are created, attached to and trusted only
    while they have it, and nobody can take it away with these documents. Without one, whoever deploys roles can gain
    whatever the account allows; the exact names then guard against mistakes only.
  - Documents are about what is declared. Before a table or a service is taken out of the inventory whose alarms or
    policies shall go too, keep the documents that name it; the same while a table with auto scaling is switched to
    on demand.
  - A boundary that is new is put on the roles by a deployment of its own, before their trust changes.
  - C(sts:GetCallerIdentity) needs no permission. Backups, restores, exports, items, bulk puts, audits, usage,
    dashboards, alarm topics and gateway endpoints are not covered.
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
    description: The regions of the tables; the first one names the partition.
    type: list
    elements: str
    required: true
  services:
    description:
      - The services that have a role of their own, in the form of the option
        O(traffic_tacos.dynamodb.access_roles#filter:services).
    type: list
    elements: dict
    default: []
  kms_key_id:
    description: Id, ARN or alias of the customer managed key that the tables are encrypted with.
    type: str
  path:
    description: The path of roles, policies and instance profile.
    type: str
    default: /
  permissions_boundary:
    description: ARN of the policy that bounds the roles. It must not be named like one of the estate's own.
    type: str
  managed_policies:
    description: ARNs of further managed policies of every role.
    type: list
    elements: str
    default: []
  instance_profile:
    description: Whether the application role has an instance profile.
    type: bool
    default: false
  trusted_principals:
    description: As for the roles, where it decides whether somebody can assume each of them at all.
    type: list
    elements: str
    default: []
  eks_oidc_provider:
    description: The same.
    type: list
    elements: str
    default: []
  eks_pod_identity_cluster:
    description: The same.
    type: list
    elements: str
    default: []
  eks_namespace:
    description: The same.
    type: str
  alarms:
    description: Names of alarms beside the throttle alarms of the tables.
    type: list
    elements: str
    default: []
seealso:
  - plugin: traffic_tacos.dynamodb.access_roles
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what a run that only plans must be allowed
  ansible.builtin.debug:
    msg: "{{ (dynamodb_tables | traffic_tacos.dynamodb.deployer_policies(name='ticket', account_id='137406935518',
      regions=['ap-northeast-2'])).read }}"

- name: Let the deployer's role deploy
  amazon.aws.iam_managed_policy:
    name: deploys-ticket-{{ index }}
    policy: "{{ item }}"
  loop: "{{ policies.read + policies.deploy }}"
  loop_control:
    index_var: index
  vars:
    policies: "{{ dynamodb_tables | traffic_tacos.dynamodb.deployer_policies(name='ticket', account_id='137406935518',
      regions=['ap-northeast-2'], permissions_boundary='arn:aws:iam::137406935518:policy/boundary') }}"
"""

RETURN = r"""
_value:
  description: Lists of policy documents; most often one each, more where AWS's limit for one policy is exceeded.
  type: dict
  contains:
    read:
      description: What a plan and a run that finds nothing to do must be allowed.
      type: list
      elements: dict
    deploy:
      description: What a deployment must be allowed besides.
      type: list
      elements: dict
    teardown:
      description: What a teardown must be allowed beside RV(_value.read).
      type: list
      elements: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._access.deployer import deployer_policies
from ..module_utils._engine.errors import Refused


def policies_of(tables: object, **settings: Any) -> dict[str, list[dict[str, Any]]]:
    """The documents; see DOCUMENTATION."""
    try:
        return deployer_policies(tables, settings)
    except Refused as refusal:
        raise AnsibleFilterError(f"deployer_policies: {refusal}") from refusal


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, Any]:
        return {"deployer_policies": policies_of}
