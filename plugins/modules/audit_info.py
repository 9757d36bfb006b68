#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_info
short_description: Audit an estate of DynamoDB tables, roles and alarms
version_added: 0.1.0
description:
  - Looks at an estate as it is, and returns what is not as it should be, in a form that is the same for all findings -
    what differs from the declaration, what is not protected, what nobody watches, who may do more or less than
    declared, and what is near a quota.
  - It only reads, and never reports a change. What the credentials may not read is a finding of its own, and the rest
    of the audit goes on.
  - Every id of a finding, with its severity, is in the collection's C(docs/findings.md).
  - The playbook C(traffic_tacos.dynamodb.audit) makes the comparisons, calls this module, and says by its exit code
    whether something was found.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  tables:
    description: The declared tables, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
    type: list
    elements: dict
    default: []
  roles:
    description: The declared roles, as the filter P(traffic_tacos.dynamodb.access_roles#filter) makes them.
    type: list
    elements: dict
    default: []
  alarms:
    description: The declared alarms, in the form of the option O(traffic_tacos.dynamodb.alarms#module:alarms).
    type: list
    elements: dict
    default: []
  comparisons:
    description:
      - What M(traffic_tacos.dynamodb.tables) and M(traffic_tacos.dynamodb.alarms) returned in check mode as C(tables)
        and C(alarms), and what M(traffic_tacos.dynamodb.access_info) returned as C(iam).
      - Every step that they would make, or withhold, is drift. One that did not work is a finding.
    type: dict
    default: {}
  protection:
    description:
      - What is demanded of every table, whatever its entry says.
      - V(recovery) is point-in-time recovery, V(encryption) is a key in the account, V(backups) is a backup that is not
        older than O(backup_days).
    type: list
    elements: str
    choices: [recovery, deletion_protection, encryption, backups]
    default: [recovery, encryption]
  ttl_names:
    description:
      - Patterns of logical names of tables that should have a time to live.
      - One whose entry says C(ttl_enabled=false) is left in peace.
    type: list
    elements: str
    default: ["*idempotency*", "*session*", "*cache*", "*token*"]
  backup_days:
    description: How old the newest backup of a table may be, be it DynamoDB's own or one of AWS Backup.
    type: int
    default: 35
  stuck_hours:
    description: How long an alarm may be in ALARM or INSUFFICIENT_DATA.
    type: int
    default: 24
  near_percent:
    description: From how much of a quota on it counts as near.
    type: int
    default: 80
  tables_quota:
    description: How many tables AWS lets the account have in a region.
    type: int
    default: 2500
  alarms_quota:
    description: How many alarms AWS lets the account have in a region.
    type: int
    default: 5000
  policies_per_role:
    description: How many managed policies AWS lets the account attach to one role.
    type: int
    default: 10
  progress:
    description: Whether lines on standard error say how far it is, where that takes long.
    type: bool
    default: true
  simulate:
    description:
      - Whether IAM is asked what each role may do, with C(iam:SimulatePrincipalPolicy).
      - It must be able to do what its declared policies say, and nothing else to tables.
    type: bool
    default: true
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
  idempotent:
    support: full
notes:
  - Beside what the comparisons need, the caller needs C(dynamodb:ListTables), C(dynamodb:DescribeTable),
    C(dynamodb:DescribeContinuousBackups), C(dynamodb:DescribeTimeToLive), C(dynamodb:GetResourcePolicy),
    C(dynamodb:DescribeLimits), C(tag:GetResources), C(cloudwatch:DescribeAlarms), C(iam:ListRolePolicies),
    C(iam:GetAccountSummary), C(iam:ListOpenIDConnectProviders), C(iam:GetOpenIDConnectProvider),
    C(iam:SimulatePrincipalPolicy), and what M(traffic_tacos.dynamodb.access_info) reads.
  - With V(backups) in O(protection) it also needs C(dynamodb:ListBackups) and C(backup:ListProtectedResources).
seealso:
  - module: traffic_tacos.dynamodb.tables
  - module: traffic_tacos.dynamodb.access_info
  - module: traffic_tacos.dynamodb.alarms
  - plugin: traffic_tacos.dynamodb.findings_lines
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Compare the tables
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables: "{{ dynamodb_tables }}"
  check_mode: true
  ignore_errors: true  # a table that cannot be read is a finding, no failure
  register: tables_result

- name: Audit them, with everything that production demands
  traffic_tacos.dynamodb.audit_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables: "{{ dynamodb_tables }}"
    comparisons:
      tables: "{{ tables_result }}"
    protection: [recovery, deletion_protection, encryption, backups]
  register: audit_result

- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ audit_result.findings | traffic_tacos.dynamodb.findings_lines }}"
"""

RETURN = r"""
findings:
  description: What is not as it should be, the worst first.
  returned: when nothing was refused
  type: list
  elements: dict
  contains:
    id:
      description: What kind of finding it is.
      type: str
    severity:
      description: V(info), V(low), V(medium), V(high) or V(critical).
      type: str
    resource:
      description: The name in AWS; C(table/index) for an index.
      type: str
    found:
      description: What is.
      type: str
    expected:
      description: What should be.
      type: str
    mend:
      description: How to mend it.
      type: str
  sample:
    - id: protection.recovery.off
      severity: high
      resource: ticket-users
      found: point-in-time recovery is DISABLED
      expected: ENABLED (dynamodb_audit_protection demands recovery)
      mend: "Set point_in_time_recovery in the table's entry, and deploy."
counts:
  description: How many findings there are of each severity.
  returned: when nothing was refused
  type: dict
  sample: {critical: 0, high: 1, medium: 0, low: 2, info: 0}
worst:
  description: The highest severity that was found; V(none) when nothing was.
  returned: when nothing was refused
  type: str
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

from ..module_utils._access.spec import parse
from ..module_utils._audit.argspec import audit_info_options
from ..module_utils._audit.gateway import AuditGateway
from ..module_utils._audit.inspect import inspect
from ..module_utils._engine.client import Aws
from ..module_utils._engine.findings import counts, order
from ..module_utils._engine.main import finish_info, reporting
from ..module_utils._engine.progress import open_channel

IMPATIENT = 2
"""Attempts of a call that an emulator may not know; it would be repeated for a minute otherwise."""


def main():
    module = AnsibleAWSModule(argument_spec=audit_info_options(), supports_check_mode=True)
    with reporting(module):
        desired = parse(module.params, module.params["region"] or "")
        aws = Aws(module)
        aws.verify(module.params["account_id"], module.params["region"])
        gateway = AuditGateway(aws, Aws(module, IMPATIENT), open_channel(module.params["progress"]))
        found = inspect(module.params, desired, gateway)
        findings = sorted((finding.as_dict() for finding in found), key=order)
        worst = findings[0]["severity"] if findings else "none"
        finish_info(module, "estate", [], findings=findings, counts=counts(findings), worst=worst)


if __name__ == "__main__":
    main()
