# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deployment tells its consumers: names and ARNs, all computed but for what only AWS can know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._access.model import application_role, readonly_role, role_arn, service_role
from .._engine.fields import boolean
from .names import partition_of, physical_name, table_arn

RESERVATION_PREFIX = "reservation-"
RESERVATION_SERVICE = "reservation-api"


def deployment_outputs(
    tables: Sequence[Mapping[str, Any]],
    status: Mapping[str, Mapping[str, Any]],
    name: str,
    account_id: str,
    region: str,
    path: str = "/",
    services: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The outputs of an estate; status is what the module tables returned (its stream ARNs are null in a plan).

    services are those that have a role of their own, the platform's where they are None; a role that is not declared is
    null in the outputs.
    """
    present = [table for table in tables if (table.get("state") or "present") != "absent"]
    names = {str(table["name"]): physical_name(name, table) for table in present}
    arns = {logical: table_arn(region, account_id, physical) for logical, physical in names.items()}
    streaming = [str(table["name"]) for table in present if boolean(table.get("stream_enabled"))]
    outputs: dict[str, Any] = {
        "table_names": names,
        "table_arns": arns,
        "table_stream_arns": {logical: (status.get(logical) or {}).get("stream_arn") for logical in streaming},
        "reservation_tables": {
            logical: {"name": names[logical], "arn": arns[logical]}
            for logical in names
            if logical.startswith(RESERVATION_PREFIX)
        },
    }
    named = services is None or any(service.get("name") == RESERVATION_SERVICE for service in services)
    roles: tuple[tuple[str, str | None], ...] = (
        ("application_role", application_role(name)),
        ("readonly_role", readonly_role(name)),
        ("reservation_service_role", service_role(name, RESERVATION_SERVICE) if named else None),
    )
    for output, role in roles:
        outputs[f"{output}_name"] = role
        outputs[f"{output}_arn"] = role and role_arn(partition_of(region), account_id, path, role)
    return outputs
