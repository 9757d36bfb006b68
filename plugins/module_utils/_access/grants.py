# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named sets of actions: what each kind of role may do. Policies carry these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

ITEM_ACTIONS = (
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
)
READ_ACTIONS = (
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:BatchGetItem",
    "dynamodb:DescribeTable",
)
INDEX_ACTIONS = ("dynamodb:Query", "dynamodb:Scan")
KEY_READ_ACTIONS = ("kms:Decrypt", "kms:DescribeKey")
KEY_WRITE_ACTIONS = (*KEY_READ_ACTIONS, "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")
EVENT_ACTIONS = ("events:PutEvents",)
LOG_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


@dataclass(frozen=True)
class Grant:
    """What a role may do with its tables, and with the customer managed keys that they are encrypted with."""

    table_actions: tuple[str, ...]
    key_actions: tuple[str, ...]


FULL_ACCESS = Grant(ITEM_ACTIONS, KEY_WRITE_ACTIONS)
READ_ONLY = Grant(READ_ACTIONS, KEY_READ_ACTIONS)
