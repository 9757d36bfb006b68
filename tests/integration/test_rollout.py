# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A rollout of the example's targets: a canary, then half, then all; behind a failure nothing is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.emulator import Emulator
from tests.support.playbooks import writes
from tests.support.targets import Place, Target, deploy, states

ROLLOUT = [1, "50%", "100%"]


def in_the_way(emulator: Emulator, target: Target) -> None:
    """A table with the name of the target's, and another key."""
    Place(emulator, target.account, target.region).client("dynamodb").create_table(
        TableName=f"{target.name}-users",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
    )
    emulator.forget()


def called(emulator: Emulator) -> dict[str, list[float]]:
    """When something was called, by region; not IAM, which has none, and not where the role was assumed."""
    times: dict[str, list[float]] = {}
    for request in emulator.requests():
        if request["service"] != "iam" and request["operation"] != "AssumeRole":
            times.setdefault(request["region"], []).append(request["time"])
    return times


def test_a_canary_that_fails_leaves_all_others_alone(emulator: Emulator) -> None:
    canary = Target("tacos", "dev", "us-east-1")
    in_the_way(emulator, canary)
    played = deploy(emulator, dynamodb_rollout=ROLLOUT, dynamodb_canary=canary.host)
    assert played.returncode != 0
    assert "ticket-dev-users: this needs a new table" in played.output
    assert called(emulator).keys() == {canary.region}
    for (account, region), state in states(emulator).items():
        found = {name for resources in state.values() for name in resources}
        alarms = {"ticket-dev-users-read-throttle", "ticket-dev-users-write-throttle"}
        there = {"ticket-dev-users", *alarms} if (account, region) == (canary.account, canary.region) else set()
        assert found == there, "the canary's alarms are made; roles are not its business"


def test_batches_follow_one_another_and_end_behind_a_failure(emulator: Emulator) -> None:
    canary, writer, broken = (
        Target("tacos", "dev", region) for region in ("eu-central-1", "ap-northeast-2", "ap-northeast-1")
    )
    in_the_way(emulator, broken)
    played = deploy(emulator, "--limit=tacos:&dev", dynamodb_rollout=ROLLOUT, dynamodb_canary=canary.host)
    assert played.returncode != 0
    assert f"The rollout ends behind what failed: {broken.host}" in " ".join(played.output.split())
    times = called(emulator)
    assert times.keys() == {canary.region, writer.region, broken.region}, "the last one is untouched"
    assert max(times[canary.region]) < min(times[writer.region] + times[broken.region])
    roles = Place(emulator, "tacos", writer.region).client("iam").list_roles()["Roles"]
    assert len(roles) == 2, "the other one of the batch is finished"


def test_approved_plans_are_rolled_out_and_compared_before_each_batch(emulator: Emulator, tmp_path: Path) -> None:
    hosts = ["partner-prod-us-east-1", "partner-prod-eu-central-1"]
    path, limit = tmp_path / "plan.json", f"--limit={','.join(hosts)}"
    planned = deploy(emulator, limit, playbook="plan", dynamodb_rollout=[1], dynamodb_plan_path=str(path))
    assert planned.returncode == 0, planned.output
    approved = json.loads(path.read_text())["dynamodb_approved_plan"]
    assert approved.keys() == set(hosts), "a plan has no batches"

    how = {"dynamodb_rollout": [1], "dynamodb_require_approved_plan": True}
    refused = deploy(emulator, limit, **how, dynamodb_approved_plan={**approved, hosts[0]: {"digest": "0"}})
    assert refused.returncode != 0
    assert "this is not the approved plan" in refused.output
    assert (writes(emulator), hosts[1] in refused.output.rpartition("PLAY RECAP")[2]) == ([], False)

    emulator.forget()
    done = deploy(emulator, limit, **how, dynamodb_approved_plan=approved)
    assert done.returncode == 0, done.output
    times = called(emulator)
    assert max(times["us-east-1"]) < min(times["eu-central-1"])
    tables = [Place(emulator, "partner", region).client("dynamodb").list_tables() for region in times]
    assert [found["TableNames"] for found in tables] == [["ticket-prod-users"]] * 2


@pytest.mark.parametrize(
    "how",
    [{"dynamodb_rollout": ["100%"]}, {"dynamodb_rollout": [1], "dynamodb_canary": "tacos-dev-us-west-2"}],
    ids=str,
)
def test_what_is_no_rollout_is_refused(emulator: Emulator, how: dict[str, object]) -> None:
    refused = deploy(emulator, **how)
    assert refused.returncode != 0
    assert "there must be several batches, and the first must begin with the canary" in " ".join(refused.output.split())
    assert emulator.operations() == []
