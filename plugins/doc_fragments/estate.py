# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which estate, in which account, a module works on."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The estate's name. An estate is what is deployed together - the tables of an environment with their roles and
        alarms.
      - The name is the prefix of its resources' names and the value of their C(Estate) tag.
      - Two environments in one account need two names.
    type: str
    required: true
  account_id:
    description:
      - The AWS account that the host is meant for. The module compares it with the caller's account before
        anything else and refuses to go on when they differ.
    type: str
    required: true
"""
