#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access
version_added: 0.1.0
short_description: Reconcile an estate's IAM roles, policies and instance profiles
description:
  - Compares roles, their trusts and attachments, managed policies and instance profiles of one estate with the
    declaration, as M(traffic_tacos.dynamodb.access_info) does, and writes what differs, in the order in which AWS
    accepts it, by M(amazon.aws.iam_managed_policy), M(amazon.aws.iam_role) and M(amazon.aws.iam_instance_profile).
  - Where nothing differs none of these is started. In check mode it says what differs.
  - A write that fails for a reason that passes is tried again. What was written stays, and a rerun goes on from there.
  - This is an action; the modules that it starts run where the task's connection leads.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  state:
    description:
      - V(present) makes O(roles) what is declared, and removes the estate's policies that are no longer declared.
      - V(absent) removes everything that carries the estate's tags.
    type: str
    choices: [present, absent]
    default: present
  roles:
    description:
      - The desired roles, in the form of the option O(traffic_tacos.dynamodb.access_info#module:roles), as the filter
        P(traffic_tacos.dynamodb.access_roles#filter) makes them.
    type: list
    elements: dict
  tags:
    description: Tags of roles, policies and instance profiles, besides those by which the estate knows its own.
    type: dict
  policies_per_role:
    description: How many managed policies AWS lets this account attach to one role.
    type: int
    default: 10
  write_retries:
    description: How often a write is tried again that failed for a reason that passes.
    type: int
    default: 6
  write_delay:
    description: Seconds between two tries.
    type: int
    default: 5
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The filter P(traffic_tacos.dynamodb.deployer_policies#filter) says what the caller must be allowed.
  - Options of amazon.aws's modules come from the module defaults of the group C(traffic_tacos.dynamodb.aws) only.
seealso:
  - module: traffic_tacos.dynamodb.access_info
  - plugin: traffic_tacos.dynamodb.access_roles
    plugin_type: filter
  - module: amazon.aws.iam_role
  - module: amazon.aws.iam_managed_policy
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Make the roles of the estate what is declared
  traffic_tacos.dynamodb.access:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    roles: "{{ tables | traffic_tacos.dynamodb.access_roles(name='ticket', account_id='137406935518',
      regions=['ap-northeast-2']) }}"
  vars:
    tables: "{{ dynamodb_tables | traffic_tacos.dynamodb.estate_tables }}"

- name: Remove them
  traffic_tacos.dynamodb.access:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    state: absent
"""

RETURN = r"""
access:
  description: Arguments of amazon.aws's modules, as M(traffic_tacos.dynamodb.access_info) returns them.
  returned: when nothing was refused
  type: dict
summary:
  description: How many policies, roles and profiles were (in check mode, would be) added, changed, removed, kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 6, change: 0, remove: 0, keep: 0}
summaries:
  description: The same for C(policies), C(roles) and C(instance_profiles), each by itself.
  returned: when nothing was refused
  type: dict
steps:
  description: What differed, each with resource, action, reason, risk, fields, C(before) and C(after).
  returned: when nothing was refused
  type: list
  elements: dict
withheld:
  description: Always empty; no step needs a word of the user's.
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Undeclared policies and roles that stay, with the reason.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: Roles, policies and instance profiles that cannot become what is declared, with the reason.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: What AWS refused to tell, each with resource, action, code, message and hint.
  returned: when nothing was refused
  type: list
  elements: dict
refused:
  description: True when the input, the account or the region is not acceptable.
  returned: when something was refused
  type: bool
problems:
  description: All of what is not acceptable.
  returned: when something was refused
  type: list
  elements: str
"""
