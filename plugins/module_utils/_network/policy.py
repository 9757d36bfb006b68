# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may pass through an endpoint: pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .._tables.names import table_arn

LIMIT = 20480
"""Characters of an endpoint policy (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html)."""
EVERYTHING = "*"


def endpoint_policy(tables: Iterable[str], others: Iterable[str], account_id: str, region: str) -> dict[str, Any]:
    """All actions on these tables of the account and region, by name, on others by ARN, and on what is theirs (indexes,
    streams, backups, exports). Who may do what of it, the callers' own policies say."""
    arns = sorted({*(table_arn(region, account_id, name) for name in tables), *others})
    resources = [EVERYTHING] if EVERYTHING in arns else [text for arn in arns for text in (arn, f"{arn}/*")]
    statement = {
        "Sid": "EstateTables",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "dynamodb:*",
        "Resource": resources,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def policy_text(policy: Mapping[str, Any]) -> str:
    """The policy as it is sent."""
    return json.dumps(policy, separators=(",", ":"))
