# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters around the deployer's documents, which are tested in _access/test_deployer.py, and around its keys."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.deployer_policies import FilterModule
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.without_keys import FilterModule as WithoutKeys

deployer_policies = FilterModule().filters()["deployer_policies"]
without_keys = WithoutKeys().filters()["without_keys"]
SETTINGS = {"name": "ticket", "account_id": "137406935518", "regions": ["ap-northeast-2"]}


def test_it_makes_the_documents() -> None:
    found = deployer_policies([{"name": "users"}], **SETTINGS)
    assert {purpose: len(documents) for purpose, documents in found.items()} == {"read": 1, "deploy": 1, "teardown": 1}


def test_problems_are_one_clear_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"deployer_policies: .*regionen: unknown field"):
        deployer_policies([], **SETTINGS, regionen=[])
    with pytest.raises(AnsibleFilterError, match=r"path: .* has characters"):
        deployer_policies([], **SETTINGS, path="/*/")


@pytest.mark.parametrize("field", ["allow", "global_secondary_indexes", "replicas", "vector_indexes", "tags"])
@pytest.mark.parametrize("value", [7, "seven", {"seven": 7}, [7], [None], None])
def test_what_is_no_list_is_left_to_the_deployment(field: str, value: object) -> None:
    assert deployer_policies([{"name": "users", field: value}], **SETTINGS).keys() == {"read", "deploy", "teardown"}


def test_keys_are_emptied_together_and_nothing_else_is() -> None:
    empty = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""}
    assert without_keys({"AWS_SECRET_ACCESS_KEY": "x", "AWS_CONFIG_FILE": "y"}) == {**empty, "AWS_CONFIG_FILE": "y"}
    assert without_keys({"AWS_CONFIG_FILE": "y"}) == {"AWS_CONFIG_FILE": "y"}
    assert without_keys({}) == {}
