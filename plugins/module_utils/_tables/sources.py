# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a table from files in S3, from a backup, or from another table's past; and finds again what it began.

AWS takes no tags with such a creation. So the first thing that a new table gets are its tags, with one that says that
it is not finished; what an interrupted run has left without them is known by what AWS says of imports and restores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._engine.step import Conflict, ResourcePlan, Step
from . import requests
from .change import step
from .model import Desired, Observed, TableSpec
from .names import UNFINISHED, is_owned, other_owner
from .origins import is_restore, moment, past_problem
from .project import project_all
from .scaling import with_owned_capacity
from .source_model import Found, Import, ImportSeen, Restore, Source
from .source_requests import LOCAL, import_table, imported, naming, restorable, restore_table, restored, token_of

CLAIM = "claim_table"
KEEP = "keep_failed_import"
Change = Callable[[Observed, TableSpec], ResourcePlan]
"""Plans the rest of what is declared, given the table."""


def needs_reading(estate: str, desired: Desired, live: Observed | None) -> bool:
    """Whether it has to be asked what a table is made from: not of one that says whose it is."""
    if desired.source is None or desired.spec is None or (live and live.unread):
        return False
    if live is None or live.spec is None:
        return True
    return isinstance(desired.source, Import) and _is_nobodys(estate, live.spec)


def from_source(estate: str, desired: Desired, live: Observed | None, change: Change) -> ResourcePlan | None:
    """The plan of a table that is made from its source; None where the source has no part in it."""
    beginning = _beginning(estate, desired, live)
    if beginning is None or not beginning.steps or beginning.steps[-1].action != CLAIM:
        return beginning
    made = project_all(estate, live, beginning.steps, desired.arn)
    if made is None or made.spec is None:
        return beginning
    later = change(made, made.spec)
    if later.conflicts:
        return later
    # The budgets of a new table are unused
    rest = later.steps if live and live.spec else tuple(replace(each, budget="") for each in later.steps)
    steps = (*beginning.steps, *rest)
    if beginning.steps[-1].word and beginning.steps[-1].word not in desired.allow:
        return ResourcePlan(desired.table_name, withheld=steps)
    return replace(later, verb=beginning.verb, steps=steps)


def unused(estate: str, desired: list[Desired], observed: Mapping[str, Observed]) -> list[str]:
    """The sources that have no effect because their tables are there, each with the reason, for people."""
    notes = []
    for table in desired:
        live = observed.get(table.table_name)
        if live is None or live.spec is None or table.source is None or _beginning(estate, table, live):
            continue
        if _says(live.spec, table) is not True:
            notes.append(f"{table.table_name}: {_has_no_effect(table, live.spec)}")
    return notes


def _beginning(estate: str, desired: Desired, live: Observed | None) -> ResourcePlan | None:
    if desired.source is None or desired.spec is None:
        return None
    if live is None or live.spec is None:
        return _new(desired, desired.source, desired.spec, live)
    if _is_nobodys(estate, live.spec):
        taken = _taken(desired, desired.spec, live)
        if taken is not None:
            return taken
    if desired.table_id and desired.table_id == live.status.table_id and _says(live.spec, desired) is not True:
        message = f"{_has_no_effect(desired, live.spec)}; but table_id says that the entry is for that very table"
        return _conflict(desired, message)
    return None


def _is_nobodys(estate: str, seen: TableSpec) -> bool:
    return not is_owned(seen.tags, estate) and not other_owner(seen.tags, estate)


def _says(seen: TableSpec, desired: Desired) -> bool | str:
    """Whether the tags of a table say that it was made from its source; otherwise from what else, if they do."""
    for key, value in (desired.source.tags if desired.source else {}).items():
        return True if seen.tags.get(key) == value else seen.tags.get(key, "")
    return ""


def _has_no_effect(desired: Desired, seen: TableSpec) -> str:
    source = desired.source
    said = _says(seen, desired)
    verb = "imports" if isinstance(source, Import) else "restores"
    other = f", made from {said}" if said else ""
    named = f"{source.field} ({source.text})" if source else ""
    return f"{named} has no effect, since the table exists already{other}: AWS {verb} only into a new table"


def _new(desired: Desired, source: Source, spec: TableSpec, live: Observed | None) -> ResourcePlan:
    """A table that is not there, or is going."""
    declared, found = with_owned_capacity(spec, None), desired.found or Found()
    if isinstance(source, Import):
        request = import_table(declared, source, found.ended)
        if found.seen and found.seen.running:
            return _running(desired, spec, source, found.seen, imported(request))
        making = _import_step(declared, source, request)
    else:
        problem = _restore_problem(declared, source, found)
        if problem:
            return _conflict(desired, problem)
        making = _restore_step(declared, source, found)
    steps = [making, _claim(desired, spec)]
    if live is not None:
        steps.insert(0, Step(desired.table_name, "await_table", "the table is being deleted", until="table_gone"))
    return ResourcePlan(desired.table_name, "add", tuple(steps))


