# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: deployer_policy
author: Traffic Tacos (@traffic-tacos)
version_added: 0.1.0
short_description: The least that whoever deploys an estate must be allowed
description:
  - Computes IAM policy documents for the one who runs the playbooks, from the same variables as the estate itself.
    Nothing is called. M(traffic_tacos.dynamodb.tables), M(traffic_tacos.dynamodb.access_info),
    M(traffic_tacos.dynamodb.alarms) and the modules of amazon.aws that write roles need exactly this.
  - C(read) is enough for a plan and for a run that finds nothing to do; C(deploy) and C(teardown) are given besides it.
    Capabilities that cost permissions of their own (auto scaling, contributor insights, resource policies, customer
    managed keys, backups before a table is replaced) are in it only while an entry names them.
  - Tables, roles, policies, instance profiles and alarms are named by ARN. What is only looked at is named by the
    beginning of its name. Print the documents anew before the first run that adds something, and after the run that
    removes something.
  - Roles take only their own policies (C(iam:PolicyARN)), are made only with the declared boundary
    (C(iam:PermissionsBoundary)), and are passed to EC2 alone and only where an instance profile is declared
    (C(iam:PassedToService)). There are no inline policies, no users, no groups, and no way to take a boundary away.
  - Who may write the content of a role's policy and its trust can write a wide one, and assume the role. Only
    a permissions boundary bounds that, which is why it must not be one of the estate's own policies. Give one wherever
    deployers may do less than administrators.
  - Not scoped to the estate, as AWS cannot - listings, C(tag:GetResources), C(cloudwatch:DescribeAlarms),
    C(cloudwatch:GetMetricStatistics), and writes to scalable targets, whose ARNs hold an id that only AWS knows; these
    are held to the namespace of DynamoDB.
options:
  _input:
    description:
      - Tables, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables). Entries with C(state=absent)
        and C(replace_table_id) add the right to delete that table.
    type: list
    elements: dict
    required: true
  name:
    description: The estate's name.
    type: str
    required: true
  account_id:
    description: The account of the estate.
    type: str
    required: true
  regions:
    description: The regions of the tables.
    type: list
    elements: str
    required: true
  roles:
    description: The roles that the filter P(traffic_tacos.dynamodb.access_roles#filter) computes.
    type: list
    elements: dict
    default: []
  alarms:
    description: The names of the alarms, or entries of the option O(traffic_tacos.dynamodb.alarms#module:alarms).
    type: list
    elements: raw
    default: []
  kms_key_id:
    description: Id, ARN or alias of the customer managed key of the tables. Keys of single tables are found in them.
    type: str
seealso:
  - plugin: traffic_tacos.dynamodb.access_roles
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what a plan needs
  ansible.builtin.debug:
    msg: "{{ policies.read }}"
  vars:
    settings: {name: ticket, account_id: "137406935518", regions: [ap-northeast-2]}
    policies: >-
      {{ dynamodb_tables | traffic_tacos.dynamodb.deployer_policy(
           roles=dynamodb_tables | traffic_tacos.dynamodb.access_roles(**settings),
           alarms=dynamodb_tables | traffic_tacos.dynamodb.throttle_alarms('ticket'),
           **settings) }}
"""

RETURN = r"""
_value:
  description: >-
    C(read), C(deploy) and C(teardown), each a list of documents, as AWS allows 6144 characters in one policy.
  type: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._access.deployer import deployer_policies
from ..module_utils._engine.errors import Refused


def policies_of(
    tables: object,
    roles: list[dict[str, Any]] | None = None,
    alarms: list[Any] | None = None,
    **settings: Any,
) -> dict[str, list[dict[str, Any]]]:
    """The documents; see DOCUMENTATION."""
    try:
        return deployer_policies(tables, settings, roles or [], alarms or [])
    except Refused as refusal:
        raise AnsibleFilterError(f"deployer_policy: {refusal}") from refusal


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, Any]:
        return {"deployer_policy": policies_of}
