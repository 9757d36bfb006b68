# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is there and whatever is wished: strangers are spared, a run converges, check mode says the truth."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.backups import backup, run, table
from tests.support.dynamodb_double import SETTLED, FakeAws, Settings

OURS = "traffic_tacos.dynamodb_ticket_{}".format
STRANGERS = ("ticket-users-1", "traffic_tacos.dynamodb_ticket-dev_a", "traffic_tacos.dynamodb_ticket_a_b", "nightly")
NAMES = st.sampled_from([*STRANGERS, *map(OURS, "abcd")])
AGAIN = "again"

HISTORIES = st.lists(NAMES | st.just(AGAIN), max_size=8)
"""Backups in the order in which they were made; the table was made again in between."""

RETENTIONS = st.fixed_dictionaries({}, optional={"keep": st.integers(1, 4), "keep_days": st.integers(1, 6)}).filter(
    bool
)
LABELS = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["present", "absent", "allowed"]), max_size=3)


def account(history: list[str]) -> FakeAws:
    aws = FakeAws(settings=Settings(durations=SETTLED))
    table(aws, "ticket-users")
    for name in history:
        if name == AGAIN:
            aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-users"})
            aws.clock.sleep(1)
            table(aws, "ticket-users")
        else:
            backup(aws, "ticket-users", name)
    return aws


def entries(labels: dict[str, str], retention: dict[str, Any] | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"table": "users", **retention}] if retention else []
    for label, wish in labels.items():
        state = "present" if wish == "present" else "absent"
        allow = ["delete_backup"] if wish == "allowed" else []
        found.append({"table": "users", "label": label, "state": state, "allow": allow})
    return found


def there(aws: FakeAws) -> dict[str, dict[str, Any]]:
    found = aws.dynamodb.handle("ListBackups", {})["BackupSummaries"]
    return {entry["BackupArn"]: entry for entry in found}


def forms(backups: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    """Backups without what only AWS can know."""
    known = [{key: each[key] for key in each if key not in ("backup_arn", "created", "size_bytes")} for each in backups]
    return sorted((sorted(each.items(), key=lambda item: item[0]) for each in known), key=str)


@given(HISTORIES, LABELS, RETENTIONS)
def test_retention_spares_everything_that_is_not_ours(
    history: list[str], labels: dict[str, str], retention: dict[str, Any]
) -> None:
    aws = account(history)
    before = there(aws)
    table_id = aws.dynamodb.handle("DescribeTable", {"TableName": "ticket-users"})["Table"]["TableId"]
    run(aws, *entries(labels, retention))
    spoken = {OURS(label) for label, wish in labels.items() if wish == "allowed"}
    for arn in before.keys() - there(aws).keys():
        gone = before[arn]
        assert gone["BackupName"] not in STRANGERS
        assert gone["TableId"] == table_id or gone["BackupName"] in spoken


@given(HISTORIES, RETENTIONS)
def test_retention_leaves_what_it_promises(history: list[str], retention: dict[str, Any]) -> None:
    aws = account(history)
    table_id = aws.dynamodb.handle("DescribeTable", {"TableName": "ticket-users"})["Table"]["TableId"]

    def own() -> list[dict[str, Any]]:
        found = there(aws).values()
        return [each for each in found if each["TableId"] == table_id and each["BackupName"] not in STRANGERS]

    before, now = own(), aws.clock.now()
    run(aws, *entries({}, retention))
    young = [
        each
        for each in before
        if (now - each["BackupCreationDateTime"].timestamp()) <= retention.get("keep_days", 0) * 86400
    ]
    assert len(own()) == max(min(len(before), retention.get("keep", 1)), len(young))
    assert own() == before[len(before) - len(own()) :]


@given(HISTORIES, LABELS, st.none() | RETENTIONS)
@settings(max_examples=200)
def test_check_mode_predicts_and_a_second_run_changes_nothing(
    history: list[str], labels: dict[str, str], retention: dict[str, Any] | None
) -> None:
    aws = account(history)
    wished = entries(labels, retention)
    if not wished:
        return
    before = there(aws)
    predicted = run(aws, *wished, check=True)
    assert (aws.writes, there(aws)) == ([], before)
    done = run(aws, *wished)
    assert [outcome.done for outcome in done.outcomes] == [outcome.done for outcome in predicted.outcomes]
    result = done.report.result()
    result.pop("times", None)
    assert result == predicted.report.result()
    assert done.diff == predicted.diff
    assert forms(done.backups) == forms(predicted.backups)
    assert {each["backup_arn"] for each in done.backups} == there(aws).keys()
    again = run(aws, *wished)
    assert (again.actions, again.backups) == ([], done.backups)
    assert again.message == done.message, "what lacks the user's word is said again"


@given(HISTORIES, LABELS, st.none() | RETENTIONS, st.randoms())
def test_the_order_of_the_entries_means_nothing(
    history: list[str], labels: dict[str, str], retention: dict[str, Any] | None, random: Any
) -> None:
    aws = account(history)
    wished = entries(labels, retention)
    first = run(aws, *wished, check=True)
    random.shuffle(wished)
    assert {step.request.get("BackupArn") for each in run(aws, *wished, check=True).outcomes for step in each.done} == {
        step.request.get("BackupArn") for each in first.outcomes for step in each.done
    }
