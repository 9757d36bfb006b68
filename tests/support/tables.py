# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to desired and observed tables, for the tests of the tables domain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import (
    Desired,
    IndexStatus,
    Observed,
    TableSpec,
    TableStatus,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

ESTATE = "ticket"
ACCOUNT = "137406935518"
REGION = "ap-northeast-2"


def params(*tables: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The parameters of the module tables, as AnsibleModule hands them over."""
    return {
        "name": ESTATE,
        "account_id": ACCOUNT,
        "region": REGION,
        "tables": list(tables),
        "enable_point_in_time_recovery": True,
        "enable_deletion_protection": False,
        "server_side_encryption": True,
        "kms_key_id": None,
        "tags": None,
        "wait_timeout": 3600,
        **options,
    }


def desired(entry: dict[str, Any] | None = None, **options: Any) -> Desired:
    """One desired table; by default C(users), with the hash key C(id)."""
    return parse(params({"name": "users", "hash_key": "id", **(entry or {})}, **options))[0]


def observed(entry: dict[str, Any] | None = None, status: str = "ACTIVE", **options: Any) -> Observed:
    """That table as it is after it was deployed; recovery then has the period that AWS chose."""
    spec = desired(entry, **options).spec
    assert spec is not None
    return live(spec, status)


def live(spec: TableSpec, status: str = "ACTIVE") -> Observed:
    """A table that is there with this definition."""
    if spec.recovery.enabled and spec.recovery.days is None:
        spec = replace(spec, recovery=replace(spec.recovery, days=35))
    spec = replace(spec, vector_indexes=spec.vector_indexes or ())
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{spec.table_name}"
    indexes = {index.name: IndexStatus("ACTIVE") for index in (*spec.global_indexes, *(spec.vector_indexes or ()))}
    return Observed(spec.table_name, spec, TableStatus(status, arn=arn, indexes=indexes))
