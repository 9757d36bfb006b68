# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named sets of actions: what each kind of role may do, and what deploying the estate takes."""

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
VECTOR_ACTIONS = ("dynamodb:SearchVectors",)
"""What takes the place of queries on a vector index (documented)."""
KEY_READ_ACTIONS = ("kms:Decrypt", "kms:DescribeKey")
KEY_WRITE_ACTIONS = (*KEY_READ_ACTIONS, "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")
EVENT_ACTIONS = ("events:PutEvents",)
LOG_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
TABLE_READ = (
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:ListTagsOfResource",
)
TABLE_WRITE = (
    "dynamodb:CreateTable",
    "dynamodb:TagResource",
    "dynamodb:UntagResource",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateTimeToLive",
)
QUOTA_READ = ("dynamodb:ListTables", "servicequotas:GetServiceQuota")
"""How many tables there are, and may be, which is read before some are added."""
SCALING_READ = (
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
)
SCALING_WRITE = (
    "application-autoscaling:DeleteScalingPolicy",
    "application-autoscaling:DeleteScheduledAction",
    "application-autoscaling:DeregisterScalableTarget",
    "application-autoscaling:PutScalingPolicy",
    "application-autoscaling:PutScheduledAction",
    "application-autoscaling:RegisterScalableTarget",
)


@dataclass(frozen=True)
class Grant:
    """What a role may do with its tables, and with the customer managed keys that they are encrypted with."""

    table_actions: tuple[str, ...]
    key_actions: tuple[str, ...]


FULL_ACCESS = Grant(ITEM_ACTIONS, KEY_WRITE_ACTIONS)
READ_ONLY = Grant(READ_ACTIONS, KEY_READ_ACTIONS)
KEY_DEPLOY = Grant((), ("kms:CreateGrant", *KEY_WRITE_ACTIONS))
"""What AWS asks of whoever creates a table with a customer managed key, or gives it another one."""
