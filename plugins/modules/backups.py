#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: backups
short_description: Make, keep and delete backups of DynamoDB tables, and restore tables from them
version_added: 0.1.0
description:
  - Makes on-demand backups of tables, each once for a label that says what it is for, such as a date or a release; lets
    old ones go; and makes new tables from backups or from a table's past.
  - AWS has no tags for backups, so their names say whose they are. What this module makes for the estate V(ticket) and
    the label V(2026-11-02) is called C(traffic_tacos.dynamodb_ticket_2026-11-02). That form of name is reserved for it;
    O(backups[].keep) and O(backups[].keep_days) never look at a backup of another name, of another estate, of an
    earlier table of the same name, of AWS Backup, or of AWS itself.
  - New backups are made, and waited for, before old ones go.
  - AWS restores only into a new table, without stream, time to live, point-in-time recovery, tags, deletion protection,
    resource policy, table class, auto scaling and alarms. This module restores, waits, and tags the new table with
    its owner and with C(RestoredFrom); the rest is what M(traffic_tacos.dynamodb.tables) and
    M(traffic_tacos.dynamodb.alarms) then do with an entry of the new table. The playbook
    C(traffic_tacos.dynamodb.restore) does all of it.
  - A run that is repeated goes on waiting for the restore that an earlier one began, and finds nothing to do where that
    is finished, which it knows from the tag C(RestoredFrom).
  - All problems of all entries are reported at once, each with its path, before any call. A wish that cannot be
    fulfilled stops everything before the first write; a call that AWS refuses stops only its table.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  backups:
    description:
      - What is wished for. One table may have several entries.
    type: list
    elements: dict
    required: true
    suboptions:
      table:
        description: The logical name of the table that is, or was, backed up.
        type: str
        required: true
      table_name:
        description: The name in AWS of a table that does not follow the estate's pattern.
        type: str
      state:
        description:
          - V(absent) deletes the backup of O(backups[].label) or with O(backups[].backup_arn), given V(delete_backup)
            in O(backups[].allow).
          - Backups that AWS made itself when a table was deleted cannot be deleted by anybody; those of AWS Backup only
            in their vault.
        type: str
        choices: [present, absent]
        default: present
      label:
        description:
          - What the backup is for, 1 to 128 letters, digits, dots and hyphens. A table that has a backup of this label
            gets no other one; a table that was created again since then gets its own.
          - With O(backups[].restore_to) the backup that is restored; the newest one if several tables of that name had
            one.
        type: str
      backup_arn:
        description: The very backup that is restored or deleted, in the host's account and region.
        type: str
      keep:
        description:
          - How many of the newest backups of the table that this module made are kept; older ones are deleted, unless
            O(backups[].keep_days) keeps them or an entry of the list names them.
          - This is the user's word for deleting them.
        type: int
      keep_days:
        description:
          - How many days old backups of the table that this module made may become before they are deleted, unless
            O(backups[].keep) keeps them or an entry of the list names them. The newest one always stays.
          - This is the user's word for deleting them.
        type: int
      restore_to:
        description:
          - The logical name of the new table.
          - Needs exactly one of O(backups[].backup_arn), O(backups[].label), O(backups[].restore_from),
            O(backups[].restore_time) and O(backups[].use_latest_restorable_time).
        type: str
      restore_to_table_name:
        description: The new table's name in AWS, if it shall not follow the estate's pattern.
        type: str
      restore_from:
        description: V(latest) restores the newest available backup of the table, whoever made it.
        type: str
        choices: [latest]
      restore_time:
        description:
          - The point in time, in ISO 8601 with its zone, to the second. The table must be there, and have had
            point-in-time recovery on since then.
        type: str
      use_latest_restorable_time:
        description: Restores the table as it was some minutes ago.
        type: bool
        default: false
      allow:
        description:
          - V(delete_backup) lets O(backups[].state=absent) delete.
          - V(adopt_table) says that a table which is there already, without the tag C(RestoredFrom), is the restored
            one. It is needed when an earlier run was interrupted and the restore has ended since, as AWS then has
            forgotten what the table came from.
        type: list
        elements: str
        choices: [adopt_table, delete_backup]
  wait_timeout:
    description:
      - Seconds after which the whole task stops waiting. Restoring large tables takes hours.
      - What is under way then goes on, and the next run picks it up.
    type: int
    default: 14400
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
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(dynamodb:DescribeTable), C(dynamodb:ListTagsOfResource), C(dynamodb:ListBackups),
    C(dynamodb:CreateBackup), C(dynamodb:DescribeBackup), and to delete C(dynamodb:DeleteBackup).
  - Restoring needs C(dynamodb:RestoreTableFromBackup) on the backup, or C(dynamodb:RestoreTableToPointInTime) and
    C(dynamodb:DescribeContinuousBackups) on the table, and on the new table these, C(dynamodb:TagResource), and what
    AWS demands for writing the items, C(dynamodb:BatchWriteItem), C(dynamodb:DeleteItem), C(dynamodb:GetItem),
    C(dynamodb:PutItem), C(dynamodb:Query), C(dynamodb:Scan), C(dynamodb:UpdateItem).
