# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning one table anew, when it turns out that somebody else is changing it."""

from __future__ import annotations

from .._engine.errors import AwsError
from .._engine.run import Run
from .._engine.step import ResourcePlan
from .._engine.work import PlanAgain
from .extras import wanted_extras
from .model import Desired
from .plan import plan
from .reader import TablesReader


def planner(estate: str, desired: list[Desired], reader: TablesReader, run: Run) -> PlanAgain:
    """What reads a table, by its physical name, and plans it. Raises AwsError."""
    tables = {table.table_name: table for table in desired}

    def plan_again(name: str) -> ResourcePlan:
        observed, failures = reader.read_when_made({name: wanted_extras(tables[name])}, run)
        for failure in failures:
            raise AwsError(failure.code, failure.message, failure.action, failure.resource)
        desired, failures = reader.with_sources([tables[name]], observed)
        for failure in failures:
            raise AwsError(failure.code, failure.message, failure.action, failure.resource)
        (planned,) = plan(estate, desired, observed)
        return planned

    return plan_again
