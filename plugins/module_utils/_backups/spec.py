# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the user's entries to wishes: what is wrong is named with its path, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.names import check_estate, logical_name, name_problems, partition_of, physical_name, table_arn
from .._tables.origins import BACKUP_ARN, time_of
from .argspec import ADOPT, BACKUP_FIELDS, DELETE, SOURCES
from .model import LABEL, Removal, Restore, Upkeep, Wishes, backup_name

MAX_KEEP, MAX_DAYS = 10_000, 36_500

Entry = Mapping[str, Any]
Numbered = tuple[str, Entry]
"""An entry with its path."""


def parse(params: Mapping[str, Any]) -> Wishes:
    """The wishes, sorted by table. Raises Refused with all problems of all entries."""
    estate, region, account_id = (str(params[name]) for name in ("name", "region", "account_id"))
    problems: list[str] = []
    check_estate(estate, problems)
    entries: list[Numbered] = []
    for number, given in enumerate(params["backups"] or []):
        path = f"backups[{number}]"
        found: list[str] = []
        entry = read(given, BACKUP_FIELDS, path, found)
        if not found:
            found += [f"{path}.{problem}" for problem in _problems(entry, estate, region, account_id)]
        problems += found
        if not found:
            entries.append((path, {**entry, "table_name": physical_name(estate, _named(entry))}))
    problems += [*_contradictions(entries, estate), *_twice_restored(entries, estate)]
    if problems:
        raise Refused(problems)
    restores = [_restore(entry, estate, region, account_id) for _path, entry in entries if entry["restore_to"]]
    return Wishes(
        estate,
        tuple(_upkeep([entry for _path, entry in entries if not entry["restore_to"]])),
        tuple(sorted(restores, key=lambda restore: restore.table_name)),
    )


def named_tables(params: Mapping[str, Any]) -> dict[str, str]:
    """The tables that backups_info is asked about, logical by physical name. Raises Refused with all problems."""
    estate = str(params["name"])
    problems: list[str] = []
    check_estate(estate, problems)
    names: dict[str, str] = {}
    for number, name in enumerate(params["tables"] or []):
        table_name = physical_name(estate, {"name": name})
        problems += name_problems(table_name, f"tables[{number}]")
        names[table_name] = name
    for number, table_name in enumerate(params["table_names"] or []):
        problems += name_problems(table_name, f"table_names[{number}]")
        names.setdefault(table_name, logical_name(estate, table_name))
    if problems:
        raise Refused(problems)
    return names


def without(wishes: Wishes, tables: set[str]) -> Wishes:
    """The wishes that are not about these tables, of which it is not known what is there."""
    return replace(
        wishes,
        upkeep=tuple(upkeep for upkeep in wishes.upkeep if upkeep.table_name not in tables),
        restores=tuple(each for each in wishes.restores if not {each.source, each.table_name} & tables),
    )


def _named(entry: Entry) -> dict[str, Any]:
    return {"name": entry["table"], "table_name": entry["table_name"]}


def _target(entry: Entry, estate: str) -> str:
    return physical_name(estate, {"name": entry["restore_to"], "table_name": entry["restore_to_table_name"]})


def _problems(entry: Entry, estate: str, region: str, account_id: str) -> Iterator[str]:
    """What is wrong with an entry whose shape is right."""
    name = physical_name(estate, _named(entry))
    yield from name_problems(name, "table_name" if entry["table_name"] else "table")
    if entry["label"] and not LABEL.fullmatch(entry["label"]):
        yield f"label: {entry['label']!r} may only have 1 to 128 letters, digits, '.' and '-'"
    yield from _arn_problems(entry["backup_arn"], name, region, account_id)
    yield from _retention_problems(entry)
    if entry["restore_to"]:
        yield from _restore_problems(entry, estate, name)
    else:
        yield from _upkeep_problems(entry)


def _arn_problems(arn: str | None, table_name: str, region: str, account_id: str) -> Iterator[str]:
    if not arn:
        return
    found = BACKUP_ARN.match(arn)
    if not found:
        yield f"backup_arn: {arn!r} is not the ARN of a DynamoDB backup"
        return
    if (found["partition"], found["region"], found["account"]) != (partition_of(region), region, account_id):
        yield f"backup_arn: {arn} is not in account {account_id} and region {region}, where this host is meant for"
    if found["table"] != table_name:
        yield f"backup_arn: {arn} is a backup of the table {found['table']}, not of {table_name}"


def _retention_problems(entry: Entry) -> Iterator[str]:
    for name, most in (("keep", MAX_KEEP), ("keep_days", MAX_DAYS)):
        value = entry[name]
        if value is not None and not 1 <= value <= most:
            yield f"{name}: must be between 1 and {most}, not {value}"
        if value is not None and (entry["state"] == "absent" or entry["restore_to"]):
            yield f"{name}: has no place beside {'restore_to' if entry['restore_to'] else 'state: absent'}"


