# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a global table that is there does not let happen, and wishes for one that this table cannot fulfil."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._engine.step import Conflict
from .model import Desired, Observed, TableSpec
from .replica_model import Replication

WAY_OUT = "remove the replicas first (replicas: [] with delete_replica in allow)"


def with_group(desired: Desired, spec: TableSpec, seen: TableSpec) -> TableSpec:
    """The desired table without what its replicas do not let happen in this run.

    AWS turns the stream on for them, so that an entry need not ask for it (T-221). Where the word to remove them all is
    missing, what would have to come after that is left as well.
    """
    stays = replicas_stay(desired, spec, seen)
    if stays and _leaves(spec):
        other = bool(spec.encryption.kms_key) != bool(seen.encryption.kms_key)
        encryption = seen.encryption if other else spec.encryption
        stream = seen.stream_view_type
        return replace(spec, stream_view_type=stream, encryption=encryption, settings_replication=None)
    kept = stays or bool(spec.replication and spec.replication.members)
    return replace(spec, stream_view_type=seen.stream_view_type) if kept and not spec.stream_view_type else spec


def replica_conflicts(desired: Desired, spec: TableSpec, live: Observed, seen: TableSpec) -> list[Conflict]:
    """The conflicts, each naming what is there and what is declared."""
    found = [*_membership(spec, live, seen)]
    if replicas_stay(desired, spec, seen) and not _leaves(spec):
        found += _frozen(spec, live, seen)
    return [Conflict(spec.table_name, (field,), message) for field, message in found]


def replacing_conflicts(desired: Desired, seen: TableSpec) -> list[Conflict]:
    """A table that has replicas is not replaced by an empty one behind them."""
    regions = _regions(seen.replication or Replication())
    if not regions:
        return []
    message = f"replace_table_id would delete the table, but it has replicas in {regions}; {WAY_OUT}"
    return [Conflict(desired.table_name, ("replicas", "replace_table_id"), message)]


def _leaves(spec: TableSpec) -> bool:
    """Whether the entry says that there shall be no replica any more."""
    return spec.replication is not None and not spec.replication.members


def replicas_stay(desired: Desired, spec: TableSpec, seen: TableSpec) -> bool:
    """Whether the table has replicas, and no step of this run takes all of them away."""
    found = seen.replication or Replication()
    if not found.replicas or spec.replication is None or spec.replication.members:
        return bool(found.replicas)
    apart = {each.region for each in spec.replication.replicas}
    words = {"disassociate_replica" if region in apart else "delete_replica" for region in found.members}
    if any(each.protection and region not in apart for region, each in found.members.items()):
        words.add("disable_deletion_protection")
    return not words <= desired.allow


def _regions(replication: Replication) -> str:
    names = [each.region for each in replication.replicas]
    return ", ".join([*names, f"{replication.witness} (witness)"] if replication.witness else names)


def _membership(spec: TableSpec, live: Observed, seen: TableSpec) -> Iterator[tuple[str, str]]:
    wanted, found = spec.replication, seen.replication or Replication()
    if wanted is None:
        return
    for region in found.strangers:
        if region in wanted.members and region not in found.unsettled:
            yield (
                "replicas",
                f"a replica is declared in {region}, where a table named {spec.table_name} is that is none of this "
                "one's; delete it, or leave the region out",
            )
    if found.strong:
        yield from _of_strong(wanted, found)
    elif wanted.strong and found.replicas:
        yield (
            "replicas",
            f"the table is eventually consistent with {_regions(found)}, and should be strongly with "
            f"{_regions(wanted)}: that cannot change while there are replicas; {WAY_OUT}",
        )
    elif wanted.strong and live.status.item_count:
        yield (
            "replicas",
            f"the table has items ({live.status.item_count}), and consistency_mode STRONG is declared, which only an "
            "empty table can get; declare EVENTUAL, or another table",
        )


def _of_strong(wanted: Replication, found: Replication) -> Iterator[tuple[str, str]]:
    """Its regions and its mode are frozen (T-260)."""
    if not wanted.replicas:
        return
    same = wanted.members.keys() == found.members.keys() and wanted.witness == found.witness
    if not (wanted.strong and same):
        mode = "strongly" if wanted.strong else "eventually"
        yield (
            "replicas",
            f"the table is strongly consistent with {_regions(found)}, and should be {mode} with {_regions(wanted)}: "
            f"its regions and its mode are frozen; {WAY_OUT}",
        )


def _frozen(spec: TableSpec, live: Observed, seen: TableSpec) -> Iterator[tuple[str, str]]:
    """What does not change while there are replicas (T-222 T-309 T-313)."""
    regions = _regions(seen.replication or Replication())
    new, old = spec.stream_view_type, seen.stream_view_type
    managed = bool(spec.replication and spec.replication.members)
    if old and new != old and (new or not managed):
        wish = f"be on with {new}" if new else "be off"
        yield (
            "stream_view_type",
            f"the stream is on with {old} and should {wish}, but the table has replicas in {regions}, which keep it as "
            f"it is; declare stream_enabled with {old}, or {WAY_OUT}",
        )
    keys = (spec.encryption.kms_key, seen.encryption.kms_key)
    if bool(keys[0]) != bool(keys[1]) and live.status.encryption_status != "UPDATING":
        now, then = ("a customer managed key" if key else "no such key" for key in (keys[1], keys[0]))
        yield (
            "server_side_encryption",
            f"the table is encrypted with {now} and should be with {then}, which would need the same of its replicas "
            f"in {regions}, and AWS takes no key for those that are there; {WAY_OUT}",
        )
    if spec.settings_replication:
        yield (
            "global_table_settings_replication_mode",
            f"{spec.settings_replication} is declared for a table of one region, but it has replicas in {regions}",
        )
    if (seen.replication or Replication()).strong and spec.ttl_attribute:
        yield (
            "ttl_enabled",
            f"time to live is declared, but the table is strongly consistent with {regions}, which excludes it",
        )
