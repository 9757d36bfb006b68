# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that are made from something, against the strict double: what there is to make them from, and reruns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.again import planner
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import projected
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from .account import COOL_DOWN, Account, CountingAws
from .tables import ACCOUNT, ESTATE, REGION, params

Entry = dict[str, Any]
FILES: Entry = {"input_format": "DYNAMODB_JSON", "s3_bucket_source": {"bucket": "seed", "key_prefix": "t/"}}
IMPORT: Entry = {"import_table": FILES}
PAST: Entry = {"restore_source_name": "ticket-old", "restore_to_latest_time": True}
OLD: Entry = {"name": "old", "hash_key": "pk", "range_key": "sk"}
NEW: Entry = {"name": "t", "hash_key": "pk", "range_key": "sk"}


def with_old_table(old: Entry | None = None, aws: CountingAws | None = None) -> tuple[Account, dict[str, Entry]]:
    """An account with the table ticket-old and a backup of it; and what a table can be made from there."""
    account = Account(aws or CountingAws())
    account.converge({**(old or OLD), "point_in_time_recovery": {"enabled": True}})
    account.aws.clock.sleep(COOL_DOWN)
    made = account.aws.dynamodb.handle("CreateBackup", {"TableName": "ticket-old", "BackupName": "nightly"})
    account.aws.clock.sleep(1800)
    time = datetime.fromtimestamp(account.aws.clock.now() - 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-old"
    sources: dict[str, Entry] = {
        "import": IMPORT,
        "backup": {"restore_backup_arn": made["BackupDetails"]["BackupArn"]},
        "latest": PAST,
        "time": {"restore_source_table_arn": arn, "restore_date_time": time},
    }
    account.aws.calls.clear()
    return account, sources


def outcome_of(aws: CountingAws, entry: Entry, seconds: float = 86400.0, wait: Any = "active") -> Outcome:
    """One run of the module, by another process: read, wait for what is being made, plan, carry out."""
    account = Account(aws)
    desired = parse(params(entry))
    run = Run(Deadline.after(aws.clock, seconds), wait, resources=1)
    extras = {table.table_name: wanted_extras(table) for table in desired}
    observed, failures = account.gateway.read_when_made(extras, run)
    told, more = account.gateway.with_sources(desired, observed)
    assert failures + more == []
    again = planner(ESTATE, desired, account.gateway, run)
    (outcome,) = apply(plan(ESTATE, told, observed), account.gateway, run, again)
    return outcome


def predicted(account: Account, entry: Entry) -> Any:
    """What check mode says of the tables afterwards."""
    plans = account.plan(entry)
    return projected(ESTATE, REGION, ACCOUNT, account.read(parse(params(entry))), predict(plans))


def tags(aws: CountingAws, name: str = "ticket-t") -> dict[str, str]:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    found = aws.dynamodb.handle("ListTagsOfResource", {"ResourceArn": arn})["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def operations(aws: CountingAws) -> list[str]:
    """The calls that make a table from something."""
    making = ("ImportTable", "RestoreTableFromBackup", "RestoreTableToPointInTime")
    return [call.operation for call in aws.calls if call.operation in making]
