# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the tagging index is enough, and when each table has to be asked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.names import UNFINISHED
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.tags import MANY, known_tags

from tests.support.account import Account
from tests.support.tables import desired, params

ENTRIES = [{"name": f"t{number}", "hash_key": "id"} for number in range(MANY)]
TAGS = dict(desired(ENTRIES[7], tags={"Team": "a"}).spec.tags)  # type: ignore[union-attr]


def known(tags: dict[str, str], **options: Any) -> bool:
    tables = parse(params(*ENTRIES, tags={"Team": "a"}, **options))
    return "ticket-t7" in known_tags(tables, {"ticket-t7": tags, "ticket-stranger": TAGS})


def test_tags_that_are_as_declared_need_not_be_read() -> None:
    assert known(TAGS)
    assert known({**TAGS, "Other": "tag"})


@pytest.mark.parametrize(
    "tags", [{}, {**TAGS, "Team": "b"}, {**TAGS, UNFINISHED: "yes"}, {**TAGS, "Estate": "other"}, {"Team": "a"}]
)
def test_what_might_become_a_change_is_read(tags: dict[str, str]) -> None:
    assert not known(tags)


def test_a_tag_that_would_be_purged_is_read() -> None:
    tables = parse(params(*({**entry, "purge_tags": True} for entry in ENTRIES), tags={"Team": "a"}))
    assert known_tags(tables, {"ticket-t7": TAGS}) != {}
    assert known_tags(tables, {"ticket-t7": {**TAGS, "Other": "tag"}}) == {}


def test_few_tables_are_always_asked() -> None:
    assert known_tags(parse(params(*ENTRIES[1:])), {"ticket-t7": TAGS}) == {}


def test_the_index_saves_a_call_for_each_table_and_tells_the_same() -> None:
    account = Account()
    account.converge(*ENTRIES)
    tables = parse(params(*ENTRIES))
    extras = {table.table_name: wanted_extras(table) for table in tables}
    asked = account.read(tables)
    index = known_tags(tables, account.gateway.owned_tags())
    assert len(index) == MANY
    account.aws.calls.clear()
    observed, _failures = account.gateway.read(extras, index)
    assert observed == asked
    assert "ListTagsOfResource" not in {call.operation for call in account.aws.calls}
