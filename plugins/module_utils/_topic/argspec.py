# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module alarm_topic, and the fields of one subscription. The one place that names them in code."""

from __future__ import annotations

from typing import Any

from .._tables.argspec import estate_options

PROTOCOLS = ("email", "email-json", "sms", "http", "https", "sqs", "lambda", "application")

SUBSCRIPTION_FIELDS: dict[str, dict[str, Any]] = {
    "protocol": {"type": "str", "choices": PROTOCOLS, "required": True},
    "endpoint": {"type": "str", "required": True},
}


def alarm_topic_options() -> dict[str, Any]:
    """The argument spec of the module alarm_topic; its entries are read by spec.py, see _engine/fields.py."""
    return {
        **estate_options(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "topic_name": {"type": "str", "required": True},
        "subscriptions": {"type": "list", "elements": "dict", "default": []},
        "purge_subscriptions": {"type": "bool", "default": False},
        "kms_key_id": {"type": "str"},
        "tags": {"type": "dict"},
    }
