# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long things take and how often they may be done: the double's only table of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DURATIONS: Mapping[str, float] = {
    "create": 6.0,  # T-001 T-075
    "create_with_indexes": 18.0,  # T-148 T-169
    "create_last_phase": 1.0,  # sub-resources change their refusal about 1 s before ACTIVE (T-101 T-115)
    "create_backups_hidden": 3.0,  # T-115
    "backups_ready": 3.0,  # after ACTIVE (T-083 T-115)
    "delete": 5.0,  # T-006 T-363
    "delete_backups": 1.03,  # how long sub-resources of a DELETING table answer (T-453)
    "delete_tags_same": 1.0,  # T-104 T-374
    "delete_tags_list": 1.2,
    "delete_tags_other": 1.6,
    "stream": 4.5,  # T-062 T-119
    "provisioned_throughput": 1.6,  # T-058 T-063
    "to_provisioned_first": 100.0,  # T-183 T-369
    "to_provisioned_again": 2.0,
    "to_on_demand_first": 150.0,  # T-183 T-382
    "to_on_demand_again": 4.0,
    "table_class": 5.0,  # T-052 T-284
    "index_allocation": 40.0,  # T-148 T-149
    "index_backfill": 460.0,  # T-148 T-163
    "index_delete": 4.0,  # T-375
    "index_update": 3.0,  # T-165
    "encryption_first": 8.0,  # T-027 T-065
    "encryption_second": 14.0,
    "warm_raise": 390.0,  # T-155 T-179
    "warm_repeat": 2.0,
    "on_demand_clear": 1.0,  # T-178
    "tag_lock": 1.6,  # T-103 T-440
    "tag_read_lag": 2.0,  # T-102 T-406
    "policy_pending": 2.0,  # T-347
    "policy_read_lag": 1.8,  # T-244 to T-248 T-346
    "policy_lock_put": 1.04,  # T-348
    "policy_lock_delete": 2.04,
    "create_policy_hidden": 1.5,  # T-233 T-234
    "create_policy_readable": 2.1,
    "delete_policies": 1.6,  # T-236 T-455
    "insights_enable": 3.0,  # T-090 T-337
    "insights_fail": 2.0,
    "insights_disable": 2.0,
    "insights_index_hidden": 20.0,  # T-116
    "delete_insights": 1.4,  # T-374
    "kinesis_enable": 5.0,  # T-299
    "kinesis_fail": 2.0,  # T-318
    "kinesis_fail_late": 61.7,
    "kinesis_disable": 2.0,  # T-268
    "kinesis_update": 138.0,  # T-300
    "kinesis_read_lag": 0.1,  # T-304
    "backup": 0.05,  # B-003
    "delete_create_backup": 1.6,  # T-454
    "system_backup": 8.0,  # T-167 T-453
    "import_hidden": 30.0,  # I-001
    "import_load": 75.0,
    "import_end": 6.0,
    "restore": 200.0,  # T-218 T-282 (81 to 721)
    "autoscaling_bounds": 2.8,  # T-314: with the change of the numbers itself 4.4
    "autoscaling_update": 28.6,  # T-314: how long the table then is UPDATING
    "autoscaling_idle": 82.0,  # T-316
    "restorable_lag": 300.0,  # T-086
    "export": 140.0,  # E-001 (125 to 155)
    "bulk_put": 60.0,  # nobody has measured it
    "replica_visible": 6.0,  # T-265
    "replica_source": 38.0,  # T-265 T-310 (31 to 47): how long the region that was asked is UPDATING
    "replica_create": 30.0,  # T-204 (14 to 49)
    "replica_create_filled": 600.0,  # T-306 (560 to 690), with a single item
    "replica_delete": 120.0,  # T-225 (97 to 244)
    "replica_left": 20.0,  # T-308
    "replica_update": 35.0,  # T-252
    "replica_follow": 25.0,  # how long a group-wide change runs in the other regions (?)
    "replica_protection": 36.0,  # T-297 (34 to 39)
    "replica_disassociate": 60.0,  # ?
    "strong_create": 16.0,  # T-257
    "strong_create_witness": 70.0,  # T-259 (60 to 86)
    "strong_dissolve": 60.0,  # T-264 (55 to 70)
}

SETTLED: Mapping[str, float] = dict.fromkeys(DURATIONS, 0.0)
"""Everything is done by the time of the next call."""

DAY = 86400.0
DECREASES_PER_DAY = 4
DECREASE_INTERVAL = 3600.0
ENCRYPTION_CHANGES = 4
ENCRYPTION_INTERVAL = 21600.0
CLASS_CHANGES = 2
CLASS_WINDOW = 30 * DAY
TTL_COOL_DOWN = 1840.0
PROTECTION_WINDOW = 15.0
POLICY_WINDOW = 15.0
AUTOSCALING_RETRY = 10.0
INSIGHT_RULES = 100
RESTORES = 50
IMPORTS = 50
IMPORT_TOKEN_KEPT = 28800.0
SYSTEM_BACKUP_KEPT = 35 * DAY
MUTATIONS_PER_SECOND = 4

TABLE_MAXIMUM = 40000
ACCOUNT_MAXIMUM = 80000
TABLES = 2500
INDEX_LIMIT = 20
LOCAL_INDEX_LIMIT = 5
INITIAL_WARM: Mapping[str, int] = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}


@dataclass(frozen=True)
class BadImport:
    """How the imports of a bucket end; without errors in single lines there is no table."""

    code: str
    message: str
    errors: int = 0


@dataclass(frozen=True)
class Settings:
    """What a test may change; the defaults are AWS's typical behaviour."""

    durations: Mapping[str, float] = field(default_factory=dict)
    """Overrides of single entries of DURATIONS; SETTLED overrides all."""
    budgets: bool = True
    encryption_changes: int = ENCRYPTION_CHANGES
    """Encryption changes in 24 hours before AWS refuses (4 or 5 were measured)."""
    mutation_limiter: bool = False
    speed: float = 1.0
    """How many times faster than on AWS everything ends, and the windows of 15 s; longer budgets keep their time."""
    tables_quota: int = TABLES
    account_maximum: int = ACCOUNT_MAXIMUM
    """Provisioned read units of all tables and indexes together, and as many write units."""
    insight_rules: int = INSIGHT_RULES
    """The account's quota of CloudWatch rules for contributor insights."""
    items_per_second: int | None = None
    """How many items a second a table takes and gives; None is any number."""
    bad_imports: Mapping[str, BadImport] = field(default_factory=dict)
    """By bucket; the imports of all others succeed."""
    aborted_replicas: frozenset[str] = frozenset()
    """Regions in which AWS gives up making a replica."""
    unknown_principals: frozenset[str] = frozenset()
    """ARNs that look like principals, of which IAM knows nothing (T-211)."""
    kinesis_failures: Mapping[str, str] = field(default_factory=dict)
    """Kinesis streams, by ARN, that cannot be enabled, each with what AWS says of it (T-318)."""

    def seconds(self, what: str) -> float:
        return self.scaled(self.durations.get(what, DURATIONS[what]))

    def scaled(self, seconds: float) -> float:
        """A time of AWS, as fast as the test wants it."""
        return seconds / self.speed
