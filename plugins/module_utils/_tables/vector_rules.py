# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS would refuse in the vector indexes of an entry (documented, see vectors.py; limits of its quotas page)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .._engine.errors import Refused
from .model import Desired

MAX_VECTOR_INDEXES = 5
MAX_DIMENSIONS = 4096
MAX_HASHES = 1
MAX_FILTERS = 18
FIELD = "vector_indexes"
BOTOCORE = "1.43.64"
"""The first version that knows them (AWS's notes on vector search)."""
Entry = Mapping[str, Any]


def search_attributes(entry: Entry) -> set[str]:
    """The attributes of all search schemas, which need a type like keys."""
    return {element["attribute_name"] for index in entry[FIELD] or [] for element in index["search_schema"] or []}


def check_vectors(entry: Entry, keys: set[str], path: str, problems: list[str]) -> None:
    """Appends what is wrong with the vector indexes; keys are the key attributes of the table and its other indexes.

    What they share with global indexes (names, projections) is checked with those.
    """
    indexes = entry[FIELD] or []
    if not indexes:
        return
    if entry["billing_mode"] == "PROVISIONED":
        problems.append(f"{path}.{FIELD}: contradict billing_mode PROVISIONED; AWS has them on on-demand tables only")
    if len(indexes) > MAX_VECTOR_INDEXES:
        problems.append(f"{path}.{FIELD}: {len(indexes)} indexes, AWS allows {MAX_VECTOR_INDEXES}")
    typed = keys | {attribute["name"] for attribute in entry["attributes"] or []}
    for number, index in enumerate(indexes):
        place = f"{path}.{FIELD}[{number}]"
        dimensions = index["dimensions"]
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            problems.append(f"{place}.dimensions: must be 1 to {MAX_DIMENSIONS}, not {dimensions}")
        problems += _schema_problems(index["search_schema"] or [], typed, f"{place}.search_schema")
    problems += _attribute_problems(entry, keys, path)


def _schema_problems(schema: list[Entry], typed: set[str], path: str) -> Iterator[str]:
    """A type is not guessed here, as a wrong one makes AWS refuse the items of whoever writes the attribute."""
    kinds = [element["search_schema_element_type"] for element in schema]
    for kind, most in (("HASH", MAX_HASHES), ("INLINE_FILTER", MAX_FILTERS)):
        if kinds.count(kind) > most:
            yield f"{path}: {kinds.count(kind)} {kind} elements, AWS allows {most}"
    names = [element["attribute_name"] for element in schema]
    for number, name in enumerate(names):
        place = f"{path}[{number}].attribute_name"
        if name in names[:number]:
            yield f"{place}: {name!r} is the attribute of {path}[{names.index(name)}] already"
        elif len(name.encode()) > 255:
            yield f"{place}: has {len(name.encode())} bytes, AWS allows 255"
        elif name not in typed:
            yield f"{place}: {name!r} has no type; it is neither a key nor declared in attributes"


def _attribute_problems(entry: Entry, keys: set[str], path: str) -> Iterator[str]:
    """The attribute that holds the vectors is a list of as many numbers everywhere, so it is no key and no filter."""
    first: dict[str, tuple[str, int]] = {}
    searched = search_attributes(entry)
    for number, index in enumerate(entry[FIELD]):
        place, name, dimensions = f"{path}.{FIELD}[{number}]", index["vector_attribute"], index["dimensions"]
        if len(name.encode()) > 255:
            yield f"{place}.vector_attribute: has {len(name.encode())} bytes, AWS allows 255"
        if name in keys:
            yield f"{place}.vector_attribute: {name!r} holds vectors, and is a key of the table or of an index"
        elif name in searched:
            yield f"{place}.vector_attribute: {name!r} holds vectors, and is in a search_schema"
        other, declared = first.setdefault(name, (place, dimensions))
        if declared != dimensions:
            yield f"{place}.dimensions: {dimensions}, but {declared} in {other}, which has the same vector_attribute"


def check_sdk(desired: Iterable[Desired], at_least: Callable[[str], bool]) -> None:
    """Raises Refused where tables manage vector indexes, which the botocore in use neither shows nor makes.

    at_least says whether it has a version.
    """
    managed = [table.name for table in desired if table.spec and table.spec.vector_indexes is not None]
    if managed and not at_least(BOTOCORE):
        names = ", ".join(managed)
        raise Refused([f"{FIELD} of {names}: needs botocore {BOTOCORE} or newer; without it they cannot even be read"])
