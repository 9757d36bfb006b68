# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far the module of the same name is, which of thousands of tables takes a while."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.action.tables import ActionModule

__all__ = ["ActionModule"]
