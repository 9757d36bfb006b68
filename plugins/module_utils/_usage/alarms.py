# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the states of alarms call for, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MUTED = "Set actions_enabled in its entry and deploy with site.yml."
UNHEARD = "Give it alarm_actions, in the inventory as dynamodb_alarm_actions, and deploy with site.yml."


def alarm_findings(alarms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Alarms that ring, that nobody hears, and that have never known anything."""
    return [finding for alarm in alarms for finding in _findings(alarm)]


def unread_findings(sentences: Sequence[str], estate: str) -> list[dict[str, Any]]:
    """What the reading of alarms could not look at, in its own sentences."""
    return [
        {
            "id": "unseen.alarms",
            "severity": "medium",
            "resource": estate,
            "found": sentence,
            "expected": "all alarms of the estate can be read",
            "mend": "Allow the caller tag:GetResources and cloudwatch:ListTagsForResource, then run this again.",
        }
        for sentence in sentences
    ]


def _findings(alarm: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    state, name = alarm["state"], alarm["name"]
    if state == "ALARM":
        since = f" since {alarm['since']}" if alarm["since"] else ""
        yield {
            "id": "monitoring.alarm.ringing",
            "severity": "high",
            "resource": name,
            "found": f"in ALARM{since}",
            "expected": "OK",
            "mend": "Run throttling.yml: it says what is throttled, why, and what to do.",
        }
    if not alarm["actions_enabled"]:
        yield _unheard("muted", "high", name, "its actions are disabled", MUTED)
    elif not alarm["alarm_actions"]:
        yield _unheard("unheard", "medium", name, "it has no alarm_actions", UNHEARD)


def _unheard(kind: str, severity: str, name: str, why: str, mend: str) -> dict[str, Any]:
    return {
        "id": f"monitoring.alarm.{kind}",
        "severity": severity,
        "resource": name,
        "found": f"nobody hears it, as {why}",
        "expected": "an action that tells somebody",
        "mend": mend,
    }
