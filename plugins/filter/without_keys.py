# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: without_keys
author: Traffic Tacos (@traffic-tacos)
version_added: 0.1.0
short_description: An environment without AWS keys
description:
  - Empties C(AWS_ACCESS_KEY_ID), C(AWS_SECRET_ACCESS_KEY) and C(AWS_SESSION_TOKEN) where one of them has a value.
  - Ansible writes what the keyword C(environment) says into the command that it runs, which it shows at C(-vvv), and
    which every process of the machine can see. The playbooks of this collection hand keys over as module options,
    which Ansible masks.
positional: _input
options:
  _input:
    description: Variables by name.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Look at the tables of an estate
  traffic_tacos.dynamodb.tables_info:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    owned: true
    access_key: "{{ settings.AWS_ACCESS_KEY_ID }}"
    secret_key: "{{ settings.AWS_SECRET_ACCESS_KEY }}"
  environment: "{{ settings | traffic_tacos.dynamodb.without_keys }}"
"""

RETURN = r"""
_value:
  description: The variables, which may be shown.
  type: dict
"""

from ..module_utils._engine.secrets import without_keys


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self):
        return {"without_keys": without_keys}
