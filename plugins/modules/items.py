#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: items
short_description: Put many items into DynamoDB tables, or take them out, and only those that differ
version_added: 0.1.0
description:
  - Writes items from the playbook or from files, 25 in a call, any number of tables side by side. For the data that a
    table begins with, for settings and lists that other people look up, and for what an export has saved.
  - What is there already is read first, a hundred items in a call, and only what differs is written. So a second run
    writes nothing, and check mode says how many items would be written.
  - Items that are not there yet are added. One that is there with other attributes is replaced as a whole, which loses
    what somebody else has written into it, and needs V(replace_items) in O(items[].allow); taking items out needs
    V(delete_items). Without the word these are left as they are, the rest is done, and the task fails at its end.
  - Other items of a table are neither looked at nor changed.
  - What AWS leaves for later because a table's capacity is used up is written again, at the pace that the table takes,
    until O(wait_timeout) is over.
  - All problems of all items are reported at once, each with the place where the item stands, before anything is
    written. What is wrong in itself is refused before the first call (sizes, numbers, sets, files), what is wrong in
    the very table before the first write (keys that lack or have another type, two items of one key).
  - Writes carry no condition, as AWS's batches have none. An item that somebody else writes between the read and the
    write is overwritten.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  items:
    description:
      - Which items shall be, or shall not be, in which table. One table may have several entries.
    type: list
    elements: dict
    required: true
    suboptions:
      table:
        description: The logical name of the table.
        type: str
        required: true
      table_name:
        description: The name in AWS of a table that does not follow the estate's pattern.
        type: str
      state:
        description: V(absent) deletes the items with these keys, given V(delete_items) in O(items[].allow).
        type: str
        choices: [present, absent]
        default: present
      items:
        description:
          - The items, each a mapping with its attributes by name. With O(items[].state=absent) only their keys count.
          - An item that is there twice in the same words is written once; with other attributes it is refused.
        type: list
        elements: json
      file:
        description:
          - Instead of O(items[].items), a file on the machine that the module runs on, with a list of items in JSON, or
            one in each line, as it is or compressed by gzip. Relative paths begin where the playbook is.
        type: str
      format:
        description:
          - V(plain) takes values as they are, text, numbers, true and false, null, lists and mappings.
          - V(dynamodb_json) takes DynamoDB's JSON, in which every value says its type, also as AWS exports it to S3,
            with C(Item) around each item. Binary values (in base64) and sets need it.
        type: str
        choices: [plain, dynamodb_json]
        default: plain
      allow:
        description:
          - V(replace_items) lets items that are there with other attributes be replaced as a whole.
          - V(delete_items) lets O(items[].state=absent) delete.
        type: list
        elements: str
        choices: [delete_items, replace_items]
  wait_timeout:
    description:
      - Seconds after which the whole task stops writing. The next run goes on with what is left.
    type: int
    default: 3600
  progress:
    description:
      - Whether a person sees every ten seconds, while the task works, how far it is. The lines go to the standard error
        of C(ansible-playbook), and are no part of the result.
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
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(dynamodb:DescribeTable), C(dynamodb:ListTagsOfResource), C(dynamodb:BatchGetItem) and
    C(dynamodb:BatchWriteItem) on the tables; where a table has a customer managed key, also the use of that key through
    DynamoDB, as the application role has it.
  - Reading takes read units, one for each 4 KB of an item that is there, and of a key that is not there; check mode as
    well.
  - What items hold is in no result and no line of progress, only in what C(--diff) shows.
    Ansible itself shows the options of any task at C(-vvv), unless the task has C(no_log).
seealso:
  - module: traffic_tacos.dynamodb.exports
  - module: traffic_tacos.dynamodb.tables
"""

EXAMPLES = r"""
- name: Put some items into a table
  traffic_tacos.dynamodb.items:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    items:
      - table: users
        items:
          - user_id: u-1
            email: first@example.com
            roles: [buyer]
          - user_id: u-2
            email: second@example.com

- name: Change an item that is there
  traffic_tacos.dynamodb.items:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    items:
      - table: users
        allow: [replace_items]
        items:
          - user_id: u-2
            email: other@example.com

- name: Put what an export has saved into a table
  traffic_tacos.dynamodb.items:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    items:
      - table: users
        file: exported/data/part-1.json.gz
        format: dynamodb_json

- name: Take items out
  traffic_tacos.dynamodb.items:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    items:
      - table: users
        state: absent
        allow: [delete_items]
        items:
          - user_id: u-1
          - user_id: u-2
"""

RETURN = r"""
tables:
  description:
    - For each table how many items were (in check mode would be) added, replaced, deleted, and left as they are.
    - It is not called items, because that is what every mapping calls its own members in Jinja.
  returned: when nothing was refused
  type: list
  elements: dict
  sample:
    - table_name: ticket-users
      summary: {add: 120, change: 0, remove: 0, keep: 4}
summary:
  description: The same for all tables together.
  returned: when nothing was refused
  type: dict
  sample: {add: 120, change: 0, remove: 0, keep: 4}
steps:
  description: The calls that were (in check mode would be) made, risky ones first, each with how many items it writes.
  returned: when nothing was refused
  type: list
  elements: dict
  sample:
    - resource: ticket-users
      action: add_items
      reason: items[0].items[0], items[0].items[1], items[0].items[2] and 22 more are not there yet
      risk: none
      fields: [items]
      request: {ticket-users: 25}
times:
  description: When each step that was done was begun, in seconds after the first one, and how many seconds it took.
  returned: when something was done
  type: list
  elements: dict
withheld:
  description: What lacks the user's word, in the form of RV(steps).
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Always empty; AWS accepts all of this at once.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: What cannot be, such as an item without the table's key, with its table and the reason.
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

from dataclasses import replace

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting
from ..module_utils._items.argspec import items_options
from ..module_utils._items.files import read_files
from ..module_utils._items.gateway import ItemsGateway
from ..module_utils._items.plan import plan
from ..module_utils._items.results import ItemsReport, diff, wished
from ..module_utils._items.spec import parse, without


def reconcile(module):
    """Reads, plans, and applies the plan or predicts what it would do."""
    wishes = parse(module.params, read_files(module.params["items"]))
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = ItemsGateway(aws)
    run = begin(module, module.params["wait_timeout"])
    observed, failures = gateway.read(wishes, run.deadline)
    wishes = without(wishes, {failure.resource for failure in failures})
    outcomes = carry_out(plan(wishes, observed), gateway, replace(run, progress=run.progress.sparing()))
    report = ItemsReport("item", outcomes, failures, wished=wished(wishes, observed), written=gateway.written)
    finish(module, report, diff=diff(outcomes, observed), tables=report.tables())


def main():
    module = AnsibleAWSModule(argument_spec=items_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
