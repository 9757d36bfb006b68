#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_info
version_added: 0.1.0
short_description: Compare an estate's IAM roles and policies with what is there
description:
  - Reads roles, their trusts and attachments, managed policies and instance profiles of one estate in one go, and
    returns what differs from the declaration, as finished arguments for M(amazon.aws.iam_managed_policy),
    M(amazon.aws.iam_role) and M(amazon.aws.iam_instance_profile), and as sentences for people.
  - It writes nothing and never reports a change. The role P(traffic_tacos.dynamodb.iam#role) writes what it found.
  - Documents that mean the same to IAM do not differ, whatever their order and form.
  - The estate's own policies that are no longer declared are found by their tags C(ManagedBy) and C(Estate). One that
    strangers use as well is only detached from the declared roles. Policies and tags of others are left alone.
  - A role or policy that is there without the tags is adopted. One with the C(Estate) tag of another estate, or under
    another path, is a conflict; the task then fails, and nothing is to be written.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  state:
    description:
      - V(present) compares with O(roles).
      - V(absent) returns what is to be removed so that nothing of the estate is left; only tags decide what that is.
    type: str
    choices: [present, absent]
    default: present
  roles:
    description:
      - The desired roles, as the filter P(traffic_tacos.dynamodb.access_roles#filter) makes them.
      - Each has C(name), C(path), C(description), C(trust) (a document), C(permissions_boundary) (left alone when
        empty), C(managed_policies) (ARNs of further ones), C(instance_profile) and C(policies), a list of C(name),
        C(description) and C(document).
      - KMS aliases among a policy's resources are replaced by the ARNs of the keys that they mean.
    type: list
    elements: dict
  tags:
    description: Tags of roles, policies and instance profiles, besides those by which the estate knows its own.
    type: dict
  policies_per_role:
    description: How many managed policies AWS lets this account attach to one role.
    type: int
    default: 10
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(iam:GetRole), C(iam:ListAttachedRolePolicies), C(iam:GetPolicy), C(iam:GetPolicyVersion),
    C(iam:ListPolicies), C(iam:ListEntitiesForPolicy), C(iam:GetInstanceProfile) with an instance profile,
    C(kms:DescribeKey) with a key's alias, and for O(state=absent) C(iam:ListRoles) and C(iam:ListInstanceProfiles).
seealso:
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
- name: Compare the roles of the estate with what is there
  traffic_tacos.dynamodb.access_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    roles: "{{ tables | traffic_tacos.dynamodb.access_roles(name='ticket', account_id='137406935518',
      regions=['ap-northeast-2']) }}"
  vars:
    tables: "{{ dynamodb_tables | traffic_tacos.dynamodb.estate_tables }}"
  register: compared

- name: Show what differs
  ansible.builtin.debug:
    msg: "{{ compared.steps | map(attribute='reason') }}"
"""

RETURN = r"""
access:
  description:
    - Arguments for amazon.aws's modules, in the order in which AWS accepts the calls.
    - C(unwanted_instance_profiles), C(unwanted_roles) and C(unwanted_policies) are to be removed; each entry has a
      C(name).
  returned: when nothing was refused
  type: dict
  contains:
    policies:
      description: Policies to create or change, with C(name), C(path), C(description), C(policy), C(tags).
      type: list
      elements: dict
    roles:
      description: >-
        Roles to create or change, with C(name), C(path), C(description), C(trust), C(boundary), C(managed_policies),
        C(purge_policies), C(tags).
      type: list
      elements: dict
    instance_profiles:
      description: Instance profiles to create or change, with C(name), C(path), C(role), C(tags).
      type: list
      elements: dict
summary:
  description: How many policies, roles and instance profiles are to be added, changed, removed and kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 6, change: 0, remove: 0, keep: 0}
summaries:
  description: The same for C(policies), C(roles) and C(instance_profiles), each by itself.
  returned: when nothing was refused
  type: dict
steps:
  description:
    - What is to be written, risky steps first, each with resource, action, reason, risk and fields, and with the parts
      that differ as C(before) and C(after); of documents these are the statements that differ.
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

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._access.argspec import access_info_options
from ..module_utils._access.gateway import Gateway
from ..module_utils._access.plan import items, plan, teardown
from ..module_utils._access.results import Comparison
from ..module_utils._access.spec import aliases, parse, with_keys
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import finish, reporting


def changes_of(params, desired, gateway):
    """What differs; nothing where a read failed, since what could not be read must not count as absent."""
    if params["state"] == "absent":
        changes = teardown(params["name"], gateway.observe_all())
    else:
        desired = with_keys(desired, gateway.keys(aliases(desired)))
        changes = plan(params["name"], desired, gateway.observe(desired), params["policies_per_role"])
    return [] if gateway.failures else changes


def main():
    module = AnsibleAWSModule(
        argument_spec=access_info_options(),
        required_if=[("state", "present", ("roles",))],
        supports_check_mode=True,
    )
    with reporting(module):
        desired = parse(module.params, module.params["region"] or "")
        aws = Aws(module)
        aws.verify(module.params["account_id"], module.params["region"])
        gateway = Gateway(aws, module.params["name"])
        changes = changes_of(module.params, desired, gateway)
        report = Comparison("role or policy", changes, gateway.failures)
        extra = {"diff": report.diff()} if module._diff else {}
        finish(module, report, access=items(changes), **extra)


if __name__ == "__main__":
    main()
