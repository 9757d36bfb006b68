# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every table and every index has its two throttle alarms, and they can fire and recover."""

from __future__ import annotations

import boto3

NAME = "molecule-alarms"

pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{NAME}-")
alarms = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}

assert len(alarms) == 24, sorted(alarms)
assert {f"{NAME}-tickets-read-throttle", f"{NAME}-tickets-user-index-write-throttle"} <= alarms.keys(), sorted(alarms)
for name, alarm in alarms.items():
    metrics = [each["MetricStat"]["Metric"]["MetricName"] for each in alarm["Metrics"] if "MetricStat" in each]
    kind = "Read" if name.endswith("-read-throttle") else "Write"
    assert metrics == [f"{kind}ThrottleEvents"], alarm
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0.0), alarm
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (2, 1), alarm
    assert alarm["TreatMissingData"] == "notBreaching", alarm
    assert alarm["AlarmActions"] == ["arn:aws:sns:ap-northeast-2:137406935518:ticket-alarms"], alarm
