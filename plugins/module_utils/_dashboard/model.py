# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dashboard is, and whose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._tables.names import COLLECTION, ESTATE

MARKER = re.compile(rf"Made by {re.escape(COLLECTION)} for the estate `([^`]+)`")


@dataclass(frozen=True)
class Table:
    """What is shown of a table."""

    name: str
    """Its name in AWS."""
    indexes: tuple[str, ...] = ()
    """Its global secondary indexes; a local one has no figures of its own."""
    provisioned: bool = False


@dataclass(frozen=True)
class Dashboard:
    """One dashboard. Desired and observed dashboards are the same type."""

    name: str
    body: Mapping[str, Any]
    """The DashboardBody, parsed: two texts of the same JSON are the same dashboard."""
    tags: Mapping[str, str]
    arn: str = field(default="", compare=False)

    @property
    def owner(self) -> str:
        """The estate that it says it belongs to, by its tag, or by the words in its first widget; empty for none.

        The words come with the body in one call, so a run that is interrupted before the tags leaves no orphan.
        """
        return self.tags.get(ESTATE) or _marked(self.body)


@dataclass(frozen=True)
class Desired:
    """What the user wants of the dashboard of one name."""

    name: str
    dashboard: Dashboard | None
    """None: there shall be none."""
    replace: bool = False
    """Whether one that does not say whose it is may be overwritten."""
    note: str = ""
    """What the dashboard does not show because of CloudWatch's limits, in a sentence; empty where it shows all."""


def marker(estate: str) -> str:
    """The words by which a dashboard says whose it is."""
    return f"Made by {COLLECTION} for the estate `{estate}`"


def _marked(body: Mapping[str, Any]) -> str:
    widgets = body.get("widgets")
    for widget in widgets if isinstance(widgets, list) else ():
        properties = widget.get("properties") if isinstance(widget, Mapping) else None
        found = MARKER.search(str(properties.get("markdown", ""))) if isinstance(properties, Mapping) else None
        if found:
            return found.group(1)
    return ""
