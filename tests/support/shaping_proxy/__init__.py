# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS's measured rules, state times and faults in front of a running emulator, for whole playbooks.

DynamoDB's control plane and Application Auto Scaling are answered by the rules of the strict double, on real time
that may run faster; items and everything else go through to the emulator, to which accepted writes are repeated.
"""

from __future__ import annotations

from .faults import Fault, FaultPlan
from .journal import Entry, Journal
from .meeting import Meeting
from .proxy import SPEED, ShapingProxy

__all__ = ["SPEED", "Entry", "Fault", "FaultPlan", "Journal", "Meeting", "ShapingProxy"]