def _upkeep_problems(entry: Entry) -> Iterator[str]:
    for name in ("restore_to_table_name", "restore_from", "restore_time", "use_latest_restorable_time"):
        if entry[name]:
            yield f"{name}: means nothing without restore_to"
    if ADOPT in (entry["allow"] or ()):
        yield f"allow: {ADOPT} means nothing without restore_to"
    if entry["state"] == "absent":
        if bool(entry["label"]) == bool(entry["backup_arn"]):
            yield "state: absent needs either label or backup_arn, which say what shall go"
        return
    if entry["backup_arn"]:
        yield "backup_arn: means nothing without restore_to or state: absent"
    elif all(entry[name] is None for name in ("label", "keep", "keep_days")):
        yield "label: nothing is wished for; give label, keep, keep_days or restore_to"


def _restore_problems(entry: Entry, estate: str, source: str) -> Iterator[str]:
    target = _target(entry, estate)
    yield from name_problems(target, "restore_to_table_name" if entry["restore_to_table_name"] else "restore_to")
    if target == source:
        yield f"restore_to: {target} is the table itself; AWS restores only into a new one"
    if entry["state"] == "absent":
        yield "state: absent contradicts restore_to"
    if DELETE in (entry["allow"] or ()):
        yield f"allow: {DELETE} means nothing beside restore_to"
    given = [name for name in SOURCES if entry[name]]
    if len(given) != 1:
        yield f"restore_to: needs exactly one of {', '.join(SOURCES)}, not {', '.join(given) or 'none'}"
    if entry["restore_time"] and time_of(entry["restore_time"]) is None:
        yield f"restore_time: {entry['restore_time']!r} is not a time with its zone, such as 2026-11-02T08:00:00Z"


def _contradictions(entries: list[Numbered], estate: str) -> Iterator[str]:
    """Entries for one table that cannot both be meant."""
    retained: dict[str, str] = {}
    wanted: dict[tuple[str, str], tuple[str, str]] = {}
    for path, entry in entries:
        name = entry["table_name"]
        if (entry["keep"] or entry["keep_days"]) and retained.setdefault(name, path) != path:
            yield f"{path}: what is kept of {name} is said in {retained[name]} already"
        if not entry["label"] or entry["restore_to"]:
            continue
        first, state = wanted.setdefault((name, entry["label"]), (path, entry["state"]))
        if first != path:
            more = "" if state == entry["state"] else f", with state: {state}"
            yield f"{path}.label: {backup_name(estate, entry['label'])} of {name} is in {first} already{more}"


def _twice_restored(entries: list[Numbered], estate: str) -> Iterator[str]:
    """A new table has one origin, and is not there yet for anything else."""
    targets: dict[str, str] = {}
    used = {entry["table_name"]: path for path, entry in entries}
    for path, entry in entries:
        if not entry["restore_to"]:
            continue
        name = _target(entry, estate)
        if targets.setdefault(name, path) != path:
            yield f"{path}.restore_to: {name} is restored in {targets[name]} already"
        if name in used:
            yield f"{path}.restore_to: {name} is the table of {used[name]}; a new table's backups are for a later task"


def _upkeep(entries: list[Entry]) -> Iterator[Upkeep]:
    for table_name in sorted({entry["table_name"] for entry in entries}):
        own = [entry for entry in entries if entry["table_name"] == table_name]
        retaining: Entry = next((entry for entry in own if entry["keep"] or entry["keep_days"]), {})
        yield Upkeep(
            own[0]["table"],
            table_name,
            labels=tuple(sorted(entry["label"] for entry in own if entry["label"] and entry["state"] == "present")),
            removals=tuple(
                Removal(entry["label"] or "", entry["backup_arn"] or "", DELETE in (entry["allow"] or ()))
                for entry in own
                if entry["state"] == "absent"
            ),
            keep=retaining.get("keep"),
            keep_days=retaining.get("keep_days"),
        )


def _restore(entry: Entry, estate: str, region: str, account_id: str) -> Restore:
    target = _target(entry, estate)
    return Restore(
        source=entry["table_name"],
        source_arn=table_arn(region, account_id, entry["table_name"]),
        table=entry["restore_to"],
        table_name=target,
        arn=table_arn(region, account_id, target),
        adopt=ADOPT in (entry["allow"] or ()),
        backup_arn=entry["backup_arn"] or "",
        label=entry["label"] or "",
        latest_backup=entry["restore_from"] == "latest",
        time=time_of(entry["restore_time"]) if entry["restore_time"] else None,
        latest_time=bool(entry["use_latest_restorable_time"]),
    )