def _taken(desired: Desired, spec: TableSpec, live: Observed) -> ResourcePlan | None:
    """A table that carries nobody's tags: perhaps what an interrupted run, or this one, has made."""
    if isinstance(desired.source, Restore):
        return _claimed(desired, spec) if is_restore(naming(desired.source), live.origin) else None
    seen = desired.found.seen if desired.found else None
    if seen is None or desired.source is None:
        return None
    if seen.running:
        return _running(desired, spec, desired.source, seen, {})
    if not seen.token.startswith(token_of(desired.table_name, desired.source)):
        return None
    if not seen.failure:
        return _claimed(desired, spec)
    reason = f"its import has failed: {seen.failure}. To keep what there is of it, say so; to import again, delete it"
    return ResourcePlan(desired.table_name, "change", (_claim(desired, spec, reason, KEEP),))


def _claimed(desired: Desired, spec: TableSpec) -> ResourcePlan:
    return ResourcePlan(desired.table_name, "change", (_claim(desired, spec),))


def _running(
    desired: Desired, spec: TableSpec, source: Import, seen: ImportSeen, expected: Mapping[str, Any]
) -> ResourcePlan:
    """Ours, which is waited for and goes on; or another one, after which there will be something to compare."""
    ours = seen.token.startswith(token_of(desired.table_name, source))
    reason = f"{'its import' if ours else 'an import of something else into it'} is {seen.status} ({seen.arn})"
    name = desired.table_name
    waiting = Step(name, "await_import", reason, until="import_completed", subject=seen.arn, expected=expected)
    if not ours:
        return ResourcePlan(name, steps=(replace(waiting, expected={}),))
    return ResourcePlan(name, "add", (waiting, _claim(desired, spec)))


def _import_step(spec: TableSpec, source: Import, request: Mapping[str, Any]) -> Step:
    reason = f"the table is missing, and is imported from {source.text}"
    return step(
        spec.table_name,
        "import_table",
        reason,
        request,
        fields=("table",),
        until="import_completed",
        expected=imported(request),
    )


def _restore_step(spec: TableSpec, source: Restore, found: Found) -> Step:
    backup = bool(source.origin.backup_arn)
    when = f", as it was {moment(source.origin.time)}" if source.origin.time else ", as it was some minutes ago"
    what = f"the backup {source.text}" if backup else f"{source.origin.table_arn}{when}"
    return step(
        spec.table_name,
        "restore_table_from_backup" if backup else "restore_table_to_point_in_time",
        f"the table is missing, and is restored from {what}",
        restore_table(spec, source, found),
        fields=("table",),
        until="recoverable",
        expected=restored(spec, found),
    )


def _restore_problem(spec: TableSpec, source: Restore, found: Found) -> str:
    """Why what is declared cannot be restored from the source; empty when it can."""
    field = f"{source.field} ({source.text})"
    if source.origin.backup_arn and not found.table:
        return f"{field}: there is no such backup"
    if not source.origin.backup_arn:
        problem = past_problem(source.table_name, bool(found.table), found.window, source.origin.time)
        if problem:
            return f"{field}: {problem}"
    differences = _differences(spec, found)
    if not differences:
        return ""
    return f"{field} cannot become what is declared, and only a new table could: {'; '.join(differences)}"


def _differences(spec: TableSpec, found: Found) -> list[str]:
    """What a restore brings and nobody can change: the key, its types where AWS tells them, the local indexes."""
    declared = requests.key_schema((spec.hash_key,), (spec.range_key,) if spec.range_key else ())
    differences = []
    if found.table["KeySchema"] != declared:
        differences.append(f"its key is {_keys(found.table['KeySchema'])}, declared is {_keys(declared)}")
    types = {each["AttributeName"]: each["AttributeType"] for each in found.table.get("AttributeDefinitions") or ()}
    for key in spec.key_attributes:
        if types.get(key, spec.attributes[key]) != spec.attributes[key]:
            differences.append(f"type of {key} is {types[key]}, declared is {spec.attributes[key]}")
    kept = [index for index, _known in restorable(spec, LOCAL, found)]
    missing = [index.name for index in spec.local_indexes if index not in kept]
    if missing:
        differences.append(f"it has no such local index as the declared {', '.join(missing)}")
    return differences


def _keys(schema: list[dict[str, str]]) -> str:
    return ", ".join(f"{key['AttributeName']} ({key['KeyType']})" for key in schema)


def _claim(desired: Desired, spec: TableSpec, reason: str = "", word: str = "") -> Step:
    source = desired.source
    own = {**source.tags, UNFINISHED: source.field} if source else {}
    request = {"ResourceArn": desired.arn, "Tags": requests.tag_list({**spec.tags, **own})}
    why = reason or "AWS makes such a table without tags; with them it is known as ours, and as not finished"
    return step(spec.table_name, CLAIM, why, request, word, fields=("tags",), until="tags_readable")


def _conflict(desired: Desired, message: str) -> ResourcePlan:
    field = desired.source.field if desired.source else "table"
    return ResourcePlan(desired.table_name, conflicts=(Conflict(desired.table_name, (field,), message),))
