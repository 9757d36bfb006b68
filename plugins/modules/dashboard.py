#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dashboard
version_added: 0.1.0
short_description: Create, change or delete the CloudWatch dashboard of an estate
description:
  - Makes one CloudWatch dashboard from the table list of an estate. It shows the state of the alarms, and for each
    table with its indexes throttled requests, consumed and provisioned capacity, latency and errors, and how far the
    filling of new indexes is.
  - It is written only when it differs from the one that is there. The parsed documents are compared, not their texts.
  - CloudWatch allows 500 widgets, 500 metrics in a widget and 2500 in a dashboard. An estate that is too large for a
    row of widgets for each table gets fewer graphs over all tables, and in the end rankings of the busiest; the
    dashboard and RV(note) say what is not shown.
  - The dashboard says in its first widget, and by the tags C(ManagedBy=traffic_tacos.dynamodb) and C(Estate=<name>),
    whose it is. One of another estate is refused. One that does not say whose it is is overwritten only with
    O(allow=replace_dashboard), and never deleted.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  state:
    description: Whether the dashboard shall be there. V(absent) deletes it where it is the estate's.
    type: str
    choices: [present, absent]
    default: present
  dashboard_name:
    description:
      - The dashboard's name, unique in its account, 1 to 255 letters, digits, V(_) or V(-).
      - Default is C(<name>-dynamodb-<region>); dashboards are global, so the region is part of it.
    type: str
  tables:
    description:
      - The tables that are shown, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
      - Entries with C(state=absent) are not shown.
    type: list
    elements: dict
    default: []
  alarms:
    description: The names of the alarms that are shown, in this region.
    type: list
    elements: str
    default: []
  period:
    description: The seconds that one point of a graph stands for, a multiple of 60.
    type: int
    default: 300
  tags:
    description: Tags of the dashboard. Other tags that it has are left alone.
    type: dict
  allow:
    description: What may be done although it loses something. V(replace_dashboard) overwrites a stranger's widgets.
    type: list
    elements: str
    choices: [replace_dashboard]
    default: []
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(cloudwatch:GetDashboard), C(cloudwatch:ListTagsForResource), C(cloudwatch:PutDashboard),
    C(cloudwatch:TagResource), and with O(state=absent) C(cloudwatch:DeleteDashboards).
seealso:
  - module: traffic_tacos.dynamodb.alarms
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A dashboard for all tables and their throttle alarms
  traffic_tacos.dynamodb.dashboard:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables: "{{ dynamodb_tables }}"
    alarms: "{{ dynamodb_tables | traffic_tacos.dynamodb.throttle_alarms('ticket') | map(attribute='name') | list }}"

- name: Remove it
  traffic_tacos.dynamodb.dashboard:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    state: absent
"""

RETURN = r"""
dashboard:
  description: The dashboard after the run (in check mode, as it would be); empty where there is none.
  returned: when nothing was refused
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    arn:
      description: Its ARN, which has no region.
      type: str
    body:
      description: Its document.
      type: dict
    tags:
      description: Its tags.
      type: dict
note:
  description: What the dashboard does not show because of CloudWatch's limits; empty where it shows all.
  returned: when nothing was refused
  type: str
validation_messages:
  description: What CloudWatch found odd in the document that it accepted, each with C(path) and C(message).
  returned: when nothing was refused
  type: list
  elements: dict
summary:
  description: Whether the dashboard was (in check mode, would be) added, changed, removed or kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 1, change: 0, remove: 0, keep: 0}
steps:
  description: The calls that were made (in check mode, would be), each with action, reason and exact request.
  returned: when nothing was refused
  type: list
  elements: dict
withheld:
  description: The steps that need a word in O(allow).
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Always empty; CloudWatch accepts every change at once.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: A dashboard of this name that belongs to another estate.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: What AWS refused, each with action, code, message and hint.
  returned: when nothing was refused
  type: list
  elements: dict
refused:
  description: True when the input, the account or the region is not acceptable; nothing was called then.
  returned: when something was refused
  type: bool
problems:
  description: All of what is not acceptable.
  returned: when something was refused
  type: list
  elements: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._dashboard.argspec import dashboard_options
from ..module_utils._dashboard.gateway import DashboardGateway
from ..module_utils._dashboard.plan import plan
from ..module_utils._dashboard.project import after, diff, render
from ..module_utils._dashboard.spec import parse
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting, warn
from ..module_utils._engine.report import Report

PATIENCE = 300.0
"""Seconds for all writes, which are two calls."""


def reconcile(module: AnsibleAWSModule) -> None:
    """Reads, plans, and applies the plan or predicts what it would do."""
    desired = parse(module.params, module.params["region"] or "")
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = DashboardGateway(aws)
    observed = gateway.read(desired.name)
    (outcome,) = carry_out([plan(desired, observed, module.params["name"])], gateway, begin(module, PATIENCE))
    for sentence in (desired.note, *(f"{entry['path']}: {entry['message']}" for entry in gateway.messages)):
        if sentence:
            warn(module, f"dashboard {desired.name}: {sentence}")
    if not desired.dashboard and observed and not outcome.changed:
        warn(
            module, f"dashboard {desired.name} is left alone: it does not belong to the estate {module.params['name']}"
        )
    finish(
        module,
        Report("dashboard", [outcome]),
        diff=diff(observed, outcome),
        dashboard=render(after(observed, outcome)),
        note=desired.note,
        validation_messages=gateway.messages,
    )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=dashboard_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
