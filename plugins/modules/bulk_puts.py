#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bulk_puts
short_description: Have AWS put items from S3 into DynamoDB tables that are there, each load once
version_added: 0.1.0
description:
  - Starts AWS's own bulk put, which reads items from S3 and writes them into an existing table; waits for the end, and
    says how far it is and what came of it. For more items than M(traffic_tacos.dynamodb.items) should carry.
  - An entry is one bulk put. What it says (estate, table, label, places, speed) makes the client token, by which a
    second run finds the bulk put again, in progress or ended, and changes nothing. AWS remembers bulk puts for 90 days;
    after that, the same entry is a new one.
  - Items of the same keys are replaced, and nobody can know beforehand whether there are any. So each bulk put needs
    V(replace_items) in O(bulk_puts[].allow); without the word it is left undone, everything else is done, and the task
    fails at its end.
  - A bulk put that ends without having written every item is a failure that says so, until the entry is another, or
    O(bulk_puts[].retry_failed) does it again.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  bulk_puts:
    description:
      - What is wished for. One table may have several entries.
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
      label:
        description:
          - What the bulk put is for, such as a date, 1 to 128 letters, digits, dots and hyphens. Another label is
            another bulk put. Required where O(bulk_puts[].client_token) is not given.
        type: str
      client_token:
        description: A token of your own instead of the one that the entry makes, for bulk puts that were begun
          otherwise.
        type: str
      input_s3_configuration:
        description: Where the items lie, and in what form.
        type: dict
        required: true
        suboptions:
          s3_bucket:
            description: The bucket that is read.
            type: str
            required: true
          s3_key_prefix:
            description: What the names of the objects begin with that are read.
            type: str
          s3_bucket_owner:
            description: The account of the bucket, needed where it is another one.
            type: str
          input_format:
            description: The form of the items in the objects, with V(DYNAMODB_JSON) one in each line.
            type: str
            choices: [DYNAMODB_JSON, ION]
            default: DYNAMODB_JSON
          input_compression_type:
            description: How the objects are compressed.
            type: str
            choices: [GZIP, NONE, ZSTD]
            default: NONE
      output_s3_configuration:
        description: Where AWS writes what it has to say of single items.
        type: dict
        required: true
        suboptions:
          s3_bucket:
            description: The bucket that is written to.
            type: str
            required: true
          s3_key_prefix:
            description: What the names of its objects begin with.
            type: str
          s3_bucket_owner:
            description: The account of the bucket, needed where it is another one.
            type: str
          s3_sse_algorithm:
            description: How the objects are encrypted. Left out, it is as the bucket has it.
            type: str
            choices: [AES256, KMS]
          s3_sse_kms_key_id:
            description: The KMS key of the objects, with V(KMS) and only then.
            type: str
          output_type:
            description:
              - Of which items AWS writes, V(ERROR) those that it could not read or write, V(CONDITION_CHECK_FAILURE)
                those whose own condition was false.
            type: list
            elements: str
            choices: [CONDITION_CHECK_FAILURE, ERROR]
            default: [ERROR]
      max_write_request_units:
        description: The most write request units in a second, at least 1024. The table's own capacity is not changed by
          it.
        type: int
      performance_tier:
        description: The tier in which the items are written, V(STANDARD) where it is left out.
        type: str
        choices: [ACCELERATED, STANDARD]
      retry_failed:
        description:
          - Whether a bulk put that was cancelled, has failed or has left items out is done again.
          - The one that is done again counts from then on, also for runs without this.
        type: bool
        default: false
      allow:
        description: V(replace_items) says that items of the same keys may be replaced.
        type: list
        elements: str
        choices: [replace_items]
  wait:
    description:
      - V(completed) waits until AWS has written everything. V(none) only begins; a later run says what came of it.
    type: str
    choices: [none, completed]
    default: completed
  wait_timeout:
    description:
      - Seconds after which the whole task stops waiting. The bulk puts go on, and the next run picks them up.
    type: int
    default: 14400
  progress:
    description:
      - Whether a person sees, while the task works, how much AWS has read and written. The lines go to the standard
        error of C(ansible-playbook), and are no part of the result.
    type: bool
    default: true
requirements:
  - boto3 and botocore >= 1.44.5, older ones may not know bulk puts
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
  - The caller needs C(dynamodb:StartBulkPutItems), C(dynamodb:DescribeTable) and C(dynamodb:ListTagsOfResource) on the
    tables, C(dynamodb:ListBulkOperations) and C(dynamodb:DescribeBulkOperation), and in the buckets what AWS needs for
    reading and writing there.
  - Nobody has run this against AWS yet. No emulator has it.
seealso:
  - module: traffic_tacos.dynamodb.items
  - module: traffic_tacos.dynamodb.exports
"""

EXAMPLES = r"""
- name: Put what lies in a bucket into a table, once
  traffic_tacos.dynamodb.bulk_puts:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    bulk_puts:
      - table: users
        label: migration-1
        input_s3_configuration:
          s3_bucket: ticket-imports
          s3_key_prefix: users/
          input_compression_type: GZIP
        output_s3_configuration:
          s3_bucket: ticket-imports
          s3_key_prefix: errors/
        allow: [replace_items]
"""

RETURN = r"""
bulk_puts:
  description:
    - The bulk puts that the entries are about, as they are after the run (in check mode as they would be).
    - V(null) is what is not so, or what only AWS can know.
  returned: when nothing was refused
  type: list
  elements: dict
  sample:
    - table: users
      table_name: ticket-users
      label: migration-1
      status: COMPLETED
      client_token: 0d5dc1f5-6d4b-5b26-9a57-0a8f8e0b6f5e
      processed_item_count: 120000
      failed_item_count: 0
summary:
  description: How many bulk puts were (in check mode would be) added, and how many were there already.
  returned: when nothing was refused
  type: dict
  sample: {add: 1, change: 0, remove: 0, keep: 0}
steps:
  description: The calls that were (in check mode would be) made.
  returned: when nothing was refused
  type: list
  elements: dict
times:
  description: When each step that was done was begun, in seconds after the first one, and how many seconds it took.
  returned: when something was done
  type: list
  elements: dict
withheld:
  description: The bulk puts that lack the user's word, in the form of RV(steps).
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: The bulk puts for which AWS has no room now, with the reason.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: What cannot be, such as a bulk put into a table that does not exist, with its table and the reason.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: The bulk puts that have not written all items and the calls that AWS refused.
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

from ..module_utils._bulk_puts.argspec import bulk_puts_options
from ..module_utils._bulk_puts.gateway import BulkPutsGateway
from ..module_utils._bulk_puts.plan import failures, plan
from ..module_utils._bulk_puts.results import diff, rendered
from ..module_utils._bulk_puts.spec import parse, without
from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting
from ..module_utils._engine.report import Report

WAITS = {"none": "none", "completed": "active"}


def reconcile(module):
    """Reads, plans, and applies the plan or predicts what it would do."""
    wishes = parse(module.params)
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = BulkPutsGateway(aws)
    gateway.check_sdk()
    observed, problems = gateway.read(wishes)
    wishes = without(wishes, {problem.resource for problem in problems})
    run = replace(begin(module, module.params["wait_timeout"]), wait=WAITS[module.params["wait"]])
    outcomes = carry_out(plan(wishes, observed), gateway, run)
    later = rendered(wishes, observed, outcomes, gateway.made)
    finish(
        module,
        Report("bulk put", outcomes, [*problems, *failures(wishes, observed)]),
        diff=diff(rendered(wishes, observed), later),
        bulk_puts=later,
    )


def main():
    module = AnsibleAWSModule(argument_spec=bulk_puts_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
