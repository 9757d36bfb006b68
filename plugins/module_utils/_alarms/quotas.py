# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many alarms a plan leaves, against what AWS has named as the most: pure."""

from __future__ import annotations

from collections.abc import Mapping

from .._engine.step import ResourcePlan, impossible
from .._quotas.model import ALARMS, Use
from .model import Alarm


def uses(region: str, plans: list[ResourcePlan], observed: Mapping[str, Alarm]) -> list[Use]:
    """A use where alarms are added. Those of others are not counted: a call for each hundred of them would tell."""
    verbs = [each.verb for each in plans if each.steps]
    added = verbs.count("add")
    if not added or impossible(plans):
        return []
    count = len(observed) + added - verbs.count("remove")
    return [Use(ALARMS, region, count, added, ALARMS.default, "default", partial=True)]
