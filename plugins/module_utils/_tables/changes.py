# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must change on a table that is there: one function for each concern, all but the indexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.step import Deferred, Step
from . import requests
from .change import Change, step
from .model import Desired, Encryption, Observed, TableSpec, Throughput
from .names import UNFINISHED
from .order import DECREASES
from .tags import tag_changes


def concerns(
    desired: Desired, spec: TableSpec, live: Observed, seen: TableSpec, staying: frozenset[str]
) -> list[Change]:
    """All changes but those of the indexes; staying are the live indexes that no step deletes."""
    return [
        *_protection(spec, seen),
        *_recovery(spec, seen),
        *tag_changes(desired, spec, live, seen),
        *_ttl(spec, seen),
        *billing_changes(spec, seen, staying),
        *_stream(spec, seen),
        *_encryption(spec, live, seen),
    ]


def _protection(spec: TableSpec, seen: TableSpec) -> list[Change]:
    if spec.deletion_protection == seen.deletion_protection:
        return []
    if not spec.deletion_protection:
        return [Change((unprotect(spec.table_name, "deletion protection is on and should be off"),))]
    return [
        Change(
            (
                step(
                    spec.table_name,
                    "enable_deletion_protection",
                    "deletion protection is off and should be on",
                    requests.update_table(spec.table_name, DeletionProtectionEnabled=True),
                    fields=("deletion_protection_enabled",),
                ),
            )
        )
    ]


def unprotect(table_name: str, reason: str) -> Step:
    """The step that turns deletion protection off."""
    return step(
        table_name,
        "disable_deletion_protection",
        reason,
        requests.update_table(table_name, DeletionProtectionEnabled=False),
        word="disable_deletion_protection",
        fields=("deletion_protection_enabled",),
    )


def enable_recovery(spec: TableSpec, reason: str, word: str = "") -> Step:
    """The step that turns point-in-time recovery on, or sets its period."""
    return step(
        spec.table_name,
        "enable_point_in_time_recovery",
        reason,
        requests.recovery(spec.table_name, spec.recovery),
        word=word,
        fields=("point_in_time_recovery",),
    )


def _recovery(spec: TableSpec, seen: TableSpec) -> list[Change]:
    wanted, found = spec.recovery, seen.recovery
    if wanted.enabled and not found.enabled:
        return [Change((enable_recovery(spec, "point-in-time recovery is off and should be on"),))]
    if found.enabled and not wanted.enabled:
        reason = "point-in-time recovery is on and should be off: the restore window will be gone"
        off = step(
            spec.table_name,
            "disable_point_in_time_recovery",
            reason,
            requests.recovery(spec.table_name, wanted),
            word="disable_point_in_time_recovery",
            fields=("point_in_time_recovery",),
        )
        return [Change((off,))]
    if wanted.days and found.days and wanted.days != found.days:
        reason = f"the recovery period is {found.days} days and should be {wanted.days}"
        word = "disable_point_in_time_recovery" if wanted.days < found.days else ""
        return [Change((enable_recovery(spec, reason, word),))]
    return []


def enable_ttl(spec: TableSpec, attribute: str, reason: str, word: str = "", **more: Any) -> Step:
    """The step that turns time to live on."""
    request = requests.ttl(spec.table_name, attribute, True)
    fields = ("ttl_enabled", "ttl_attribute")
    return step(spec.table_name, "enable_ttl", reason, request, word=word, fields=fields, **more)


def _ttl(spec: TableSpec, seen: TableSpec) -> list[Change]:
    wanted, found = spec.ttl_attribute, seen.ttl_attribute
    if wanted == found:
        return []
    fields = ("ttl_enabled", "ttl_attribute")
    if not found:
        reason = f"time to live is off and should be on, by attribute {wanted}"
        word = "" if UNFINISHED in seen.tags else "enable_ttl"
        return [Change((enable_ttl(spec, str(wanted), reason, word),))]
    request = requests.ttl(spec.table_name, found, False)
    if not wanted:
        reason = f"time to live is on, by attribute {found}, and should be off"
        return [Change((step(spec.table_name, "disable_ttl", reason, request, fields=fields),))]
    # A second change within about half an hour of the first is refused (T-143), so it is left to a later run
    reason = f"time to live goes by attribute {found} and should go by {wanted}: it is turned off first"
    later = (
        f"AWS accepts one change of time to live in up to an hour; a run after that turns it on by attribute {wanted}"
    )
    off = step(spec.table_name, "disable_ttl", reason, request, word="enable_ttl", fields=fields)
    return [Change((off,), (Deferred(spec.table_name, fields, later),))]


