# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user may write, and how all that is wrong with it is named."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.model import backup_name, label_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._backups.spec import named_tables, parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.origins import time_of
from hypothesis import given
from hypothesis import strategies as st

from tests.support.backups import params

ARN = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users/backup/01489602797149-73d8d5bc"


def problems(*entries: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse(params(*entries))
    return refused.value.problems


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "label: nothing is wished for"),
    ({"keeps": 2}, "keeps: unknown field; did you mean 'keep'?"),
    ({"label": "a_b"}, "label: 'a_b' may only have"),
    ({"label": "x" * 129}, "label: "),
    ({"keep": 0}, "keep: must be between 1 and"),
    ({"keep_days": -1}, "keep_days: must be between 1 and"),
    ({"backup_arn": ARN}, "backup_arn: means nothing without restore_to or state: absent"),
    ({"state": "absent"}, "state: absent needs either label or backup_arn"),
    ({"state": "absent", "label": "x", "backup_arn": ARN}, "state: absent needs either label or backup_arn"),
    ({"state": "absent", "label": "x", "keep": 2}, "keep: has no place beside state: absent"),
    ({"label": "x", "restore_from": "latest"}, "restore_from: means nothing without restore_to"),
    ({"label": "x", "allow": ["adopt_table"]}, "allow: adopt_table means nothing without restore_to"),
    ({"restore_to": "new"}, "restore_to: needs exactly one of backup_arn, label, restore_from"),
    ({"restore_to": "new", "label": "x", "restore_from": "latest"}, "restore_to: needs exactly one of"),
    ({"restore_to": "new", "label": "x", "state": "absent"}, "state: absent contradicts restore_to"),
    ({"restore_to": "new", "label": "x", "keep": 2}, "keep: has no place beside restore_to"),
    ({"restore_to": "new", "label": "x", "allow": ["delete_backup"]}, "allow: delete_backup means nothing beside"),
    ({"restore_to": "new", "restore_time": "2026-11-02 08:00"}, "restore_time: '2026-11-02 08:00' is not a time with"),
    ({"restore_to": "users", "label": "x"}, "restore_to: ticket-users is the table itself"),
    ({"restore_to": "n w", "label": "x"}, "restore_to: 'ticket-n w' may only have"),
    ({"restore_to": "new", "backup_arn": "x"}, "backup_arn: 'x' is not the ARN of a DynamoDB backup"),
    ({"restore_to": "new", "backup_arn": ARN.replace("users", "old")}, "backup_arn: "),
    ({"restore_to": "new", "backup_arn": ARN.replace("northeast", "south")}, "backup_arn: "),
]


@pytest.mark.parametrize(("entry", "problem"), WRONG, ids=[f"{number}" for number in range(len(WRONG))])
def test_a_wrong_entry_is_named(entry: dict[str, Any], problem: str) -> None:
    found = problems({"table": "users", **entry})
    assert len(found) == 1
    assert found[0].startswith(f"backups[0].{problem}")


def test_all_entries_are_looked_at() -> None:
    found = problems({"table": "users"}, {"label": "x"}, {"table": "", "table_name": "a b", "keep": 0})
    assert [problem.split(":")[0] for problem in found] == ["backups[0].label", "backups[1].table", "backups[2].table"]


CONTRADICTIONS: list[tuple[list[dict[str, Any]], str]] = [
    ([{"label": "x"}, {"label": "x"}], "backups[1].label: traffic_tacos.dynamodb_ticket_x of ticket-users is in"),
    ([{"label": "x"}, {"label": "x", "state": "absent"}], "already, with state: present"),
    ([{"keep": 2}, {"keep_days": 7}], "backups[1]: what is kept of ticket-users is said in backups[0] already"),
    (
        [{"restore_to": "new", "label": "x"}, {"restore_to": "new", "label": "y"}],
        "backups[1].restore_to: ticket-new is restored in backups[0] already",
    ),
    (
        [{"restore_to": "new", "label": "x"}, {"table": "new", "label": "y"}],
        "backups[0].restore_to: ticket-new is the table of backups[1]",
    ),
]


@pytest.mark.parametrize(("entries", "problem"), CONTRADICTIONS, ids=range(len(CONTRADICTIONS)))
def test_contradictions_name_both_sides(entries: list[dict[str, Any]], problem: str) -> None:
    (found,) = problems(*({"table": "users", **entry} for entry in entries))
    assert problem in found


def test_what_is_right_becomes_wishes() -> None:
    wishes = parse(
        params(
            {"table": "users", "label": "b", "keep": 2},
            {"table": "users", "label": "a"},
            {"table": "odd", "table_name": "elsewhere", "keep_days": 3},
            {"table": "users", "restore_to": "new", "restore_time": "2026-11-02T10:00:00.5+01:00"},
        )
    )
    assert [upkeep.table_name for upkeep in wishes.upkeep] == ["elsewhere", "ticket-users"]
    assert wishes.upkeep[1].labels == ("a", "b")
    (restore,) = wishes.restores
    assert (restore.table_name, restore.time) == ("ticket-new", time_of("2026-11-02T09:00:00Z"))


def test_tables_to_list_are_named_by_either_name() -> None:
    asked = {"name": "ticket", "tables": ["users"], "table_names": ["ticket-orders", "elsewhere"]}
    assert named_tables(asked) == {"ticket-users": "users", "ticket-orders": "orders", "elsewhere": "elsewhere"}
    with pytest.raises(Refused, match=r"tables\[0\]"):
        named_tables({"name": "ticket", "tables": ["a b"], "table_names": None})


ESTATES = st.from_regex(r"[a-z_.-]{1,6}", fullmatch=True)
LABELS = st.from_regex(r"[a-z.-]{1,6}", fullmatch=True)


@given(ESTATES, LABELS, ESTATES)
def test_no_name_belongs_to_two_estates(estate: str, label: str, other: str) -> None:
    name = backup_name(estate, label)
    assert label_of(estate, name) == label
    assert estate == other or not label_of(other, name)
