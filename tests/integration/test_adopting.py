# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Adopting: what adopt.yml writes is a declaration in which only our tags are missing."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.support.emulator import Emulator
from tests.support.playbooks import play

# moto knows neither contributor insights nor table ids
INCLUDE = ["autoscaling", "resource_policy"]


def make_strangers(emulator: Emulator) -> None:
    client = emulator.client("dynamodb")
    client.create_table(
        TableName="ticket-orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "N"} for name in ("pk", "sk", "by")],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        LocalSecondaryIndexes=[
            {
                "IndexName": "loc",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "by", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        Tags=[{"Key": "Team", "Value": "orders"}],
    )
    client.create_table(
        TableName="legacy",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )


def test_adopted_tables_only_lack_our_tags(emulator: Emulator, tmp_path: Path) -> None:
    make_strangers(emulator)
    adopted = tmp_path / "tables.yml"
    names = ["ticket-orders", "legacy"]
    run = play(
        emulator, "adopt", dynamodb_adopt_path=str(adopted), dynamodb_adopt_names=names, dynamodb_adopt_include=INCLUDE
    )
    assert run.returncode == 0, run.output
    written = yaml.safe_load(adopted.read_text())
    assert [table["name"] for table in written["dynamodb_tables"]] == ["legacy", "orders"]
    planned = play(emulator, "plan", f"--extra-vars=@{adopted}")
    assert planned.returncode == 0, planned.output
    tables = [step for step in planned.steps if not step.startswith("+ ")]
    assert [step.split(" (")[0] for step in tables] == ["~ legacy tag table", "~ ticket-orders tag table"]


def test_what_is_missing_is_said(emulator: Emulator) -> None:
    run = play(emulator, "adopt")
    assert run.returncode != 0
    assert "Give dynamodb_adopt_path" in run.output
    assert emulator.operations() == []
