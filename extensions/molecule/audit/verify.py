# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An audit leaves nothing behind: what is declared and missing stays missing."""

from __future__ import annotations

import boto3

NAME = "molecule-audit-"

tables = boto3.client("dynamodb").list_tables(ExclusiveStartTableName="molecule-audis")["TableNames"]
alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=NAME)["MetricAlarms"]
roles = [role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]]

assert not [name for name in tables if name.startswith(NAME)], tables
assert not alarms, alarms
assert not [name for name in roles if name.startswith(NAME)], roles
