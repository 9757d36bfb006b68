# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A double of the REST API of AWX 24.6.1, in memory, which refuses what a real one was seen to refuse."""

from __future__ import annotations

from .refusal import Refused
from .server import PASSWORD, USER, AwxDouble

__all__ = ["PASSWORD", "USER", "AwxDouble", "Refused"]
