# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names: logical and physical ones, ARNs, and the tags by which the collection knows what is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

NAME = re.compile(r"[a-zA-Z0-9_.-]+")
ESTATE_NAME = re.compile(r"^[a-zA-Z0-9_.-]{1,64}$")
TAG_TEXT = re.compile(r"^[\w\s+\-=.:/@]*$")
MANAGED_BY = "ManagedBy"
ESTATE = "Estate"
UNFINISHED = "Unfinished"
"""The tag of a table that we created and have not finished: what is still to be done on it endangers nothing."""
COLLECTION = "traffic_tacos.dynamodb"


def physical_name(estate: str, definition: Mapping[str, Any]) -> str:
    """The table's name in AWS: the entry's table_name, or the estate's name and the logical one."""
    return str(definition.get("table_name") or f"{estate}-{definition.get('name')}")


def logical_name(estate: str, table_name: str) -> str:
    """The name in the inventory of a table that is found in AWS."""
    prefix = f"{estate}-"
    return table_name.removeprefix(prefix) if len(table_name) > len(prefix) else table_name


def partition_of(region: str) -> str:
    """The AWS partition that a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def table_arn(region: str, account_id: str, table_name: str) -> str:
    return f"arn:{partition_of(region)}:dynamodb:{region}:{account_id}:table/{table_name}"


def ownership_tags(estate: str) -> dict[str, str]:
    """The tags of everything that the collection creates for an estate."""
    return {MANAGED_BY: COLLECTION, ESTATE: estate}


def is_owned(tags: Mapping[str, str], estate: str) -> bool:
    """Whether a resource with these tags belongs to the estate; a name's prefix never decides that."""
    return tags.get(MANAGED_BY) == COLLECTION and tags.get(ESTATE) == estate


def other_owner(tags: Mapping[str, str], estate: str) -> str:
    """The other estate that a resource says it belongs to; empty when there is none. Nobody's tag is overwritten."""
    owner = tags.get(ESTATE, "")
    return owner if owner != estate else ""


def check_estate(estate: str, problems: list[str]) -> None:
    """Appends what is wrong with the estate's name."""
    if not ESTATE_NAME.fullmatch(estate):
        problems.append("name: must be 1 to 64 letters, digits, '_', '.' or '-'")


def name_problems(name: str, path: str) -> Iterator[str]:
    """What is wrong with the name of a table or an index."""
    if not NAME.fullmatch(name):
        yield f"{path}: {name!r} may only have letters, digits, '_', '.' and '-'"
    if not 3 <= len(name) <= 255:
        yield f"{path}: {name!r} has {len(name)} characters, AWS allows 3 to 255"


def check_tags(tags: Mapping[str, str], estate: str, path: str, problems: list[str]) -> None:
    """Appends what is wrong with tags that a user gives."""
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or len(value) > 256:
            problems.append(f"{path}.{key}: a tag's key has 1 to 128 characters, its value at most 256")
        if key.lower().startswith("aws:"):
            problems.append(f"{path}.{key}: the prefix aws: belongs to AWS")
        if not (TAG_TEXT.fullmatch(key) and TAG_TEXT.fullmatch(value)):
            problems.append(f"{path}.{key}: only letters, digits, spaces and + - = . _ : / @ are allowed")
        if key in (MANAGED_BY, ESTATE) and value != ownership_tags(estate)[key]:
            problems.append(f"{path}.{key}: this tag says what belongs to the collection; it cannot be another")
