# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What entries of exports and of bulk puts have in common: AWS does each of them once for a client token, with S3."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .._backups.model import LABEL
from .._engine.errors import Refused
from .._engine.fields import Options, read
from .._tables.names import check_estate, name_problems, physical_name
from .attempts import token_of

Entry = Mapping[str, Any]
Shown = Sequence[Entry]
"""As a module returns them."""
Problems = Callable[[Entry], Iterator[str]]
"""What is wrong with an entry whose shape is right."""

BUCKET = re.compile(r"[a-z0-9A-Z]+[.\-\w]*[a-z0-9A-Z]+")
LENGTHS = {"s3_bucket": 255, "s3_prefix": 1024, "s3_key_prefix": 1024, "s3_sse_kms_key_id": 2048}


@dataclass(frozen=True)
class Once:
    """One thing that shall have been done to a table."""

    estate: str
    table: str
    """The logical name."""
    table_name: str
    name: str
    """What tells it from the others of its table: the label, the given token, or the time that an export ends with."""
    request: Mapping[str, Any]
    """The call's arguments without the token."""
    client_token: str = ""
    """The token that the user gives; empty lets the entry make it."""
    label: str = ""
    retry_failed: bool = False

    @property
    def resource(self) -> str:
        """What plans and reports call it."""
        return f"{self.table_name}/{self.name}"

    def token(self, number: int) -> str:
        """The token of the first (0) and of each further attempt; one that the user gives is that of all."""
        return self.client_token or token_of(self.estate, self.label, self.request, number)


Wish = TypeVar("Wish", bound=Once)


def physical(entry: Entry, estate: str) -> str:
    """The name in AWS of an entry's table."""
    return physical_name(estate, {"name": entry["table"], "table_name": entry["table_name"]})


def parse_each(
    params: Mapping[str, Any], option: str, fields: Options, problems_of: Problems, make: Callable[[Entry], Wish]
) -> tuple[Wish, ...]:
    """The wishes of a list of entries, sorted by table and name. Raises Refused with all problems of all entries."""
    estate = str(params["name"])
    problems: list[str] = []
    check_estate(estate, problems)
    wishes: dict[str, Wish] = {}
    for number, given in enumerate(params[option] or []):
        path = f"{option}[{number}]"
        before = len(problems)
        entry = read(given, fields, path, problems)
        if len(problems) == before:
            found = (*name_problems(physical(entry, estate), _name_path(entry)), *problems_of(entry))
            problems += [f"{path}.{problem}" for problem in found]
        if len(problems) == before:
            wishes[path] = make(entry)
    problems += _repeated(wishes, option.removesuffix("s").replace("_", " "))
    if problems:
        raise Refused(problems)
    return tuple(sorted(wishes.values(), key=lambda wish: wish.resource))


def common(entry: Entry, estate: str) -> dict[str, Any]:
    """The members of a wish that every entry has."""
    return {
        "estate": estate,
        "table": entry["table"],
        "table_name": physical(entry, estate),
        "client_token": entry["client_token"] or "",
        "label": entry["label"] or "",
        "retry_failed": bool(entry["retry_failed"]),
    }


def token_problems(entry: Entry, noun: str, named: object, ways: str) -> Iterator[str]:
    """named is what an entry is found again by; ways are the fields that give it."""
    if entry["label"] and not LABEL.fullmatch(entry["label"]):
        yield f"label: {entry['label']!r} may only have 1 to 128 letters, digits, '.' and '-'"
    token = entry["client_token"] or ""
    if "$" in token or len(token) > 128:
        yield "client_token: has at most 128 characters, and no '$'"
    if token and entry["retry_failed"]:
        said = f"with which AWS would answer with the failed {noun}; give another"
        yield f"retry_failed: contradicts client_token, {said}"
    if not named:
        yield f"label: nothing says which {noun} this is, so that a second run finds it; give {ways}"


def place_problems(place: Entry) -> Iterator[str]:
    """What is wrong with a place in S3."""
    if not BUCKET.fullmatch(place["s3_bucket"]):
        yield f"s3_bucket: {place['s3_bucket']!r} is not the name of a bucket"
    for name, most in LENGTHS.items():
        if len(place.get(name) or "") > most:
            yield f"{name}: has {len(place[name])} characters, AWS allows {most}"
    if place["s3_bucket_owner"] and not re.fullmatch(r"[0-9]{12}", place["s3_bucket_owner"]):
        yield f"s3_bucket_owner: {place['s3_bucket_owner']!r} is not the id of an account, which has 12 digits"
    algorithm = place.get("s3_sse_algorithm")
    if place.get("s3_sse_kms_key_id") and algorithm != "KMS":
        yield f"s3_sse_kms_key_id: needs s3_sse_algorithm: KMS, which is {algorithm or 'not given'}"


def differences(noun: str, before: Shown, later: Shown, line: Callable[[Entry], str]) -> list[dict[str, Any]]:
    """What Ansible shows for --diff: a line for each, of each table of which they change."""
    found = []
    for name in sorted({entry["table_name"] for entry in later}):
        old, new = (sorted(line(entry) for entry in each if entry["table_name"] == name) for each in (before, later))
        if old != new:
            header = f"{noun} of {name}"
            texts = {"before": "".join(old), "after": "".join(new)}
            found.append({"before_header": header, "after_header": header, **texts})
    return found


def _name_path(entry: Entry) -> str:
    return "table_name" if entry["table_name"] else "table"


def _repeated(wishes: Mapping[str, Once], noun: str) -> Iterator[str]:
    """Entries, by path, that AWS would make one of, or that cannot be told apart."""
    tokens: dict[str, str] = {}
    names: dict[str, str] = {}
    for path, wish in wishes.items():
        same = tokens.setdefault(wish.token(0), path)
        namesake = names.setdefault(wish.resource, path)
        if same != path:
            yield f"{path}: has the same client token as {same}, so that AWS would make one {noun} of both"
        elif namesake != path:
            yield f"{path}: {wish.resource} is the {noun} of {namesake} already; a label of its own tells them apart"
