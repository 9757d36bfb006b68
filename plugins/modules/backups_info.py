#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: backups_info
short_description: List the backups of an estate's DynamoDB tables
version_added: 0.1.0
description:
  - Lists backups with their name, ARN, table, state, size and times, and says which of them
    M(traffic_tacos.dynamodb.backups) made for this estate.
  - Without O(tables) and O(table_names) these are the backups of all tables that carry the estate's tags, and those
    whose names say that they were made for this estate, even if their table is gone. A name's prefix alone makes no
    table the estate's, so backups that AWS or others made of a table that is gone are found by naming it.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  tables:
    description: Logical names of tables whose backups are listed, whether they are still there or not.
    type: list
    elements: str
  table_names:
    description: Names in AWS of further such tables.
    type: list
    elements: str
  backup_type:
    description:
      - V(USER) lists what people, and M(traffic_tacos.dynamodb.backups), made on demand.
      - V(SYSTEM) lists what AWS made itself when a table with point-in-time recovery was deleted. It keeps these for 35
        days, and nobody can delete them.
      - V(AWS_BACKUP) lists what the service AWS Backup made, V(ALL) everything.
    type: str
    choices: [USER, SYSTEM, AWS_BACKUP, ALL]
    default: USER
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
  - The caller needs C(dynamodb:ListBackups), and without O(tables) and O(table_names) C(tag:GetResources).
seealso:
  - module: traffic_tacos.dynamodb.backups
"""

EXAMPLES = r"""
- name: List the backups of the estate's tables
  traffic_tacos.dynamodb.backups_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2

- name: Find what AWS has kept of a table that was deleted
  traffic_tacos.dynamodb.backups_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables: [users]
    backup_type: SYSTEM
"""

RETURN = r"""
backups:
  description: The backups, sorted by table, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    table:
      description: The logical name of the table.
      type: str
    table_name:
      description: The table's name in AWS.
      type: str
    table_id:
      description: The id of the very table that was backed up; one that was created again under its name has another.
      type: str
    backup_name:
      description: The backup's name.
      type: str
    backup_arn:
      description: The backup's ARN.
      type: str
    label:
      description: The label for which M(traffic_tacos.dynamodb.backups) made it for this estate; V(null) for others.
      type: str
    owned:
      description: Whether it was made so. Only such backups are ever deleted by C(keep) and C(keep_days).
      type: bool
    type:
      description: V(USER), V(SYSTEM) or V(AWS_BACKUP).
      type: str
    status:
      description: V(CREATING) or V(AVAILABLE).
      type: str
    created:
      description: When it was made, in UTC.
      type: str
    expires:
      description: When AWS deletes it by itself; V(null) if it does not.
      type: str
    size_bytes:
      description: The backup's size.
      type: int
  sample:
    - table: users
      table_name: ticket-users
      table_id: 9f0b4b1e-5b0e-4f0e-8d35-6a2f6a1c0d1e
      backup_name: traffic_tacos.dynamodb_ticket_2026-11-02
      backup_arn: arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users/backup/01793609600000-0a1b2c3d
      label: "2026-11-02"
      owned: true
      type: USER
      status: AVAILABLE
      created: "2026-11-02T09:00:00Z"
      expires: null
      size_bytes: 1024
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._backups.argspec import backups_info_options
from ..module_utils._backups.gateway import BackupsGateway
from ..module_utils._backups.results import listed
from ..module_utils._backups.spec import named_tables
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import finish_info, reporting


def main():
    module = AnsibleAWSModule(argument_spec=backups_info_options(), supports_check_mode=True)
    with reporting(module):
        estate, kind = module.params["name"], module.params["backup_type"]
        names = named_tables(module.params)
        aws = Aws(module)
        aws.verify(module.params["account_id"], module.params["region"])
        gateway = BackupsGateway(aws)
        failures = []
        backups = gateway.backups(names, failures, kind) if names else gateway.estates_backups(estate, kind)
        finish_info(module, "backup", failures, backups=listed(backups, estate, names))


if __name__ == "__main__":
    main()
