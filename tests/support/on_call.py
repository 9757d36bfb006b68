# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/operate.md tells of: something happens to a deployed estate, and a person on call runs commands.

The outputs on this page are what the commands printed here: python -m tests.support.on_call writes them anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .emulator import REGION, Emulator
from .pages import Chapter, Command, Page, nothing
from .playbooks import ROOT, play

ORDERS = "ticket-reservation-orders"
TICKETS = "ticket-tickets"
APPLICATION = "ticket-dynamodb-application-role"
PRICES = "prices.yml"
EXAMPLE = ROOT / "docs/examples/prices.yml"
PLANNED = "plan.json"


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=minutes)


def put(emulator: Emulator, table: str, metric: str, *points: tuple[int, float]) -> None:
    """Points of a table, so many minutes ago."""
    data = [
        {
            "MetricName": metric,
            "Dimensions": [{"Name": "TableName", "Value": table}],
            "Timestamp": minutes_ago(minutes),
            "Value": value,
        }
        for minutes, value in points
    ]
    emulator.client("cloudwatch").put_metric_data(Namespace="AWS/DynamoDB", MetricData=data)


def writes_are_throttled(emulator: Emulator) -> None:
    """An estate is deployed, and then used."""
    assert play(emulator, "site").returncode == 0
    put(emulator, ORDERS, "WriteThrottleEvents", (40, 310.0), (35, 120.0))
    put(emulator, ORDERS, "WriteKeyRangeThroughputThrottleEvents", (40, 310.0), (35, 120.0))


def load_for_two_weeks(emulator: Emulator) -> None:
    # From a full hour back, as the cost counts hours: the page says the same at any minute
    past = datetime.now(UTC).minute
    quarters = range(60 + past, 13 * 24 * 60 + past, 15)
    put(emulator, TICKETS, "ConsumedWriteCapacityUnits", *((minutes, 90_000.0) for minutes in quarters))
    put(emulator, TICKETS, "ConsumedReadCapacityUnits", *((minutes, 45_000.0) for minutes in quarters))
    prices = EXAMPLE.read_text(encoding="utf-8").replace("us-east-1", REGION)
    (emulator.directory / PRICES).write_text(prices, encoding="utf-8")


def policy_is_detached(emulator: Emulator) -> None:
    iam = emulator.client("iam")
    attached = iam.list_attached_role_policies(RoleName=APPLICATION)["AttachedPolicies"]
    iam.detach_role_policy(RoleName=APPLICATION, PolicyArn=attached[0]["PolicyArn"])


def table_is_changed(emulator: Emulator) -> None:
    dynamodb = emulator.client("dynamodb")
    off = {"PointInTimeRecoveryEnabled": False}
    dynamodb.update_continuous_backups(TableName=ORDERS, PointInTimeRecoverySpecification=off)
    arn = dynamodb.describe_table(TableName=ORDERS)["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "Environment", "Value": "mine"}])


def deployment_was_killed(emulator: Emulator) -> None:
    """What one leaves that ended after the tables and before the alarms."""
    cloudwatch = emulator.client("cloudwatch")
    names = [alarm["AlarmName"] for alarm in cloudwatch.describe_alarms(AlarmNamePrefix="ticket-users")["MetricAlarms"]]
    cloudwatch.delete_alarms(AlarmNames=names)
    emulator.client("iam").detach_role_policy(
        RoleName=APPLICATION, PolicyArn="arn:aws:iam::137406935518:policy/ticket-dynamodb-access-policy"
    )


SITE = Command("site", ("Summary",))
PLAN = Command("plan", ("Summary",))
PROTECT = ("-e", "dynamodb_enable_deletion_protection=true")
RESTORE = ("-e", "dynamodb_restore_table=users", "-e", "dynamodb_restore_to=users-yesterday")
YESTERDAY = ("-e", "dynamodb_restore_time=latest")
ADD = "What to add to dynamodb_tables, before the next deployment takes permissions and alarms away again"
APPROVED = Command("plan", ("Summary", "How to deploy exactly this"), (*PROTECT, "-e", f"dynamodb_plan_path={PLANNED}"))
ANOTHER = Command("site", ("Compare with what was approved",), ("-e", f"@{PLANNED}"), fails=True)
PAGE = Page(
    ROOT / "docs/operate.md",
    (
        Chapter(
            "Writes are throttled",
            writes_are_throttled,
            (Command("throttling", ("Summary",), ("-e", "dynamodb_usage_hours=6")),),
        ),
        Chapter("The pod gets AccessDenied", policy_is_detached, (Command("audit", ("Findings",), fails=True), SITE)),
        Chapter("Someone changed a table by hand", table_is_changed, (PLAN, SITE)),
        Chapter(
            "The bill doubled",
            load_for_two_weeks,
            (Command("usage", ("Summary",), ("-e", "dynamodb_usage_hours=336", "-e", f"@{PRICES}")),),
        ),
        Chapter("A deployment was killed", deployment_was_killed, (PLAN, SITE)),
        Chapter("What would this change do, and may it be deployed", nothing, (APPROVED, ANOTHER)),
        Chapter("Restore yesterday's table", nothing, (Command("restore", ("Summary", ADD), (*RESTORE, *YESTERDAY)),)),
    ),
)

if __name__ == "__main__":
    PAGE.rewrite()
