#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_endpoints
version_added: 0.1.0
short_description: Create, change and delete the gateway endpoints by which VPCs reach an estate's tables
description:
  - Makes a gateway endpoint of DynamoDB in each given VPC, for the given route tables, with a policy that lets only
    calls on the estate's tables pass.
  - The policy and the route tables of an endpoint that is there are compared and changed in place.
    M(amazon.aws.ec2_vpc_endpoint) compares neither, and makes a second endpoint where the route tables differ.
  - Endpoints get the tags C(ManagedBy=traffic_tacos.dynamodb) and C(Estate=<name>), and only those tags make one the
    estate's. A route table that has the endpoint of somebody else is refused, and then nothing is changed.
  - B(All) calls to DynamoDB from a route table use its endpoint as soon as it is there. What else is needed from there
    must be named in O(other_tables), or is cut off.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  endpoints:
    description:
      - The endpoints, one for each VPC.
      - One of the estate that is not in the list is reported in RV(undeclared_endpoints) unless O(purge=true).
    type: list
    elements: dict
    required: true
    suboptions:
      vpc_id:
        description: The VPC.
        type: str
        required: true
      route_table_ids:
        description: All route tables that use the endpoint.
        type: list
        elements: str
        required: true
      allow:
        description: >-
          What may be done although it costs availability. V(remove_route_table) takes the route out of route tables
          that are not declared.
        type: list
        elements: str
        choices: [remove_route_table]
  tables:
    description:
      - The tables that can be reached, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
      - Entries with C(state=absent) are not.
    type: list
    elements: dict
    default: []
  other_tables:
    description: ARNs of further tables that can be reached. V(*) leaves it to the callers' own policies.
    type: list
    elements: str
    default: []
  tags:
    description: Tags of the endpoints, besides C(Name). Other tags that they have are left alone.
    type: dict
  purge:
    description: Whether endpoints of the estate that are not in the list are deleted; their tags decide.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The caller needs C(ec2:DescribeVpcEndpoints), C(ec2:CreateVpcEndpoint), C(ec2:ModifyVpcEndpoint), C(ec2:CreateTags),
    and with O(purge=true) C(ec2:DeleteVpcEndpoints).
  - An endpoint policy has at most 20480 characters, which is enough for about 100 tables.
seealso:
  - module: amazon.aws.ec2_vpc_endpoint
  - module: traffic_tacos.dynamodb.tables
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Reach the tables from two private subnets without the internet
  traffic_tacos.dynamodb.vpc_endpoints:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables: "{{ dynamodb_tables }}"
    endpoints:
      - vpc_id: vpc-0a1b2c3d4e5f60718
        route_table_ids: [rtb-0a1b2c3d4e5f60718, rtb-0a1b2c3d4e5f60719]

- name: Remove all endpoints of the estate
  traffic_tacos.dynamodb.vpc_endpoints:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    endpoints: []
    purge: true
"""

RETURN = r"""
endpoints:
  description: >-
    The declared endpoints after the run (in check mode, as they would be), each with C(vpc_id), C(vpc_endpoint_id)
    (empty of one that would be made), C(route_table_ids), C(policy) and C(tags).
  returned: when nothing was refused
  type: list
  elements: dict
undeclared_endpoints:
  description: Ids of the estate's endpoints that are not in the list.
  returned: when nothing was refused
  type: list
  elements: str
summary:
  description: How many endpoints were (in check mode, would be) added, changed, removed and kept.
  returned: when nothing was refused
  type: dict
  sample: {add: 1, change: 0, remove: 0, keep: 0}
steps:
  description: The calls that were made (in check mode, would be), each with VPC, action, reason and exact request.
  returned: when nothing was refused
  type: list
  elements: dict
withheld:
  description: The steps that need a word in the entry's O(endpoints[].allow).
  returned: when nothing was refused
  type: list
  elements: dict
deferred:
  description: Always empty; EC2 accepts every change at once.
  returned: when nothing was refused
  type: list
  elements: dict
conflicts:
  description: Route tables that have the endpoint of somebody else.
  returned: when nothing was refused
  type: list
  elements: dict
failures:
  description: What AWS refused, each with VPC, action, code, message and hint.
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

from ..module_utils._engine.client import Aws
from ..module_utils._engine.main import begin, carry_out, finish, reporting
from ..module_utils._engine.report import Report
from ..module_utils._engine.step import Outcome
from ..module_utils._network.argspec import vpc_endpoints_options
from ..module_utils._network.gateway import NetworkGateway
from ..module_utils._network.plan import plan, undeclared
from ..module_utils._network.project import before, diff, rendered
from ..module_utils._network.spec import parse

PATIENCE = 600.0
"""Seconds for all writes, and until new endpoints are available."""


def reconcile(module: AnsibleAWSModule) -> None:
    """Reads, plans, and applies the plan or predicts what it would do."""
    estate, region = module.params["name"], module.params["region"] or ""
    desired = parse(module.params, region)
    aws = Aws(module)
    aws.verify(module.params["account_id"], region)
    gateway = NetworkGateway(aws, estate, region)
    observed = gateway.read()
    others = undeclared(desired, observed, estate)
    there = before(desired, others, observed, estate)
    run = begin(module, PATIENCE)
    outcomes = carry_out(plan(desired, observed, estate, region, module.params["purge"]), gateway, run)
    endpoints = rendered(there, outcomes)
    if run.changed(outcomes):
        found = before(desired, (), gateway.read(), estate)
        endpoints = rendered(found, [Outcome(outcome.plan) for outcome in outcomes])
    finish(
        module,
        Report("endpoint", outcomes),
        diff=diff(there, outcomes),
        endpoints=endpoints,
        undeclared_endpoints=[] if module.params["purge"] else [endpoint.endpoint_id for endpoint in others],
    )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=vpc_endpoints_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
