#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: usage_info
short_description: Read what DynamoDB tables and indexes use, what is throttled and why, and what it costs
version_added: 0.1.0
description:
  - Reads CloudWatch's metrics of tables and their global secondary indexes over a window of time, and says what was
    consumed against what is provisioned, which requests were refused and for which reason, and which tables and indexes
    nobody uses.
  - Compares on-demand capacity with provisioned capacity with auto scaling at the load that was measured. The
    break-even needs no prices; money is named only with O(prices).
  - Nothing is said, and nothing is advised, where CloudWatch has no data point. What the caller may not see is a
    finding, and the rest is read.
  - Without O(names), O(prefix) and O(owned) all tables of the account and region are read.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  names:
    description: Names in AWS of the tables; a name that is not there is left out.
    type: list
    elements: str
  prefix:
    description: Reads the tables whose names begin with this.
    type: str
  owned:
    description:
      - Reads the tables that carry the estate's tags, whatever their names.
      - Where the caller may not read tags, these are the tables whose names begin with the estate's name.
    type: bool
    default: false
  tables:
    description:
      - The declared tables, in the form of the option O(traffic_tacos.dynamodb.tables#module:tables).
      - Their names are those of RV(usage); without them a name is what follows the estate's name and a hyphen.
    type: list
    elements: dict
    default: []
  hours:
    description: >-
      How many hours before O(end) the window begins. Where neither this nor O(start) is given, 24. CloudWatch keeps 455
      days.
    type: int
  start:
    description: When the window begins, in UTC where it names no zone, for example V(2026-11-02T09:00:00Z).
    type: str
  end:
    description: When the window ends, in the form of O(start). Left out, it ends now.
    type: str
  include:
    description:
      - What is not read, or not returned, without it.
      - V(series) returns all data points of what was consumed and refused.
      - V(hot_keys) reads the most frequent keys where contributor insights are on, of the last 24 hours of the window.
        They are values of key attributes, which people may be named in.
    type: list
    elements: str
    choices: [hot_keys, series]
    default: []
  target_value:
    description: The utilization in per cent that auto scaling is thought to keep, 20 to 90.
    type: int
    default: 70
  prices:
    description: What AWS charges in this region, from its price list. C(docs/examples/prices.yml) is an example.
    type: dict
    suboptions:
      currency:
        description: The prices' currency.
        type: str
        default: USD
      date:
        description: When the prices were looked up; it is shown with every sum.
        type: str
        required: true
      source:
        description: Where they were looked up.
        type: str
      standard:
        description: Prices of tables of the class V(STANDARD).
        type: dict
        required: true
        suboptions: &rates
          read_request_units:
            description: Price of a million read request units.
            type: float
            required: true
          write_request_units:
            description: Price of a million write request units.
            type: float
            required: true
          read_capacity_units:
            description: Price of one provisioned read capacity unit for an hour.
            type: float
            required: true
          write_capacity_units:
            description: Price of one provisioned write capacity unit for an hour.
            type: float
            required: true
      standard_infrequent_access:
        description: Prices of tables of the class V(STANDARD_INFREQUENT_ACCESS). Without them these tables get no sums.
        type: dict
        suboptions: *rates
  progress:
    description: Whether lines on standard error say how far it is.
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
  - The caller needs C(dynamodb:DescribeTable), C(cloudwatch:GetMetricData), with O(owned) C(tag:GetResources),
    otherwise C(dynamodb:ListTables), with provisioned tables C(application-autoscaling:DescribeScalableTargets), and
    for the hot keys C(dynamodb:ListContributorInsights), C(dynamodb:DescribeContributorInsights) and
    C(cloudwatch:GetInsightRuleReport).
  - AWS charges C(GetMetricData) by the metric. Four are asked for each on-demand table and index, six for each
    provisioned one, and four more for each access that was throttled.
  - A data point stands for 60 seconds in a window of less than 24 hours, and for more in a longer or older one, so that
    a metric has fewer than 1440 and CloudWatch still has them all. Peaks shorter than that are not seen.
seealso:
  - module: traffic_tacos.dynamodb.alarms_info
  - module: traffic_tacos.dynamodb.tables
"""

EXAMPLES = r"""
- name: See what the estate's tables used in the last two weeks
  traffic_tacos.dynamodb.usage_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    owned: true
    hours: 336
  register: found

- name: Name what nobody uses
  ansible.builtin.debug:
    msg: "{{ found.usage.values() | map(attribute='advice') | flatten | selectattr('id', 'match', 'usage.*unused') }}"

- name: Compare both billing modes of one table with the prices of its region
  traffic_tacos.dynamodb.usage_info:
    name: ticket
    account_id: "137406935518"
    region: us-east-1
    names: [ticket-users]
    prices: "{{ dynamodb_prices['us-east-1'] }}"
"""

RETURN = r"""
usage:
  description: What was measured, by the table's logical name.
  returned: always
  type: dict
  contains:
    table_name:
      description: The table's name in AWS.
      type: str
    billing_mode:
      description: V(PAY_PER_REQUEST) or V(PROVISIONED).
      type: str
    window:
      description: C(start), C(end) and C(period), the seconds that a data point stands for.
      type: dict
    seen:
      description: Whether CloudWatch answered.
      type: bool
    series:
      description: With O(include=series) by metric the data points, each a time in seconds since 1970 and a value.
      type: dict
    totals:
      description:
        - What was consumed (request units) and refused (events) in the window, and the units a second in the busiest
          period, on average in that.
        - V(null) where CloudWatch has no data point.
      type: dict
    provisioned:
      description: With provisioned capacity the units now, their average and the share of them that was used.
      type: dict
    throttling:
      description: What was refused, with C(access), C(cause), C(events), C(first) and C(last).
      type: list
      elements: dict
    hot_keys:
      description: With O(include=hot_keys) the most frequent keys, C(accessed) and C(throttled).
      type: list
      elements: dict
    capacity:
      description:
        - Of the table and its indexes together the C(request_units) that were consumed, the C(unit_hours) that auto
          scaling would have provided for them, the C(utilization) of these, and the C(break_even).
        - Provisioned capacity is the cheaper one where the price of a million request units is more than C(break_even)
          times that of a unit-hour.
      type: dict
    cost:
      description: With O(prices) what a month of 730 hours at this load costs.
      type: dict
    switch:
      description: The value that switches the table to the other billing mode in C(dynamodb_billing_modes).
      type: dict
    advice:
      description: Findings, each with C(id), C(severity), C(resource), C(found), C(expected) and C(mend).
      type: list
      elements: dict
    indexes:
      description: The same of each global secondary index, but for what the table has once.
      type: dict
  sample:
    users:
      table_name: ticket-users
      billing_mode: PAY_PER_REQUEST
      window: {start: "2026-11-01T09:00:00Z", end: "2026-11-02T09:00:00Z", period: 300}
      totals:
        consumed_read: 86400.0
        throttled_read: 12.0
        peak_read: 40.5
      throttling:
        - access: read
          cause: KeyRangeThroughput
          events: 12.0
          first: "2026-11-02T03:10:00Z"
          last: "2026-11-02T03:15:00Z"
findings:
  description: What could not be seen, in the same form as C(advice).
  returned: always
  type: list
  elements: dict
"""

from datetime import UTC, datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.errors import failure_of
from ..module_utils._engine.main import finish_info, reporting
from ..module_utils._engine.progress import open_channel
from ..module_utils._usage.argspec import usage_info_options
from ..module_utils._usage.gateway import UsageGateway
from ..module_utils._usage.results import names_of, table_usage
from ..module_utils._usage.spec import check
from ..module_utils._usage.unseen import is_denied, unseen


def usage_of(gateway, params, window, prices):
    tables = gateway.tables(params)
    target = params["target_value"]
    measured = gateway.measure(tables, window, target / 100, "series" in params["include"])
    hot = gateway.hot_keys(tables, window) if "hot_keys" in params["include"] else {}
    return {
        name: table_usage(
            table,
            [measured[place.table_name, place.index] for place in table.places],
            window,
            prices,
            target,
            hot,
        )
        for name, table in names_of(tables).items()
    }


def main():
    module = AnsibleAWSModule(
        argument_spec=usage_info_options(),
        supports_check_mode=True,
        mutually_exclusive=[("names", "prefix"), ("names", "owned"), ("hours", "start")],
    )
    with reporting(module):
        params = module.params
        window, prices = check(params, datetime.now(UTC))
        aws = Aws(module)
        aws.verify(params["account_id"], params["region"])
        gateway = UsageGateway(aws, params["name"], open_channel(params["progress"]))
        usage = usage_of(gateway, params, window, prices)
        denied = [error for error in gateway.errors if is_denied(error)]
        failed = [error for error in gateway.errors if not is_denied(error)]
        finish_info(
            module,
            "table",
            [failure_of(error, error.subject, error.permission) for error in failed],
            usage=usage,
            findings=unseen(denied, "what depends on it is not in the result"),
        )


if __name__ == "__main__":
    main()
