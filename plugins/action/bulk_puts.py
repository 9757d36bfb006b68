# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of the same name, and shows what it is doing while it does it."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.modules import bulk_puts
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils.showing_action import ShowingAction


class ActionModule(ShowingAction):
    """See plugin_utils/showing_action.py."""

    module = bulk_puts
