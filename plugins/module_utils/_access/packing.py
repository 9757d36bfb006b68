# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splitting a policy that is too large over several ones, so that a new table changes one of them only."""

from __future__ import annotations

from collections.abc import Iterable

POLICY_LIMIT = 6144
"""The most characters of a managed policy, white space not counted; AWS raises it for nobody."""


def pack(costs: Iterable[tuple[str, int]], first_room: int, room: int) -> list[list[str]]:
    """Bins of names: each goes, in the given order, into the first bin with room; later bins are all alike.

    A name added at the end moves no other name. Raises ValueError for a name that no bin can hold.
    """
    bins: list[list[str]] = [[]]
    left = [first_room]
    for name, cost in costs:
        place = next((number for number, space in enumerate(left) if cost <= space), len(bins))
        if place == len(bins):
            if cost > room:
                raise ValueError(name)
            bins.append([])
            left.append(room)
        bins[place].append(name)
        left[place] -= cost
    return bins


def numbered(name: str, number: int) -> str:
    """The name of the policy at a place: the first one's is plain, then C(-2), C(-3) and so on."""
    return name if number == 0 else f"{name}-{number + 1}"
