# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of modules against the double, without Ansible, have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome

from .tables import ACCOUNT, ESTATE, REGION


@dataclass(frozen=True)
class ModuleRun:
    """What every module returns."""

    outcomes: list[Outcome]
    report: Report

    @property
    def actions(self) -> list[str]:
        return [step.action for outcome in self.outcomes for step in outcome.done if step.writes]

    @property
    def message(self) -> str:
        return self.report.message()


def module_params(option: str, *entries: dict[str, Any]) -> dict[str, Any]:
    """A module's parameters with these entries of its list."""
    return {"name": ESTATE, "account_id": ACCOUNT, "region": REGION, option: list(entries)}
