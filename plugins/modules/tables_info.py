#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tables_info
short_description: Read DynamoDB tables in the form in which they are written
version_added: 0.1.0
description:
  - Reads tables and returns each as an entry that M(traffic_tacos.dynamodb.tables) takes and finds nothing to change
    in, and its status, ARN and stream ARN beside it.
  - Without O(names) and O(prefix) all tables of the account and region are read.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  names:
    description: Names in AWS of the tables to read; a name that is not there is left out.
    type: list
    elements: str
  prefix:
    description: Reads the tables whose names begin with this.
    type: str
  owned:
    description: Reads the tables that carry the estate's tags, whatever their names.
    type: bool
    default: false
  include:
    description:
      - What the entries do not have without this, which are capabilities that cost calls of their own, and the id of
        the table, by which M(traffic_tacos.dynamodb.tables) notices that somebody created it again.
      - Of a global table the regions are always there; V(replicas) adds what only each region itself knows, which are
        its recovery, protection and tags, and with V(resource_policy) its policy.
    type: list
    elements: str
    choices:
      - autoscaling
      - contributor_insights
      - kinesis_streaming_destination
      - replicas
      - resource_policy
      - stream_resource_policy
      - table_id
    default: []
requirements:
  - >-
    boto3 and botocore >= 1.40.10 where warm throughput, the period of recovery or the mode of contributor insights
    matters, which older ones do not know; >= 1.43.64 to see vector indexes
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
  - The caller needs C(dynamodb:DescribeTable), C(dynamodb:ListTagsOfResource), C(dynamodb:DescribeContinuousBackups),
    C(dynamodb:DescribeTimeToLive), and to find the tables C(tag:GetResources) with O(owned=true), or
    C(dynamodb:ListTables) where no names are given.
  - Of provisioned tables, and with V(autoscaling) in O(include), it also needs
    C(application-autoscaling:DescribeScalableTargets), C(application-autoscaling:DescribeScalingPolicies) and
    C(application-autoscaling:DescribeScheduledActions); of tables that are encrypted with a key in the account
    C(kms:DescribeKey); and for what else O(include) names C(dynamodb:DescribeContributorInsights),
    C(dynamodb:DescribeKinesisStreamingDestination) and C(dynamodb:GetResourcePolicy), the last also on the stream
    for V(stream_resource_policy); for V(replicas) the first three in the regions of the replicas.
  - To read destinations the caller also needs C(kinesis:DescribeStream) and C(kinesis:DescribeStreamSummary) on the
    Kinesis data streams, as AWS documents it.
  - The playbook C(traffic_tacos.dynamodb.adopt) writes what this module returns into a file for C(group_vars).
seealso:
  - module: traffic_tacos.dynamodb.tables
"""

EXAMPLES = r"""
- name: Read the estate's tables
  traffic_tacos.dynamodb.tables_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    owned: true
  register: found

- name: Show the stream ARNs
  ansible.builtin.debug:
    msg: "{{ found.status | dict2items | selectattr('value.stream_arn') | map(attribute='value.stream_arn') }}"
"""

RETURN = r"""
tables:
  description: The tables, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
  returned: success
  type: list
  elements: dict
status:
  description:
    - What AWS says of each table besides its definition, by logical name.
    - With V(kinesis_streaming_destination) in O(include) also C(kinesis_destinations), by the ARN of each Kinesis data
      stream that is a destination, lately was, or could not become one, with C(status) and C(description).
  returned: success
  type: dict
  sample:
    users:
      arn: arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users
      stream_arn: null
      table_status: ACTIVE
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import finish_info, reporting
from ..module_utils._tables.argspec import tables_info_options
from ..module_utils._tables.extras import extras_named
from ..module_utils._tables.gateway import TablesGateway
from ..module_utils._tables.kinesis import with_destinations
from ..module_utils._tables.reader import table_names
from ..module_utils._tables.results import described, with_ids


def wanted(params, aws, gateway):
    """The physical names to read: those given, those of the estate, those with the prefix, or all."""
    if params["names"] is not None:
        return params["names"]
    names = list(gateway.owned_tags()) if params["owned"] else table_names(aws)
    return [name for name in names if name.startswith(params["prefix"] or "")]


def main():
    module = AnsibleAWSModule(
        argument_spec=tables_info_options(),
        supports_check_mode=True,
        mutually_exclusive=[("names", "prefix"), ("names", "owned")],
    )
    with reporting(module):
        aws = Aws(module)
        aws.verify(module.params["account_id"], module.params["region"])
        gateway = TablesGateway(aws, module.params["name"])
        extras = extras_named(module.params["include"])
        observed, failures = gateway.read(dict.fromkeys(wanted(module.params, aws, gateway), extras))
        found = described(module.params["name"], module.params["region"], observed, {})
        if "table_id" in extras:
            found["tables"] = with_ids(found["tables"], found["status"])
        if "kinesis_streaming_destination" in extras:
            found["status"] = with_destinations(found["status"], observed)
        finish_info(module, "table", failures, **found)


if __name__ == "__main__":
    main()
