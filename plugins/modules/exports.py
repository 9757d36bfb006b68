#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exports
short_description: Export DynamoDB tables to S3, whole, what changed, or filtered, each once
version_added: 0.1.0
description:
  - Exports tables to S3 as they were at a point in time, or what changed between two times, or only the items and
    attributes that a filter names; waits for the end, and says what came of it. The tables' capacity is not used.
  - AWS exports only from point-in-time recovery. A table without it, a time before it was turned on, a window that AWS
    does not take, and everything else that can be known is refused before the first call that changes anything.
  - An entry is one export. What it says (estate, table, label, place, times, filter) makes the client token, by which a
    second run finds the export again, in progress, completed or failed, and changes nothing. AWS remembers exports for
    90 days; after that, the same entry is a new export.
  - Exports carry no tags and cannot be deleted. What they write lies in the bucket until somebody removes it there.
  - Of one entry's export that fails the others know nothing; the task fails at its end, with AWS's code and message.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  exports:
    description:
      - What is wished for. One table may have several entries.
      - Each must say which export it is, with one of O(exports[].label), O(exports[].client_token),
        O(exports[].export_time) and O(exports[].incremental_export_specification.export_to_time).
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
          - What the export is for, such as a date, 1 to 128 letters, digits, dots and hyphens. Another label is another
            export.
        type: str
      client_token:
        description:
          - A token of your own instead of the one that the entry makes, for exports that were begun by other means.
          - An export of the same token whose place, times, format or filter are not those of the entry is refused.
        type: str
      s3_bucket:
        description: The bucket that is written to.
        type: str
        required: true
      s3_prefix:
        description: What the names of all objects begin with, followed by C(/AWSDynamoDB/) and the export's own name.
        type: str
      s3_bucket_owner:
        description: The account of the bucket, needed where it is another one.
        type: str
      s3_sse_algorithm:
        description: How the objects are encrypted, V(AES256) with a key of S3, V(KMS) with
          O(exports[].s3_sse_kms_key_id), or without one with the AWS managed key of S3.
        type: str
        choices: [AES256, KMS]
      s3_sse_kms_key_id:
        description: The KMS key of the objects.
        type: str
      export_format:
        description: The form of the items in the objects.
        type: str
        choices: [DYNAMODB_JSON, ION]
        default: DYNAMODB_JSON
      export_type:
        description: V(FULL_EXPORT) is the whole table, V(INCREMENTAL_EXPORT) what changed in it between two times.
        type: str
        choices: [FULL_EXPORT, INCREMENTAL_EXPORT]
        default: FULL_EXPORT
      export_time:
        description:
          - The point in time of a full export, in ISO 8601 with its zone, to the second. Left out, it is the latest
            one.
        type: str
      incremental_export_specification:
        description: The window of an incremental export, 15 minutes to 24 hours.
        type: dict
        suboptions:
          export_from_time:
            description: Its begin, which is part of it, in ISO 8601 with its zone.
            type: str
            required: true
          export_to_time:
            description: Its end, which is not. Left out, it is the latest time, and O(exports[].label) must say which.
            type: str
          export_view_type:
            description: Whether an item is written as it was before and after, or only as it is after.
            type: str
            choices: [NEW_AND_OLD_IMAGES, NEW_IMAGES]
            default: NEW_AND_OLD_IMAGES
      filter_specification:
        description:
          - Which items and attributes are exported. One of its three expressions at least is needed.
          - The placeholders in expressions, C(#name) and C(:value), are exactly those that are given.
        type: dict
        suboptions:
          key_condition_expression:
            description: Items of one partition key, and maybe of some sort keys, as in a query.
            type: str
          filter_expression:
            description: A condition on the items' attributes, as in a scan.
            type: str
          projection_expression:
            description: The attributes that are written.
            type: str
          expression_attribute_names:
            description: The names of attributes by their placeholders, such as C(#status).
            type: dict
          expression_attribute_values:
            description:
              - The values by their placeholders, such as C(:sold), plain (text, numbers, true, lists, mappings) or in
                DynamoDB's JSON, such as a mapping of C(S) to a text.
            type: json
      retry_failed:
        description:
          - Whether an export that has failed is made again. Otherwise every run fails with the reason of the failure.
          - The one that is made again counts from then on, also for runs without this.
        type: bool
        default: false
  wait:
    description:
      - V(completed) waits until AWS has written everything, which takes minutes to hours. V(none) only begins the
        exports; a later run says what came of them.
    type: str
    choices: [none, completed]
    default: completed
  wait_timeout:
    description:
      - Seconds after which the whole task stops waiting. The exports go on, and the next run picks them up.
    type: int
    default: 14400
  progress:
    description:
      - Whether a person sees, while the task works, which exports it waits for, and for how long. The lines go to the
        standard error of C(ansible-playbook), and are no part of the result.
    type: bool
    default: true
requirements:
  - boto3 and botocore >= 1.44.5 for O(exports[].filter_specification)
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
  - AWS exports 300 tables and 100 TB at a time in one account and region. What goes beyond is deferred to the next run.
  - The caller needs C(dynamodb:ExportTableToPointInTime), C(dynamodb:ListExports), C(dynamodb:DescribeTable),
    C(dynamodb:DescribeContinuousBackups) and C(dynamodb:ListTagsOfResource) on the tables, C(dynamodb:DescribeExport)
    on their exports (C(table/NAME/export/*)), and in the bucket C(s3:PutObject), C(s3:PutObjectAcl) and
    C(s3:AbortMultipartUpload); with a KMS key C(kms:GenerateDataKey) and C(kms:Decrypt) on it.
  - AWS looks at bucket and key only once the export runs. What is wrong with them ends the export as failed.
seealso:
  - module: traffic_tacos.dynamodb.exports_info
  - module: traffic_tacos.dynamodb.items
  - module: traffic_tacos.dynamodb.tables
"""

EXAMPLES = r"""
- name: Export a table as it is today, once a day
  traffic_tacos.dynamodb.exports:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    exports:
      - table: users
        label: "{{ now(utc=true, fmt='%Y-%m-%d') }}"
        s3_bucket: ticket-exports
        s3_prefix: users

- name: Export what changed in a day, and do not wait for it
  traffic_tacos.dynamodb.exports:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    exports:
      - table: users
        s3_bucket: ticket-exports
        export_type: INCREMENTAL_EXPORT
        incremental_export_specification:
          export_from_time: "2026-11-01T00:00:00Z"
          export_to_time: "2026-11-02T00:00:00Z"
    wait: none

- name: Export only what was sold, and of that only two attributes
  traffic_tacos.dynamodb.exports:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    exports:
      - table: users
        label: sold-2026-11
        s3_bucket: ticket-exports
        filter_specification:
          filter_expression: "#status = :sold"
          projection_expression: "ticket_id, #status"
          expression_attribute_names: {"#status": status}
          expression_attribute_values: {":sold": SOLD}
"""

RETURN = r"""
exports:
  description:
    - The exports that the entries are about, as they are after the run (in check mode as they would be).
    - V(null) is what is not so, or what only AWS can know.
  returned: when nothing was refused
  type: list
  elements: dict
  contains:
    table:
      description: The logical name of the table.
      type: str
    table_name:
      description: The table's name in AWS.
      type: str
    label:
      description: The entry's label.
      type: str
    export_arn:
      description: The export's ARN.
      type: str
    status:
      description: V(IN_PROGRESS), V(COMPLETED) or V(FAILED).
      type: str
    client_token:
      description: The token by which a second run finds it.
      type: str
    manifest:
      description: The name in the bucket of the object that lists the others.
      type: str
    item_count:
      description: How many items were written.
      type: int
    billed_size_bytes:
      description: How many bytes AWS charges.
      type: int
    failure_code:
      description: Why it has failed, in one word.
      type: str
    failure_message:
      description: Why it has failed.
      type: str
  sample:
    - table: users
      table_name: ticket-users
      label: "2026-11-02"
      export_arn: arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users/export/01793609600000-0a1b2c3d
      status: COMPLETED
      client_token: 0d5dc1f5-6d4b-5b26-9a57-0a8f8e0b6f5e
      export_type: FULL_EXPORT
      export_format: DYNAMODB_JSON
      export_time: "2026-11-02T09:00:00Z"
      s3_bucket: ticket-exports
      s3_prefix: users
      manifest: users/AWSDynamoDB/01793609600000-0a1b2c3d/manifest-summary.json
      item_count: 12
      billed_size_bytes: 4096
summary:
  description: How many exports were (in check mode would be) added, and how many were there already.
  returned: when nothing was refused
  type: dict
  sample: {add: 1, change: 0, remove: 0, keep: 6}
steps:
  description: The calls that were (in check mode would be) made.
  returned: when nothing was refused
  type: list
  elements: dict
  sample:
    - resource: ticket-users/2026-11-02
      action: create_export
      reason: there is no export 2026-11-02 of the table to ticket-exports/users
      risk: none
      fields: [exports]
      request: {S3Bucket: ticket-exports, S3Prefix: users}
times:
  description: When each step that was done was begun, in seconds after the first one, and how many seconds it took.
  returned: when something was done
  type: list
  elements: dict
withheld:
  description: Always empty; an export endangers nothing.
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: The exports for which AWS has no room now, with the reason.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: What cannot be, such as an export of a table without point-in-time recovery, with its table and the
    reason.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: The exports that have failed and the calls that AWS refused, with resource, action, code, message and
    hint.
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
from datetime import datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting
from ..module_utils._engine.report import Report
from ..module_utils._exports.argspec import exports_options
from ..module_utils._exports.gateway import ExportsGateway
from ..module_utils._exports.plan import failures, plan
from ..module_utils._exports.results import diff, rendered
from ..module_utils._exports.spec import parse, without

WAITS = {"none": "none", "completed": "active"}


def reconcile(module):
    """Reads, plans, and applies the plan or predicts what it would do."""
    wishes = parse(module.params)
    aws = Aws(module)
    aws.verify(module.params["account_id"], module.params["region"])
    gateway = ExportsGateway(aws)
    gateway.check_sdk(wishes)
    observed, problems = gateway.read(wishes)
    wishes = without(wishes, {problem.resource for problem in problems})
    plans = plan(wishes, observed, datetime.now().astimezone())
    run = replace(begin(module, module.params["wait_timeout"]), wait=WAITS[module.params["wait"]])
    outcomes = carry_out(plans, gateway, run)
    later = rendered(wishes, observed, outcomes, gateway.made)
    finish(
        module,
        Report("export", outcomes, [*problems, *failures(wishes, observed)]),
        diff=diff(rendered(wishes, observed), later),
        exports=later,
    )


def main():
    module = AnsibleAWSModule(argument_spec=exports_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
