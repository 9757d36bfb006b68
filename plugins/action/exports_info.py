# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of the same name."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.modules import exports_info
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils.module_action import ModuleAction


class ActionModule(ModuleAction):
    """See plugin_utils/module_action.py."""

    module = exports_info
