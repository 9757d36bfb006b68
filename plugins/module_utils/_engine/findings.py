# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inspection found: one form for every domain, and the order of its severities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
"""From the least to the worst."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be. All values are plain text, whatever names and tags say."""

    id: str
    """Stable and dotted, for example C(protection.recovery.off); docs/findings.md lists them."""
    severity: Severity
    resource: str
    """The name in AWS; C(table/index) for an index."""
    found: str
    expected: str
    mend: str
    """One sentence with the command or the variable that mends it."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def rank(severity: object) -> int:
    """The place of a severity; -1 for what is none."""
    return next((place for place, name in enumerate(SEVERITIES) if name == severity), -1)


def order(finding: Mapping[str, Any]) -> tuple[int, str, str, str]:
    """The key that sorts findings: the worst first, then by id and resource."""
    names = [str(finding.get(name)) for name in ("id", "resource", "found")]
    return -rank(finding.get("severity")), names[0], names[1], names[2]


def counts(findings: list[Mapping[str, Any]]) -> dict[str, int]:
    """How many findings there are of each severity, the worst first."""
    severities = [finding.get("severity") for finding in findings]
    return {severity: severities.count(severity) for severity in reversed(SEVERITIES)}
