# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One dashboard shows every table, every index and every alarm of the estate, in its region."""

from __future__ import annotations

import json

import boto3

NAME = "molecule-dashboard"

cloudwatch = boto3.client("cloudwatch")
found = cloudwatch.get_dashboard(DashboardName=f"{NAME}-dynamodb-ap-northeast-2")
body = json.loads(found["DashboardBody"])
widgets = [widget["properties"] for widget in body["widgets"]]
titles = {widget.get("title") for widget in widgets}

assert f"Made by traffic_tacos.dynamodb for the estate `{NAME}`" in widgets[0]["markdown"], widgets[0]
for table in ("tickets", "users", "ticket-events", "reservation-outbox"):
    assert f"{NAME}-{table}: throttled requests" in titles, titles
assert [len(widget["alarms"]) for widget in widgets if "alarms" in widget] == [24], widgets
metrics = [entry for widget in widgets for entry in widget.get("metrics", []) if isinstance(entry[0], str)]
indexes = {entry[5] for entry in metrics if entry[1] == "OnlineIndexPercentageProgress"}
assert indexes == {"user-index", "status-index", "email-index", "GSI1"}, indexes
assert {widget["region"] for widget in widgets if "metrics" in widget} == {"ap-northeast-2"}
tags = cloudwatch.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
assert {"Key": "Estate", "Value": NAME} in tags, tags
