# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What protects a table's items, against the environment's policy, and who else may read them.

A table is C({name, ours, table, recovery, ttl, policies, backup_at, vault_seen}): whether the estate declares or owns
it, AWS's descriptions of it, its recovery and its time to live, the resource policies of it and its stream as
C({resource, arn, document}), when its newest backup was made, and whether AWS Backup's were looked at, too. What was
not asked for, or could not be seen, is None or missing, and breaks no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from .._engine.fields import boolean
from .._tables.names import logical_name
from .model import Audit, Hit, Rule
from .openness import outsiders
from .plain import document, mappings, number, part, text

DAY = 86400
POLICY = "dynamodb_audit_protection"
NONE_SEEN = "DynamoDB has no backup of this very table, and what AWS Backup has could not be seen"


def recovery_off(audit: Audit, table: Any) -> Iterator[Hit]:
    status = part(table, "recovery", "PointInTimeRecoveryStatus")
    if "recovery" in audit.protection and status and status != "ENABLED":
        yield Hit(
            text(part(table, "name")),
            f"point-in-time recovery is {status}",
            f"ENABLED ({POLICY} demands recovery)",
            "Set dynamodb_enable_point_in_time_recovery, or 'point_in_time_recovery: {enabled: true}' in its entry.",
        )


def unprotected(audit: Audit, table: Any) -> Iterator[Hit]:
    there = part(table, "table") is not None
    if "deletion_protection" in audit.protection and there and not part(table, "table", "DeletionProtectionEnabled"):
        yield Hit(
            text(part(table, "name")),
            "anybody with dynamodb:DeleteTable can delete the table",
            f"deletion protection ({POLICY} demands deletion_protection)",
            "Set dynamodb_enable_deletion_protection, or 'deletion_protection_enabled: true' in its entry, and deploy.",
        )


def encryption_off(audit: Audit, table: Any) -> Iterator[Hit]:
    there = part(table, "table") is not None
    status = part(table, "table", "SSEDescription", "Status")
    if "encryption" in audit.protection and there and status not in ("ENABLED", "ENABLING", "UPDATING"):
        yield Hit(
            text(part(table, "name")),
            "encrypted with the key that AWS owns, whose use nobody sees or limits",
            f"a key in the account ({POLICY} demands encryption)",
            "Set dynamodb_server_side_encryption (and dynamodb_kms_key_id for a key of your own), and deploy.",
        )


def key_out_of_reach(_audit: Audit, table: Any) -> Iterator[Hit]:
    since = part(table, "table", "SSEDescription", "InaccessibleEncryptionDateTime")
    status = part(table, "table", "TableStatus")
    if since is not None or status in ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVING", "ARCHIVED"):
        key = text(part(table, "table", "SSEDescription", "KMSMasterKeyArn")) or "its key"
        yield Hit(
            text(part(table, "name")),
            f"DynamoDB cannot use {key}; the table is {text(status)}",
            "the key is enabled, and its policy lets DynamoDB use it; AWS archives the table after seven days",
            f"Enable the key, or give its policy back: aws kms enable-key --key-id {key}.",
        )


def backup_missing(audit: Audit, table: Any) -> Iterator[Hit]:
    if "backups" not in audit.protection or part(table, "backup_at") is None:
        return
    made = number(part(table, "backup_at"))
    age = max(0, int((audit.now - made) // DAY))
    if made <= 0 or age > audit.backup_days:
        none = "there is no backup of this very table" if part(table, "vault_seen") else NONE_SEEN
        yield Hit(
            text(part(table, "name")),
            f"the newest backup is {age} days old" if made > 0 else none,
            f"a backup of at most {audit.backup_days} days ({POLICY} demands backups)",
            "Make one with the module traffic_tacos.dynamodb.backups, or plan them with AWS Backup.",
        )


def ttl_off(audit: Audit, table: Any) -> Iterator[Hit]:
    """Whoever says in the entry that it is off knows better than a name."""
    name = text(part(table, "name"))
    entry = audit.tables.get(name, {})
    declared = boolean(part(entry, "ttl_enabled"))
    logical = text(part(entry, "name")) or logical_name(audit.name, name)
    pattern = next((each for each in audit.ttl_names if fnmatchcase(logical, each)), "")
    status = part(table, "ttl", "TimeToLiveStatus")
    if status and status not in ("ENABLED", "ENABLING") and declared is not False and (declared or pattern):
        why = "its entry declares it" if declared else f"its name is like {pattern}"
        yield Hit(
            name,
            f"time to live is {status}: items stay, and cost, forever",
            f"time to live, as {why}",
            "Set ttl_enabled and ttl_attribute in its entry, with 'allow: [enable_ttl]', and deploy; or say there that "
            "it is meant, with 'ttl_enabled: false'.",
        )


def policy_public(audit: Audit, table: Any) -> Iterator[Hit]:
    for policy in mappings(part(table, "policies")):
        for opening in outsiders(document(policy.get("document")), audit.account_id):
            if opening.anybody:
                yield Hit(
                    text(policy.get("resource")),
                    f"the resource policy lets everybody in (statement {opening.sid})",
                    "named principals",
                    f"Remove the statement: aws dynamodb get-resource-policy --resource-arn {text(policy.get('arn'))}.",
                )


def policy_foreign(audit: Audit, table: Any) -> Iterator[Hit]:
    """Others whom the entry itself lets in are meant."""
    entry = audit.tables.get(text(part(table, "name")), {})
    for policy in mappings(part(table, "policies")):
        field = "stream_resource_policy" if "/stream/" in text(policy.get("arn")) else "resource_policy"
        meant = {opening.who for opening in outsiders(document(part(entry, field)), audit.account_id)}
        for opening in outsiders(document(policy.get("document")), audit.account_id):
            if not opening.anybody and opening.who not in meant:
                yield Hit(
                    text(policy.get("resource")),
                    f"the resource policy lets {opening.who} in (statement {opening.sid})",
                    f"principals of the account {audit.account_id}, and those in the entry's {field}",
                    f"Remove the statement, or declare the policy as {field} in the table's entry.",
                )


RULES = (
    Rule("protection.recovery.off", "high", "table", "Recovery is demanded, and off", recovery_off),
    Rule("protection.deletion.off", "high", "table", "Deletion protection is demanded, and off", unprotected),
    Rule(
        "protection.encryption.off", "medium", "table", "A key in the account is demanded, and not used", encryption_off
    ),
    Rule("protection.key.unreachable", "critical", "table", "DynamoDB cannot use the table's key", key_out_of_reach),
    Rule(
        "protection.backups.missing",
        "medium",
        "table",
        "Backups are demanded; there is none, or an old one",
        backup_missing,
    ),
    Rule("protection.ttl.off", "medium", "table", "Time to live is off where entry or name call for it", ttl_off),
    Rule("protection.policy.public", "critical", "table", "A resource policy lets everybody in", policy_public),
    Rule(
        "protection.policy.foreign", "high", "table", "A resource policy lets others in than declared", policy_foreign
    ),
)
