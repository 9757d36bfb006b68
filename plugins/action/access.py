# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares by access_info, and writes by the modules of amazon.aws."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.amazon.aws.plugins.modules import iam_instance_profile, iam_managed_policy, iam_role
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.writing import POLICY, PROFILE, ROLE
from ansible_collections.traffic_tacos.dynamodb.plugins.modules import access_info
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils.writing_action import COMPARISON, WritingAction


class ActionModule(WritingAction):
    """See plugin_utils/writing_action.py."""

    modules: ClassVar = {
        COMPARISON: access_info,
        POLICY: iam_managed_policy,
        ROLE: iam_role,
        PROFILE: iam_instance_profile,
    }