def billing_changes(spec: TableSpec, seen: TableSpec, staying: frozenset[str]) -> list[Change]:
    """The switch of the billing mode, or the changes of capacity; staying are the global indexes that stay."""
    wanted = {index.name: index.throughput for index in spec.global_indexes if index.throughput}
    if spec.billing_mode != seen.billing_mode:
        return [_switch(spec, seen, {name: wanted.get(name, Throughput(5, 5)) for name in staying})]
    steps = []
    if spec.throughput and spec.throughput != seen.throughput:
        reason = f"capacity is {_units(seen.throughput)} and should be {_units(spec.throughput)}"
        request = requests.update_table(spec.table_name, ProvisionedThroughput=requests.throughput(spec.throughput))
        fields = ("read_capacity", "write_capacity")
        budget = DECREASES if _decreases(seen.throughput, spec.throughput) else ""
        steps.append(
            step(spec.table_name, "set_throughput", reason, request, fields=fields, budget=budget, until="table_active")
        )
    found = {index.name: index.throughput for index in seen.global_indexes}
    differing = {name: units for name, units in wanted.items() if name in staying and found[name] != units}
    # Increases share a call; each decrease has one, as its budget may be used up while another's is not (T-326)
    lower = {name for name, units in differing.items() if _decreases(found[name], units)}
    for names in ([name for name in sorted(differing) if name not in lower], *([name] for name in sorted(lower))):
        if names:
            steps.append(
                _index_throughput(spec, {name: differing[name] for name in names}, found, bool(lower & {*names}))
            )
    return [Change((each,)) for each in steps]


def _index_throughput(
    spec: TableSpec, units: Mapping[str, Throughput], found: Mapping[str, Throughput | None], decreases: bool
) -> Step:
    reasons = [
        f"capacity of index {name} is {_units(found[name])} and should be {_units(units[name])}"
        for name in sorted(units)
    ]
    updates = requests.index_throughputs(units)
    return step(
        spec.table_name,
        "set_index_throughput",
        "; ".join(reasons),
        requests.update_table(spec.table_name, GlobalSecondaryIndexUpdates=updates),
        fields=("global_secondary_indexes",),
        subject=next(iter(units)) if decreases else "",
        budget=DECREASES if decreases else "",
        until="indexes_active",
    )


def _decreases(found: Throughput | None, wanted: Throughput) -> bool:
    return found is not None and (wanted.read < found.read or wanted.write < found.write)


def _switch(spec: TableSpec, seen: TableSpec, units: Mapping[str, Throughput]) -> Change:
    """One call: to provisioned it must carry the capacity of the table and of every index (T-152)."""
    members: dict[str, Any] = {"BillingMode": spec.billing_mode}
    if spec.throughput:
        members["ProvisionedThroughput"] = requests.throughput(spec.throughput)
        if units:
            members["GlobalSecondaryIndexUpdates"] = requests.index_throughputs(units)
    reason = f"billing mode is {seen.billing_mode} and should be {spec.billing_mode}"
    request = requests.update_table(spec.table_name, **members)
    fields = ("billing_mode", "read_capacity", "write_capacity")
    return Change((step(spec.table_name, "switch_billing", reason, request, fields=fields, until="indexes_active"),))


def _units(units: Throughput | None) -> str:
    return f"{units.read} read, {units.write} write" if units else "unknown"


def _stream(spec: TableSpec, seen: TableSpec) -> list[Change]:
    wanted, found = spec.stream_view_type, seen.stream_view_type
    if wanted == found:
        return []
    fields = ("stream_enabled", "stream_view_type")
    steps = []
    if found:
        reason = f"the stream is on with {found} and should be {f'on with {wanted}' if wanted else 'off'}: its ARN goes"
        request = requests.update_table(spec.table_name, StreamSpecification=requests.stream(None))
        steps.append(_stream_step(spec, "disable_stream", reason, request, fields, "change_stream"))
    if wanted:
        word = "change_stream" if found else ""
        reason = f"the stream {'gets a new ARN' if found else 'is off and should be on'} with {wanted}"
        request = requests.update_table(spec.table_name, StreamSpecification=requests.stream(wanted))
        steps.append(_stream_step(spec, "enable_stream", reason, request, fields, word))
    return [Change(tuple(steps))]


def _stream_step(
    spec: TableSpec, action: str, reason: str, request: Mapping[str, Any], fields: tuple[str, ...], word: str
) -> Step:
    return step(spec.table_name, action, reason, request, word=word, fields=fields, until="table_active")


def _encryption(spec: TableSpec, live: Observed, seen: TableSpec) -> list[Change]:
    fields = ("server_side_encryption",)
    if live.status.encryption_status == "UPDATING":
        # What AWS shows meanwhile is neither the old nor the new state (T-027, T-140)
        reason = "another change of the encryption is under way; a later run compares it"
        return [Change((), (Deferred(spec.table_name, fields, reason),))]
    if spec.encryption == seen.encryption:
        return []
    reason = f"encrypted with {_key(seen.encryption)} and should be with {_key(spec.encryption)}"
    request = requests.update_table(spec.table_name, SSESpecification=requests.encryption(spec.encryption))
    return [
        Change((step(spec.table_name, "set_encryption", reason, request, fields=fields, until="encryption_settled"),))
    ]


def _key(encryption: Encryption) -> str:
    if not encryption.enabled:
        return "the AWS owned key"
    return encryption.kms_key or "the AWS managed key"
