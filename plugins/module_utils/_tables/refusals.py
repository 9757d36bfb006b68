# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about each way in which AWS refuses a change: by code and text, first match first (aws-rules.md 7)."""

from __future__ import annotations

import re

from .._engine.errors import AwsError, Kind

REFUSALS: tuple[tuple[str, str, Kind], ...] = (
    ("ThrottlingException", "", "retry"),
    ("RequestLimitExceeded", "", "retry"),
    ("ContinuousBackupsUnavailableException", "", "retry"),
    ("ConcurrentUpdateException", "", "retry"),
    ("LimitExceededException", "Table tags are being updated", "retry"),
    ("LimitExceededException", "Provisioned throughput decreases are limited", "deferred"),
    ("LimitExceededException", "Encryption mode changes are limited", "deferred"),
    ("LimitExceededException", "Updates to TableClass are limited", "deferred"),
    ("LimitExceededException", "Only 1 online index|simultaneously", "wait"),
    ("ResourceInUseException", "already exists with replicas in regions", "wait"),
    ("ResourceInUseException", "already exists", "permanent"),
    ("ResourceInUseException", "pending previous resource-based policy update", "retry"),
    ("ResourceInUseException", "", "wait"),
    ("BackupInUseException", "", "wait"),
    ("TableInUseException", "", "wait"),
    ("ValidationException", "Time to live has been modified multiple times", "deferred"),
    ("ValidationException", "acted as a source region", "deferred"),
    ("ValidationException", "were not part of the global table", "settled"),
    ("ValidationException", "server-side encryption status is in UPDATING", "permanent"),
    ("ValidationException", "will not change|already encrypted|TimeToLive is already", "settled"),
    ("ValidationException", "already has an enabled stream|no stream to disable", "settled"),
    ("ValidationException", "Precision is already set", "settled"),
    ("ValidationException", "No streaming destination with streamArn", "permanent"),
    ("ValidationException", "not in a valid state|while table is in|while the replica is being added", "wait"),
    ("ObjectNotFoundException", "", "settled"),
    ("InternalServerError", "under system maintenance", "wait"),
    ("InternalServerError", "KMS internal error", "permanent"),
    ("InternalFailure", "^$", "permanent"),
)
"""deferred are budgets and cool-downs, settled is what would change nothing."""

TIMES = (
    r"[Tt]ry again after (?P<when>\S+?)\.?$",
    r"[Nn]ext (?:decrease|changes) can be made at (?P<when>.+?)\.?$",
)
"""Where a text holds the time from which AWS accepts the change."""


def classified(error: AwsError) -> AwsError:
    """The error with what is to be done about it, and the time if its text tells one."""
    for code, text, kind in REFUSALS:
        if error.code == code and re.search(text, error.message):
            return AwsError(error.code, error.message, error.permission, error.subject, kind, _when(error.message))
    return error


def _when(message: str) -> str:
    for pattern in TIMES:
        found = re.search(pattern, message)
        if found:
            return found.group("when")
    return ""
