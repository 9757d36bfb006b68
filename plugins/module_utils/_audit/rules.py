# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rules in one table, and their use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._engine.findings import Finding
from . import drift, limits, monitoring, permissions, protection, simulation, unseen
from .model import Audit, Rule, Subject

RULES: tuple[Rule, ...] = (
    *drift.RULES,
    *protection.RULES,
    *monitoring.RULES,
    *permissions.RULES,
    *simulation.RULES,
    *limits.RULES,
    *unseen.RULES,
)


def judge(audit: Audit, kind: Subject, subjects: Iterable[Any]) -> list[Finding]:
    """What all rules about such things find on these."""
    rules = [rule for rule in RULES if rule.subject == kind]
    return [finding for subject in subjects for rule in rules for finding in rule.findings(audit, subject)]
