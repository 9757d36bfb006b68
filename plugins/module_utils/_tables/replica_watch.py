# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether replicas have come or gone, asked of their own regions too. Part of the gateway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .._engine.client import Aws
from .._engine.errors import AwsError
from .._engine.step import Step
from .ask import backups_of, describe
from .replica_conditions import failed, holds_in_group, progress, regions

LOOKS = 10
"""How often a new replica may be missing while nothing is under way; it appears some 6 s after the call (T-265)."""
CONDITIONS = ("replica_apart", "replicas_active", "replicas_gone", "replicas_recoverable")


class ReplicaWatch:
    """Looks after the replicas that a run makes and removes."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._seen: set[tuple[str, str]] = set()
        self._looks: Counter[tuple[str, str]] = Counter()

    def holds(self, step: Step) -> bool:
        """Whether a step's until, one of CONDITIONS, holds. Raises AwsError."""
        table = describe(self._aws, step.resource)
        if table is None:
            return step.until == "replicas_gone"
        concerned = step.subject.split()
        if step.until == "replica_apart":
            there = self._there(step, step.subject)
            return step.subject not in regions(table) and there is not None and holds_in_group(step.until, "", there)
        if step.until == "replicas_gone":
            gone = holds_in_group(step.until, step.subject, table)
            return gone and all(self._there(step, region) is None for region in concerned)
        self._check_made(step, table)
        if not holds_in_group("replicas_active", step.subject, table):
            return False
        return step.until == "replicas_active" or all(self._is_recoverable(step, region) for region in concerned)

    def state(self, step: Step) -> str:
        """What AWS says of the replicas that a step is about. Raises AwsError."""
        return progress(step.subject, describe(self._aws, step.resource) or {})

    def _there(self, step: Step, region: str) -> Mapping[str, Any] | None:
        return describe(self._aws.in_region(region), step.resource)

    def _is_recoverable(self, step: Step, region: str) -> bool:
        """As a new table, a new replica needs some seconds until recovery can be turned on (T-083)."""
        backups = backups_of(self._aws.in_region(region), step.resource)
        return bool(backups.get("ContinuousBackupsStatus") != "DISABLED")

    def _check_made(self, step: Step, table: Mapping[str, Any]) -> None:
        """Raises AwsError where a replica never comes: that AWS accepts it does not mean that it is made (T-310)."""
        concerned, place = step.subject.split(), (step.resource, step.subject)
        missing = [region for region in concerned if region not in regions(table)]
        why = failed(step.subject, table)
        if not missing:
            self._seen.add(place)
        elif missing == concerned and table["TableStatus"] == "ACTIVE":
            self._looks[place] += 1
            if place in self._seen or self._looks[place] > LOOKS:
                why = f"AWS has given up making a replica in {', '.join(missing)}, and says no reason"
        if why:
            raise AwsError("ReplicaFailed", why, "dynamodb:UpdateTable", step.resource)
