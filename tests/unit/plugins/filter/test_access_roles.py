# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter around the roles' documents, which are tested in _access/test_documents.py."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.access_roles import FilterModule

access_roles = FilterModule().filters()["access_roles"]
SETTINGS = {"name": "ticket", "account_id": "137406935518", "regions": ["ap-northeast-2"]}


def test_it_makes_the_roles() -> None:
    assert [role["name"] for role in access_roles([{"name": "users"}], **SETTINGS)] == [
        "ticket-dynamodb-application-role",
        "ticket-dynamodb-readonly-role",
    ]


def test_problems_are_one_clear_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"access_roles: .*regionen: unknown field"):
        access_roles([], **SETTINGS, regionen=[])
    with pytest.raises(AnsibleFilterError, match="tables: must be a list"):
        access_roles(None, **SETTINGS)
    with pytest.raises(AnsibleFilterError, match="account_id: is required"):
        access_roles([], name="ticket", regions=["ap-northeast-2"])
