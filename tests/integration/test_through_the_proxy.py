# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole playbooks against AWS's rules and state times: whoever does not wait, or sends too much at once, is refused."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb_double import Settings
from tests.support.emulator import ACCOUNT, REGION
from tests.support.playbooks import play, writes
from tests.support.shaping_proxy import ShapingProxy

MEANT = {
    ("DescribeTable", "ResourceNotFoundException"),  # how one finds out that a table is not there
    ("UpdateContinuousBackups", "ContinuousBackupsUnavailableException"),  # seconds after ACTIVE (T-115)
}


def refusals(proxy: ShapingProxy) -> list[tuple[str, str, str]]:
    """What the rules refused and should not have had to refuse."""
    found = [(entry.operation, entry.code, entry.message) for entry in proxy.journal.refused]
    return [refusal for refusal in found if refusal[:2] not in MEANT]


def indexes(proxy: ShapingProxy, table: str) -> dict[str, str]:
    found = proxy.client("dynamodb").describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    return {index["IndexName"]: index["IndexStatus"] for index in found}


def declared(*names: str) -> list[dict[str, Any]]:
    wanted = [{"name": name, "hash_key": name.removeprefix("by-")} for name in names]
    return [{"name": "users", "hash_key": "id", "global_secondary_indexes": wanted, "allow": ["delete_index"]}]


def test_the_estate_is_deployed_without_a_refused_call(proxy: ShapingProxy) -> None:
    """Ten times faster than on AWS, so that every state is met."""
    proxy.reset(Settings(speed=10))
    deployed = play(proxy, "site")
    assert deployed.returncode == 0, deployed.output
    assert deployed.summary[0] == "tables            7 added, 0 changed, 0 removed, 0 unchanged"
    assert refusals(proxy) == []
    assert proxy.mirror_refusals == []

    proxy.forget()
    again = play(proxy, "site")
    assert (again.returncode, again.recap("changed"), again.steps) == (0, 0, [])
    assert writes(proxy) == []
    assert refusals(proxy) == []


def test_several_indexes_come_and_go_in_one_run(proxy: ShapingProxy) -> None:
    """One at a time, each until it is built (T-148 T-159)."""
    first = play(proxy, "site", dynamodb_tables=declared("by-city", "by-zip"))
    assert first.returncode == 0, first.output
    proxy.forget()
    changed = play(proxy, "site", dynamodb_tables=declared("by-zip", "by-name", "by-mail"))
    assert changed.returncode == 0, changed.output
    assert indexes(proxy, "ticket-users") == dict.fromkeys(("by-zip", "by-name", "by-mail"), "ACTIVE")
    assert refusals(proxy) == []
    updates = [entry.request["GlobalSecondaryIndexUpdates"] for entry in proxy.journal.entries(operation="UpdateTable")]
    assert sorted(next(iter(update)) for (update,) in updates) == ["Create", "Create", "Delete"]

    gone = play(proxy, "site", dynamodb_tables=declared())
    assert gone.returncode == 0, gone.output
    assert indexes(proxy, "ticket-users") == {}
    assert refusals(proxy) == []
    assert proxy.mirror_refusals == []


def test_a_table_is_removed_without_a_refused_call(proxy: ShapingProxy) -> None:
    """Tags and encryption have been changed just before; neither may still be under way."""
    assert play(proxy, "site", dynamodb_tables=declared("by-city")).returncode == 0
    proxy.forget()
    gone = play(proxy, "teardown", dynamodb_tables=declared("by-city"), dynamodb_teardown=f"ticket@{ACCOUNT}/{REGION}")
    assert gone.returncode == 0, gone.output
    assert proxy.client("dynamodb").list_tables()["TableNames"] == []
    assert refusals(proxy) == []
