#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exports_info
short_description: List the exports to S3 of an estate's DynamoDB tables
version_added: 0.1.0
description:
  - Lists the exports of the last 90 days, which is as far as AWS remembers them, with their state, place, times,
    format, size, and why they failed.
  - Without O(tables) and O(table_names) these are the exports of all tables that carry the estate's tags.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  tables:
    description: Logical names of tables whose exports are listed, whether they are still there or not.
    type: list
    elements: str
  table_names:
    description: Names in AWS of further such tables.
    type: list
    elements: str
  status:
    description: Lists only exports in these states. Each export that is listed costs a call.
    type: list
    elements: str
    choices: [IN_PROGRESS, COMPLETED, FAILED]
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
  - The caller needs C(dynamodb:ListExports) on the tables, C(dynamodb:DescribeExport) on their exports, and without
    O(tables) and O(table_names) C(tag:GetResources).
seealso:
  - module: traffic_tacos.dynamodb.exports
"""

EXAMPLES = r"""
- name: Look whether all exports of the estate's tables have ended well
  traffic_tacos.dynamodb.exports_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    status: [IN_PROGRESS, FAILED]

- name: List the exports of a table
  traffic_tacos.dynamodb.exports_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables: [users]
"""

RETURN = r"""
exports:
  description:
    - The exports, by table, the newest first, in the form of RV(traffic_tacos.dynamodb.exports#module:exports). Only
      entries of that module know labels.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._backups.spec import named_tables
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import finish_info, reporting
from ..module_utils._exports.argspec import exports_info_options
from ..module_utils._exports.gateway import ExportsGateway
from ..module_utils._exports.results import listed
from ..module_utils._tables.ask import owned_tags
from ..module_utils._tables.names import table_arn


def main():
    module = AnsibleAWSModule(argument_spec=exports_info_options(), supports_check_mode=True)
    with reporting(module):
        estate, account_id, region = (module.params[name] for name in ("name", "account_id", "region"))
        names = named_tables(module.params)
        aws = Aws(module)
        aws.verify(account_id, region)
        gateway = ExportsGateway(aws)
        problems = []
        arns = [table_arn(region, account_id, name) for name in names or owned_tags(aws, estate)]
        exports = gateway.exports(arns, module.params["status"] or (), problems)
        finish_info(module, "export", problems, exports=listed(exports, estate, names))


if __name__ == "__main__":
    main()
