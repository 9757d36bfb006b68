# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which actions AWS takes in the policy of a table, and which in that of a stream (T-211 T-213)."""

from __future__ import annotations

import json
from typing import Any

from .faults import invalid

OF_STREAMS = {"dynamodb:describestream", "dynamodb:getrecords", "dynamodb:getsharditerator"}
OF_NONE = {"dynamodb:liststreams"}


def check_actions(canonical: str, arn: str) -> None:
    """Refuses the actions of the other kind; what has a wildcard passes (?)."""
    of_stream = "/stream/" in arn
    named = [name for statement in json.loads(canonical)["Statement"] for name in _listed(statement.get("Action", []))]
    wrong = [name for name in named if "*" not in name and "?" not in name and _is_wrong(name.lower(), of_stream)]
    if wrong:
        listed = ", ".join(f'"{name}"' for name in dict.fromkeys(wrong))
        raise invalid(f"Invalid policy document: The following action names are invalid: {listed}")


def _is_wrong(name: str, of_stream: bool) -> bool:
    return name in OF_NONE or (name in OF_STREAMS) != of_stream


def _listed(given: Any) -> list[str]:
    return given if isinstance(given, list) else [given]
