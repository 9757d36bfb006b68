# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A strict double of DynamoDB's control plane, as strict as AWS was measured to be.

The numbers like T-143 in this package are the findings DDB-TABLE-143 and so on of
https://github.com/aws-controllers-k8s/dynamodb-controller (docs/api-quirks), on which its rules rest.
"""

from __future__ import annotations

from .adapter import Call, FakeAws, service_model
from .core import OPERATIONS, SCALING_OPERATIONS, WRITES, DynamoDB
from .faults import AwsFault
from .settings import DURATIONS, SETTLED, Settings

__all__ = [
    "DURATIONS",
    "OPERATIONS",
    "SCALING_OPERATIONS",
    "SETTLED",
    "WRITES",
    "AwsFault",
    "Call",
    "DynamoDB",
    "FakeAws",
    "Settings",
    "service_model",
]
