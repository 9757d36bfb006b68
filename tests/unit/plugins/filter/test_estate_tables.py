# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tables count as declared."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.estate_tables import declared_or_default


def test_an_empty_list_of_tables_is_a_declaration() -> None:
    assert declared_or_default([]) == []
    assert len(declared_or_default(None)) == 7
    with pytest.raises(AnsibleFilterError, match="must be a list of tables, not a mapping"):
        declared_or_default({"name": "users"})


def test_tables_that_are_still_there_count_as_declared() -> None:
    tables = [{"name": "users", "state": "absent"}, {"name": "orders"}]
    kept = ["ticket-users", "legacy", "ticket-orders"]
    assert declared_or_default(tables, kept, "ticket") == [
        {"name": "orders"},
        {"name": "legacy", "table_name": "legacy"},
        {"name": "users", "table_name": "ticket-users"},
    ]
    assert declared_or_default(tables, [], "ticket") == tables
