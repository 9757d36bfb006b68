# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of the DynamoDB double on which something runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dynamodb_double import DURATIONS
from .lab import (
    LIMITED,
    MANAGED_KEY,
    ON_DEMAND,
    RARE,
    STREAM_ON,
    WARMER,
    Lab,
    create_index,
    delete_index,
    provisioned,
    units,
    update_index,
)

Change = dict[str, Any]
PT: Change = {"ProvisionedThroughput": units(8, 8)}
OTHER_INDEX = create_index("by_name", "name")
OTHER_INDEX_PROVISIONED = create_index("by_name", "name", ProvisionedThroughput=units(1, 1))
UPDATE_INDEX = update_index("by_city", **LIMITED)


def on_demand(*changes: Change) -> Lab:
    """An on-demand table with an index, on which these changes run."""
    lab = Lab().indexed()
    for change in changes:
        lab.update(change)
    return lab


def with_capacity(*changes: Change) -> Lab:
    """A provisioned table with an index, on which these changes run."""
    lab = Lab().indexed(ProvisionedThroughput=units(5, 5))
    for change in changes:
        lab.update(change)
    return lab


def backfilling(lab: Lab) -> Lab:
    lab.sleep(DURATIONS["index_allocation"])
    return lab


def to_provisioned() -> Lab:
    lab = Lab().settled()
    lab.update(provisioned())
    return lab


def tagged() -> Lab:
    lab = Lab().indexed()
    lab.tag(a="b")
    return lab


JOBS: dict[str, Callable[[], Lab]] = {
    "stream": lambda: on_demand(STREAM_ON),
    "stream provisioned": lambda: with_capacity(STREAM_ON),
    "capacity": lambda: with_capacity(PT),
    "to provisioned": to_provisioned,
    "to on-demand": lambda: with_capacity(ON_DEMAND),
    "class": lambda: on_demand(RARE),
    "class provisioned": lambda: with_capacity(RARE),
    "encryption": lambda: on_demand(MANAGED_KEY),
    "encryption provisioned": lambda: with_capacity(MANAGED_KEY),
    "warm": lambda: on_demand(WARMER),
    "warm provisioned": lambda: with_capacity(WARMER),
    "warm index": lambda: on_demand(update_index(**WARMER)),
    "allocation": lambda: on_demand(OTHER_INDEX),
    "allocation provisioned": lambda: with_capacity(OTHER_INDEX_PROVISIONED),
    "backfill": lambda: backfilling(on_demand(OTHER_INDEX)),
    "backfill provisioned": lambda: backfilling(with_capacity(OTHER_INDEX_PROVISIONED)),
    "index delete": lambda: on_demand(delete_index()),
    "index delete provisioned": lambda: with_capacity(delete_index()),
    "index update": lambda: on_demand(UPDATE_INDEX),
    "tags": tagged,
}