seealso:
  - module: traffic_tacos.dynamodb.backups_info
  - module: traffic_tacos.dynamodb.tables
"""

EXAMPLES = r"""
- name: A backup a day, of which the last week's are kept and never fewer than three
  traffic_tacos.dynamodb.backups:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    backups:
      - table: users
        label: "{{ now(utc=true, fmt='%Y-%m-%d') }}"
        keep: 3
        keep_days: 7

- name: Delete the backup of a release
  traffic_tacos.dynamodb.backups:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    backups:
      - table: users
        label: release-12
        state: absent
        allow: [delete_backup]

- name: Make a new table from the newest backup
  traffic_tacos.dynamodb.backups:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    backups:
      - table: users
        restore_to: users-restored
        restore_from: latest

- name: Make a new table as another one was at a point in time
  traffic_tacos.dynamodb.backups:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    backups:
      - table: users
        restore_to: users-restored
        restore_time: "2026-11-02T08:00:00Z"
"""

RETURN = r"""
backups:
  description:
    - The backups of the tables that entries without O(backups[].restore_to) are about, as they are after the run (in
      check mode as they would be), in the form of RV(traffic_tacos.dynamodb.backups_info#module:backups).
    - V(null) is what only AWS can know.
  returned: when nothing was refused
  type: list
  elements: dict
restored:
  description: The restored tables that are there after the run (in check mode, would be).
  returned: when nothing was refused
  type: list
  elements: dict
  contains:
    table:
      description: The logical name.
      type: str
    table_name:
      description: The name in AWS.
      type: str
    arn:
      description: The table's ARN.
      type: str
    restored_from:
      description: The ARN of the backup, or that of the table, V(@) and the time; of a long one the end.
      type: str
summary:
  description: How many backups and restored tables were (in check mode would be) added, changed, removed and kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 1, change: 0, remove: 1, keep: 6}
steps:
  description: The calls that were (in check mode would be) made, risky ones first.
  returned: when nothing was refused
  type: list
  elements: dict
  sample:
    - resource: ticket-users
      action: create_backup
      reason: there is no backup 2026-11-02 of the table
      risk: none
      fields: [backups]
      request: {TableName: ticket-users, BackupName: traffic_tacos.dynamodb_ticket_2026-11-02}
times:
  description: When each step that was done was begun, in seconds after the first one, and how many seconds it took.
  returned: when something was done
  type: list
  elements: dict
withheld:
  description: The deletions that lack the user's word, in the form of RV(steps).
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Always empty; AWS accepts all of this at once.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: What cannot be, such as a restore into a table that exists, with its table and the reason.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: The calls that AWS refused, with resource, action, code, message and hint.
  returned: when nothing was refused
  type: list
  elements: dict
refused:
  description: Whether the input, the account or the region was refused before anything else.
  returned: when it is true
  type: bool
problems:
  description: Why, one line for each problem.
  returned: when RV(refused) is true
  type: list
  elements: str
"""

from datetime import datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._backups.argspec import backups_options
from ..module_utils._backups.gateway import BackupsGateway
from ..module_utils._backups.plan import plan
from ..module_utils._backups.results import BackupReport, after, diff, rendered, restored
from ..module_utils._backups.spec import parse, without
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting


def reconcile(module):
    """Reads, plans, and applies the plan or predicts what it would do."""
    wishes = parse(module.params)
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = BackupsGateway(aws)
    observed, failures = gateway.read(wishes)
    wishes = without(wishes, {failure.resource for failure in failures})
    plans = plan(wishes, observed, datetime.now().astimezone())
    outcomes = carry_out(plans, gateway, begin(module, module.params["wait_timeout"]))
    later = after(observed, outcomes, gateway.made)
    finish(
        module,
        BackupReport("backup", outcomes, failures, kept=len(rendered(wishes, observed))),
        diff=diff(wishes, observed, later),
        backups=rendered(wishes, later),
        restored=restored(wishes, later),
    )


def main():
    module = AnsibleAWSModule(argument_spec=backups_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
