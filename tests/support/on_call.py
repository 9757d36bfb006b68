# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/operate.md tells of: something happens to a deployed estate, and a person on call runs commands.

The outputs on these pages are what the commands printed here: python -m tests.support.on_call writes them anew.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .emulator import REGION, Emulator
from .playbooks import ROOT, play

PAGES = ROOT / "docs/operate.md"
ORDERS = "ticket-reservation-orders"
TICKETS = "ticket-tickets"
APPLICATION = "ticket-dynamodb-application-role"
PRICES = "prices.yml"
EXAMPLE = ROOT / "docs/examples/prices.yml"
PLANNED = "plan.json"
CALENDAR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CHANGING = re.compile(rf"{CALENDAR.pattern}|\b[0-9a-f]{{64}}\b|\d+(\.\d+)? s\b|\d+\.\d+")
COMMAND = "$ ansible-playbook -i inventories/local "


@dataclass(frozen=True)
class Command:
    """A playbook with its arguments, and the tasks whose output is shown; what was asked for may fail."""

    playbook: str
    tasks: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    fails: bool = False

    @property
    def line(self) -> str:
        return " ".join([f"{COMMAND}traffic_tacos.dynamodb.{self.playbook}", *self.arguments])


@dataclass(frozen=True)
class Incident:
    """What happened, and what is run then."""

    question: str
    happens: Callable[[Emulator], None]
    commands: tuple[Command, ...]


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
    put(emulator, ORDERS, "WriteThrottleEvents", (40, 310.0), (35, 120.0))
    put(emulator, ORDERS, "WriteKeyRangeThroughputThrottleEvents", (40, 310.0), (35, 120.0))


def load_for_two_weeks(emulator: Emulator) -> None:
    quarters = range(60, 13 * 24 * 60, 15)
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


def nothing(_emulator: Emulator) -> None:
    pass


SITE = Command("site", ("Summary",))
PLAN = Command("plan", ("Summary",))
PROTECT = ("-e", "dynamodb_enable_deletion_protection=true")
RESTORE = ("-e", "dynamodb_restore_table=users", "-e", "dynamodb_restore_to=users-yesterday")
YESTERDAY = ("-e", "dynamodb_restore_time=latest")
ADD = "What to add to dynamodb_tables, before the next deployment takes permissions and alarms away again"
APPROVED = Command("plan", ("Summary", "How to deploy exactly this"), (*PROTECT, "-e", f"dynamodb_plan_path={PLANNED}"))
ANOTHER = Command("site", ("Compare with what was approved",), ("-e", f"@{PLANNED}"), fails=True)
INCIDENTS = (
    Incident(
        "Writes are throttled",
        writes_are_throttled,
        (Command("throttling", ("Summary",), ("-e", "dynamodb_usage_hours=6")),),
    ),
    Incident("The pod gets AccessDenied", policy_is_detached, (Command("audit", ("Findings",), fails=True), SITE)),
    Incident("Someone changed a table by hand", table_is_changed, (PLAN, SITE)),
    Incident(
        "The bill doubled",
        load_for_two_weeks,
        (Command("usage", ("Summary",), ("-e", "dynamodb_usage_hours=336", "-e", f"@{PRICES}")),),
    ),
    Incident("A deployment was killed", deployment_was_killed, (PLAN, SITE)),
    Incident("What would this change do, and may it be deployed", nothing, (APPROVED, ANOTHER)),
    Incident("Restore yesterday's table", nothing, (Command("restore", ("Summary", ADD), (*RESTORE, *YESTERDAY)),)),
)


def shown(command: Command, emulator: Emulator) -> str:
    """The command and what its tasks said, as a terminal shows it. Raises AssertionError where it ended otherwise."""
    arguments = list(command.arguments)
    for name in (PRICES, PLANNED):
        arguments = [text.replace(name, str(emulator.directory / name)) for text in arguments]
    played = play(emulator, command.playbook, *arguments)
    assert (played.returncode != 0) is command.fails, played.output
    return "\n\n".join([command.line, *(said(played.output, task) for task in command.tasks)])


def said(output: str, task: str) -> str:
    """What the last task of that name said, or why it failed; without the place in the file that Ansible names."""
    _before, heading, after = output.rpartition(f"TASK [{task}] ")
    if not heading:
        _before, heading, after = output.rpartition(f" : {task}] ")
    stars, _line, text = after.partition("\n")
    start = text.index("fatal: ") if text.startswith("[ERROR]") else 0
    end = text.index("\n\n", start)
    return f"TASK [{task}] {stars}\n{text[start:end]}"


def unchanging(text: str) -> str:
    """The text without what differs from run to run: times, money, and where Ansible breaks lines."""
    return " ".join(CHANGING.sub("~", text).split())


def shown_pages(emulator: Emulator) -> dict[str, list[str]]:
    """The blocks of each question, in their order, of one estate to which everything happens after the other."""
    assert play(emulator, "site").returncode == 0
    pages = {}
    for incident in INCIDENTS:
        incident.happens(emulator)
        pages[incident.question] = [shown(command, emulator) for command in incident.commands]
    return pages


def written_pages(text: str) -> dict[str, list[str]]:
    """The blocks under each heading."""
    sections = (section.partition("\n") for section in text.split("\n## ")[1:])
    return {question: re.findall(r"```console\n(.*?)\n```", below, re.S) for question, _line, below in sections}


def main() -> int:
    """Writes the blocks of all pages anew."""
    text = PAGES.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, Emulator(Path(folder)) as emulator:
        pages = shown_pages(emulator)
    for question, blocks in written_pages(text).items():
        for old, new in zip(blocks, pages[question], strict=True):
            text = text.replace(old, new, 1)
    PAGES.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
