# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the settings of an estate's access may say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.roles import access_roles
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

ACCOUNT = "137406935518"
REGION = "ap-northeast-2"


def roles(**settings: Any) -> list[dict[str, Any]]:
    return access_roles([{"name": "users"}], {"name": "ticket", "account_id": ACCOUNT, "regions": [REGION], **settings})


def test_all_problems_come_at_once() -> None:
    services = [
        {"name": "a", "tables": ["usrs"], "ecs": False},
        {"name": "a", "tabels": []},
        {"name": "b", "eks_namespace": "*"},
    ]
    with pytest.raises(Refused) as refused:
        roles(services=services)
    assert refused.value.problems == ["services[1].tabels: unknown field; did you mean 'tables'?"]
    services[1] = {"name": "a", "eks_namespace": "n"}
    with pytest.raises(Refused) as refused:
        roles(
            services=services,
            eks_oidc_provider="arn:aws:iam::*:oidc-provider/*",
            trusted_principals=["*"],
            managed_policies=["Admin"],
        )
    paths = [problem.split(":")[0] for problem in refused.value.problems]
    assert paths == [
        "services[0].tables[0]",
        "services[1].name",
        "trusted_principals[0]",
        "managed_policies[0]",
        "eks_oidc_provider[0]",
        "services[0].eks_namespace",
        "services[2].eks_namespace",
    ]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"account_id": "1374"}, "account_id: must be twelve digits"),
        ({"regions": ["Seoul"]}, "regions[0]: 'Seoul' is not the name of a region"),
        ({"regions": []}, "regions: must name a region"),
        ({"services": [{"tables": []}]}, "services[0].name: is required"),
        ({"services": [{"name": "x", "ecs": False}]}, "services[0]: nobody could assume the role"),
        ({"kms_key_id": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*"}, "kms_key_id:"),
    ],
)
def test_problems(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        roles(**settings)
    assert refused.value.problems[0].startswith(problem)
